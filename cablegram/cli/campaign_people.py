"""`cablegram campaign` for its people and texts: what became of each, one taken out, the best text chosen by hand."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.campaigns import lifecycle, people
from cablegram.campaigns.model import Campaign, Member
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.runtime.runtime import Runtime

_WhichAccount = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def contacts(
    campaign: str,
    *,
    to: Annotated[Path | None, Parameter(help="Write them to this file; else to standard output.")] = None,
    account: _WhichAccount = None,
    place: Place = HERE,
) -> None:
    """Write what became of each person of a campaign as CSV."""

    async def deed(rt: Runtime) -> None:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, campaign)
        rows = people.export_csv(rt, who, found.id)
        if to is None:
            await _write(rows, sys.stdout.buffer.write)
        else:
            with to.open("wb") as file:
                await _write(rows, file.write)

    act(place, deed)


def take_out(
    campaign: str, number: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Cancel a campaign for one person: their message is withdrawn and refunded, or never made."""

    async def deed(rt: Runtime) -> tuple[Campaign, Member]:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, campaign)
        return found, await people.take_out(rt, who, found.id, number)

    found, one = act(place, deed)
    status = one.state.value if one.state else people.NOT_MADE
    facts: dict[str, Any] = {"campaign_id": found.id, "to": f"+{one.number}", "status": status, "reason": one.reason}
    what = "their message is never made" if one.state is None else f"their message is {status}"
    say(f"+{one.number} is taken out of {found.name}: {what}.", facts, as_json=json)


def choose(
    campaign: str, variant: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Choose which text the rest of a campaign gets, before it finds out by itself."""

    async def deed(rt: Runtime) -> Campaign:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, campaign)
        return await lifecycle.choose(rt, who, found.id, variant)

    done = act(place, deed)
    chosen = done.trial.variants[done.verdict.place].name if done.verdict else variant
    say(f"The rest of {done.name} gets {chosen}.", {"campaign_id": done.id, "variant": chosen}, as_json=json)


async def _write(rows: AsyncIterator[bytes], write: Callable[[bytes], object]) -> None:
    async for piece in rows:
        write(piece)
