"""One message's story (R50): all that happened to it, and what it looks like on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.exchanges import ExchangeView
from cablegram.api.exchanges import view as exchange
from cablegram.api.fields import Id, Moment
from cablegram.api.messages import NO_MESSAGE, MessageView, messages, view
from cablegram.messages import story
from cablegram.runtime.runtime import Runtime


class Step(msgspec.Struct):
    """One thing that happened to a message."""

    at: Moment
    kind: Annotated[str, Meta(description="What happened: a state, or a kind of event.", examples=["submitted"])]
    part: Annotated[int, Meta(description="Which part it is about; 0 is the whole message.")]
    detail: Annotated[str, Meta(description="The evidence, for people.")]


class Timeline(msgspec.Struct):
    """All that happened to a message, oldest first."""

    message: MessageView
    items: list[Step]


class PduField(msgspec.Struct):
    """A field of a PDU."""

    name: Annotated[str, Meta(description="As SMPP 3.4 names it, section 4.4.1.", examples=["data_coding"])]
    value: Annotated[str, Meta(description="Octets in hexadecimal, numbers and texts as they are.", examples=["0x00"])]


class PartView(msgspec.Struct):
    """A part of a message as it goes over the wire."""

    part: Annotated[int, Meta(description="1, 2, 3 ...")]
    pdu: Annotated[str, Meta(description="The submit_sm, in hexadecimal.", examples=["0000003c00000004..."])]
    fields: Annotated[list[PduField], Meta(description="What a reader of SMPP finds in it.")]


class Parts(msgspec.Struct):
    """The parts of a message, or what went in their place."""

    items: list[PartView]
    exchanges: Annotated[
        list[ExchangeView] | None,
        Meta(
            description="Of a message that goes over HTTP: requests and answers, without secrets, for whoever may "
            "configure its connector, as long as they are kept. null: it goes by SMPP, or nowhere yet."
        ),
    ]


@messages.call("GET", "/v1/messages/{message_id}/timeline", "getTimeline", scope=Scope.READ, errors=(NO_MESSAGE,))
async def timeline(rt: Runtime, who: Principal, message_id: Id) -> Timeline:
    """Get a message's timeline.

    All that happened to it, oldest first: how it was judged, priced and charged, its way, its states, what carriers
    answered and what their receipts said, and what was given back.
    """
    message, moments = await story.timeline(rt, who, message_id)
    return Timeline(view(message), [Step(one.at, one.kind, one.part, one.detail) for one in moments])


@messages.call("GET", "/v1/messages/{message_id}/parts", "getParts", scope=Scope.READ, errors=(NO_MESSAGE,))
async def parts(rt: Runtime, who: Principal, message_id: Id) -> Parts:
    """Get a message's parts.

    Each with its PDU, written again as a link writes it. Two values are the link's own and shown as 0: the sequence
    number, and the reference that ties parts together. What was never accepted has none, and neither has what goes
    over HTTP: there, what was said to the provider stands in their place.
    """
    _, found = await story.pdus(rt, who, message_id)
    said = await story.said(rt, who, message_id)
    return Parts(
        [PartView(one.part, one.octets.hex(), [PduField(*each) for each in one.fields]) for one in found],
        None if said is None else [exchange(one) for one in said],
    )
