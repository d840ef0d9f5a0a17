"""Statements of imports: the table where a file's rows wait, and what puts them in their place. Private to the room."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg.errors import OperationalError

from cablegram.contacts.model import Effects, ImportResult, NewPerson, PastImport
from cablegram.kit.ids import AccountId, CampaignId, EvidenceId, ListId, uuid7, uuid7s
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_read_result = msgspec.json.Decoder(ImportResult).decode
_write_result = msgspec.json.Encoder().encode
IMPORTS_KEPT = 20  # of each list


@dataclass(frozen=True, slots=True)
class Grounds:
    """The events of evidence on which what an import says of people will rest; recorded are those that are needed."""

    yes: EvidenceId
    no: EvidenceId
    unsaid: EvidenceId  # that nothing is known

    @classmethod
    def fresh(cls) -> Grounds:
        """Make ids for them."""
        return cls(*(EvidenceId(uuid7()) for _ in range(3)))

    def parameters(self) -> dict[str, UUID]:
        """Return them as the statements want them."""
        return {"yes": self.yes, "no": self.no, "unsaid": self.unsaid}


@dataclass(frozen=True, slots=True)
class Rests:
    """How many people's subscription rests on an event, the digest of their numbers, and what was said of them."""

    evidence_id: EvidenceId
    count: int
    digest: bytes
    subscription: str
    source: str


async def make_staging(conn: Conn) -> None:
    """Make sure that the connection has an empty table for the rows of a file."""
    await conn.execute(queries.make_staging)
    await conn.execute(queries.clear_staging)


async def clear_staging(conn: Conn) -> None:
    """Throw the rows away; if the database is gone, they went with it, and an import that was done stays done."""
    with contextlib.suppress(OperationalError):
        await conn.execute(queries.clear_staging)


async def copy_staging(conn: Conn, people: Sequence[NewPerson]) -> None:
    """Keep rows of a file, each with the id its contact will have if it is new."""
    rows = [
        (fresh, one.line, one.number, one.country, one.variables, one.phone_status, one.subscription)
        for fresh, one in zip(uuid7s(len(people)), people, strict=True)
    ]
    types = ["uuid", "int4", "text", "text", "text", "text", "text"]
    await copy_rows(conn, queries.copy_staging, types, rows)


async def plan_for_bulk(conn: Conn) -> None:
    """Let this transaction read whole tables, with room to sort and hash."""
    await conn.execute(queries.plan_for_bulk)
    await conn.execute(queries.analyze_staging)


async def drop_superseded(conn: Conn) -> int:
    """Drop rows whose number comes again later; return how many."""
    return (await conn.execute(queries.drop_superseded)).rowcount


async def count_effects(conn: Conn, account_id: AccountId, list_id: ListId | None) -> Effects:
    """Count what putting the rows in their place would do."""
    cursor = await conn.execute(queries.count_effects, {"account_id": account_id, "list_id": list_id})
    return Effects(*(await cursor.fetchall())[0])


async def update_contacts(conn: Conn, account_id: AccountId, now: datetime) -> int:
    """Give contacts that are known the values of the file; return how many changed by it."""
    return (await conn.execute(queries.update_contacts, {"account_id": account_id, "now": now})).rowcount


async def update_phones(conn: Conn, account_id: AccountId, now: datetime) -> None:
    """Give contacts that are known what the file says of their phones."""
    await conn.execute(queries.update_phone_statuses, {"account_id": account_id, "now": now})


async def update_subscriptions(
    conn: Conn, account_id: AccountId, *, source: str, grounds: Grounds, now: datetime
) -> None:
    """Give contacts that are known the file's subscriptions."""
    values = {"account_id": account_id, "now": now, "source": source or None, **grounds.parameters()}
    await conn.execute(queries.update_subscriptions, values)


async def insert_contacts(conn: Conn, account_id: AccountId, *, source: str, grounds: Grounds, now: datetime) -> int:
    """Write those that are not known, with the file's statuses; return how many."""
    values = {"account_id": account_id, "source": source or None, "now": now, **grounds.parameters()}
    return (await conn.execute(queries.insert_contacts, values)).rowcount


async def count_declined(conn: Conn, account_id: AccountId) -> int:
    """Count whom the file subscribes against a no of theirs."""
    return (await (await conn.execute(queries.count_declined, {"account_id": account_id})).fetchall())[0][0]


async def resting(conn: Conn, account_id: AccountId, grounds: Grounds) -> list[Rests]:
    """Read whose subscription rests on these events now; those that are not needed are left out."""
    asked = {"account_id": account_id, "evidence_ids": list(grounds.parameters().values())}
    return [Rests(*row) for row in await (await conn.execute(queries.resting, asked)).fetchall()]


async def delete_members(conn: Conn, account_id: AccountId, list_id: ListId) -> int:
    """Take off the list who is not in the file; return how many."""
    return (await conn.execute(queries.delete_members, {"account_id": account_id, "list_id": list_id})).rowcount


async def insert_members(conn: Conn, account_id: AccountId, list_id: ListId) -> int:
    """Put everybody of the file on the list; return how many were not on it."""
    return (await conn.execute(queries.insert_members, {"account_id": account_id, "list_id": list_id})).rowcount


async def insert_campaign_list(conn: Conn, account_id: AccountId, campaign_id: CampaignId, now: datetime) -> ListId:
    """Make the list of one campaign, empty; return its id."""
    list_id = ListId(uuid7())
    values = {"list_id": list_id, "account_id": account_id, "name": f"Campaign {campaign_id}", "now": now}
    await conn.execute(queries.insert_campaign_list, {**values, "campaign_id": campaign_id})
    return list_id


async def insert_import(
    conn: Conn, account_id: AccountId, list_id: ListId, result: ImportResult, *, file_name: str, now: datetime
) -> None:
    """Write down what came of an import, and forget all but the last ones of the list."""
    whose = {"account_id": account_id, "list_id": list_id}
    written = {"import_id": result.id, "now": now, "file_name": file_name, "result": _write_result(result).decode()}
    await conn.execute(queries.insert_import, {**whose, **written})
    await conn.execute(queries.forget_imports, {**whose, "kept": IMPORTS_KEPT})


async def get_import(conn: Conn, account_id: AccountId, list_id: ListId, import_id: UUID) -> PastImport | None:
    """Read what came of an import."""
    asked = {"account_id": account_id, "list_id": list_id, "import_id": import_id}
    row = await (await conn.execute(queries.get_import, asked)).fetchone()
    return PastImport(row[0], row[1], _read_result(row[2])) if row else None


async def any_list_used(conn: Conn, account_id: AccountId) -> bool:
    """Tell whether a campaign needs any list of the account as it is."""
    row = await (await conn.execute(queries.any_list_used, {"account_id": account_id})).fetchone()
    return row is not None and row[0]


async def replace_all(conn: Conn, account_id: AccountId, *, now: datetime) -> int:
    """Give the people of a file its values and no others, and take away who is not in it; return how many went."""
    whose = {"account_id": account_id, "now": now}
    await conn.execute(queries.keep_absent, whose)
    await conn.execute(queries.absent_leave, {"account_id": account_id})
    gone = (await conn.execute(queries.delete_absent, {"account_id": account_id})).rowcount
    await conn.execute(queries.set_all_variables, whose)
    return gone
