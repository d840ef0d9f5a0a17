"""`cablegram why`: which rule decided about a message."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.messages import why as reasons
from cablegram.messages.why import Why
from cablegram.runtime.runtime import Runtime

_SIGNS = {"pass": "+", "warn": "!", "stop": "-"}


def why(
    message_id: UUID,
    *,
    account: Annotated[str | None, Parameter(help="By name or id; needed where there are several.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Tell why a message went, or was skipped: every rule that was looked at, and what would change it."""

    async def deed(rt: Runtime) -> Why:
        _, who = await choosing.acting(rt, account)
        return await reasons.of_message(rt, who, message_id)

    found = act(place, deed)
    lines = [found.sentence, ""]
    for look in found.looks:
        lines.append(f"{_SIGNS[look.verdict]} {look.rule} {look.version}: {look.sentence}")
        lines += [f"    {look.remedy}"] if look.remedy else []
    facts = {
        "message_id": message_id,
        "sentence": found.sentence,
        "at": found.at,
        "stopped_by": found.stopped.rule if found.stopped else None,
        "rules": [msgspec.to_builtins(look) for look in found.looks],
    }
    say("\n".join(lines), facts, as_json=json)
