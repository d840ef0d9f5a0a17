"""`cablegram segment`: saved filters over people, and counts of filters that are not saved."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.audiences import filter_json, people, segments
from cablegram.audiences.model import Counted, Found
from cablegram.audiences.segments import SegmentChange, Shown
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import table
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import SegmentId
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_Filter = Annotated[str, Parameter(help="Such as: city = Madrid and tag = vip and delivered in last 30 days.")]
_AT_ONCE = 100


def create(
    name: str,
    filter_: _Filter,
    /,
    *,
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Save a filter as a segment."""

    async def deed(rt: Runtime) -> tuple[Shown, Counted]:
        _, who = await choosing.acting(rt, account)
        made = await segments.create(rt, who, name, filter_, description=description)
        return made, await people.count(rt, who, made.segment.filter)

    made, counted = act(place, deed)
    say(f"The segment {made.segment.name} is saved. {_counted(counted)}", _facts(made, counted), as_json=json)


def list_segments(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List segments, newest first."""

    async def deed(rt: Runtime) -> list[Shown]:
        _, who = await choosing.acting(rt, account)
        found = await segments.page(rt, who, limit=_AT_ONCE)
        while len(found) % _AT_ONCE == 0 and found:
            more = await segments.page(rt, who, after=found[-1].segment.id, limit=_AT_ONCE)
            if not more:
                break
            found += more
        return found

    found = act(place, deed)
    rows = [(one.segment.name, one.text) for one in found]
    say(
        table(("segment", "filter"), rows) if rows else "There are no segments.", list(map(_facts, found)), as_json=json
    )


def count(
    segment: Annotated[str | None, Parameter(help="By name or id.")] = None,
    /,
    *,
    filter_: Annotated[str | None, Parameter(name="--filter", help="Count a filter that is not saved.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Count the people of a segment, or of a filter."""

    async def deed(rt: Runtime) -> Counted:
        _, who = await choosing.acting(rt, account)
        if filter_ is not None:
            return await people.count(rt, who, filter_)
        return await people.count(rt, who, (await _segment(rt, who, segment or "")).segment.filter)

    found = act(place, deed)
    say(_counted(found), {"count": found.count, "is_about": found.is_about}, as_json=json)


def show(
    segment: Annotated[str, Parameter(help="By name or id.")],
    /,
    *,
    limit: Annotated[int, Parameter(help="How many of its people to list.")] = 10,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show a segment, how many people it has, and some of them."""

    async def deed(rt: Runtime) -> tuple[Shown, Counted, list[Found]]:
        _, who = await choosing.acting(rt, account)
        found = await _segment(rt, who, segment)
        kept = found.segment.filter
        return found, await people.count(rt, who, kept), await people.page(rt, who, kept, limit=limit)

    found, counted, some = act(place, deed)
    lines = [f"{found.segment.name}: {found.text}", _counted(counted), *(f"+{one.contact.number}" for one in some)]
    facts = {**_facts(found, counted), "contacts": [f"+{one.contact.number}" for one in some]}
    say("\n".join(lines), facts, as_json=json)


def change(
    segment: Annotated[str, Parameter(help="By name or id.")],
    /,
    *,
    name: str | None = None,
    filter_: Annotated[str | None, Parameter(name="--filter", help="Another filter.")] = None,
    description: str | None = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Change a segment; a campaign that runs on it goes on by the new filter."""

    async def deed(rt: Runtime) -> Shown:
        _, who = await choosing.acting(rt, account)
        found = await _segment(rt, who, segment)
        return await segments.change(rt, who, found.segment.id, SegmentChange(name, description, filter_))

    changed = act(place, deed)
    say(f"The segment {changed.segment.name} is changed: {changed.text}", _facts(changed), as_json=json)


def delete(
    segment: Annotated[str, Parameter(help="By name or id.")],
    /,
    *,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Delete a segment; nothing happens to its people."""

    async def deed(rt: Runtime) -> Shown:
        _, who = await choosing.acting(rt, account)
        found = await _segment(rt, who, segment)
        await segments.delete(rt, who, found.segment.id)
        return found

    gone = act(place, deed)
    say(f"The segment {gone.segment.name} is deleted.", _facts(gone), as_json=json)


async def _segment(rt: Runtime, who: Principal, which: str) -> Shown:
    try:
        return await segments.get(rt, who, SegmentId(UUID(which)))
    except (ValueError, NotFound):
        found = await segments.named(rt, who, which)  # a name may look like an id
    if found is None:
        message = f"The account has no segment {which}. See them with: cablegram segment list"
        raise NotFound("segment_not_found", message)
    return found


def _counted(found: Counted) -> str:
    people_ = "1 person" if found.count == 1 else f"{found.count:,} people"
    return f"About {people_}, by a sample." if found.is_about else f"{people_[0].upper()}{people_[1:]}."


def _facts(one: Shown, counted: Counted | None = None) -> dict[str, Any]:
    kept = one.segment
    facts: dict[str, Any] = {
        "id": kept.id, "name": kept.name, "description": kept.description, "filter": one.text,
        "filter_json": filter_json.write(kept.filter),
    }  # fmt: skip
    return facts if counted is None else {**facts, "count": counted.count, "is_about": counted.is_about}
