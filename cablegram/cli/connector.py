"""`cablegram connector`: connect carriers by SMPP, see what links do, switch connectors on and off."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from cablegram.accounts.access import Principal, operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.connectors import configure
from cablegram.connectors.configure import Change, NewSmpp
from cablegram.connectors.model import Connector, LinkStatus, SmppSettings, where_of
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime.runtime import Runtime

OfAccount = Annotated[str | None, Parameter(name="--account", help="The account whose own it is, by name or id.")]


def add_smpp(
    *,
    host: Annotated[str, Parameter(help="The carrier's host name or address.")],
    system_id: Annotated[str, Parameter(help="Our login at the carrier.")],
    port: Annotated[int, Parameter(help="The carrier's port.")] = 2775,
    password: Annotated[str | None, Parameter(help="Left out, it is asked for, or read from standard input.")] = None,
    name: Annotated[str | None, Parameter(help="Else made from host, port and login.")] = None,
    window: Annotated[int, Parameter(help="Unanswered parts a link may have.")] = 50,
    binds: Annotated[int, Parameter(help="How many links to keep.")] = 1,
    throughput: Annotated[float, Parameter(help="Parts a second on each link; 0 is without limit.")] = 0,
    mode: Annotated[
        Literal["transceiver", "transmitter_receiver"], Parameter(help="One connection for both ways, or one each.")
    ] = "transceiver",
    system_type: Annotated[str, Parameter(help="Rarely needed: as the carrier says.")] = "",
    media_tlv: Annotated[
        int | None, Parameter(help="The carrier's own parameter for the address of a picture, such as 5121.")
    ] = None,
    segment_limit: Annotated[
        int | None, Parameter(help="Characters of a segment, where its gateway bills by its own count, such as 127.")
    ] = None,
    segment_usable: Annotated[
        int | None, Parameter(help="How many of them a text can use, such as 120; else all but 7.")
    ] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Add a carrier's SMPP login; a running system binds within a second."""
    settings = _settings(
        {
            "host": host, "port": port, "system_id": system_id, "system_type": system_type, "mode": mode,
            "binds": binds, "window": window, "throughput": throughput, "media_tlv": media_tlv,
            "segment_limit": segment_limit, "segment_usable": segment_usable,
        }
    )  # fmt: skip
    secret = _ask_password() if password is None else password

    async def deed(rt: Runtime) -> Connector:
        who = operator(choosing.ME)
        chosen = name or await free_name(rt, who, f"smpp {host}:{port} ({system_id})")
        return await configure.add_smpp(rt, who, NewSmpp(name=chosen, password=secret, settings=settings))

    added = act(place, deed)
    text = f"Connector {added.name} is added: {added.id}\nSee what its links do with: cablegram connector list"
    say(text, facts_of(added, []), as_json=json)


def list_connectors(*, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """List connectors and what their links do, newest first."""

    async def deed(rt: Runtime) -> list[tuple[Connector, list[LinkStatus]]]:
        who = await choosing.whose(rt, account)
        found = [one async for one in choosing.everything(rt, who, configure.page)]
        links = await configure.links(rt, who, [one.id for one in found])
        return [(one, [link for link in links if link.connector_id == one.id]) for one in found]

    found = act(place, deed)
    rows = [
        (
            one.name,
            one.kind,
            where_of(one),
            "on" if one.is_enabled else "off",
            moment(one.tested_at),
            summary(one, links),
            moment(max((link.since for link in links), default=None)),
            str(one.id),
        )
        for one, links in found
    ]
    text = table(("name", "kind", "address", "is", "tested", "links", "since", "id"), rows)
    say(text if rows else "There is no connector yet.", [facts_of(*one) for one in found], as_json=json)


def enable(connector: str, *, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Switch a connector on."""
    _switch(connector, account, place, is_enabled=True, as_json=json)


def disable(connector: str, *, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Switch a connector off: its links finish what is on the wire and close; what waits for it waits on."""
    _switch(connector, account, place, is_enabled=False, as_json=json)


def _switch(which: str, account: str | None, place: Place, *, is_enabled: bool, as_json: bool) -> None:
    async def deed(rt: Runtime) -> Connector:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, which, who)
        changed, _ = await configure.change(rt, who, found.id, Change(is_enabled=is_enabled))
        return changed

    changed = act(place, deed)
    say(f"{changed.name} is {'on' if is_enabled else 'off'}.", facts_of(changed, []), as_json=as_json)


def _settings(given: Mapping[str, object]) -> SmppSettings:
    try:
        return msgspec.convert(given, SmppSettings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        field = where.rstrip("`") or "settings"
        message = f"--{field.replace('_', '-')} can't be so: {what[0].lower()}{what[1:]}."
        raise InvalidInput("bad_value", message, faults=[Fault(field, "bad_value", message)]) from None


async def free_name(rt: Runtime, who: Principal, wanted: str) -> str:
    """Return the name, with a number behind it where a connector has it already."""
    taken = {one.name.lower() async for one in choosing.everything(rt, who, configure.page)}
    name, number = wanted, 1
    while name.lower() in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def _ask_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password at the carrier: ")
    return sys.stdin.readline().rstrip("\r\n")


def summary(connector: Connector, links: list[LinkStatus]) -> str:
    """Say what links do: "2 bound", or what is the matter with the first that has something to say."""
    if connector.paused_reason:
        return f"paused: {connector.paused_reason}"
    if not links:
        return "none yet" if connector.is_enabled else ""
    states: dict[str, int] = {}
    for link in links:
        states[link.state] = states.get(link.state, 0) + 1
    said = ", ".join(f"{count} of {connector.traits.links} {state}" for state, count in states.items())
    detail = next((link.detail for link in links if link.state != "bound" and link.detail), "")
    return f"{said}: {detail}" if detail else said


def facts_of(connector: Connector, links: list[LinkStatus]) -> dict[str, Any]:
    """Return what a script learns of a connector."""
    return {
        "connector_id": connector.id,
        "name": connector.name,
        "kind": connector.kind,
        **msgspec.to_builtins(connector.settings),
        "is_enabled": connector.is_enabled,
        "is_simulated": connector.is_simulated,
        "account_id": connector.account_id,
        "fee": connector.fee,
        "tested_at": connector.tested_at,
        "paused_at": connector.paused_at,
        "paused_reason": connector.paused_reason,
        "links": [
            {"number": link.number, "state": link.state, "detail": link.detail, "since": link.since} for link in links
        ],
    }
