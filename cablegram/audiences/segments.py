"""Saved segments: made, named, changed, deleted, and kept while a campaign needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import filters, store
from cablegram.audiences.filters import Given
from cablegram.audiences.model import Segment
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, NotFound
from cablegram.kit.ids import AccountId, CampaignId, SegmentId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment, and its filter as a person would write it today."""

    segment: Segment
    text: str


async def create(rt: Runtime, who: Principal, name: str, given: Given, *, description: str = "") -> Shown:
    """Save a filter. Raises BadFilter, InvalidInput (`bad_name`), Conflict (`segment_name_taken`)."""
    who.needs(Scope.CONTACTS)
    name, description = read_name(name), read_note(description)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await filters.read(conn, who.account_id, given)
        new = Segment(SegmentId(uuid7()), name, description, found, who.name, now, now)
        if not await store.insert_segment(conn, who.account_id, new):
            raise _name_taken(name)
        await _report(conn, who, new, "made")
        return await _shown(conn, who.account_id, new)


async def get(rt: Runtime, who: Principal, segment_id: SegmentId) -> Shown:
    """Return a segment. Raises NotFound (`segment_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        (found,) = await many(conn, who.account_id, [segment_id])
        return await _shown(conn, who.account_id, found)


async def named(rt: Runtime, who: Principal, name: str) -> Shown | None:
    """Return the segment of a name; None: there is none."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.segment_named(conn, who.account_id, name)
        return await _shown(conn, who.account_id, found) if found else None


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Shown]:
    """Return the account's segments, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.page_of_segments(conn, who.account_id, after, limit=limit)
        return [await _shown(conn, who.account_id, one) for one in found]


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """What to change of a segment; None stays."""

    name: str | None = None
    description: str | None = None
    filter: Given | None = None


async def change(rt: Runtime, who: Principal, segment_id: SegmentId, change: SegmentChange) -> Shown:
    """Change a segment. A campaign that runs on it goes on by the new filter with whoever has not had their turn.

    Raises BadFilter, InvalidInput (`bad_name`), NotFound (`segment_not_found`), Conflict (`segment_name_taken`).
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        held = await _held(conn, who.account_id, segment_id)
        new = replace(
            held,
            name=held.name if change.name is None else read_name(change.name),
            description=held.description if change.description is None else read_note(change.description),
            filter=held.filter if change.filter is None else await filters.read(conn, who.account_id, change.filter),
            updated_at=rt.clock.now(),
        )
        if not await store.change_segment(conn, who.account_id, new):
            raise _name_taken(new.name)
        await _report(conn, who, new, "changed")
        return await _shown(conn, who.account_id, new)


async def delete(rt: Runtime, who: Principal, segment_id: SegmentId) -> None:
    """Delete a segment. Raises NotFound (`segment_not_found`), Conflict (`segment_in_use`)."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        held = await _held(conn, who.account_id, segment_id)
        if await store.segment_users(conn, who.account_id, segment_id):
            message = (
                f"The segment {held.name} is used by a campaign that is not finished, so it can't be deleted now. "
                "Cancel the campaign or wait for its end."
            )
            raise Conflict("segment_in_use", message)
        await store.delete_segment(conn, who.account_id, segment_id)
        await _report(conn, who, replace(held, updated_at=rt.clock.now()), "deleted")


async def used_by(rt: Runtime, who: Principal, segment_id: SegmentId) -> list[CampaignId]:
    """Return the campaigns that need a segment to be there."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.segment_users(conn, who.account_id, segment_id)


async def many(conn: Conn, account_id: AccountId, segment_ids: Sequence[SegmentId]) -> list[Segment]:
    """Return segments in the order asked. Raises NotFound (`segment_not_found`) for the first that there is not."""
    found = await store.get_segments(conn, account_id, segment_ids)
    for segment_id in segment_ids:
        if segment_id not in found:
            raise _no_such_segment(segment_id)
    return [found[segment_id] for segment_id in segment_ids]


async def take(conn: Conn, account_id: AccountId, segment_ids: Sequence[SegmentId], *, campaign_id: CampaignId) -> None:
    """Keep segments from being deleted while a campaign needs them. Raises NotFound (`segment_not_found`)."""
    there = await store.segments_to_use(conn, account_id, segment_ids)
    for segment_id in segment_ids:
        if segment_id not in there:
            raise _no_such_segment(segment_id)
    await store.take_segments(conn, segment_ids, campaign_id)


async def give_back(conn: Conn, campaign_id: CampaignId) -> None:
    """Let segments be deleted again, as far as this campaign goes."""
    await store.give_segments_back(conn, campaign_id)


async def _held(conn: Conn, account_id: AccountId, segment_id: SegmentId) -> Segment:
    held = await store.hold_segment(conn, account_id, segment_id)
    if held is None:
        raise _no_such_segment(segment_id)
    return held


async def _shown(conn: Conn, account_id: AccountId, one: Segment) -> Shown:
    return Shown(one, await filters.written(conn, account_id, one.filter))


async def _report(conn: Conn, who: Principal, one: Segment, what: str) -> None:
    facts = {"name": one.name, "what": what, "by": who.name}
    await record(conn, [Event(Kind.SEGMENT_CHANGED, who.account_id, one.id, facts)], now=one.updated_at)


def _no_such_segment(segment_id: SegmentId) -> NotFound:
    return NotFound("segment_not_found", f"The account has no segment {segment_id}.")


def _name_taken(name: str) -> Conflict:
    message = f"There is already a segment named {name}. Choose another name."
    return Conflict("segment_name_taken", message, faults=[Fault("name", "segment_name_taken", message)])
