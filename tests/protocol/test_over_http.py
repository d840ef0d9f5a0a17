"""The dispatcher over HTTP: each answer, and each silence, has its one consequence, and nothing goes twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing
from cablegram.connectors import configure
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.generic.settings import GenericSettings
from cablegram.connectors.providers.twilio import TwilioSettings
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.provider.described.generic import Generic
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import RunningProvider, running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from dispatching import dispatching, until, until_all, until_link

API = Twilio(Credentials())
WELCOME = API.welcome()
OPTIONS = ProviderOptions(port=0, slow_seconds=0.0, retries=0)


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    return await make.account(rt, credits=5000)


def open_to_this_machine(rt: Runtime) -> Runtime:
    """Return a runtime whose operator allows providers on this machine."""
    return replace(rt, settings=replace(rt.settings, allow_private_providers=("127.0.0.1",)))


async def connector(rt: Runtime, url: str, **settings: Any) -> Connector:  # noqa: ANN401 - of any field
    await importing.load_demo(rt)
    given = TwilioSettings(account_sid=WELCOME["account_sid"], base_url=url, **settings)
    secrets = {"auth_token": WELCOME["auth_token"]}
    return await configure.add(
        rt, operator("tests"), NewConnector(kind="twilio", name="Twilio", settings=given, secrets=secrets)
    )


@asynccontextmanager
async def sending(
    rt: Runtime,
    *,
    options: ProviderOptions = OPTIONS,
    **settings: Any,  # noqa: ANN401 - of any field
) -> AsyncGenerator[tuple[Runtime, RunningProvider]]:
    """Dispatch over a simulated provider."""
    rt = open_to_this_machine(rt)
    async with running(API, options) as provider:
        await connector(rt, provider.url, **settings)
        async with dispatching(rt):
            yield rt, provider


async def send(rt: Runtime, who: Principal, ends: Sequence[str]) -> None:
    """Send a message to a number with each of these ends."""
    drafts = [traffic.draft(who, f"Hello {place}", to=f"+3460{place:03d}{end}") for place, end in enumerate(ends)]
    await traffic.accepted(rt, drafts)


def taken(provider: RunningProvider) -> Counter[str]:
    """Count what the provider took, by number."""
    return Counter(entry["to"] for entry in provider.desk.ledger.entries if entry["taken"])


async def exchanges(rt: Runtime, *, count: int) -> list[tuple[Any, ...]]:
    """Wait until so many exchanges are on disk; return kind, status, verdict, request and answer of each."""
    statement = "SELECT kind, status, verdict, request, answer FROM exchange ORDER BY at, id"
    return await until(lambda: rows(rt, statement), lambda seen: len(seen) == count)


@pytest.mark.req("R136", "R137")
async def test_each_answer_has_its_consequence(rt: Runtime, shop: Principal) -> None:
    async with sending(rt) as (its, provider):
        await send(its, shop, ["0001", "0003", "0021", "0022", "0023", "0015", "0017"])
        await until_all(its, submitted=2, rejected=3, unknown=2)
        kept = await exchanges(its, count=7)
    assert set(taken(provider).values()) == {1}
    assert await rows(rt, "SELECT number FROM blacklist") == [("34600010003",)]
    verdicts = Counter(verdict.partition(":")[0] for _, _, verdict, _, _ in kept)
    assert verdicts == {"taken": 2, "refused": 3, "lost": 2}
    assert not [one for one in kept if WELCOME["auth_token"] in "".join(map(str, one))]
    assert all("Authorization: [secret]" in request for *_, request, _ in kept)
    await assert_sums_hold(rt)


async def test_a_silent_provider_leaves_in_question_what_it_was_sent_and_gets_no_more(
    rt: Runtime, shop: Principal
) -> None:
    async with sending(rt, response_seconds=1) as (its, provider):
        await send(its, shop, ["0006"] * 2)
        # One alone at first; while that is not answered nothing else is tried, and then not for a while.
        (why,) = await until_link(its, "down")
        assert why == "no answer in time; next try in 1 s"
        await until_all(its, unknown=1, queued=1)
        assert list(taken(provider).values()) == [1]


async def test_what_could_not_be_sent_waits_and_goes_when_the_provider_is_back(rt: Runtime, shop: Principal) -> None:
    its = open_to_this_machine(rt)
    async with running(API, OPTIONS) as away:
        port = away.port
    await connector(its, f"http://127.0.0.1:{port}")
    async with dispatching(its):
        await send(its, shop, ["0001", "0001"])
        (why,) = await until_link(its, "down")
        assert why.startswith("not sent: Cannot connect to host 127.0.0.1")
        assert {attempts for (attempts,) in await rows(rt, "SELECT attempts FROM message WHERE state = 'queued'")} <= {
            0
        }
        async with running(API, replace(OPTIONS, port=port)) as provider:
            await until_all(its, submitted=2)
            await until_link(its, "bound")
    assert list(taken(provider).values()) == [1, 1]


@pytest.mark.req("R129")
async def test_who_refuses_the_whole_account_pauses_the_connector_and_loses_no_message(
    rt: Runtime, shop: Principal
) -> None:
    async with sending(rt) as (its, provider):
        await send(its, shop, ["0012"])
        await until_link(its, "paused")
        ((connector_id, reason),) = await rows(rt, "SELECT id, paused_reason FROM connector")
        assert reason == "the Twilio account is not active: The account is not active."
        await until_all(its, queued=1)
        assert await rows(rt, "SELECT attempts FROM message") == [(0,)]
        assert await rows(rt, "SELECT data->>'reason' FROM event WHERE kind = 'connector.paused'") == [(reason,)]
        # Somebody pays, and lets it go on: here the same message, which is refused again.
        before = provider.desk.requests
        await configure.resume(its, operator("tests"), cast("UUID", connector_id))
        await until(lambda: rows(rt, "SELECT paused_at FROM connector"), lambda seen: seen != [(None,)])
        assert provider.desk.requests == before + 1


async def test_who_wants_less_is_left_in_peace_for_as_long_as_it_says(rt: Runtime, shop: Principal) -> None:
    async with sending(rt, options=replace(OPTIONS, retry_after=1)) as (its, provider):
        await send(its, shop, ["0004", "0001", "0001"])
        await until_all(its, submitted=3)
    assert set(taken(provider).values()) == {1}


@pytest.mark.req("R135")
async def test_without_a_token_messages_wait_and_the_dispatch_error_is_shown(rt: Runtime, shop: Principal) -> None:
    its, api = open_to_this_machine(rt), Generic(Credentials("client", "secret-of-theirs"))
    await importing.load_demo(rt)
    async with running(api, OPTIONS) as provider:
        given = {
            "url": f"{provider.url}/free/send",
            "auth": {"type": "oauth2", "token_url": f"{provider.url}/free/token"},
            "payload": {"to": "$$To", "text": "$$Body"},
            "answer": {"id": "id"},
        }
        settings = msgspec.convert(given, GenericSettings)
        secrets = {"values": {"client_id": "client", "client_secret": "another-secret"}}
        new = NewConnector(kind="generic", name="Described", settings=settings, secrets=secrets)
        added = await configure.add(its, operator("tests"), new)
        async with dispatching(its):
            await send(its, shop, ["0001"])
            (why,) = await until_link(its, "login_failed")
            assert "Next try in 120 s" in why
            assert await rows(rt, "SELECT state::text, attempts FROM message") == [("queued", 0)]
            right = {"values": {"client_id": "client", "client_secret": "secret-of-theirs"}}
            await configure.change(its, operator("tests"), added.id, configure.Change(secrets=right))
            await until_all(its, submitted=1)
            kept = await exchanges(its, count=3)
    assert [kind for kind, *_ in kept] == ["login", "login", "send"]
    assert not [one for one in kept if any(word in str(one) for word in ("simulated-token", "secret-of-theirs"))]


@pytest.mark.req("R131")
async def test_an_address_that_leads_home_is_not_called_whatever_was_saved(rt: Runtime, shop: Principal) -> None:
    its = open_to_this_machine(rt)
    async with running(API, OPTIONS) as provider:
        await connector(its, provider.url)
        async with dispatching(rt):  # whose operator allows nothing any more
            await send(rt, shop, ["0001"])
            (why,) = await until_link(rt, "down")
            assert "no address of the open internet" in why
    assert not provider.desk.requests
    assert set(await rows(rt, "SELECT state::text FROM message")) <= {("queued",), ("submitting",)}
