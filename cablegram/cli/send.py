"""`cablegram send`: send one message, by the same desk as the API's."""

from __future__ import annotations

import asyncio
import json as json_text
from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.accounts.model import Account
from cablegram.cli import choosing, wording
from cablegram.cli import hours as times
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, money
from cablegram.consent.timing import AS_IT_COMES
from cablegram.kit.errors import CablegramError, Fault, InvalidInput, PaymentRequired, Refused
from cablegram.kit.ids import MessageId
from cablegram.messages import story
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.media import Media
from cablegram.messages.model import FINAL, Answer, Draft, Message, MessageClass, Refusal
from cablegram.messages.submit import Asked
from cablegram.runtime.runtime import Runtime

_LOOK = 0.1


def send(
    *,
    to: Annotated[str, Parameter(help="The number, best with plus and country code.")],
    text: Annotated[str | None, Parameter(help="What it says.")] = None,
    template: wording.Template = None,
    var: wording.Variables = None,
    senders: wording.Senders = None,
    message_class: Annotated[
        MessageClass, Parameter(name="--class", help="How urgent: marketing waits for the others.")
    ] = MessageClass.TRANSACTIONAL,
    at: Annotated[str | None, Parameter(help="Not before this moment: 2026-11-27T09:00:00Z.")] = None,
    hours: times.Hours = None,
    quiet: times.Quiet = None,
    valid_for: times.ValidFor = None,
    when_closed: times.Closed = None,
    ref: Annotated[str | None, Parameter(help="Your own reference, given back with the message.")] = None,
    media_url: Annotated[str | None, Parameter(help="A picture that goes with it, where a carrier takes them.")] = None,
    smart: Annotated[bool, Parameter(negative=(), help="Replace what makes it Unicode by look-alikes.")] = False,
    shorten: wording.Shorten = False,
    brought: wording.Brought = wording.NOTHING,
    account: Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")] = None,
    wait: Annotated[
        bool, Parameter(negative=(), help="Wait for its final state; exit status 1 if none comes.")
    ] = False,
    timeout: Annotated[float, Parameter(help="How many seconds to wait for that.")] = 60.0,
    place: Place = HERE,
    json: AsJson = False,
) -> int:
    """Send one message. When the command ends, it is accepted and charged, and no crash can lose it."""
    values, carried = wording.variables(var), brought.given()
    told = times.timing(hours, quiet, valid_for=valid_for, when_closed=when_closed, not_before=wording.moment(at))

    async def deed(rt: Runtime) -> Message:
        found, who = await choosing.acting(rt, account)
        asked = Asked(
            to=to,
            text=text,
            template_id=(await choosing.template(rt, who, template)).id if template else None,
            variables=values,
            sender=senders,
            message_class=message_class,
            client_ref=ref,
            told=None if told == AS_IT_COMES else told,
            media_url=media_url,
            smart_encoding=smart,
            provider_values=carried,
            shorten=shorten,
        )
        message_id = await _hand_in(rt, found, asked)
        return await _follow(rt, who, message_id, timeout if wait else 0.0)

    message = act(place, deed)
    say(_sentence(message), _facts(message), as_json=json)
    return 1 if wait and message.state not in FINAL else 0


async def _hand_in(rt: Runtime, account: Account, asked: Asked) -> MessageId:
    desk = Desk(rt)
    desk.open()
    try:
        pictures = [asked.media_url] if asked.media_url else []
        verdicts = await Media(rt).check(account.id, pictures)
        parcel = Parcel(account.id, account.default_country, [asked], _write_answer, media=verdicts)
        await desk.hand_in(parcel)
    finally:
        await desk.close()
    (draft,) = parcel.drafts
    if draft.refusal:
        raise _refused(draft.refusal)
    if draft.id is None:
        raise RuntimeError("a message was accepted without an id")
    return draft.id


def _write_answer(drafts: Sequence[Draft]) -> Answer:
    (draft,) = drafts
    return Answer(402 if draft.refusal else 202, json_text.dumps(str(draft.id)).encode())


def _refused(refusal: Refusal) -> CablegramError:
    faults = [Fault(refusal.field, refusal.code, refusal.message)] if refusal.field else []
    kinds = {"insufficient_credit": PaymentRequired, "text_or_template": InvalidInput}
    return kinds.get(refusal.code, Refused)(refusal.code, refusal.message, faults=faults)


async def _follow(rt: Runtime, who: Principal, message_id: MessageId, seconds: float) -> Message:
    """Return the message when it is final, or as it stands after so many seconds."""
    until = rt.clock.monotonic() + seconds
    while True:
        message = await story.get(rt, who, message_id)
        if message.state in FINAL or rt.clock.monotonic() >= until:
            return message
        await asyncio.sleep(_LOOK)


def _sentence(message: Message) -> str:
    why = f" ({message.reason})" if message.reason else ""
    return (
        f"Message {message.id} to +{message.number} is {message.state}{why}: "
        f"{many(message.segments, 'segment')}, {money(message.price)} credits."
    )


def _facts(message: Message) -> dict[str, Any]:
    return {
        "id": message.id, "status": message.state, "reason": message.reason, "from": message.source,
        "to": f"+{message.number}", "country": message.country, "encoding": message.encoding,
        "segments": message.segments, "price": message.price, "client_ref": message.client_ref,
    }  # fmt: skip
