"""`cablegram stop-sending` and `resume-sending`: the operator's switch for the whole installation."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.overview.model import Stopped
from cablegram.runtime import Runtime
from cablegram.safety import switch


def stop_sending(
    *,
    why: Annotated[str, Parameter(help="The reason, for those who ask later; up to 200 characters.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Stop all sending at once. What is accepted meanwhile waits; receipts still come in."""

    async def deed(rt: Runtime) -> Stopped:
        return await switch.stop(rt, operator(choosing.ME), why=why)

    stopped = act(place, deed)
    text = "Sending is stopped. Nothing is lost: what is accepted waits for `cablegram resume-sending`."
    say(text, {"since": stopped.since, "by": stopped.by, "why": stopped.why}, as_json=json)


def resume_sending(*, place: Place = HERE, json: AsJson = False) -> None:
    """Let sending go on where it stopped; each message that waits goes out once."""

    async def deed(rt: Runtime) -> None:
        await switch.go_on(rt, operator(choosing.ME))

    act(place, deed)
    say("Sending goes on.", {"is_stopped": False}, as_json=json)
