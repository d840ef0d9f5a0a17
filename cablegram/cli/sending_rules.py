"""`cablegram account rules`: what an account wants looked at before anything goes out."""

from __future__ import annotations

import json as jsons
from typing import Annotated, Any, cast

import msgspec
from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.consent import policy
from cablegram.kit.errors import InvalidInput
from cablegram.runtime.runtime import Runtime


def rules(
    account: str,
    *,
    change: Annotated[
        str | None,
        Parameter(help="What to set, as JSON: '{\"duplicate_guard\": true}'. What is left out stays."),
    ] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show an account's sending rules, after changing some of them if asked to."""
    changes = None if change is None else _read(change)

    async def deed(rt: Runtime) -> dict[str, Any]:
        _, who = await choosing.acting(rt, account)
        found = await (policy.show(rt, who) if changes is None else policy.change(rt, who, changes))
        own = {"revision": found.revision, "changed_by": found.changed_by, "changed_at": found.changed_at}
        return {**msgspec.to_builtins(found.rules), **own}

    found = act(place, deed)
    say("\n".join(f"{name}: {jsons.dumps(value, default=str)}" for name, value in found.items()), found, as_json=json)


def _read(change: str) -> dict[str, object]:
    try:
        found = jsons.loads(change)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        message = 'Changes are written as a JSON object, such as \'{"countries": ["ES"]}\'.'
        raise InvalidInput("bad_sending_rules", message)
    return cast("dict[str, object]", found)
