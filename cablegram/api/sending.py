"""The operator's switch for all sending, and a word for everybody whether it is off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.operation import Can, Resource
from cablegram.overview import look
from cablegram.overview.model import Stopped
from cablegram.runtime.runtime import Runtime
from cablegram.safety import switch

sending = Resource("Sending", "Whether messages go out, and the operator's switch that stops them all.")


class Stop(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why all sending is stopped."""

    why: Annotated[
        str, Meta(max_length=switch.LONGEST_WHY, description="For those who ask later.", examples=["Wrong list"])
    ] = ""


class SendingView(msgspec.Struct, kw_only=True):
    """Whether messages go out."""

    is_stopped: Annotated[bool, Meta(description="Whether the operator has stopped all sending.")]
    since: Annotated[datetime | None, Meta(description="Since when; null while sending goes on.")]
    by: Annotated[str, Meta(description="Who stopped it. Only the operator sees it.")]
    why: Annotated[str, Meta(description="For which reason. Only the operator sees it.")]


@sending.call("GET", "/v1/sending", "getSending", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> SendingView:
    """Tell whether messages go out.

    While the operator has stopped all sending, messages are accepted as ever and stay `queued`.
    """
    return _view(await look.stopped(rt, who))


@sending.call("POST", "/v1/sending/stop", "stopSending", scope=Scope.OPERATOR)
async def stop(rt: Runtime, who: Principal, body: Stop) -> SendingView:
    """Stop all sending.

    Of every account and connector, at once: when this answers, no further message is claimed. What was on its way to a
    carrier then is among the unanswered parts of a link, and leaves within a second or not at all. Once more changes
    nothing.
    """
    return _view(await switch.stop(rt, who, why=body.why))


@sending.call(
    "POST",
    "/v1/sending/resume",
    "resumeSending",
    scope=Scope.OPERATOR,
    errors=(Can(409, "sending_not_stopped", "sending goes on already"),),
)
async def resume(rt: Runtime, who: Principal) -> SendingView:
    """Let sending go on.

    Each message that waits goes out once.
    """
    await switch.go_on(rt, who)
    return _view(None)


def _view(stopped: Stopped | None) -> SendingView:
    if stopped is None:
        return SendingView(is_stopped=False, since=None, by="", why="")
    return SendingView(is_stopped=True, since=stopped.since, by=stopped.by, why=stopped.why)
