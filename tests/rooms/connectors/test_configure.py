"""Connectors of any kind as configured things: added, changed, shared or an account's own, paused, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import make
from books import rows
from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope, operator
from cablegram.connectors import configure, forms, pausing, reading, registry
from cablegram.connectors.configure import Change, NewConnector
from cablegram.connectors.contract import LinkState
from cablegram.connectors.model import Connector, LinkStatus, Settings
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound, Refused
from cablegram.kit.seal import Seal
from cablegram.runtime.runtime import Runtime

ANN = operator("tests")
SID = "AC" + "0" * 32
KEY = "SK" + "1" * 32
TWILIO = {"account_sid": SID}
SMPP = {"host": "smpp.example.com", "system_id": "luna"}


def settings(kind: str, **given: object) -> Settings:
    return forms.read_settings(kind, {**(TWILIO if kind == "twilio" else SMPP), **given})


async def add(
    rt: Runtime,
    who: Principal = ANN,
    kind: str = "twilio",
    *,
    name: str = "Gateway",
    **more: Any,  # noqa: ANN401 - fields of a new connector
) -> Connector:
    secrets = {"auth_token": "t0ken"} if kind == "twilio" else {"password": "s3cret"}
    new = NewConnector(kind=kind, name=name, settings=settings(kind), secrets=secrets)
    return await configure.add(rt, who, replace(new, **more))


async def seen(rt: Runtime, connector: Connector) -> Connector:
    return (await configure.get(rt, ANN, connector.id))[0]


async def columns(rt: Runtime, connector: Connector) -> tuple[Any, ...]:
    columns = "links, carries_media, usable_characters, needs, fee, callback_token_hash IS NOT NULL"
    (row,) = await rows(rt, f"SELECT {columns} FROM connector WHERE id = %s", connector.id)  # noqa: S608
    return row


async def fails(error: type[CablegramError], code: str, deed: Any) -> list[str]:  # noqa: ANN401 - what is awaited
    with pytest.raises(error) as caught:
        await deed
    assert caught.value.code == code
    return [fault.field for fault in caught.value.faults]


@pytest.mark.req("R127")
async def test_what_statements_must_know_of_a_connector_stands_in_columns(rt: Runtime) -> None:
    twilio = await add(rt)
    assert await columns(rt, twilio) == (1, True, None, [], None, True)
    pair = settings("smpp", mode="transmitter_receiver", binds=2, segment_limit=127, media_tlv=0x1401)
    carrier = await add(rt, kind="smpp", name="Carrier", settings=pair)
    assert await columns(rt, carrier) == (4, True, 120, [], None, False)
    flat = settings("twilio", usable_characters=120)
    changed, _ = await configure.change(rt, ANN, twilio.id, Change(settings=flat))
    assert (await columns(rt, changed))[2] == 120
    assert await seen(rt, twilio) == changed


async def test_secrets_are_sealed_and_changed_singly(rt: Runtime) -> None:
    made = await add(rt)
    wanted = Change(settings=settings("twilio", api_key_sid=KEY), secrets={"api_key_secret": "other"})
    changed, _ = await configure.change(rt, ANN, made.id, wanted)
    opened = registry.open_secrets(changed, rt.seal)
    assert forms.secrets_set(opened) == ["auth_token", "api_key_secret"]
    ((kept,),) = await rows(rt, "SELECT sealed_secret FROM connector WHERE id = %s", made.id)
    assert "t0ken" not in str(kept)
    broken = await fails(
        InvalidInput, "wrong_value", configure.change(rt, ANN, made.id, Change(secrets={"auth_token": "a b"}))
    )
    assert broken == ["secrets.auth_token"]


async def test_secrets_that_no_key_opens_any_more_are_given_anew(rt: Runtime) -> None:
    made = await add(rt)
    other = replace(rt, seal=Seal(bytes([1] * 32)))
    await fails(InvalidInput, "seal_broken", configure.change(other, ANN, made.id, Change(settings=settings("twilio"))))
    changed, _ = await configure.change(other, ANN, made.id, Change(secrets={"auth_token": "anew"}))
    assert registry.provider(changed, other.seal).secrets()


@pytest.mark.req("R171")
async def test_an_accounts_own_connector_is_seen_and_configured_by_it_alone(rt: Runtime) -> None:
    ann, bob = await make.account(rt), await make.account(rt)
    own = await add(rt, ann, is_own=True)
    await add(rt, name="Of all")
    assert [one.name for one in await configure.page(rt, ann)] == ["Of all", "Gateway"]
    assert [one.name for one in await configure.page(rt, bob)] == ["Of all"]
    await fails(NotFound, "connector_not_found", configure.get(rt, bob, own.id))
    await fails(NotFound, "connector_not_found", configure.change(rt, bob, own.id, Change(is_enabled=False)))
    changed, _ = await configure.change(rt, ann, own.id, Change(is_enabled=False, name="Mine"))
    assert (changed.name, changed.is_enabled) == ("Mine", False)
    await add(rt, bob, name="mine", is_own=True)  # names are an account's own


@pytest.mark.req("R171")
async def test_only_the_operator_makes_connectors_for_all_and_sets_fees(rt: Runtime) -> None:
    ann = await make.account(rt)
    clerk = replace(ann, scopes=frozenset({Scope.SEND, Scope.READ}))
    await fails(NotAllowed, "scope_missing", add(rt, ann))
    await fails(NotAllowed, "scope_missing", add(rt, clerk, is_own=True))
    await fails(NotAllowed, "scope_missing", add(rt, ann, is_own=True, fee=5))
    assert await fails(InvalidInput, "fee_not_own", add(rt, fee=5)) == ["fee"]
    await fails(InvalidInput, "account_needed", add(rt, is_own=True))
    assert ANN.account_id == NO_ACCOUNT
    own = await add(rt, operator("tests", ann.account_id), is_own=True, fee=250_000)
    assert (await columns(rt, own))[4] == 250_000
    await configure.change(rt, operator("tests", ann.account_id), own.id, Change(fee=-1))
    assert (await columns(rt, own))[4] is None
    of_all = await add(rt)
    await fails(NotAllowed, "scope_missing", configure.change(rt, ann, of_all.id, Change(is_enabled=False)))


async def test_why_a_link_is_down_is_told_to_who_configures_it(rt: Runtime) -> None:
    ann = await make.account(rt)
    own, of_all = await add(rt, ann, is_own=True), await add(rt)
    async with rt.db.transaction() as conn:
        for one in (own, of_all):
            await reading.note_link(conn, LinkStatus(one.id, 0, LinkState.DOWN, "why", rt.clock.now()), 1)
    found = await configure.links(rt, ann, [own.id, of_all.id])
    assert [link.detail for link in found] == ["why", ""]
    assert [link.detail for link in (await configure.get(rt, ann, own.id))[1]] == ["why"]
    assert [link.detail for link in (await configure.get(rt, ann, of_all.id))[1]] == [""]
    assert [link.detail for link in await configure.links(rt, ANN, [own.id, of_all.id])] == ["why", "why"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.8", "169.254.169.254", "[::1]", "2130706433"])
async def test_an_api_that_is_plainly_in_somebodys_house_is_refused(rt: Runtime, host: str) -> None:
    home = settings("twilio", base_url=f"http://{host}:2790")
    assert await fails(Refused, "address_not_public", add(rt, settings=home)) == ["settings.base_url"]
    allowing = replace(rt, settings=replace(rt.settings, allow_private_providers=(host.strip("[]"),)))
    if host != "2130706433":  # which is no address that anybody could allow as it is written
        assert (await add(allowing, settings=home)).http


async def test_an_account_may_not_let_smpp_lead_home_either(rt: Runtime) -> None:
    ann = await make.account(rt)
    home = settings("smpp", host="10.0.0.8")
    assert await fails(Refused, "address_not_public", add(rt, ann, "smpp", settings=home, is_own=True)) == [
        "settings.host"
    ]
    assert (await add(rt, kind="smpp", settings=home)).smpp == home  # the operator's tunnel


@pytest.mark.parametrize(
    "url", ["ftp://api.example.com", "https://user@api.example.com", "https://a.example/?b=1", "https://", "http://a:x"]
)
async def test_what_is_no_address_of_an_api_is_refused(rt: Runtime, url: str) -> None:
    assert await fails(InvalidInput, "address_invalid", add(rt, settings=settings("twilio", base_url=url))) == [
        "settings.base_url"
    ]


@pytest.mark.req("R128")
async def test_what_leads_elsewhere_is_to_be_tested_again_and_a_bind_is_a_test(rt: Runtime) -> None:
    carrier = await add(rt, kind="smpp")
    async with rt.db.transaction() as conn:
        await reading.note_link(conn, LinkStatus(carrier.id, 0, LinkState.BOUND, "", rt.clock.now()), 1)
    assert (await seen(rt, carrier)).tested_at == rt.clock.now()
    await configure.change(rt, ANN, carrier.id, Change(settings=settings("smpp", window=99, throughput=5), name="B"))
    assert (await seen(rt, carrier)).tested_at
    await configure.change(rt, ANN, carrier.id, Change(settings=settings("smpp", port=2776)))
    assert (await seen(rt, carrier)).tested_at is None
    twilio = await add(rt)
    async with rt.db.transaction() as conn:
        await reading.note_link(conn, LinkStatus(twilio.id, 0, LinkState.BOUND, "", rt.clock.now()), 1)
    assert (await seen(rt, twilio)).tested_at is None  # over HTTP a link has not said anything to anybody


async def test_a_paused_connector_goes_on_when_somebody_says_so(rt: Runtime) -> None:
    made = await add(rt)
    async with rt.db.transaction() as conn:
        await pausing.pause(conn, made.id, "no credit left", now=rt.clock.now())
    assert (await seen(rt, made)).paused_reason == "no credit left"
    resumed = await configure.resume(rt, ANN, made.id)
    assert (resumed.paused_at, (await seen(rt, made)).paused_reason) == (None, None)
    await configure.resume(rt, ANN, made.id)
    kinds = await rows(rt, "SELECT kind FROM event WHERE subject = %s ORDER BY id", made.id)
    assert [kind for (kind,) in kinds] == ["connector.added", "connector.paused", "connector.resumed"]


async def test_a_refusal_of_what_was_mended_meanwhile_pauses_nothing(rt: Runtime) -> None:
    made = await add(rt)
    mended, _ = await configure.change(rt, ANN, made.id, Change(secrets={"auth_token": "right"}))
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        assert not await pausing.pause(conn, made.id, "wrong token", now=now, revision=made.revision)
        assert await pausing.pause(conn, made.id, "no credit left", now=now, revision=mended.revision)
    assert (await seen(rt, made)).paused_reason == "no credit left"
    other = await make.account(rt)
    assert (await configure.get(rt, other, made.id))[0].paused_reason is None
    assert [one.paused_reason for one in await configure.page(rt, other)] == [None]


async def test_a_new_callback_address_replaces_the_old_one(rt: Runtime) -> None:
    made = await add(rt)
    before = registry.callback_url(made, rt.seal, "https://sms.example.com")
    after = registry.callback_url(
        await configure.renew_callback_token(rt, ANN, made.id), rt.seal, "https://sms.example.com"
    )
    assert before.startswith("https://sms.example.com/callbacks/")
    assert before != after == registry.callback_url(await seen(rt, made), rt.seal, "https://sms.example.com")
    assert registry.callback_url(made, rt.seal, None) == ""
    carrier = await add(rt, kind="smpp", name="Carrier")
    await fails(InvalidInput, "no_callbacks", configure.renew_callback_token(rt, ANN, carrier.id))


async def test_a_connector_is_deleted_when_it_is_off_and_nothing_needs_it(rt: Runtime) -> None:
    made = await add(rt)
    await fails(Conflict, "connector_is_on", configure.remove(rt, ANN, made.id))
    await configure.change(rt, ANN, made.id, Change(is_enabled=False))
    async with rt.db.transaction() as conn:
        await conn.execute("INSERT INTO submission VALUES (%s, 'id', %s, 1)", (made.id, made.id))
    await fails(Conflict, "connector_in_use", configure.remove(rt, ANN, made.id))
    async with rt.db.transaction() as conn:
        await conn.execute("DELETE FROM submission")
    await configure.remove(rt, ANN, made.id)
    await fails(NotFound, "connector_not_found", configure.get(rt, ANN, made.id))


async def test_names_are_taken_once(rt: Runtime) -> None:
    await add(rt)
    other = await add(rt, name="Other")
    await fails(Conflict, "connector_name_taken", add(rt, kind="smpp", name="gateway"))
    await fails(Conflict, "connector_name_taken", configure.change(rt, ANN, other.id, Change(name="Gateway")))
