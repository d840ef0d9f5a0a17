"""Listen without a server: a stream keeps events, and whoever asks gets those after a number, or waits for them."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id
from cablegram.api.operation import Can, Resource
from cablegram.api.webhooks import Kinds
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, streaming

event_streams = Resource(
    "Event streams",
    "What webhooks tell, asked for by a program that no address leads to, such as `cablegram listen`.",
)

_LOOK = 0.5  # seconds between looks for something new


class NewStream(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A stream to be begun. Without `kinds` it hears of everything."""

    kinds: Kinds | UnsetType = UNSET


class StreamView(msgspec.Struct):
    """A stream."""

    id: Id
    secret: Annotated[str, Meta(description="Signs what you hand on, as a webhook's secret.", examples=["whsec_..."])]


class StreamAsked(msgspec.Struct, kw_only=True):
    """Which events of which stream."""

    stream_id: Annotated[UUID, Meta(description="The stream.")]
    after: Annotated[int, Meta(ge=0, le=2**62, description="The number of the last event seen.")] = 0
    limit: Annotated[int, Meta(ge=1, le=500, description="How many at most.")] = 100
    wait: Annotated[int, Meta(ge=0, le=5, description="How many seconds to wait for one, where there is none yet.")] = 0


class HeardView(msgspec.Struct):
    """An event."""

    id: Annotated[UUID, Meta(description="Its `webhook-id`.")]
    sequence: Annotated[int, Meta(description="Its number: the next call asks for those after it.")]
    kind: Annotated[str, Meta(description="What it tells.", examples=["message.delivered"])]
    body: Annotated[str, Meta(description="What a webhook would be sent, to the byte.")]


class HeardPage(msgspec.Struct):
    """Events of a stream, oldest first; none where nothing came in time."""

    items: list[HeardView]


@event_streams.call(
    "POST",
    "/v1/events/streams",
    "openEventStream",
    scope=Scope.WEBHOOKS,
    status=201,
    errors=(
        Can(400, "bad_webhook_kind", "one of the kinds is none"),
        Can(400, "account_needed", "the key belongs to no account"),
        Can(409, "too_many_webhooks", "the account has 50 webhooks and streams already"),
    ),
)
async def begin(rt: Runtime, who: Principal, body: NewStream) -> StreamView:
    """Begin to listen.

    The stream hears of what happens from now on. It goes by itself when nobody has asked for a day.
    """
    return StreamView(*await streaming.open_stream(rt, who, body.kinds or ["*"]))


@event_streams.call(
    "GET",
    "/v1/events/stream",
    "readEventStream",
    scope=Scope.WEBHOOKS,
    errors=(Can(404, "webhook_not_found", "the account has no such stream"),),
)
async def read(rt: Runtime, who: Principal, query: StreamAsked) -> HeardPage:
    """Get the events of a stream after a number.

    Ask again with the last number that you have dealt with: whatever breaks in between, nothing is lost.
    """
    until = asyncio.get_running_loop().time() + query.wait
    while True:
        found = await streaming.read(rt, who, query.stream_id, after=query.after, limit=query.limit)
        left = until - asyncio.get_running_loop().time()
        if found or left <= 0:
            return HeardPage([HeardView(one.id, one.sequence, one.kind, one.body) for one in found])
        await asyncio.sleep(min(_LOOK, left))


@event_streams.call(
    "DELETE",
    "/v1/events/streams/{stream_id}",
    "closeEventStream",
    scope=Scope.WEBHOOKS,
    status=204,
    errors=(Can(404, "webhook_not_found", "the account has no such stream"),),
)
async def end(rt: Runtime, who: Principal, stream_id: Id) -> None:
    """Stop listening."""
    await endpoints.delete(rt, who, stream_id)
