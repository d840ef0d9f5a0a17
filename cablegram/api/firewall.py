"""What firewalls must let through (R140)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.operation import Resource
from cablegram.overview import firewall as overview
from cablegram.overview.firewall import Direction, Protocol
from cablegram.runtime.runtime import Runtime

firewall = Resource("Firewall", "Addresses and ports that are in use, for whoever has a firewall between.")


class OpeningView(msgspec.Struct, kw_only=True):
    """Something that a firewall must let through."""

    direction: Annotated[Direction, Meta(description="`in`: somebody calls us; `out`: we call.")]
    protocol: Annotated[Protocol, Meta(description="tcp or udp.")]
    addresses: Annotated[
        list[str], Meta(description="In: where we are. Out: where we call; empty: wherever customers say.")
    ]
    ports: Annotated[list[str], Meta(description="Ports, and ranges such as 10000-20000.", examples=[["443"]])]
    source: Annotated[list[str], Meta(description="From which addresses we call, as far as the operator told them.")]
    why: Annotated[str, Meta(description="What it is for.")]
    is_in_use: Annotated[bool, Meta(description="Whether this version does it already.")]


class OpeningList(msgspec.Struct):
    """All that concerns whoever asks."""

    items: Annotated[list[OpeningView], Meta(description="What comes in first.")]


@firewall.call("GET", "/v1/firewall", "getFirewall", scope=Scope.READ)
async def openings(rt: Runtime, who: Principal) -> OpeningList:
    """List what firewalls must let through.

    From settings and from what is connected. The operator sees all of it, an account what its own firewall needs.
    """
    return OpeningList(
        [
            OpeningView(
                direction=one.direction,
                protocol=one.protocol,
                addresses=list(one.addresses),
                ports=list(one.ports),
                source=list(one.source),
                why=one.why,
                is_in_use=one.is_in_use,
            )
            for one in await overview.openings(rt, who)
        ]
    )
