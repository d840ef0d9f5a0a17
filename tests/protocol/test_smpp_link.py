"""The dispatcher and its links over real TCP, against a carrier that others wrote."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Unpack

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import ledger
from cablegram.connectors import configure
from cablegram.connectors.model import BindMode
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from dispatching import LinkSettings, carrier, dispatching, states, until, until_all, until_link
from peers.node_smsc import NodeSmsc, node_smsc

THROTTLED, SYSTEM_ERROR, BAD_NUMBER = 0x58, 0x08, 0x0B
FIVE_PARTS = "a" * (153 * 5)


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    return await make.account(rt, credits=5000)


@asynccontextmanager
async def linked(
    rt: Runtime, *, links: int = 1, smsc: dict[str, Any] | None = None, **settings: Unpack[LinkSettings]
) -> AsyncGenerator[NodeSmsc]:
    """Run the other carrier, and a dispatcher that is bound to it."""
    async with node_smsc(password="secret", **smsc or {}) as peer:
        await carrier(rt, peer.port, **settings)
        async with dispatching(rt):
            await until_link(rt, "bound", links=links)
            yield peer


async def send(rt: Runtime, who: Principal, *texts: str, to: str = traffic.NUMBER) -> None:
    """Accept texts; each goes to a number of its own."""
    await traffic.accepted(rt, [traffic.draft(who, text, to=f"{to[:-3]}{n:03d}") for n, text in enumerate(texts)])


def sent(smsc: NodeSmsc) -> Counter[str]:
    """Count what the carrier took, by number and text: nothing may be there twice."""
    return Counter(f"{one['to']} {one['udh']} {one['text']}" for one in smsc.all("submit") if not one["status"])


# --- there and back ---


@pytest.mark.req("R37", "R38", "R40", "R51", "R54", "R138")
@pytest.mark.parametrize("receipts", ["both", "text", "tlv"])
async def test_texts_go_out_as_they_are_and_come_back_as_delivered(rt: Runtime, shop: Principal, receipts: str) -> None:
    texts = ["Hello @ {Anna} €", "Привет, Анна!", "long " * 60, "Καλημέρα 😀 " * 12, "مرحبا يا آنا، 陳美玲 नमस्ते"]
    async with linked(rt, smsc={"receipts": receipts, "ids": "hex-then-decimal"}) as smsc:
        await send(rt, shop, *texts)
        await until_all(rt, delivered=5)
        seen = smsc.all("submit")
        for place, text in enumerate(texts):
            parts = [one for one in seen if one["to"].endswith(f"{place:03d}")]
            assert "".join(one["text"] for one in parts) == text
            assert {one["registered_delivery"] for one in parts} == {1}
        await smsc.until(lambda: len(smsc.all("deliver_resp")) == len(seen))
        assert {one["status"] for one in smsc.all("deliver_resp")} == {0}
    await assert_sums_hold(rt)


async def test_receipts_that_come_before_the_answer_are_not_lost(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, smsc={"delay": -100}):
        await send(rt, shop, "Hello there", "a" * 161)
        await until_all(rt, delivered=2)


@pytest.mark.parametrize(
    ("word", "state"), [("UNDELIV", "undelivered"), ("EXPIRED", "expired"), ("REJECTD", "undelivered")]
)
async def test_bad_news_comes_back_too(rt: Runtime, shop: Principal, word: str, state: str) -> None:
    async with linked(rt, smsc={"state": word}):
        await send(rt, shop, "Hello there")
        await until_all(rt, **{state: 1})
    assert await rows(rt, "SELECT error FROM message") == [("001",)]


async def test_sending_and_receiving_may_have_a_connection_each(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, links=2, mode=BindMode.PAIR) as smsc:
        assert {one["mode"] for one in smsc.all("bind")} == {"bind_transmitter", "bind_receiver"}
        await send(rt, shop, "Hello there")
        await until_all(rt, delivered=1)


async def test_more_links_than_connections_to_the_database_share_them(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, links=12, binds=12, window=2) as smsc:
        await send(rt, shop, *(f"Hello number {n}" for n in range(300)))
        await until_all(rt, delivered=300)
        assert max(sent(smsc).values()) == 1
    await assert_sums_hold(rt)


@pytest.mark.req("R66", "R20")
async def test_a_text_from_a_phone_finds_its_account_and_is_charged(rt: Runtime, shop: Principal) -> None:
    async with linked(rt) as smsc:
        async with rt.db.transaction() as conn:
            new = grant.NewSender("12345", country="ES")
            await grant.grant(conn, shop.account_id, new, now=rt.clock.now())
        smsc.tell("mo", **{"from": "34600000118", "to": "12345", "text": "Да 😀"})
        smsc.tell("mo", **{"from": "34600000118", "to": "99999", "text": "For nobody"})
        smsc.tell("mo", **{"from": "34600000118", "to": "12345", "text": ""})
        await smsc.until(lambda: len(smsc.all("deliver_resp")) == 3)
    found = await rows(rt, "SELECT account_id, src, dst, body FROM inbound_text ORDER BY id")
    assert found == [(shop.account_id, "34600000118", "12345", "Да 😀"), (None, "34600000118", "99999", "For nobody")]
    assert await rows(rt, "SELECT count FROM posting WHERE kind = 'inbound'") == [(1,)]


# --- the carrier says no, or not now ---


@pytest.mark.req("R18")
async def test_what_the_carrier_refuses_is_rejected_and_given_back(rt: Runtime, shop: Principal) -> None:
    async with linked(rt) as smsc:
        smsc.tell("status", status=BAD_NUMBER)
        await send(rt, shop, "Hello there")
        await until_all(rt, rejected=1)
    assert await ledger.balance(rt, shop) == 5000 * MICRO
    assert await rows(rt, "SELECT reason, error FROM message") == [("carrier_refused", "ESME_RINVDSTADR")]


@pytest.mark.parametrize("status", [THROTTLED, SYSTEM_ERROR])
async def test_a_carrier_that_asks_for_time_gets_it_and_each_message_once(
    rt: Runtime, shop: Principal, status: int
) -> None:
    async with linked(rt) as smsc:
        smsc.tell("status", status=status, times=6)
        await send(rt, shop, *(f"Hello number {n}" for n in range(12)))
        await until_all(rt, delivered=12)
        assert set(sent(smsc).values()) == {1}
        assert len(smsc.all("submit")) == 18
        if status == THROTTLED:
            assert "slowed to" in (await until_link(rt, "throttled"))[0]
    await assert_sums_hold(rt)


async def test_a_part_put_off_goes_out_again_without_its_sisters(rt: Runtime, shop: Principal) -> None:
    async with linked(rt) as smsc:
        await send(rt, shop, "Hello there")  # the first message over a connection goes alone
        await until_all(rt, delivered=1)
        smsc.tell("status", status=0)
        smsc.tell("status", status=SYSTEM_ERROR)
        await traffic.accepted(rt, [traffic.draft(shop, "a" * 306)])
        await until_all(rt, delivered=2)
        assert set(sent(smsc).values()) == {1}
        assert [one["status"] for one in smsc.all("submit")] == [0, 0, SYSTEM_ERROR, 0]


async def test_a_message_longer_than_the_window_goes_part_by_part(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, window=2) as smsc:
        await send(rt, shop, "Hello there", FIVE_PARTS, "Hello again", FIVE_PARTS)
        await until_all(rt, delivered=4)
        assert set(sent(smsc).values()) == {1}


async def test_long_messages_keep_to_the_throughput(rt: Runtime, shop: Principal) -> None:
    loop = asyncio.get_running_loop()
    async with linked(rt, throughput=10, window=3) as smsc:
        began = loop.time()
        await send(rt, shop, FIVE_PARTS, FIVE_PARTS, FIVE_PARTS)
        await until_all(rt, delivered=3)
        # Fifteen parts: three at once, the others at ten a second.
        assert loop.time() - began >= 1.1
        assert len(smsc.all("submit")) == 15


# --- the carrier goes wrong ---


async def test_a_refused_login_says_why_and_a_corrected_one_binds(rt: Runtime, shop: Principal) -> None:
    async with node_smsc(password="secret") as smsc:
        connector = await carrier(rt, smsc.port, password="wrong")
        await send(rt, shop, "Hello there")
        async with dispatching(rt):
            (why,) = await until_link(rt, "refused")
            assert "ESME_RINVPASWD" in why
            assert await states(rt) == {"queued": 1}
            await configure.change_smpp(rt, operator("tests"), connector.id, password="secret")
            await until_link(rt, "bound")
            await until_all(rt, delivered=1)


async def test_a_carrier_that_is_not_there_yet_is_bound_when_it_comes(rt: Runtime, shop: Principal) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    await carrier(rt, port)
    await send(rt, shop, "Hello there")
    async with dispatching(rt):
        (why,) = await until_link(rt, "down")
        assert f"127.0.0.1:{port}" in why
        async with node_smsc(port=port):
            await until_all(rt, delivered=1)


@pytest.mark.parametrize("host", ["no..host", "a" * 70 + ".example"])
async def test_a_host_that_can_t_be_is_a_link_that_is_down(rt: Runtime, shop: Principal, host: str) -> None:
    del shop
    await carrier(rt, 2775, host=host)
    async with dispatching(rt):
        (why,) = await until_link(rt, "down")
        assert "can't connect" in why


async def test_what_is_on_the_wire_when_the_carrier_hangs_up_is_in_question_and_never_sent_again(
    rt: Runtime, shop: Principal
) -> None:
    async with linked(rt, window=5, smsc={"receipts": "none"}) as smsc:
        await send(rt, shop, "Hello there")
        await until_all(rt, submitted=1)
        smsc.tell("hold")
        await send(rt, shop, *(f"Hello number {n}" for n in range(8)))
        await smsc.until(lambda: len(smsc.all("submit")) == 6)
        smsc.tell("hangup")
        await until(lambda: states(rt), lambda seen: seen.get("unknown") == 5)
        smsc.tell("release")
        await until_all(rt, submitted=4, unknown=5)
        assert set(sent(smsc).values()) == {1}
    await assert_sums_hold(rt)


async def test_a_receipt_settles_what_was_in_question(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, smsc={"delay": 2500}) as smsc:  # by then we are bound again
        smsc.tell("hold")
        await send(rt, shop, "Hello there")
        await smsc.until(lambda: smsc.all("submit"))
        smsc.tell("hangup")
        await until(lambda: states(rt), lambda seen: seen.get("unknown"))
        await until_all(rt, delivered=1)
        assert len(smsc.all("submit")) == 1


async def test_a_carrier_that_answers_nothing_costs_a_message_not_a_window(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, window=20, response_seconds=1) as smsc:
        smsc.tell("hold")
        await send(rt, shop, *(f"Hello number {n}" for n in range(30)))
        (why,) = await until_link(rt, "down")
        assert "does not answer" in why
        # The link says so at once, the message as soon as it is written down.
        await until(lambda: states(rt), lambda seen: seen == {"unknown": 1, "queued": 29})
        smsc.tell("release")
        await until(lambda: states(rt), lambda seen: seen.get("delivered", 0) >= 29)
        assert set(sent(smsc).values()) == {1}


async def test_an_answer_that_comes_late_settles_its_message(rt: Runtime, shop: Principal) -> None:
    async with linked(rt, response_seconds=1) as smsc:
        await send(rt, shop, "Hello there")
        await until_all(rt, delivered=1)
        smsc.tell("hold")
        await send(rt, shop, "Hello again", "a" * 306)
        await until_all(rt, delivered=1, unknown=2)
        smsc.tell("release")
        await until_all(rt, delivered=3)
        assert set(sent(smsc).values()) == {1}


async def test_garbage_ends_the_connection_and_not_the_sending(rt: Runtime, shop: Principal) -> None:
    async with linked(rt) as smsc:
        smsc.tell("garbage")
        (why,) = await until_link(rt, "down")
        assert "broken stream" in why
        await send(rt, shop, "Hello there")
        await until_all(rt, delivered=1)


async def test_a_carrier_that_ends_the_bind_is_bound_again(rt: Runtime, shop: Principal) -> None:
    async with linked(rt) as smsc:
        smsc.tell("unbind")
        await smsc.until(lambda: len(smsc.all("bind")) == 2)
        await send(rt, shop, "Hello there")
        await until_all(rt, delivered=1)


async def test_a_quiet_link_asks_whether_the_carrier_lives(rt: Runtime, shop: Principal) -> None:
    del shop
    async with linked(rt, enquire_link_seconds=1) as smsc:
        await smsc.until(lambda: smsc.all("enquire_link"))
        assert len(await until_link(rt, "bound")) == 1


# --- connectors and dispatchers come and go ---


async def test_a_connector_that_is_switched_off_stops_and_one_switched_on_goes_on(rt: Runtime, shop: Principal) -> None:
    async with node_smsc() as smsc, dispatching(rt):
        connector = await carrier(rt, smsc.port)  # a running dispatcher hears of it
        await until_link(rt, "bound")
        await configure.change_smpp(rt, operator("tests"), connector.id, is_enabled=False)
        await until_link(rt, "stopped")
        assert smsc.all("unbind")
        await configure.change_smpp(rt, operator("tests"), connector.id, is_enabled=True)
        await send(rt, shop, "Hello there")
        await until_all(rt, delivered=1)


async def test_a_dispatcher_that_stops_waits_for_what_is_on_the_wire(rt: Runtime, shop: Principal) -> None:
    async with node_smsc(receipts="none", delay=-300) as smsc:  # each answer takes its time
        await carrier(rt, smsc.port)
        async with dispatching(rt):
            await until_link(rt, "bound")
            await send(rt, shop, *(f"Hello number {n}" for n in range(3)))
            await smsc.until(lambda: len(smsc.all("submit")) == 3)
            assert (await states(rt))["submitting"] >= 2
        assert await states(rt) == {"submitted": 3}
        assert smsc.all("unbind")
    assert await rows(rt, "SELECT state FROM link") == [("stopped",)]


async def test_a_dispatcher_stops_at_once_while_its_carrier_is_away(rt: Runtime, shop: Principal) -> None:
    del shop
    await carrier(rt, 1)
    async with dispatching(rt):
        await until_link(rt, "down")
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 1


async def test_two_dispatchers_share_the_links_and_the_one_that_is_left_takes_both(
    rt: Runtime, shop: Principal
) -> None:
    async with node_smsc() as smsc:
        await carrier(rt, smsc.port, binds=2)
        async with AsyncExitStack() as first:
            await first.enter_async_context(dispatching(rt))
            await until_link(rt, "bound", links=2)
            async with dispatching(rt):
                await until(
                    lambda: rows(rt, "SELECT count(DISTINCT dispatcher_id) FROM link WHERE state = 'bound'"),
                    lambda found: found == [(2,)],
                )
                await send(rt, shop, "Hello there")
                await until_all(rt, delivered=1)
                assert len(smsc.all("bind")) == 3  # the first has given one up
                await first.aclose()
                await smsc.until(lambda: len(smsc.all("bind")) == 4)
                await send(rt, shop, "Hello there")
                await until_all(rt, delivered=2)
