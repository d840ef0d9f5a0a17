"""Statements of the audiences room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString, cast
from uuid import UUID

import msgspec
from psycopg.errors import ForeignKeyViolation, QueryCanceled, UniqueViolation

from cablegram.audiences import filter_json
from cablegram.audiences.compiling import Condition
from cablegram.audiences.filter_check import Named
from cablegram.audiences.model import Found, Segment, Sort
from cablegram.contacts.model import Contact, Person, PhoneStatus, Statuses, Subscription
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import AccountId, CampaignId, ContactId, ListId, ProgramId, SegmentId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

# The variables come as JSON text: psycopg's own reading of jsonb takes several times as long as this.
_read_variables = msgspec.json.Decoder(dict[str, str]).decode
_read_filter = msgspec.json.Decoder(dict[str, Any]).decode
_LOWEST: Final = UUID(int=0)
_PLACE: Final = "true /* condition */"


@dataclass(frozen=True, slots=True)
class Slice:
    """People who were found among so many that were looked at, `last` the last of those; None: there was nobody."""

    people: list[Person]
    looked_at: int
    last: ContactId | None


def with_condition(query: LiteralString, condition: Condition) -> LiteralString:
    """Put a condition in its place. It is made of words of ours alone (compiling.py), so it counts as a literal."""
    return cast("LiteralString", query.replace(_PLACE, condition.sql))


# People


async def people_of_lists(
    conn: Conn,
    account_id: AccountId,
    *,
    list_ids: Sequence[ListId],
    program_id: ProgramId | None,
    condition: Condition,
    after: ContactId | None,
    until: datetime,
    limit: int,
) -> Slice:
    """Look at the next people of lists and of a program, and return those of whom the condition holds."""
    values = {
        **condition.values,
        "account_id": account_id,
        "list_ids": list(list_ids),
        "program_id": program_id,
        "after": after or _LOWEST,
        "until": until,
        "limit": limit,
    }
    cursor = await conn.execute(with_condition(queries.people_of_lists, condition), values)
    return _slice(await cursor.fetchall())


async def people_of_account(
    conn: Conn, account_id: AccountId, condition: Condition, *, after: ContactId | None, until: datetime, limit: int
) -> Slice:
    """Look at an account's next contacts, and return those of whom the condition holds."""
    values = {**condition.values, "account_id": account_id, "after": after or _LOWEST, "until": until, "limit": limit}
    cursor = await conn.execute(with_condition(queries.people_of_account, condition), values)
    return _slice(await cursor.fetchall())


async def plan_for_all(conn: Conn, *, patience: float) -> None:
    """Let the statements of this transaction look at all contacts, for so many seconds each; 0: for ever."""
    await conn.execute(queries.plan_for_all, {"patience": f"{round(patience * 1000)}ms"})


async def counted(conn: Conn, query: LiteralString, values: Mapping[str, Any]) -> tuple[int, UUID | None]:
    """Run a statement that writes of contacts, and answers with a count and a last id.

    Raises Unavailable (`database_crowded`) where one of them was deleted meanwhile.
    """
    try:
        (row,) = await (await conn.execute(query, values)).fetchall()
    except ForeignKeyViolation as error:
        message = "A contact was deleted while it was told what they did. Nothing was done; it is tried again."
        raise Unavailable("database_crowded", message) from error
    return row[0], row[1]


async def database_time(conn: Conn) -> datetime:
    """Read the database's clock."""
    return (await (await conn.execute(queries.database_time)).fetchall())[0][0]


async def count_contacts(conn: Conn, account_id: AccountId, condition: Condition) -> int | None:
    """Count; None, and the transaction is lost, when that took longer than `plan_for_all` allows."""
    return await _counted(conn, account_id, queries.count_contacts, condition)


async def count_some(conn: Conn, account_id: AccountId, condition: Condition) -> int | None:
    """Count among one contact in 64; None as `count_contacts`."""
    return await _counted(conn, account_id, queries.count_some, condition)


async def _counted(conn: Conn, account_id: AccountId, query: LiteralString, condition: Condition) -> int | None:
    values = {**condition.values, "account_id": account_id}
    try:
        # A plan that is made once would not know how many a value finds.
        cursor = await conn.execute(with_condition(query, condition), values, prepare=False)
    except QueryCanceled:
        return None
    return (await cursor.fetchall())[0][0]


async def page(
    conn: Conn, account_id: AccountId, condition: Condition, sort: Sort, *, after: UUID | None, limit: int
) -> list[Found] | None:
    """Read contacts of whom a condition holds; None as `count_contacts`."""
    queries_by_sort: dict[Sort, LiteralString] = {
        Sort.NEWEST: queries.newest,
        Sort.OLDEST: queries.oldest,
        Sort.NUMBER: queries.by_number,
    }
    query = queries_by_sort[sort]
    values = {**condition.values, "account_id": account_id, "after": after, "limit": limit}
    try:
        cursor = await conn.execute(with_condition(query, condition), values, prepare=False)
    except QueryCanceled:
        return None
    return [_found(row) for row in await cursor.fetchall()]


async def ids_after(
    conn: Conn, account_id: AccountId, condition: Condition, *, after: ContactId | None, limit: int
) -> tuple[list[tuple[ContactId, str]], int, ContactId | None]:
    """Look at an account's next contacts; return (id, number) of those found, how many were looked at, and the last."""
    values = {**condition.values, "account_id": account_id, "after": after or _LOWEST, "limit": limit}
    rows = await (await conn.execute(with_condition(queries.ids_after, condition), values)).fetchall()
    return [(row[2], row[3]) for row in rows if row[2] is not None], rows[0][0], rows[0][1]


# Segments


async def insert_segment(conn: Conn, account_id: AccountId, new: Segment) -> bool:
    """Write a segment; False when another of the account has its name."""
    values = {**_written(account_id, new), "by": new.created_by, "now": new.created_at}
    return await (await conn.execute(queries.insert_segment, values)).fetchone() is not None


async def get_segments(conn: Conn, account_id: AccountId, segment_ids: Sequence[SegmentId]) -> dict[SegmentId, Segment]:
    """Read segments."""
    values = {"account_id": account_id, "segment_ids": list(segment_ids)}
    return {row[0]: _segment(row) for row in await (await conn.execute(queries.get_segments, values)).fetchall()}


async def segment_named(conn: Conn, account_id: AccountId, name: str) -> Segment | None:
    """Read the segment of a name."""
    row = await (await conn.execute(queries.segment_named, {"account_id": account_id, "name": name})).fetchone()
    return _segment(row) if row else None


async def page_of_segments(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Segment]:
    """Read segments, newest first."""
    values = {"account_id": account_id, "after": after, "limit": limit}
    return [_segment(row) for row in await (await conn.execute(queries.page_of_segments, values)).fetchall()]


async def hold_segment(conn: Conn, account_id: AccountId, segment_id: SegmentId) -> Segment | None:
    """Lock a segment and read it."""
    values = {"account_id": account_id, "segment_id": segment_id}
    row = await (await conn.execute(queries.hold_segment, values)).fetchone()
    return _segment(row) if row else None


async def change_segment(conn: Conn, account_id: AccountId, new: Segment) -> bool:
    """Write a segment that is held; False, and the transaction is lost, when another has that name."""
    try:
        await conn.execute(queries.change_segment, {**_written(account_id, new), "now": new.updated_at})
    except UniqueViolation:
        return False
    return True


async def delete_segment(conn: Conn, account_id: AccountId, segment_id: SegmentId) -> None:
    """Delete a segment."""
    await conn.execute(queries.delete_segment, {"account_id": account_id, "segment_id": segment_id})


async def segments_to_use(conn: Conn, account_id: AccountId, segment_ids: Sequence[SegmentId]) -> list[SegmentId]:
    """Lock segments against being deleted, and return those that there are."""
    values = {"account_id": account_id, "segment_ids": list(segment_ids)}
    return [row[0] for row in await (await conn.execute(queries.segments_to_use, values)).fetchall()]


async def take_segments(conn: Conn, segment_ids: Sequence[SegmentId], campaign_id: CampaignId) -> None:
    """Remember that a campaign uses segments."""
    await conn.execute(queries.take_segments, {"segment_ids": list(segment_ids), "campaign_id": campaign_id})


async def give_segments_back(conn: Conn, campaign_id: CampaignId) -> None:
    """Forget it."""
    await conn.execute(queries.give_segments_back, {"campaign_id": campaign_id})


async def segment_users(conn: Conn, account_id: AccountId, segment_id: SegmentId) -> list[CampaignId]:
    """Read which campaigns use a segment."""
    values = {"account_id": account_id, "segment_id": segment_id}
    return [row[0] for row in await (await conn.execute(queries.segment_users, values)).fetchall()]


# What filters name


async def things_named(conn: Conn, account_id: AccountId, wanted: Mapping[str, set[str]]) -> dict[str, list[Named]]:
    """Read the lists, programs, campaigns and tags that have these names or ids."""
    asked = {kind: [word.lower() for word in words] for kind, words in wanted.items()}
    campaigns = asked.get("campaign", [])
    values = {
        "account_id": account_id,
        "lists": asked.get("list", []),
        "programs": asked.get("program", []),
        "campaigns": campaigns,
        "campaign_ids": [found for word in campaigns if (found := _uuid(word))],
        "tags": asked.get("tag", []),
    }
    return _things(await (await conn.execute(queries.things_named, values)).fetchall())


async def things_known(conn: Conn, account_id: AccountId, *, limit: int) -> dict[str, list[Named]]:
    """Read the newest lists, programs, campaigns, and tags."""
    cursor = await conn.execute(queries.things_known, {"account_id": account_id, "limit": limit})
    return _things(await cursor.fetchall())


async def variables_known(conn: Conn, account_id: AccountId) -> list[str]:
    """Read the names of what people have values of."""
    cursor = await conn.execute(queries.variables_known, {"account_id": account_id})
    return [row[0] for row in await cursor.fetchall()]


def _things(rows: Sequence[Sequence[Any]]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for kind, key, name in rows:
        found.setdefault(kind, []).append(Named(key, name))
    return found


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


def _written(account_id: AccountId, new: Segment) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "segment_id": new.id,
        "name": new.name,
        "description": new.description,
        "filter": msgspec.json.encode(filter_json.write(new.filter)).decode(),
    }


def _segment(row: Sequence[Any]) -> Segment:
    segment_id, name, description, written, created_by, created_at, updated_at = row
    found = filter_json.read(_read_filter(written))
    return Segment(segment_id, name, description, found, created_by, created_at, updated_at)


def _slice(rows: Sequence[Sequence[Any]]) -> Slice:
    looked_at, last, *_ = rows[0]
    return Slice([_person(row[2:]) for row in rows if row[2] is not None], looked_at, last)


def _person(row: Sequence[Any]) -> Person:
    contact_id, number, country, variables, phone, said, is_number_new = row
    statuses = Statuses(PhoneStatus(phone), Subscription(said) if said else None)
    return Person(contact_id, number, country, _read_variables(variables), statuses, is_number_new)


def _found(row: Sequence[Any]) -> Found:
    contact_id, number, country, variables, created_at, updated_at, phone, said, source, at, tags = row
    who = contact_id, number, country, _read_variables(variables), created_at, updated_at
    contact = Contact(*who, PhoneStatus(phone), Subscription(said) if said else None, source, at)
    return Found(contact, tags)
