"""A batch is accepted: each draft gets its verdict, in order, and what was accepted is charged, counted and queued."""

from __future__ import annotations

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.billing.prices import Prices
from cablegram.kit.money import MICRO
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, MessageClass
from cablegram.messages.store import share
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=100, default_country="ES")


async def judged(rt: Runtime, *drafts: Draft, keep_refused: bool = False) -> list[str | None]:
    """Accept drafts in one transaction; return each one's refusal."""
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now(), keep_refused=keep_refused)
    return [one.refusal.code if one.refusal else None for one in drafts]


async def price_of(rt: Runtime, number: str) -> int:
    async with rt.db.connection() as conn:
        tariff = (await Prices().book(conn, now=rt.clock.now())).find(number)
    assert tariff is not None
    return tariff.price


@pytest.mark.req("R16", "R41", "R49")
async def test_each_draft_gets_its_verdict_and_the_order_stays(rt: Runtime, shop: Principal) -> None:
    closed = await make.account(rt, open_senders=False)
    nobody_s = traffic.draft(closed)
    drafts = [
        traffic.draft(shop),
        traffic.draft(shop, "Hiya"),
        traffic.draft(shop, to="+34912345678"),
        traffic.draft(shop, to="12"),
        traffic.draft(shop, to="+88213300000"),
        nobody_s,
        Draft(shop.account_id, traffic.NUMBER, "Hello there", sender="No/Name"),
        traffic.draft(shop, "Hello \ud83d there"),
        traffic.draft(shop, "Hello\0there"),
        traffic.draft(shop, to="+34600000119"),
    ]
    assert await judged(rt, *drafts) == [
        None,
        "text_too_short",
        "number_landline",
        "number_invalid",
        "no_tariff",
        "sender_not_owned",
        "sender_invalid",
        "bad_character",
        "bad_character",
        None,
    ]
    assert [one.number for one in drafts if one.id] == ["34600000118", "34600000119"]
    assert await rows(rt, "SELECT dst FROM message ORDER BY id") == [("34600000118",), ("34600000119",)]


@pytest.mark.req("R17", "R29")
async def test_what_is_accepted_is_charged_counted_and_queued_in_one_stroke(rt: Runtime, shop: Principal) -> None:
    price = await price_of(rt, "34600000118")
    long = traffic.draft(shop, "a" * 161)
    await judged(rt, traffic.draft(shop), long)

    assert long.price == 2 * price
    (posting,) = await ledger.statement(rt, shop, limit=1)
    assert (posting.count, posting.amount) == (2, -3 * price)
    assert await rows(rt, "SELECT DISTINCT posting_id, state::text, version FROM message") == [
        (posting.id, "queued", 0)
    ]
    assert await rows(rt, "SELECT state::text, n, amount FROM progress") == [("queued", 2, 3 * price)]
    assert await rows(rt, "SELECT lane, share, segments FROM queue ORDER BY id") == [
        (1, share(shop.account_id), 1),
        (1, share(shop.account_id), 2),
    ]
    await assert_sums_hold(rt)


@pytest.mark.req("R19")
async def test_credit_that_ends_part_way_refuses_the_rest_and_keeps_what_it_covered(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    price = await price_of(rt, "34600000118")
    who = await make.account(rt, credits=0)
    async with rt.db.transaction() as conn:
        await ledger.grant(conn, who.account_id, 2 * price + 1, note="two and a bit", now=rt.clock.now())
    texts = ["Hello", "a" * 161, "Hello", "Hello"]

    assert await judged(rt, *(traffic.draft(who, text) for text in texts)) == [
        None,
        "insufficient_credit",
        None,
        "insufficient_credit",
    ]
    assert await ledger.balance(rt, who) == 1
    assert await rows(rt, "SELECT count(*) FROM message") == [(2,)]


async def test_a_batch_may_mix_accounts_and_each_pays_for_itself(rt: Runtime, shop: Principal) -> None:
    poor, rich = await make.account(rt, credits=0), await make.account(rt, credits=50)
    verdicts = await judged(rt, traffic.draft(shop), traffic.draft(poor), traffic.draft(rich))
    assert verdicts == [None, "insufficient_credit", None]
    price = await price_of(rt, "34600000118")
    assert [await ledger.balance(rt, one) for one in (shop, poor, rich)] == [
        100 * MICRO - price,
        0,
        50 * MICRO - price,
    ]
    await assert_sums_hold(rt)


@pytest.mark.req("R49")
async def test_without_a_sender_the_account_s_default_is_taken_with_its_connector(rt: Runtime, shop: Principal) -> None:
    plain = Draft(shop.account_id, traffic.NUMBER, "Hello there")
    stranger = await make.account(rt, name="Without a sender")
    await rows(rt, "DELETE FROM sender WHERE account_id = %s RETURNING id", stranger.account_id)
    assert await judged(rt, plain, Draft(stranger.account_id, traffic.NUMBER, "Hello there")) == [None, "sender_needed"]
    ((address, connector_id),) = await rows(
        rt,
        "SELECT address, connector_id FROM sender JOIN sender_connector ON sender_id = id WHERE account_id = %s",
        shop.account_id,
    )
    assert (plain.source, plain.connector_id) == (address, connector_id)


async def test_without_a_connector_there_is_no_route_and_no_charge(rt: Runtime, shop: Principal) -> None:
    await rows(rt, "UPDATE connector SET is_enabled = false RETURNING id")
    assert await judged(rt, traffic.draft(shop)) == ["no_route"]
    assert await ledger.balance(rt, shop) == 100 * MICRO


async def test_a_message_s_class_is_its_lane(rt: Runtime, shop: Principal) -> None:
    drafts = [traffic.draft(shop) for _ in MessageClass]
    for one, kind in zip(drafts, MessageClass, strict=True):
        one.message_class = kind
    await judged(rt, *drafts)
    found = await rows(rt, "SELECT class::text, lane FROM queue JOIN message USING (id) ORDER BY lane")
    assert found == [("otp", 0), ("transactional", 1), ("marketing", 2)]


async def test_a_campaign_keeps_whom_it_skipped_and_why_but_not_whom_it_could_not_pay_for(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    who = await make.account(rt, credits=0)
    campaign = traffic.campaign()
    drafts = [
        traffic.draft(who, campaign_id=campaign),
        traffic.draft(who, "Hiya", campaign_id=campaign),
        traffic.draft(who, "Hello\0", campaign_id=campaign),
        traffic.draft(who, "Hello \udc00", campaign_id=campaign),
        traffic.draft(who, to="+34 912 345 678", campaign_id=campaign),
    ]
    verdicts = await judged(rt, *drafts, keep_refused=True)
    assert verdicts == ["insufficient_credit", "text_too_short", "bad_character", "bad_character", "number_landline"]
    kept = await rows(rt, "SELECT state::text, reason, posting_id, price FROM message ORDER BY id")
    assert kept == [("skipped", code, None, 0) for code in verdicts[1:]]
    assert await rows(rt, "SELECT state::text, n, amount FROM progress") == [("skipped", 4, 0)]
    assert await rows(rt, "SELECT count(*) FROM queue") == [(0,)]


async def test_an_empty_batch_is_no_work(rt: Runtime) -> None:
    assert await judged(rt) == []


async def test_ids_rise_in_the_order_of_the_batch(rt: Runtime, shop: Principal) -> None:
    drafts = [traffic.draft(shop) for _ in range(50)]
    await judged(rt, *drafts)
    ids = [one.id for one in drafts if one.id]
    assert ids == sorted(ids)
