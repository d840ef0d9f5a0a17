"""Messages that wait: cancel one of them, and say what becomes of those that are late."""

from __future__ import annotations

from enum import Enum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id
from cablegram.api.messages import NO_MESSAGE, MessageView, view
from cablegram.api.operation import Can
from cablegram.api.timeline import messages
from cablegram.kit.ids import CampaignId
from cablegram.messages import release, withdraw
from cablegram.runtime.runtime import Runtime


class Word(Enum):
    """What becomes of late messages."""

    RELEASE = "release"
    CANCEL = "cancel"


_OfCampaign = Annotated[UUID, Meta(description="Those of one campaign alone.")]


class LateFilter(msgspec.Struct, kw_only=True):
    """Which late messages."""

    campaign_id: _OfCampaign | UnsetType = UNSET


class LateBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What becomes of late messages."""

    action: Annotated[
        Word,
        Meta(
            description="`release` lets them go: at once, in their next hours, or not any more where their validity "
            "has ended. `cancel` cancels and refunds them."
        ),
    ]
    campaign_id: _OfCampaign | None = None


class LateView(msgspec.Struct, kw_only=True):
    """How many messages are late and wait for your word."""

    count: Annotated[int, Meta(description="How many wait for your word.", examples=[120])]


class LateDone(msgspec.Struct, kw_only=True):
    """What became of late messages."""

    queued: Annotated[int, Meta(description="How many go now.", examples=[100])]
    scheduled: Annotated[int, Meta(description="How many wait for their next hours.", examples=[15])]
    expired: Annotated[int, Meta(description="How many were no longer valid, and are refunded.", examples=[5])]
    cancelled: Annotated[int, Meta(description="How many were cancelled and refunded.", examples=[0])]


@messages.call(
    "POST",
    "/v1/messages/{message_id}/cancel",
    "cancelMessage",
    scope=Scope.SEND,
    errors=(NO_MESSAGE, Can(409, "too_late", "it is neither queued nor scheduled any more")),
)
async def cancel(rt: Runtime, who: Principal, message_id: Id) -> MessageView:
    """Cancel a message.

    One that is queued or scheduled: it is not sent, and its price is given back.
    """
    return view(await withdraw.cancel(rt, who, message_id))


@messages.call("GET", "/v1/late_messages", "getLateMessages", scope=Scope.READ)
async def late(rt: Runtime, who: Principal, query: LateFilter) -> LateView:
    """Count late messages.

    They were due when nothing ran, for longer than your sending rules allow, and go only if you say so.
    """
    campaign_id = CampaignId(query.campaign_id) if query.campaign_id else None
    return LateView(count=await release.late(rt, who, campaign_id))


@messages.call("POST", "/v1/late_messages", "decideLateMessages", scope=Scope.SEND)
async def decide(rt: Runtime, who: Principal, body: LateBody) -> LateDone:
    """Release or cancel late messages."""
    campaign_id = CampaignId(body.campaign_id) if body.campaign_id else None
    if body.action is Word.CANCEL:
        return LateDone(queued=0, scheduled=0, expired=0, cancelled=await release.cancel_late(rt, who, campaign_id))
    found = await release.release_late(rt, who, campaign_id)
    return LateDone(queued=found.queued, scheduled=found.held, expired=found.expired, cancelled=0)
