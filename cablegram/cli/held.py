"""`cablegram resume-after-restore`: the operator's word that what a restore held may go on."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many
from cablegram.runtime import Runtime
from cablegram.safety import resume
from cablegram.safety.model import Gone


def resume_after_restore(
    *,
    cancel: Annotated[
        bool, Parameter(negative=(), help="Cancel and refund held messages instead, and leave campaigns paused.")
    ] = False,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Send what was held after a restore, and let campaigns go on that it paused."""

    async def deed(rt: Runtime) -> Gone:
        return await resume.resume(rt, operator(choosing.ME), cancels=cancel)

    gone = act(place, deed)
    if cancel:
        text = f"{many(gone.cancelled, 'message')} cancelled and refunded; campaigns stay paused."
    else:
        text = f"{many(gone.released, 'message')} and {many(gone.campaigns, 'campaign')} go on."
    facts = {"released": gone.released, "cancelled": gone.cancelled, "campaigns": gone.campaigns}
    say(text, facts, as_json=json)
