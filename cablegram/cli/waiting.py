"""`cablegram cancel` and `cablegram late`: messages that wait."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, money
from cablegram.kit.errors import InvalidInput
from cablegram.messages import release as releasing
from cablegram.messages import withdraw
from cablegram.messages.model import Message
from cablegram.runtime.runtime import Runtime

_NONE_LATE = "Nothing is late."
_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def cancel(message: UUID, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Cancel a message that is queued or scheduled; its price is given back."""

    async def deed(rt: Runtime) -> Message:
        _, who = await choosing.acting(rt, account)
        return await withdraw.cancel(rt, who, message)

    gone = act(place, deed)
    text = f"The message {gone.id} is cancelled; {money(gone.price)} credits are given back."
    say(text, {"message_id": gone.id, "status": gone.state, "price": gone.price}, as_json=json)


def late(
    *,
    release: Annotated[bool, Parameter(negative=(), help="Let them go now, or in their next hours.")] = False,
    cancel: Annotated[bool, Parameter(negative=(), help="Cancel and refund them.")] = False,
    campaign: Annotated[str | None, Parameter(help="Those of one campaign alone: name or id.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show how many messages are late and wait for somebody's word, or say it."""
    if release and cancel:
        raise InvalidInput("contradiction", "Say either --release or --cancel, not both.")

    async def deed(rt: Runtime) -> tuple[str, dict[str, object]]:
        _, who = await choosing.acting(rt, account)
        campaign_id = (await choosing.campaign(rt, who, campaign)).id if campaign else None
        if cancel:
            gone = await releasing.cancel_late(rt, who, campaign_id)
            return f"{many(gone, 'message')} cancelled and refunded.", {"cancelled": gone}
        if release:
            found = await releasing.release_late(rt, who, campaign_id)
            text = f"{many(found.queued, 'message')} go now, {found.held:,} later; {found.expired:,} expired."
            return text, {"queued": found.queued, "scheduled": found.held, "expired": found.expired}
        count = await releasing.late(rt, who, campaign_id)
        text = f"{many(count, 'message')} late. Let them go with --release, or --cancel them." if count else _NONE_LATE
        return text, {"count": count}

    text, facts = act(place, deed)
    say(text, facts, as_json=json)
