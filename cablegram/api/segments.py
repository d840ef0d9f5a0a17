"""Segments: saved filters over the people of an account, and counts of filters that are not saved."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.contacts import BAD_FILTER, ContactPage, view
from cablegram.api.fields import NO_NULL, Id, Moment, Name, Next, Note, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.audiences import filter_json, people
from cablegram.audiences import segments as saved
from cablegram.audiences.filter_model import LONGEST_TEXT
from cablegram.audiences.model import Counted
from cablegram.audiences.segments import SegmentChange, Shown
from cablegram.kit.ids import SegmentId
from cablegram.runtime.runtime import Runtime

segments = Resource("Segments", "Saved filters over people. Who is in one is found out whenever it is asked.")

FilterField = Annotated[
    Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT, pattern=NO_NULL)] | dict[str, Any],
    Meta(
        description="A filter, as people write it, `city = Madrid and (tag = vip or points >= 100) and delivered in "
        'last 30 days`, or as JSON, `{"all": [{"field": "city", "op": "is", "values": ["Madrid"]}, ...]}` '
        "with `all`, `any` and `not`; a part asks for a `field` of the account's or for `what` every contact has. "
        "Groups stand in one another on at most 10 levels, with at most 50 conditions.",
        examples=["country = ES and subscription = subscribed", {"what": "country", "op": "is", "values": ["ES"]}],
    ),
]


class NewSegment(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A segment to save."""

    name: Name
    filter: FilterField
    description: Note = ""


class ChangedSegment(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a segment; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Note | UnsetType = UNSET
    filter: FilterField | UnsetType = UNSET


class SegmentView(msgspec.Struct, kw_only=True):
    """A segment."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Regulars of Madrid"])]
    description: Annotated[str, Meta(description="What it is for.")]
    filter: Annotated[
        str,
        Meta(
            description="Its filter as people write it, with the names that lists, programs and campaigns have now.",
            examples=["country = ES and subscription = subscribed"],
        ),
    ]
    filter_json: Annotated[
        dict[str, Any], Meta(description="The same as JSON, as it is kept: lists, programs and campaigns by their ids.")
    ]
    created_by: Annotated[str, Meta(description="Who saved it.")]
    created_at: Moment
    updated_at: Moment


class SegmentPage(msgspec.Struct):
    """Segments, newest first."""

    items: list[SegmentView]
    next: Next


class FilterToCount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A filter to count, without saving it."""

    filter: FilterField


class CountView(msgspec.Struct, kw_only=True):
    """How many people a filter finds."""

    count: Annotated[int, Meta(description="How many people.", examples=[1204])]
    is_about: Annotated[
        bool, Meta(description="Counting took more than a second, so this is an estimate by one contact in 64.")
    ]


_NO_SEGMENT = Can(404, "segment_not_found", "the account has no such segment")
_TAKEN = Can(409, "segment_name_taken", "another segment of the account has that name")
_BAD_NAME = Can(400, "bad_name", "the name or description is not one line")


@segments.call("GET", "/v1/segments", "listSegments", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> SegmentPage:
    """List segments.

    Newest first.
    """
    found = await saved.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut([_view(one) for one in found], "/v1/segments", query)
    return SegmentPage(list(items), following)


@segments.call(
    "POST",
    "/v1/segments",
    "createSegment",
    scope=Scope.CONTACTS,
    status=201,
    errors=(*BAD_FILTER, _BAD_NAME, _TAKEN),
)
async def create(rt: Runtime, who: Principal, body: NewSegment) -> SegmentView:
    """Save a filter as a segment."""
    return _view(await saved.create(rt, who, body.name, body.filter, description=body.description))


@segments.call("POST", "/v1/segments/count", "countFilter", scope=Scope.READ, errors=BAD_FILTER)
async def count(rt: Runtime, who: Principal, body: FilterToCount) -> CountView:
    """Count whom a filter finds, without saving it.

    Quick enough to be asked while somebody types. Where a filter takes long, the answer is an estimate and says so.
    """
    return _count(await people.count(rt, who, body.filter))


@segments.call("GET", "/v1/segments/{segment_id}", "getSegment", scope=Scope.READ, errors=(_NO_SEGMENT,))
async def get(rt: Runtime, who: Principal, segment_id: Id) -> SegmentView:
    """Get one segment."""
    return _view(await saved.get(rt, who, SegmentId(segment_id)))


@segments.call(
    "PATCH",
    "/v1/segments/{segment_id}",
    "changeSegment",
    scope=Scope.CONTACTS,
    errors=(*BAD_FILTER, _BAD_NAME, _NO_SEGMENT, _TAKEN),
)
async def change(rt: Runtime, who: Principal, segment_id: Id, body: ChangedSegment) -> SegmentView:
    """Change a segment.

    A campaign that runs on it goes on by the new filter: people are judged when their turn comes.
    """
    wanted = SegmentChange(
        name=body.name or None,
        description=None if body.description is UNSET else body.description,
        filter=body.filter or None,
    )
    return _view(await saved.change(rt, who, SegmentId(segment_id), wanted))


@segments.call(
    "DELETE",
    "/v1/segments/{segment_id}",
    "deleteSegment",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_SEGMENT, Can(409, "segment_in_use", "a campaign that is not finished uses it")),
)
async def delete(rt: Runtime, who: Principal, segment_id: Id) -> None:
    """Delete a segment; nothing happens to its people."""
    await saved.delete(rt, who, SegmentId(segment_id))


@segments.call(
    "GET",
    "/v1/segments/{segment_id}/count",
    "countSegment",
    scope=Scope.READ,
    errors=(_NO_SEGMENT, Can(503, "filter_slow", "it has to look at too much to be answered in time")),
)
async def size(rt: Runtime, who: Principal, segment_id: Id) -> CountView:
    """Count the people of a segment."""
    found = await saved.get(rt, who, SegmentId(segment_id))
    return _count(await people.count(rt, who, found.segment.filter))


@segments.call(
    "GET",
    "/v1/segments/{segment_id}/contacts",
    "listSegmentContacts",
    scope=Scope.READ,
    errors=(_NO_SEGMENT, Can(503, "filter_slow", "it has to look at too much to be answered in time")),
)
async def members(rt: Runtime, who: Principal, segment_id: Id, query: Paging) -> ContactPage:
    """List the people of a segment.

    The newest contacts first.
    """
    found = await saved.get(rt, who, SegmentId(segment_id))
    some = await people.page(rt, who, found.segment.filter, after=query.after or None, limit=query.limit + 1)
    items, following = cut([one.contact for one in some], f"/v1/segments/{segment_id}/contacts", query)
    return ContactPage([view(one) for one in items], following)


def _view(one: Shown) -> SegmentView:
    kept = one.segment
    return SegmentView(
        id=kept.id,
        name=kept.name,
        description=kept.description,
        filter=one.text,
        filter_json=filter_json.write(kept.filter),
        created_by=kept.created_by,
        created_at=kept.created_at,
        updated_at=kept.updated_at,
    )


def _count(found: Counted) -> CountView:
    return CountView(count=found.count, is_about=found.is_about)
