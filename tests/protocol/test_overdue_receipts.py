"""Carriers that send no receipts are asked what became of messages, over real TCP; who can't say is left alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Unpack

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.connectors import configure
from cablegram.connectors.model import BindMode
from cablegram.messages import story
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.options import CarrierOptions
from cablegram.simulators.serve import running
from dispatching import LinkSettings, carrier, dispatching, states, until, until_all, until_link
from peers.node_smsc import NodeSmsc, node_smsc

TOMORROW = timedelta(hours=25)
ANSWERS = "SELECT answers_queries, receipt_id_form FROM connector"


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    return await make.account(rt, credits=5000)


@asynccontextmanager
async def without_receipts(
    rt: Runtime, who: Principal, *texts: str, smsc: dict[str, Any] | None = None, **settings: Unpack[LinkSettings]
) -> AsyncGenerator[NodeSmsc]:
    """Let a carrier take texts that it sends no receipts for."""
    async with node_smsc(password="secret", receipts="none", ids="hex-then-decimal", **smsc or {}) as peer:
        await carrier(rt, peer.port, **settings)
        async with dispatching(rt):
            await traffic.accepted(
                rt, [traffic.draft(who, text, to=f"+3460000{n:04d}") for n, text in enumerate(texts)]
            )
            await until_all(rt, submitted=len(texts))
        yield peer


async def answers(rt: Runtime) -> list[tuple[object, ...]]:
    return await rows(rt, ANSWERS)


@pytest.mark.req("R50")
async def test_a_carrier_that_sends_no_receipts_is_asked(rt: Runtime, shop: Principal) -> None:
    async with without_receipts(rt, shop, "Hello there", "a" * 161, "Hello again") as smsc:
        async with dispatching(rt):
            await until_link(rt, "bound")
        assert smsc.all("query") == [], "it has a day"
        async with dispatching(rt, ahead=TOMORROW):
            await until_all(rt, delivered=2, submitted=1)
        taken = [one["id"] for one in smsc.all("submit")]
        asked = smsc.all("query")
        assert [one["id"] for one in asked] == [taken[0], taken[3]], "of long messages nobody knows by which id"
        assert {(one["from"], one["source_ton"]) for one in asked} == {(traffic.SENDER, 5)}
    # What it calls its messages in receipts is still to be learned.
    assert await answers(rt) == [(True, "unknown")]
    ((message_id,),) = await rows(rt, "SELECT id FROM message WHERE body = 'Hello there'")
    _, moments = await story.timeline(rt, shop, message_id)  # pyright: ignore[reportArgumentType] - a uuid
    assert [one.detail for one in moments if one.kind == "asked"] == [f"DELIVRD id {taken[0]}"]
    await assert_sums_hold(rt)


async def test_the_simulated_carrier_says_what_became_of_a_message(rt: Runtime, shop: Principal) -> None:
    async with running(CarrierOptions(smpp_port=0, http_port=0)) as peer:
        await carrier(rt, peer.smpp_port)
        async with dispatching(rt):
            await traffic.accepted(rt, [traffic.draft(shop, to="+34600009033")])  # never a receipt
            await until_all(rt, submitted=1)
        async with dispatching(rt, ahead=TOMORROW):
            await until(lambda: answers(rt), lambda seen: seen[0][0])
    assert await rows(rt, "SELECT split_part(detail, ' ', 1) FROM message_event WHERE kind = 'asked'") == [("ENROUTE",)]


@pytest.mark.parametrize("how", [3, "nack"], ids=["ESME_RINVCMDID", "generic_nack"])
async def test_a_carrier_that_knows_no_such_questions_is_left_alone(
    rt: Runtime, shop: Principal, how: int | str
) -> None:
    texts = [f"Hello number {n}" for n in range(4)]
    smsc = {"query": how}
    async with without_receipts(rt, shop, *texts, smsc=smsc) as peer, dispatching(rt, ahead=TOMORROW):
        await until(lambda: answers(rt), lambda seen: seen[0][0] is False)
        assert len(peer.all("query")) == 2
        peer.tell("query", query=0)
        (connector,) = await configure.page(rt, operator("tests"))
        # Changed, it is asked anew: about those that were not asked about before.
        await configure.change_smpp(rt, operator("tests"), connector.id, name="Told to answer")
        await until_all(rt, delivered=2, submitted=2)
    assert len(peer.all("query")) == 4


async def test_a_carrier_that_is_silent_costs_no_message(rt: Runtime, shop: Principal) -> None:
    texts = [f"Hello number {n}" for n in range(3)]
    async with without_receipts(rt, shop, *texts, smsc={"query": "silent"}, window=1, response_seconds=1) as smsc:
        async with dispatching(rt, ahead=TOMORROW):
            await smsc.until(lambda: smsc.all("query"))
            await traffic.accepted(rt, [traffic.draft(shop)])
            await until_all(rt, submitted=4)
            told = "SELECT detail FROM message_event WHERE kind = 'asked'"
            await until(lambda: rows(rt, told), lambda seen: seen and "no answer" in str(seen[0][0]))
        assert len(smsc.all("query")) == 1
        assert len(smsc.all("bind")) == 2
    assert await answers(rt) == [(None, "unknown")]


async def test_a_bind_that_only_receives_asks_nothing(rt: Runtime, shop: Principal) -> None:
    async with without_receipts(rt, shop, "Hello there", mode=BindMode.PAIR) as smsc:
        async with dispatching(rt, ahead=TOMORROW):
            await until_all(rt, delivered=1)
        assert len(smsc.all("query")) == 1


async def test_a_connection_that_breaks_under_a_question_leaves_no_message_in_doubt(
    rt: Runtime, shop: Principal
) -> None:
    smsc = {"query": "silent"}
    async with without_receipts(rt, shop, "Hello there", smsc=smsc) as peer, dispatching(rt, ahead=TOMORROW):
        await peer.until(lambda: peer.all("query"))
        await traffic.accepted(rt, [traffic.draft(shop)])
        await until_all(rt, submitted=2)  # the first message over a connection goes alone, but for questions
        peer.tell("hangup")
        await until_link(rt, "down")
        assert await states(rt) == {"submitted": 2}
