"""Statements of the SMS services."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId, ConnectorId, MessageId, ProgramId, SenderId, ShortCodeId
from cablegram.programs.model import Standing, Subscriber
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.sms_services.model import Form, Says, Service, ShortCode, Status

queries = load(__file__)

_read_form = msgspec.json.Decoder(Form).decode
_read_texts = msgspec.json.Decoder(dict[Says, str]).decode
_write = msgspec.json.Encoder().encode


async def insert_code(conn: Conn, new: ShortCode) -> bool:
    """Write a code; False where the country has it."""
    values = {
        "code_id": new.id,
        "country": new.country,
        "digits": new.digits,
        "connector_ids": list(new.connector_ids),
        "note": new.note,
        "now": new.created_at,
    }
    return await (await conn.execute(queries.insert_code, values)).fetchone() is not None


async def codes(conn: Conn) -> list[tuple[ShortCode, int]]:
    """Read the stock of codes, each with how many services are on it."""
    return [(_code(row[:6]), row[6]) for row in await (await conn.execute(queries.codes)).fetchall()]


async def hold_code(conn: Conn, code_id: ShortCodeId) -> ShortCode | None:
    """Lock a code and read it."""
    row = await (await conn.execute(queries.hold_code, {"code_id": code_id})).fetchone()
    return _code(row) if row else None


async def delete_code(conn: Conn, code_id: ShortCodeId) -> None:
    """Delete a code."""
    await conn.execute(queries.delete_code, {"code_id": code_id})


async def code_is_used(conn: Conn, code_id: ShortCodeId) -> bool:
    """Tell whether a code has or had services."""
    row = await (await conn.execute(queries.code_is_used, {"code_id": code_id})).fetchone()
    return row is not None and row[0]


async def lock_keyword(conn: Conn, keyword: str) -> None:
    """Let who wants the same keyword at this moment wait, for a service or for a store, so that one gets it."""
    await conn.execute(queries.lock_keyword, {"keyword": keyword})


async def codes_for(conn: Conn, country: str, keyword: str, digits: str | None) -> list[ShortCode]:
    """Read codes of a country on which a keyword is free, the oldest first."""
    values = {"country": country, "keyword": keyword, "digits": digits}
    return [_code(row) for row in await (await conn.execute(queries.codes_for, values)).fetchall()]


async def code_countries(conn: Conn) -> list[str]:
    """Read in which countries there are codes."""
    return [row[0] for row in await (await conn.execute(queries.code_countries)).fetchall()]


async def insert_service(conn: Conn, new: Service) -> bool:
    """Write a service that is requested; False where its keyword was taken meanwhile."""
    values = {
        "service_id": new.id,
        "account_id": new.account_id,
        "code_id": new.code.id,
        "keyword": new.keyword,
        "form": _write(new.form).decode(),
        "by": new.requested_by,
        "now": new.requested_at,
    }
    return await (await conn.execute(queries.insert_service, values)).fetchone() is not None


async def get_service(conn: Conn, account_id: AccountId, service_id: ProgramId) -> Service | None:
    """Read a service of an account."""
    values = {"account_id": account_id, "service_id": service_id}
    row = await (await conn.execute(queries.get_service, values)).fetchone()
    return _service(row) if row else None


async def hold_service(conn: Conn, service_id: ProgramId) -> Service | None:
    """Lock a service, whoever's it is, and read it."""
    row = await (await conn.execute(queries.hold_service, {"service_id": service_id})).fetchone()
    return _service(row) if row else None


async def public_service(conn: Conn, service_id: ProgramId) -> Service | None:
    """Read a service that takes people in, for its page."""
    row = await (await conn.execute(queries.public_service, {"service_id": service_id})).fetchone()
    return _service(row) if row else None


async def page_of_services(
    conn: Conn, account_id: AccountId, after: UUID | None, *, status: str | None, limit: int
) -> list[Service]:
    """Read an account's services, newest first."""
    values = {"account_id": account_id, "after": after, "status": status, "limit": limit}
    return [_service(row) for row in await (await conn.execute(queries.page_of_services, values)).fetchall()]


async def requested(conn: Conn, *, limit: int) -> list[Service]:
    """Read what waits for the operator, oldest first."""
    return [_service(row) for row in await (await conn.execute(queries.requested, {"limit": limit})).fetchall()]


async def several_services(conn: Conn, ids: Collection[ProgramId]) -> dict[ProgramId, Service]:
    """Read services, whoever's they are."""
    rows = await (await conn.execute(queries.several_services, {"ids": list(ids)})).fetchall()
    return {row[0]: _service(row) for row in rows}


async def put_service(conn: Conn, one: Service) -> None:
    """Write a service as it is now; the caller holds it."""
    await conn.execute(
        queries.put_service,
        {
            "service_id": one.id,
            "account_id": one.account_id,
            "form": _write(one.form).decode(),
            "texts": _write(dict(one.texts)).decode(),
            "status": one.status.value,
            "reason": one.reason,
            "sender_id": one.sender_id,
            "decided_by": one.decided_by,
            "decided_at": one.decided_at,
        },
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """A live service behind a code, or the code alone (`program_id` None)."""

    digits: str
    connector_ids: tuple[ConnectorId, ...]
    country: str
    program_id: ProgramId | None
    account_id: AccountId | None
    sender_id: SenderId | None
    keyword: str
    status: Status | None
    form: Form | None
    texts: dict[Says, str]


async def services_on(conn: Conn, digits: Collection[str]) -> list[Behind]:
    """Read the live services of codes; a code without any is there once."""
    cursor = await conn.execute(queries.services_on, {"digits": list(digits)})
    return [
        Behind(
            row[0], tuple(row[1]), row[2], row[3], row[4], row[5], row[6] or "", Status(row[7]) if row[7] else None,
            _read_form(row[8]) if row[8] else None, _read_texts(row[9]) if row[9] else {},
        )
        for row in await cursor.fetchall()
    ]  # fmt: skip


async def last_sent(conn: Conn, pairs: Sequence[tuple[ProgramId, str]]) -> dict[tuple[ProgramId, str], MessageId]:
    """Read the last message of each program to a number."""
    values = {"programs": [one for one, _ in pairs], "numbers": [number for _, number in pairs]}
    return {(row[0], row[1]): row[2] for row in await (await conn.execute(queries.last_sent, values)).fetchall()}


async def monthly_counts(
    conn: Conn, account_id: AccountId, service_id: ProgramId, since: UUID
) -> list[tuple[int, int]]:
    """Read how many people got how many messages since an id: (messages, people)."""
    values = {"account_id": account_id, "program_id": service_id, "since": since}
    return [(row[0], row[1]) for row in await (await conn.execute(queries.monthly_counts, values)).fetchall()]


async def at_frequency(
    conn: Conn, account_id: AccountId, service_id: ProgramId, since: UUID, *, frequency: int
) -> tuple[int, int]:
    """Count subscribers who got so many messages or more since an id, and the most that one of these got."""
    values = {"account_id": account_id, "program_id": service_id, "since": since, "frequency": frequency}
    rows = await (await conn.execute(queries.at_frequency, values)).fetchall()
    return rows[0][0], rows[0][1]


async def page_of_subscribers(
    conn: Conn,
    account_id: AccountId,
    service_id: ProgramId,
    *,
    after: UUID | None,
    standings: Collection[Standing],
    number: str | None,
    limit: int,
) -> list[Subscriber]:
    """Read people of a service, newest contacts first."""
    values = {
        "account_id": account_id,
        "program_id": service_id,
        "after": after,
        "standings": [one.value for one in standings],
        "number": int(number) if number else None,
        "limit": limit,
    }
    rows = await (await conn.execute(queries.page_of_subscribers, values)).fetchall()
    return [Subscriber(service_id, row[0], str(row[1]), Standing(row[2]), row[3], row[4], row[5]) for row in rows]


async def lock_attempts(conn: Conn, source: str) -> None:
    """Let who asks at the same time from one place wait, so that each is counted."""
    await conn.execute(queries.lock_attempts, {"source": source})


async def note_attempt(conn: Conn, source: str, now: datetime) -> None:
    """Remember that somebody asked to subscribe on a page."""
    await conn.execute(queries.note_attempt, {"source": source, "now": now})


async def attempts_since(conn: Conn, source: str, since: datetime) -> int:
    """Count how often an address asked since a moment."""
    cursor = await conn.execute(queries.attempts_since, {"source": source, "since": since})
    return (await cursor.fetchall())[0][0]


async def forget_attempts(conn: Conn, before: datetime) -> None:
    """Forget who asked before a moment."""
    await conn.execute(queries.forget_attempts, {"before": before})


def _code(row: Sequence[Any]) -> ShortCode:
    code_id, country, digits, connector_ids, note, created_at = row
    return ShortCode(ShortCodeId(code_id), country, digits, tuple(connector_ids), note, created_at)


def _service(row: Sequence[Any]) -> Service:
    service_id, account_id, *rest = row
    sender_id, keyword, status, form, texts, *decided = rest[6:]
    its = _read_form(form), _read_texts(texts)
    return Service(service_id, account_id, _code(rest[:6]), sender_id, keyword, Status(status), *its, *decided)
