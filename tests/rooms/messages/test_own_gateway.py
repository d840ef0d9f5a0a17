"""Over an account's own gateway its provider bills: a fee or nothing in place of the tariff; the books stay exact."""

from __future__ import annotations

from dataclasses import replace

import pytest

import crowd
import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.billing.prices import Prices
from cablegram.campaigns import forecast
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done
from cablegram.connectors import reading
from cablegram.connectors.contract import Incoming, Verdict
from cablegram.connectors.smpp_login import Login
from cablegram.dispatch import store as dispatch
from cablegram.dispatch.recorder import Text
from cablegram.dispatch.turns import Turns
from cablegram.dispatch.ways import Ways
from cablegram.inbound.receive import receive
from cablegram.kit.errors import NotAllowed
from cablegram.kit.ids import uuid7
from cablegram.kit.money import MICRO
from cablegram.messages import gateway, simulate, story, withdraw
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, MessageClass
from cablegram.numbers.e164 import Number
from cablegram.routing.model import Strategy
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from routes import carrier, rule

SATELLITE = "+88213300000"  # nobody has a tariff for it
LONG = "a" * 161

pytestmark = pytest.mark.req("R171")


async def accepted(rt: Runtime, *drafts: Draft) -> list[str | None]:
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now())
    return [one.refusal.code if one.refusal else None for one in drafts]


async def test_without_a_fee_a_message_costs_nothing_and_needs_neither_tariff_nor_credit(rt: Runtime) -> None:
    who = await make.account(rt, credits=0)
    await carrier(rt, "Own", owner=who)
    async with rt.db.transaction() as conn:
        await ledger.charge_inbound(conn, {who.account_id: 3}, now=rt.clock.now())
    assert await ledger.balance(rt, who) == -3 * MICRO
    one, long = traffic.draft(who), traffic.draft(who, LONG)
    assert await accepted(rt, one, long) == [None, None]
    assert (one.price, long.price, long.segments) == (0, 0, 2)
    posting, *_ = await ledger.statement(rt, who)
    assert (posting.kind, posting.count, posting.amount) == (PostingKind.CHARGE, 2, 0)
    assert await ledger.balance(rt, who) == -3 * MICRO
    assert await rows(rt, "SELECT n, amount, segments FROM progress") == [(2, 0, 3)]
    await assert_sums_hold(rt)
    wrong = {check.name for check in (await audit(rt)).checks if not check.is_ok}
    assert wrong == {"inbound"}, "of the texts that were charged there is none"


async def test_a_fee_is_paid_a_segment_and_given_back_where_nothing_was_sent(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    who, other = await make.account(rt, credits=10), await make.account(rt, credits=10)
    await carrier(rt, "Own", owner=who, fee=40_000)
    long, theirs = traffic.draft(who, LONG), traffic.draft(other)
    short = [traffic.draft(who) for _ in range(3)]
    assert await accepted(rt, long, theirs, *short) == [None] * 5
    assert (long.price, short[0].price) == (80_000, 40_000)
    assert theirs.price > 40_000, "another account pays the tariff in the same batch"
    assert await ledger.balance(rt, who) == 10 * MICRO - 200_000
    assert short[0].id
    assert long.id
    for one in (short[0].id, long.id):
        await withdraw.cancel(rt, who, one)
    assert await ledger.balance(rt, who) == 10 * MICRO - 80_000
    assert (await audit(rt)).is_ok


async def test_with_a_fee_the_balance_has_to_cover_it(rt: Runtime) -> None:
    who = await make.account(rt, credits=0)
    await carrier(rt, "Own", owner=who, fee=1)
    assert await accepted(rt, traffic.draft(who)) == ["insufficient_credit"]


async def test_what_is_free_is_refunded_with_nothing_and_the_audit_is_content(rt: Runtime) -> None:
    who = await make.account(rt, credits=0)
    own = await carrier(rt, "Own", owner=who)
    await accepted(rt, traffic.draft(who), traffic.draft(who))
    async with rt.db.transaction() as conn:
        claims = await dispatch.claim(
            conn, own.id, 7, room=2, is_window_empty=False, after=Turns().after, now=rt.clock.now()
        )
    await traffic.answer(rt, claims, Verdict.REFUSED)
    assert await rows(rt, "SELECT kind, count, amount FROM posting ORDER BY seq") == [
        ("charge", 2, 0),
        ("refund", 2, 0),
    ]
    assert (await audit(rt)).is_ok


async def test_the_fee_is_shown_before_and_after(rt: Runtime) -> None:
    who = await make.account(rt, credits=10, default_country="ES")
    await carrier(rt, "Own", owner=who, fee=40_000)
    told = await simulate.simulate(rt, who, text=LONG, to=SATELLITE, sender="Tests", prices=Prices())
    assert (told.price, told.tariff, told.connector, told.sender) == (80_000, None, "Own", "Tests")
    draft = traffic.draft(who, LONG)
    await accepted(rt, draft)
    assert draft.id
    _, lines = await story.timeline(rt, who, draft.id)
    assert [one.detail for one in lines if one.kind in ("routed", "priced")] == [
        "Own",
        "2 x 0.04 = 0.08 credits; the provider of the account's own connector bills it",
    ]


async def test_a_campaign_over_it_is_forecast_and_charged_alike(rt: Runtime) -> None:
    who = await crowd.shop(rt, credits=100)
    people = await crowd.crowd(rt, who, 20)
    await carrier(rt, "Own", owner=who, fee=10_000)
    await rows(rt, "DELETE FROM sender_connector RETURNING sender_id")
    made = await crowd.campaign(rt, who, people.id)
    told = await forecast.of_campaign(rt, who, made.id, prices=Prices())
    assert (told.accepted, told.price, {one.tariff for one in told.countries}) == (20, 10_000 * told.segments, {None})
    await rows(rt, "UPDATE campaign SET state = 'running' WHERE id = %s RETURNING id", made.id)
    assert isinstance(await FanOut().step(rt, made.id), Done)
    assert await ledger.balance(rt, who) == 100 * MICRO - told.price
    assert (await audit(rt)).is_ok


async def test_where_gateways_of_different_fees_share_all_say_beforehand_what_each_will_cost(rt: Runtime) -> None:
    who = await crowd.shop(rt, credits=100)
    people = await crowd.crowd(rt, who, 20)
    cheap, dear = await carrier(rt, "Cheap", owner=who, fee=10_000), await carrier(rt, "Dear", owner=who, fee=30_000)
    await rule(rt, cheap, dear, who=who, strategy=Strategy.BY_WEIGHT, classes=["marketing"], is_own=True)
    await rows(rt, "DELETE FROM sender_connector RETURNING sender_id")
    made = await crowd.campaign(rt, who, people.id)
    told = await forecast.of_campaign(rt, who, made.id, prices=Prices())
    marketing = MessageClass.MARKETING
    units: dict[str, int | None] = {}
    for number in [f"{crowd.SPAIN + place}" for place in range(20)]:
        way = await gateway.toward(rt, who, Number(number, "ES"), message_class=marketing)
        units[number] = way.fee
        said = await simulate.simulate(
            rt, who, text="Hello there", to=f"+{number}", message_class=marketing, prices=Prices()
        )
        assert (said.price, said.tariff) == (way.fee, None)
    assert set(units.values()) == {10_000, 30_000}
    nowhere = await simulate.simulate(
        rt, who, text="Hello there", country="ES", message_class=marketing, prices=Prices()
    )
    assert (nowhere.price, nowhere.tariff, nowhere.problems) == (None, None, ())
    otp = await simulate.simulate(rt, who, text=LONG, country="ES", prices=Prices())
    assert otp.price == 20_000, "no rule is about it, and the usual one is the cheap one"
    await rows(rt, "UPDATE campaign SET state = 'running' WHERE id = %s RETURNING id", made.id)
    assert isinstance(await FanOut().step(rt, made.id), Done)
    paid = await rows(rt, "SELECT dst, price / segments FROM message ORDER BY dst")
    assert paid == sorted(units.items())
    assert await ledger.balance(rt, who) == 100 * MICRO - told.price
    assert (await audit(rt)).is_ok


async def test_an_account_registers_senders_of_its_own_connectors_and_of_no_others(rt: Runtime) -> None:
    who = await make.account(rt, open_senders=False)
    own, operator_s = await carrier(rt, "Own", owner=who), await carrier(rt, "Everyone")
    for connector_ids in ((), (operator_s.id,), (own.id, operator_s.id)):
        with pytest.raises(NotAllowed, match="by itself"):
            await grant.add(rt, who, NewSender("Acme", connector_ids=connector_ids))
    added = await grant.add(rt, who, NewSender("+34600000118", connector_ids=(own.id,)))
    assert await accepted(rt, traffic.draft(who)) == ["sender_not_owned"]
    draft = Draft(who.account_id, traffic.NUMBER, "Hello there", sender=added.address)
    assert await accepted(rt, draft) == [None]
    assert (draft.connector_id, draft.is_own_way) == (own.id, True)
    stranger: Principal = await make.account(rt)
    with pytest.raises(NotAllowed):
        await grant.add(rt, stranger, NewSender("Acme", connector_ids=(own.id,)))


async def test_texts_of_an_own_gateway_are_for_its_account_alone(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    shop, other = await make.account(rt, credits=10), await make.account(rt, credits=10)
    theirs, shared = await carrier(rt, "Theirs", owner=other), await carrier(rt, "Everybody's")
    numbers = {"shop": "34600000210", "other": "34600000211", "squatted": "34600000212"}
    await grant.add(rt, operator("tests", shop.account_id), NewSender(address=f"+{numbers['shop']}"))
    own = [theirs.id]
    for name in ("other", "squatted"):
        await grant.add(rt, other, NewSender(address=f"+{numbers[name]}", connector_ids=own))
    came = [(theirs, "shop"), (theirs, "other"), (shared, "shop"), (shared, "squatted")]
    texts = [
        Text(uuid7(), one.id, Incoming("34600000118", numbers[name], "STOP", None), rt.clock.now())
        for one, name in came
    ]
    async with rt.db.transaction() as conn:
        await receive(conn, texts[:1])
    assert await rows(rt, "SELECT * FROM blacklist") == [], "nobody opts out of others by a gateway of his own"
    async with rt.db.transaction() as conn:
        await receive(conn, texts[1:])
    found = await rows(rt, "SELECT account_id FROM inbound_text ORDER BY id")
    assert [account_id for (account_id,) in found] == [None, other.account_id, shop.account_id, None]


async def test_only_links_of_the_operators_may_lead_into_our_house(rt: Runtime) -> None:
    own = await carrier(rt, "Own", owner=await make.account(rt))
    shared = await carrier(rt, "Everybody's")
    settings = replace(rt.settings, allow_private_providers=("10.0.0.8",), allow_private_customers=("10.0.0.9",))
    async with rt.db.connection() as conn:
        ways = Ways(replace(rt, settings=settings)).of(await reading.enabled(conn))
    allowed = {one.id: begin.allowed for one, begin in ways.values() if isinstance(begin, Login)}
    assert allowed == {own.id: ("10.0.0.9",), shared.id: None}
