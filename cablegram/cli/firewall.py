"""`cablegram firewall`: the addresses and ports in use."""

from __future__ import annotations

from dataclasses import asdict

from cablegram.cli import choosing
from cablegram.cli.connector import OfAccount
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import table
from cablegram.overview import firewall as overview
from cablegram.overview.firewall import Opening
from cablegram.runtime.runtime import Runtime


def firewall(*, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """List what firewalls must let through: from settings, and from what is connected."""

    async def deed(rt: Runtime) -> list[Opening]:
        return await overview.openings(rt, await choosing.whose(rt, account))

    found = act(place, deed)
    rows = [
        (
            one.direction.value,
            one.protocol.value,
            ", ".join(one.addresses) or "any",
            ", ".join(one.ports),
            one.why,
            "" if one.is_in_use else "not yet",
        )
        for one in found
    ]
    sources = next((one.source for one in found if one.source), ())
    told = (
        f"We call from: {', '.join(sources)}"
        if sources
        else ("From which addresses we call nobody has told yet: CABLEGRAM_OUTBOUND_ADDRESSES.")
    )
    text = f"{table(('', '', 'address', 'ports', 'what for', ''), rows)}\n\n{told}"
    say(text, [asdict(one) for one in found], as_json=json)
