"""Statements about reminders of subscriptions and notices of carriers. Private to the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, ContactId, ProgramId, ShortCodeId
from cablegram.programs.model import Standing
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.sms_services.model import NewNotice, Notice, NoticeKind, ShortCode

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come; `standing` None: who it is for is no subscriber any more."""

    program_id: ProgramId
    number: str
    joined_at: datetime
    contact_id: ContactId | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a subscriber is to be reminded."""

    account_id: AccountId
    program_id: ProgramId
    number: str
    joined_at: datetime
    due_at: datetime


async def put_reminders(conn: Conn, new: Sequence[Reminder]) -> None:
    """Write when subscribers are reminded next, in place of what was there."""
    values = {
        "accounts": [one.account_id for one in new],
        "programs": [one.program_id for one in new],
        "numbers": [int(one.number) for one in new],
        "joined": [one.joined_at for one in new],
        "due": [one.due_at for one in new],
    }
    await conn.execute(queries.put_reminders, values)


async def drop_reminders(conn: Conn, gone: Collection[tuple[ProgramId, str]]) -> None:
    """Remind nobody of these any more."""
    values = {"programs": [one for one, _ in gone], "numbers": [int(number) for _, number in gone]}
    await conn.execute(queries.drop_reminders, values)


async def accounts_to_remind(conn: Conn, now: datetime, *, limit: int) -> list[AccountId]:
    """Read whose subscribers are to be reminded by now."""
    cursor = await conn.execute(queries.accounts_to_remind, {"now": now, "limit": limit})
    return [row[0] for row in await cursor.fetchall()]


async def hold_due_reminders(conn: Conn, accounts: Collection[AccountId], now: datetime, *, limit: int) -> list[Due]:
    """Lock reminders that are due and that nobody else has, and read them."""
    values = {"accounts": list(accounts), "now": now, "limit": limit}
    cursor = await conn.execute(queries.hold_due_reminders, values)
    return [
        Due(row[0], str(row[1]), row[2], row[3], Standing(row[4]) if row[4] else None)
        for row in await cursor.fetchall()
    ]


async def put_off_reminders(conn: Conn, later: Sequence[tuple[ProgramId, str, datetime | None, datetime]]) -> None:
    """Write when reminders are due and looked at next: (program, number, due or None as it was, look)."""
    values = {
        "programs": [one for one, *_ in later],
        "numbers": [int(number) for _, number, *_ in later],
        "due": [due for *_, due, _ in later],
        "look": [look for *_, look in later],
    }
    await conn.execute(queries.put_off_reminders, values)


async def code_by_digits(conn: Conn, digits: str, country: str | None) -> ShortCode | None:
    """Read a code of the stock; without a country the first of that number."""
    row = await (await conn.execute(queries.code_by_digits, {"digits": digits, "country": country})).fetchone()
    return ShortCode(ShortCodeId(row[0]), row[1], row[2], tuple(row[3]), row[4], row[5]) if row else None


async def insert_notices(
    conn: Conn, code_id: ShortCodeId, new: Sequence[tuple[UUID, NewNotice]], *, how: str, now: datetime
) -> set[UUID]:
    """Write notices; return those that were not there."""
    values: dict[str, Any] = {
        "code_id": code_id,
        "ids": [its_id for its_id, _ in new],
        "kinds": [one.kind.value for _, one in new],
        "numbers": [int(one.number) for _, one in new],
        "new_numbers": [int(one.new_number) if one.new_number else None for _, one in new],
        "said": [one.said_at for _, one in new],
        "how": how,
        "now": now,
    }
    return {row[0] for row in await (await conn.execute(queries.insert_notices, values)).fetchall()}


async def count_notices(conn: Conn, services: Sequence[tuple[UUID, int]]) -> None:
    """Write how many subscriptions notices changed."""
    values = {"ids": [its_id for its_id, _ in services], "services": [n for _, n in services]}
    await conn.execute(queries.count_notices, values)


async def memberships_on(
    conn: Conn, code_id: ShortCodeId, numbers: Collection[str]
) -> list[tuple[AccountId, ProgramId, ContactId, str, datetime]]:
    """Read what numbers have to do with the services of a code, and since when."""
    values = {"code_id": code_id, "numbers": [int(number) for number in numbers]}
    cursor = await conn.execute(queries.memberships_on, values)
    return [(row[0], row[1], row[2], str(row[3]), row[4]) for row in await cursor.fetchall()]


async def notices_of(
    conn: Conn, account_id: AccountId, service_id: ProgramId, *, after: UUID | None, limit: int
) -> list[Notice]:
    """Read what carriers said of the people of a service, newest first."""
    values = {"account_id": account_id, "program_id": service_id, "after": after, "limit": limit}
    return [
        Notice(row[0], NoticeKind(row[1]), str(row[2]), str(row[3]) if row[3] else None, *row[4:])
        for row in await (await conn.execute(queries.notices_of, values)).fetchall()
    ]


async def move_reminders(conn: Conn, moved: Sequence[tuple[ProgramId, str, str]]) -> None:
    """Let new numbers be reminded when the old ones were."""
    values = {
        "programs": [one for one, *_ in moved],
        "numbers": [int(number) for _, number, _ in moved],
        "new_numbers": [int(number) for *_, number in moved],
    }
    await conn.execute(queries.move_reminders, values)
