"""`cablegram connector`: connect carriers, see what their links do, switch them on and off."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.connectors import configure
from cablegram.connectors.configure import NewSmpp
from cablegram.connectors.model import Connector, LinkStatus, SmppSettings, where_of
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime.runtime import Runtime


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
        chosen = name or await _free_name(rt, f"smpp {host}:{port} ({system_id})")
        return await configure.add_smpp(rt, who, NewSmpp(name=chosen, password=secret, settings=settings))

    added = act(place, deed)
    text = f"Connector {added.name} is added: {added.id}\nSee what its links do with: cablegram connector list"
    say(text, _facts(added, []), as_json=json)


def list_connectors(*, place: Place = HERE, json: AsJson = False) -> None:
    """List connectors and what their links do, newest first."""

    async def deed(rt: Runtime) -> list[tuple[Connector, list[LinkStatus]]]:
        who = operator(choosing.ME)
        found = [one async for one in choosing.everything(rt, who, configure.page)]
        links = await configure.links(rt, who, [one.id for one in found])
        return [(one, [link for link in links if link.connector_id == one.id]) for one in found]

    found = act(place, deed)
    rows = [
        (
            one.name,
            where_of(one),
            one.smpp.system_id if one.smpp else "",
            "on" if one.is_enabled else "off",
            _summary(one, links),
            moment(max((link.since for link in links), default=None)),
            str(one.id),
        )
        for one, links in found
    ]
    text = table(("name", "address", "login", "is", "links", "since", "id"), rows)
    say(text if rows else "There is no connector yet.", [_facts(*one) for one in found], as_json=json)


def enable(connector: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Switch a connector on."""
    _switch(connector, place, is_enabled=True, as_json=json)


def disable(connector: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Switch a connector off: its links finish what is on the wire and close; what waits for it waits on."""
    _switch(connector, place, is_enabled=False, as_json=json)


def _switch(which: str, place: Place, *, is_enabled: bool, as_json: bool) -> None:
    async def deed(rt: Runtime) -> Connector:
        found = await choosing.connector(rt, which)
        changed, _ = await configure.change_smpp(rt, operator(choosing.ME), found.id, is_enabled=is_enabled)
        return changed

    changed = act(place, deed)
    say(f"{changed.name} is {'on' if is_enabled else 'off'}.", _facts(changed, []), as_json=as_json)


def _settings(given: Mapping[str, object]) -> SmppSettings:
    try:
        return msgspec.convert(given, SmppSettings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        field = where.rstrip("`") or "settings"
        message = f"--{field.replace('_', '-')} can't be so: {what[0].lower()}{what[1:]}."
        raise InvalidInput("bad_value", message, faults=[Fault(field, "bad_value", message)]) from None


async def _free_name(rt: Runtime, wanted: str) -> str:
    """Return the name, with a number behind it where connectors to the same login are there already."""
    taken = {one.name.lower() async for one in choosing.everything(rt, operator(choosing.ME), configure.page)}
    name, number = wanted, 1
    while name.lower() in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def _ask_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password at the carrier: ")
    return sys.stdin.readline().rstrip("\r\n")


def _summary(connector: Connector, links: list[LinkStatus]) -> str:
    """Say what links do: "2 bound", or what is the matter with the first that has something to say."""
    if not links:
        return "none yet" if connector.is_enabled else ""
    states: dict[str, int] = {}
    for link in links:
        states[link.state] = states.get(link.state, 0) + 1
    said = ", ".join(f"{count} of {connector.traits.links} {state}" for state, count in states.items())
    detail = next((link.detail for link in links if link.state != "bound" and link.detail), "")
    return f"{said}: {detail}" if detail else said


def _facts(connector: Connector, links: list[LinkStatus]) -> dict[str, Any]:
    return {
        "connector_id": connector.id,
        "name": connector.name,
        "kind": connector.kind,
        **msgspec.to_builtins(connector.settings),
        "is_enabled": connector.is_enabled,
        "is_simulated": connector.is_simulated,
        "links": [
            {"number": link.number, "state": link.state, "detail": link.detail, "since": link.since} for link in links
        ],
    }
