"""Messages that were refused, so that a developer finds what went wrong days later."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Moment, Next, Paging
from cablegram.api.operation import Resource
from cablegram.api.paging import cut
from cablegram.messages import refused
from cablegram.runtime.runtime import Runtime

refusals = Resource("Refused messages", "What was handed in and not accepted, kept for a week.")

_PATH = "/v1/refused_messages"


class RefusedView(msgspec.Struct, kw_only=True, rename={"sender": "from"}):
    """A message that was not accepted; nothing was charged."""

    id: Id
    at: Moment
    endpoint: Annotated[str, Meta(description="Where it was handed in.", examples=["POST /v1/messages"])]
    to: Annotated[str, Meta(description="Whom it was for, as it was given; empty: the whole call was refused.")]
    sender: Annotated[str | None, Meta(description="What it was to come from, if that was said.")]
    client_ref: Annotated[str | None, Meta(description="Your own name for it.")]
    code: Annotated[str, Meta(description="Why, as a code that stays.", examples=["blacklisted"])]
    message: Annotated[str, Meta(description="What happened, why, and what to do.")]
    field: Annotated[str | None, Meta(description="The field it is about, if it is about one.")]


class RefusedPage(msgspec.Struct):
    """Refused messages, newest first."""

    items: list[RefusedView]
    next: Next


class RefusedFilter(Paging):
    """Which are wanted."""

    code: (
        Annotated[str, Meta(min_length=1, max_length=60, pattern=NO_NULL, description="Refused with this code.")]
        | UnsetType
    ) = UNSET


@refusals.call("GET", _PATH, "listRefusedMessages", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: RefusedFilter) -> RefusedPage:
    """List refused messages.

    Single messages and items of batches that were judged and not accepted, newest first; of one call the first hundred.
    Calls that were refused as a whole, since they break the schema or may not send, stand among them with an empty
    `to`; of many a minute the first.
    """
    found = await refused.page(rt, who, code=query.code or None, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, _PATH, query)
    views = [
        RefusedView(
            id=one.id,
            at=one.at,
            endpoint=one.endpoint,
            to=one.number,
            sender=one.sender,
            client_ref=one.client_ref,
            code=one.code,
            message=one.message,
            field=one.field,
        )
        for one in items
    ]
    return RefusedPage(views, following)
