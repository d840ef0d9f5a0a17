"""How connectors fare, by country (R129): counted once a minute from what became of messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.connectors import NO_CONNECTOR
from cablegram.api.fields import CountryCode, Id, Moment
from cablegram.api.operation import Resource
from cablegram.routing import measure
from cablegram.routing.health import Fared, Share
from cablegram.runtime.runtime import Runtime

healths = Resource("Connector health", "What each connector takes and delivers in each country, and how fast.")


class Lately(msgspec.Struct, kw_only=True):
    """How far to look back."""

    minutes: Annotated[int, Meta(ge=1, le=10_080, description="Minutes, up to a week.")] = 60


class ShareView(msgspec.Struct, kw_only=True):
    """How many of how many, and between which bounds the truth lies in 19 of 20 cases (Wilson)."""

    good: Annotated[int, Meta(description="How many went well.")]
    total: Annotated[int, Meta(description="Of how many.")]
    low: Annotated[float, Meta(description="From 0 to 1.")]
    high: Annotated[float, Meta(description="From 0 to 1.")]


class FaredView(msgspec.Struct, kw_only=True):
    """How a connector fared in a country."""

    country: CountryCode
    accepted: Annotated[ShareView, Meta(description="What the gateway took of what it answered.")]
    delivered: Annotated[
        ShareView, Meta(description="What was delivered of what has a receipt, or should have by now.")
    ]
    p95_seconds: Annotated[
        float | None,
        Meta(description="In how many seconds 95 of 100 receipts came; null: none came. 3600 or more: 3600."),
    ]


class HealthView(msgspec.Struct, kw_only=True):
    """How a connector fared lately, the busiest country first."""

    connector_id: Id
    minutes: Annotated[int, Meta(description="Over how many minutes it was measured.")]
    away_since: Annotated[
        Moment | None, Meta(description="Since when messages choose others where a rule has one; null: it is not away.")
    ]
    away_why: Annotated[str, Meta(description="Why it is away.")]
    countries: list[FaredView]


@healths.call(
    "GET", "/v1/connectors/{connector_id}/health", "getConnectorHealth", scope=Scope.READ, errors=(NO_CONNECTOR,)
)
async def health(rt: Runtime, who: Principal, connector_id: Id, query: Lately) -> HealthView:
    """Tell how a connector fares.

    By country: what its gateway takes, what is delivered, how long receipts take; counted once a minute. Of the
    operator's connectors only to the operator.
    """
    found = await measure.of_connector(rt, who, connector_id, past=timedelta(minutes=query.minutes))
    away = await measure.away(rt, who, connector_id)
    return HealthView(
        connector_id=connector_id,
        minutes=query.minutes,
        away_since=away.since,
        away_why=away.why,
        countries=[_fared(one) for one in found],
    )


def _fared(one: Fared) -> FaredView:
    seconds = one.p95
    return FaredView(
        country=one.country,
        accepted=_share(one.acceptance),
        delivered=_share(one.receipts),
        p95_seconds=None if seconds is None else round(seconds, 1),
    )


def _share(share: Share) -> ShareView:
    low, high = share.bounds
    return ShareView(good=share.good, total=share.total, low=round(low, 4), high=round(high, 4))
