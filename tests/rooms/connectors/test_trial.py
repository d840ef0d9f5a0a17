"""A test message goes straight to the provider, and its own answer is shown and kept (R128)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.connectors import advice, configure, forms, pausing, reading, registry, trial
from cablegram.connectors.configure import Change, NewConnector
from cablegram.connectors.contract import LinkState
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.connectors.trial import Outcome
from cablegram.kit.errors import CablegramError, InvalidInput, NotAllowed, Refused
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.provider.options import ProviderOptions, Receipts
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio

ANN = operator("tests")
API = Twilio(Credentials())
SID, TOKEN = API.welcome()["account_sid"], API.welcome()["auth_token"]
FROM = "+34600000118"


@pytest.fixture
async def home(rt: Runtime) -> AsyncIterator[tuple[Runtime, str]]:
    """Give a runtime that may call this machine, and the address of a simulated Twilio."""
    options = ProviderOptions(port=0, receipts=Receipts.NONE)
    here = ("127.0.0.1",)
    settings = replace(rt.settings, allow_private_providers=here, allow_private_customers=here)
    async with running(API, options) as provider:
        yield replace(rt, settings=settings), provider.url


async def twilio(rt: Runtime, url: str, *, token: str = TOKEN, who: Principal = ANN) -> Connector:
    settings = forms.read_settings("twilio", {"account_sid": SID, "base_url": url})
    is_own = not who.is_operator
    new = NewConnector(kind="twilio", name="Twilio", settings=settings, secrets={"auth_token": token}, is_own=is_own)
    return await configure.add(rt, who, new)


async def tried(rt: Runtime, connector: Connector, to: str = "+34600000001", *, who: Principal = ANN) -> Outcome:
    return await trial.run(rt, who, connector.id, to=to, text="A test of ours.", sender=FROM)


@pytest.mark.req("R128")
async def test_the_providers_own_answer_is_shown_and_kept(home: tuple[Runtime, str]) -> None:
    rt, url = home
    made = await twilio(rt, url)
    found = await tried(rt, made)
    assert (found.is_good, found.verdict, found.provider_id[:2]) == (True, "taken", "SM")
    (said,) = found.exchanges
    assert (said.method, said.status, "A+test+of+ours." in said.request) == ("POST", 201, True)
    assert TOKEN not in said.request + said.answer + said.url
    kept = await rows(rt, "SELECT kind, status, verdict FROM exchange WHERE connector_id = %s", made.id)
    assert kept == [("test", 201, "taken")]
    ((at, reason),) = await rows(rt, "SELECT tested_at, paused_reason FROM connector WHERE id = %s", made.id)
    assert (at, reason) == (rt.clock.now(), None)
    await configure.change(rt, ANN, made.id, Change(secrets={"auth_token": "another"}))
    assert (await configure.get(rt, ANN, made.id))[0].tested_at is None


@pytest.mark.req("R128", "R129")
async def test_a_refusal_is_shown_with_its_code_and_what_it_means(home: tuple[Runtime, str]) -> None:
    rt, url = home
    made = await twilio(rt, url)
    found = await tried(rt, made, "+34600000003")
    assert (found.is_good, found.verdict, found.code) == (False, "refused", "21610")
    assert found.explanation.endswith("A number refused so goes on the blacklist.")
    assert found.words
    assert (await configure.get(rt, ANN, made.id))[0].tested_at is None


async def test_a_wrong_secret_is_told_and_the_right_one_lets_a_paused_connector_go_on(
    home: tuple[Runtime, str],
) -> None:
    rt, url = home
    made = await twilio(rt, url, token="wrong")
    async with rt.db.transaction() as conn:
        await pausing.pause(conn, made.id, "20003", now=rt.clock.now())
    found = await tried(rt, made)
    assert (found.is_good, found.verdict) == (False, "turned_away")
    assert (await configure.get(rt, ANN, made.id))[0].paused_at
    await configure.change(rt, ANN, made.id, Change(secrets={"auth_token": TOKEN}))
    assert (await tried(rt, made)).is_good
    seen, _ = await configure.get(rt, ANN, made.id)
    assert (seen.paused_at, seen.tested_at) == (None, rt.clock.now())


async def test_an_address_that_became_private_is_not_called(home: tuple[Runtime, str]) -> None:
    rt, url = home
    made = await twilio(rt, url)
    strict = replace(rt, settings=replace(rt.settings, allow_private_providers=()))
    found = await tried(strict, made)
    assert (found.is_good, found.verdict, found.exchanges[0].status) == (False, "unwritten", None)
    assert "open internet" in found.words


async def test_what_is_opened_for_the_operator_is_not_opened_for_customers(
    home: tuple[Runtime, str], who: Principal
) -> None:
    rt, url = home
    made, own = await twilio(rt, url), await twilio(rt, url, who=who)
    half = replace(rt, settings=replace(rt.settings, allow_private_customers=()))
    assert (await tried(half, made)).is_good
    found = await tried(half, own, who=who)
    assert (found.is_good, found.verdict) == (False, "unwritten")
    assert "CABLEGRAM_ALLOW_PRIVATE_CUSTOMERS" in found.words
    with pytest.raises(Refused, match="for the operator's connectors alone"):
        await twilio(half, url, who=await make.account(rt))


async def test_who_may_not_configure_a_connector_may_not_try_it(home: tuple[Runtime, str], who: Principal) -> None:
    rt, url = home
    of_all = await twilio(rt, url)
    own = await twilio(rt, url, who=who)
    with pytest.raises(NotAllowed):
        await tried(rt, of_all, who=who)
    assert (await trial.run(rt, who, own.id, to="+34600000001", text="Hello", sender=FROM)).is_good


async def test_what_each_message_must_bring_along_a_test_must_bring_too(home: tuple[Runtime, str]) -> None:
    rt, url = home
    payload = {"to": "$$To", "text": "$$Body", "list": "$$list_name"}
    settings = forms.read_settings("generic", {"url": f"{url}/send", "payload": payload})
    made = await configure.add(rt, ANN, NewConnector(kind="generic", name="Any", settings=settings, secrets={}))
    assert made.traits.needs == ("list_name",)
    with pytest.raises(InvalidInput) as caught:
        await trial.run(rt, ANN, made.id, to="+34600000001", text="Hello")
    assert [fault.field for fault in caught.value.faults] == ["provider_values.list_name"]
    found = await trial.run(rt, ANN, made.id, to="+34600000001", text="Hello", values={"values": {"list_name": "A"}})
    assert (found.code, '"list":"A"' in found.exchanges[0].request.replace(" ", "")) == ("HTTP 404", True)


@pytest.mark.parametrize(
    ("states", "is_good", "verdict"),
    [
        ([], False, "down"),
        ([LinkState.DOWN, LinkState.BOUND], True, "bound"),
        ([LinkState.DOWN, LinkState.REFUSED], False, "refused"),
        ([LinkState.STOPPED], False, "stopped"),
    ],
)
async def test_of_smpp_the_bind_is_told(rt: Runtime, states: list[LinkState], *, is_good: bool, verdict: str) -> None:
    settings = forms.read_settings("smpp", {"host": "smpp.example.com", "system_id": "luna", "binds": 2})
    new = NewConnector(kind="smpp", name="Carrier", settings=settings, secrets={"password": "p"})
    made = await configure.add(rt, ANN, new)
    async with rt.db.transaction() as conn:
        for number, state in enumerate(states):
            await reading.note_link(conn, LinkStatus(made.id, number, state, "why", rt.clock.now()), 1)
    found = await tried(rt, made)
    assert (found.is_good, found.verdict, found.exchanges) == (is_good, verdict, [])
    await configure.change(rt, ANN, made.id, Change(is_enabled=False))
    assert (await tried(rt, made)).verdict == "off"


async def test_a_number_that_no_country_has_is_refused_before_anything_is_said(rt: Runtime) -> None:
    made = await twilio(rt, "https://api.example.com")
    with pytest.raises(CablegramError) as caught:
        await tried(rt, made, "12")
    assert caught.value.code == "number_invalid"


@pytest.mark.req("R43", "R129")
async def test_what_to_keep_in_mind_is_told_with_each_connector(rt: Runtime) -> None:
    made = await twilio(rt, "")
    plain, quota, untested = advice.notices(made)
    assert "127 characters" in plain
    assert quota.startswith("Twilio may have quotas")
    assert "not taken a test message" in untested
    flat = replace(made.traits, usable_characters=120)
    assert "120 are 1 segment, 121 are 2, 241 are 3" in advice.notices(replace(made, traits=flat))[0]
    kind = registry.KINDS["twilio"]
    assert any(
        "https://sms.example.com/callbacks/x" in step
        for step in advice.console(kind, "https://sms.example.com/callbacks/x")
    )
    assert any("CABLEGRAM_PUBLIC_URL" in step for step in advice.console(kind, ""))
    assert advice.explained(kind, "no such code") == ""
