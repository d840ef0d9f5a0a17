"""What firewalls must let through, by settings and by what is connected."""

from __future__ import annotations

from dataclasses import replace

import pytest

import make
from cablegram.accounts.access import Principal, operator
from cablegram.connectors import configure, forms
from cablegram.connectors.configure import Change, NewConnector
from cablegram.overview import firewall
from cablegram.overview.firewall import Direction, Opening
from cablegram.runtime.runtime import Runtime

ANN = operator("tests")


async def add(rt: Runtime, who: Principal, kind: str, name: str, **settings: object) -> None:
    secrets = {"twilio": {"auth_token": "t"}, "smpp": {"password": "p"}}[kind]
    kept = forms.read_settings(kind, settings)
    new = NewConnector(kind=kind, name=name, settings=kept, secrets=secrets, is_own=not who.is_operator)
    await configure.add(rt, who, new)


async def seen(rt: Runtime, who: Principal) -> dict[str, Opening]:
    return {one.why.partition(":")[0] + f" {one.direction}": one for one in await firewall.openings(rt, who)}


@pytest.mark.req("R140")
async def test_addresses_and_ports_come_from_settings_and_from_what_is_connected(rt: Runtime) -> None:
    told = replace(
        rt.settings,
        public_url="https://sms.example.com",
        port=8099,
        outbound_addresses=("192.0.2.7",),
        webhook_ports=("443", "8443"),
        voice_ports=("5061",),
    )
    rt = replace(rt, settings=told)
    ann = await make.account(rt)
    await add(rt, ANN, "smpp", "Carrier", host="smpp.example.com", port=2776, system_id="luna")
    await add(rt, ann, "twilio", "Own", account_sid="AC" + "0" * 32)
    await add(rt, ANN, "twilio", "Off", account_sid="AC" + "0" * 32, base_url="https://off.example.com")
    off = next(one for one in await configure.page(rt, ANN) if one.name == "Off")
    await configure.change(rt, ANN, off.id, Change(is_enabled=False))

    found = await seen(rt, ANN)
    public = found["API, panel, and providers' calls to /callbacks/ in"]
    assert (public.addresses, public.ports) == (("sms.example.com",), ("443",))
    assert found["API and panel, where this machine listens in"].ports == ("8099",)
    carrier = found["connector Carrier out"]
    assert (carrier.addresses, carrier.ports, carrier.source) == (("smpp.example.com",), ("2776",), ("192.0.2.7",))
    assert "connector Own out" not in found
    assert "connector Off out" not in found
    webhooks = found["addresses that customers give out"]
    assert (webhooks.addresses, webhooks.ports, webhooks.is_in_use) == ((), ("443", "8443"), True)
    assert [(found[f"calls {way}"].ports, found[f"calls {way}"].is_in_use) for way in Direction] == [
        (("5061",), False)
    ] * 2

    theirs = await seen(rt, ann)
    assert theirs["connector Own out"].addresses == ("api.twilio.com",)
    assert "connector Carrier out" not in theirs
    assert "API and panel, where this machine listens in" not in theirs


async def test_what_nobody_told_is_not_made_up(rt: Runtime) -> None:
    settings = replace(rt.settings, simulator=False)
    found = await firewall.openings(replace(rt, settings=settings), ANN)
    assert [(one.direction, one.source) for one in found if one.direction is Direction.IN and one.is_in_use] == [
        (Direction.IN, ())
    ]
    assert [one.ports for one in found if not one.is_in_use] == [("5060", "10000-20000")] * 2
