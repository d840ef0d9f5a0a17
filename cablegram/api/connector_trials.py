"""Test messages: one text straight to a connector's provider, and the provider's own answer (R128)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.connectors import NO_CONNECTOR, LinkView
from cablegram.api.fields import WORDS, Id, Moment, Recipient, Sender
from cablegram.api.operation import Can, Resource
from cablegram.connectors import trial
from cablegram.connectors.contract import LinkState
from cablegram.connectors.exchange_model import Exchange
from cablegram.runtime.runtime import Runtime

trials = Resource("Connector tests", "One message straight to a connector's provider, and the provider's own answer.")


class Trial(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A test message, to a phone of one's own."""

    to: Recipient
    text: Annotated[
        str, Meta(min_length=1, max_length=1_000, pattern=WORDS, description="What it says.", examples=["Hello there"])
    ] = "This is a test of Cablegram."
    sender: Sender | UnsetType = msgspec.field(name="from", default=UNSET)
    provider_values: (
        Annotated[
            dict[str, Any],
            Meta(description="What its provider wants of each message besides, such as `template_id` or `values`."),
        ]
        | UnsetType
    ) = UNSET


class SaidView(msgspec.Struct, kw_only=True):
    """A request to a provider and its answer, secrets taken out."""

    id: Id
    method: Annotated[str, Meta(description="How it was asked.", examples=["POST"])]
    url: Annotated[str, Meta(description="Where.")]
    request: Annotated[str, Meta(description="Headers, an empty line, and the body.")]
    status: Annotated[int | None, Meta(description="The answer's status; null: there was none.")]
    answer: Annotated[str, Meta(description="The answer's headers, an empty line, and its body.")]
    took_ms: Annotated[int, Meta(description="How many milliseconds it took.")]
    verdict: Annotated[str, Meta(description="What we made of it.")]


class TrialView(msgspec.Struct, kw_only=True):
    """What came of a test message."""

    is_good: Annotated[bool, Meta(description="Whether the provider took it; over SMPP, whether a bind stands.")]
    verdict: Annotated[
        str,
        Meta(
            description="taken, refused, throttled, temporary, lost, unwritten or turned_away; login_failed; over SMPP "
            "the state of the best link."
        ),
    ]
    code: Annotated[str, Meta(description="The provider's own code.", examples=["21211"])]
    words: Annotated[str, Meta(description="The provider's own words.")]
    explanation: Annotated[str, Meta(description="What it means, and what would follow, for people.")]
    provider_id: Annotated[str, Meta(description="The provider's id of it.")]
    said: Annotated[list[SaidView], Meta(description="What was said: a login first, where there is one.")]
    links: Annotated[list[LinkView], Meta(description="Of SMPP: what the links are doing.")]
    tested_at: Annotated[Moment | None, Meta(description="When the provider last took a test; null: never.")]


@trials.call(
    "POST",
    "/v1/connectors/{connector_id}/test",
    "testConnector",
    scope=Scope.ACCOUNT,
    errors=(
        NO_CONNECTOR,
        Can(403, "number_invalid", "no country has such a number"),
        Can(403, "provider_values_missing", "the provider wants more of each message: the sentence names it"),
        Can(403, "seal_broken", "its secrets were sealed with another key"),
    ),
)
async def test(rt: Runtime, who: Principal, connector_id: Id, body: Trial) -> TrialView:
    """Send a test message.

    Straight to the provider: nothing is charged, and the answer shows what was said. Once the provider took one,
    campaigns may go over the connector, and one that was paused goes on. Over SMPP nothing is sent: the bind is told.
    """
    found = await trial.run(
        rt,
        who,
        connector_id,
        to=body.to,
        text=body.text,
        sender=body.sender or "",
        values=body.provider_values or None,
    )
    return TrialView(
        is_good=found.is_good,
        verdict=found.verdict,
        code=found.code,
        words=found.words,
        explanation=found.explanation,
        provider_id=found.provider_id,
        said=[_view(one) for one in found.exchanges],
        links=[LinkView(one.number, LinkState(one.state), one.detail, one.since) for one in found.links],
        tested_at=found.connector.tested_at,
    )


def _view(one: Exchange) -> SaidView:
    return SaidView(
        id=one.id,
        method=one.method,
        url=one.url,
        request=one.request,
        status=one.status,
        answer=one.answer,
        took_ms=one.took_ms,
        verdict=one.verdict,
    )
