"""To whom a campaign could go: what an account has to choose from, and what of it an audience names."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import read, segments
from cablegram.audiences.model import Audience
from cablegram.contacts import lists
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ListId, SegmentId
from cablegram.programs import people
from cablegram.programs.model import MEMBERS, Program
from cablegram.runtime.runtime import Runtime

_MOST = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is: lists, segments with their filters as text, programs with how many people are in them."""

    lists: list[ContactList]
    segments: list[segments.Shown]
    programs: list[tuple[Program, int]]

    @property
    def are_none(self) -> bool:
        """Tell whether there is nobody to go to."""
        return not (self.lists or self.segments or self.programs)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an audience names: `kind` is list, segment or program; `is_left_out`: whoever is in it is not."""

    kind: str
    id: UUID
    name: str
    is_left_out: bool = False


async def of_account(rt: Runtime, who: Principal) -> Choices:
    """Return what a campaign could go to: 200 lists and as many segments, the newest."""
    who.needs(Scope.READ)
    found, saved = await lists.page(rt, who, limit=_MOST), await segments.page(rt, who, limit=_MOST)
    async with rt.db.connection() as conn:
        programs = await people.of_account(conn, who.account_id)
        counts = await people.count(conn, who.account_id, [one.id for one in programs])
    return Choices(
        found,
        saved,
        [(one, sum(counts.get(one.id, {}).get(standing, 0) for standing in MEMBERS)) for one in programs],
    )


async def reach(rt: Runtime, who: Principal, audience: Audience) -> int:
    """Return how many people are in an audience, before any rule. Raises as `audiences.read.check`."""
    who.needs(Scope.READ)
    if audience.is_nobody:
        return 0
    async with rt.db.transaction() as conn:
        return await read.count(conn, who.account_id, audience, now=rt.clock.now())


async def parts(rt: Runtime, who: Principal, audience: Audience) -> list[Part]:
    """Return what an audience names; what was deleted since is left out."""
    who.needs(Scope.READ)
    found = [
        Part("list", list_id, name, list_id not in audience.list_ids)
        for list_id in audience.all_list_ids
        if (name := await _list(rt, who, list_id)) is not None
    ]
    found += [
        Part("segment", segment_id, name, segment_id not in audience.segment_ids)
        for segment_id in audience.all_segment_ids
        if (name := await _segment(rt, who, segment_id)) is not None
    ]
    if audience.program_id is not None:
        async with rt.db.connection() as conn:
            programs = await people.of_account(conn, who.account_id)
        found += [Part("program", one.id, one.name) for one in programs if one.id == audience.program_id]
    return found


async def _list(rt: Runtime, who: Principal, list_id: ListId) -> str | None:
    try:
        return (await lists.get(rt, who, list_id)).name
    except NotFound:
        return None


async def _segment(rt: Runtime, who: Principal, segment_id: SegmentId) -> str | None:
    try:
        return (await segments.get(rt, who, segment_id)).segment.name
    except NotFound:
        return None
