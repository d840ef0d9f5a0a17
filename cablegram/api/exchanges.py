"""What was said between us and providers, and calls of theirs played again (R129, R136)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.connectors import NO_CONNECTOR
from cablegram.api.fields import Id, Moment, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.connectors import exchanges as log
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.inbound import replaying
from cablegram.runtime.runtime import Runtime

exchanges = Resource(
    "Exchanges",
    "Requests and answers between us and providers, secrets taken out. For whoever may configure the connector.",
)

Verdict = Annotated[
    str,
    Meta(description="What we made of it: a message's fate, a receipt's, or why it was refused.", examples=["taken"]),
]
Messages = Annotated[list[UUID], Meta(description="The messages it was about, as far as they were known then.")]


class ExchangeView(msgspec.Struct, kw_only=True):
    """A request and its answer; of a callback the provider asked, and we answered."""

    id: Id
    kind: Annotated[Kind, Meta(description="What it was for.")]
    at: Moment
    took_ms: Annotated[int, Meta(description="How many milliseconds it took.")]
    message_ids: Messages
    method: Annotated[str, Meta(description="GET, POST ...", examples=["POST"])]
    url: Annotated[str, Meta(description="Which address was asked.")]
    request: Annotated[str, Meta(description="Headers, a line each; an empty line; the body. Cut where it is long.")]
    status: Annotated[int | None, Meta(description="Of the answer; null: there was none.", examples=[201])]
    answer: Annotated[str, Meta(description="The answer's headers and body, in the same form.")]
    verdict: Verdict


class ExchangePage(msgspec.Struct):
    """Exchanges, newest first."""

    items: list[ExchangeView]
    next: Next


class ExchangeFilter(Paging):
    """Which exchanges are wanted."""

    kind: Annotated[Kind, Meta(description="Of this kind.")] | UnsetType = UNSET
    message_id: Annotated[UUID, Meta(description="About this message.")] | UnsetType = UNSET


class ReplayView(msgspec.Struct, kw_only=True):
    """What came of a call that was played again."""

    id: Id
    before: Annotated[str, Meta(description="What was made of it before.", examples=["callback_forged"])]
    verdict: Verdict
    message_ids: Messages


@exchanges.call(
    "GET",
    "/v1/connectors/{connector_id}/exchanges",
    "listExchanges",
    scope=Scope.ACCOUNT,
    errors=(NO_CONNECTOR,),
)
async def page(rt: Runtime, who: Principal, connector_id: Id, query: ExchangeFilter) -> ExchangePage:
    """List what was said.

    Newest first, for as many days as the installation keeps it (`CABLEGRAM_EXCHANGE_DAYS`).
    """
    found = await log.page(
        rt,
        who,
        connector_id,
        before=query.after or None,
        message_id=query.message_id or None,
        kind=query.kind or None,
        limit=query.limit + 1,
    )
    items, following = cut(found, f"/v1/connectors/{connector_id}/exchanges", query)
    return ExchangePage([view(one) for one in items], following)


@exchanges.call(
    "POST",
    "/v1/exchanges/{exchange_id}/replay",
    "replayCallback",
    scope=Scope.ACCOUNT,
    errors=(
        Can(404, "exchange_not_found", "there is no such exchange, or it is kept no longer"),
        Can(403, "exchange_no_callback", "it is no call of a provider"),
        Can(403, "exchange_not_whole", "not all of it is kept"),
        Can(403, "callback_forged", "by the connector's secrets of today it is not the provider's"),
        Can(403, "callback_stale", "it was too old when it came"),
        Can(403, "callback_unreadable", "it can't be read"),
    ),
)
async def replay(rt: Runtime, who: Principal, exchange_id: Id) -> ReplayView:
    """Play a provider's call again.

    As it came, by the settings and secrets of today: after one of them was mended. What was taken in once is not taken
    in again.
    """
    found = await replaying.replay(rt, who, exchange_id)
    return ReplayView(
        id=found.exchange_id, before=found.before, verdict=found.verdict, message_ids=list(found.message_ids)
    )


def view(one: Exchange) -> ExchangeView:
    """Return how an exchange is shown."""
    return ExchangeView(
        id=one.id,
        kind=one.kind,
        at=one.at,
        took_ms=one.took_ms,
        message_ids=list(one.message_ids),
        method=one.method,
        url=one.url,
        request=one.request,
        status=one.status,
        answer=one.answer,
        verdict=one.verdict,
    )
