"""`cablegram network` and `cablegram destinations`: the world's mobile networks, and where an account may send to."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing.prices import Prices
from cablegram.cli import choosing
from cablegram.cli.files import read_bytes
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, money, table
from cablegram.consent import destinations as places
from cablegram.consent.destinations import Destination
from cablegram.lookup import networks
from cablegram.lookup.model import Network, Order, SortBy
from cablegram.lookup.networks import Listed
from cablegram.numbers.mobile_codes import Imsi
from cablegram.runtime.runtime import Runtime

_NONE = "No network is known. Bring a list with: cablegram network import"


def import_networks(file: Path | None = None, *, place: Place = HERE, json: AsJson = False) -> None:
    """Replace the list of networks by a CSV file (mcc,mnc,name,country), or by that of the package mcc-mnc-p1."""
    data = read_bytes(file) if file else None

    async def deed(rt: Runtime) -> int:
        who = operator(choosing.ME)
        return await (networks.import_package(rt, who) if data is None else networks.import_csv(rt, who, data))

    count = act(place, deed)
    say(f"{many(count, 'network')} known now.", {"networks": count}, as_json=json)


def list_networks(
    *,
    q: Annotated[str, Parameter(name="--search", help="Part of a name or country, or first digits.")] = "",
    country: Annotated[str, Parameter(help="Two letters, such as ES.")] = "",
    mcc: Annotated[str, Parameter(help="Mobile country code.")] = "",
    sort_by: SortBy = "mcc",
    order: Order = "asc",
    csv: Annotated[bool, Parameter(negative=(), help="Write all as CSV.")] = False,
    limit: int = 100,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List mobile networks: MCC, MNC, name, country."""

    async def deed(rt: Runtime) -> Listed | bytes:
        who = operator(choosing.ME)
        if csv:
            return b"".join([piece async for piece in networks.export_csv(rt, who)])
        return await networks.page(rt, who, q=q, country=country, mcc=mcc, sort_by=sort_by, order=order, limit=limit)

    found = act(place, deed)
    if isinstance(found, bytes):
        sys.stdout.write(found.decode())
        return
    rows = [(one.mcc, one.mnc, one.name, one.country_name) for one in found.rows]
    shown = table(("mcc", "mnc", "name", "country"), rows) if rows else _NONE
    more = f"\n{found.total - len(rows):,} more: see --limit." if found.has_more else ""
    say(shown + more, [asdict(one) for one in found.rows], as_json=json)


def show(code: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Say what the code of a network (310-410) or an IMSI means."""

    async def deed(rt: Runtime) -> tuple[Imsi, Network | None]:
        return await networks.find(rt, operator(choosing.ME), code)

    imsi, network = act(place, deed)
    name = f"{network.name}, {network.country_name or 'no country'}" if network else "not in the list"
    text = f"MCC {imsi.mcc} ({imsi.region}), MNC {imsi.mnc}: {name}"
    subscriber = f"\nsubscriber {imsi.subscriber}" if imsi.subscriber else ""
    facts = {**asdict(imsi), "region": imsi.region, "network": asdict(network) if network else None}
    say(text + subscriber, facts, as_json=json)


def destinations(
    *,
    account: Annotated[str | None, Parameter(help="Whose; without, the only account.")] = None,
    sort_by: places.SortBy = "destination",
    order: places.Order = "asc",
    csv: Annotated[bool, Parameter(negative=(), help="Write all as CSV.")] = False,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List where an account may send to: every prefix that has a price, and whether its rules allow it."""

    async def deed(rt: Runtime) -> list[Destination] | bytes:
        _, who = await choosing.acting(rt, account)
        if csv:
            return b"".join([piece async for piece in places.export_csv(rt, who)])
        return await places.page(rt, who, Prices(), sort_by=sort_by, order=order)

    found = act(place, deed)
    if isinstance(found, bytes):
        sys.stdout.write(found.decode())
        return
    rows = [(one.prefix, one.name, money(one.price), "yes" if one.is_allowed else "no") for one in found]
    shown = table(("prefix", "name", "credits a segment", "allowed"), rows, numbers=("credits a segment",))
    text = shown if rows else "There is no tariff, so nothing can be sent anywhere."
    say(text, [asdict(one) for one in found], as_json=json)
