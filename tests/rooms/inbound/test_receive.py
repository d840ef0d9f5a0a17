"""A text comes in: kept, charged, told of; STOP, START, doubt, automatic answers, and what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.connectors.contract import Verdict
from cablegram.consent import blacklist
from cablegram.inbound import inbox
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotFound
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime
from dispatching import states
from hearing import ANA, BEA, line

OUT = "Acme: you will get no more texts from us. Reply START to get them again."
BACK = "Acme: you get our texts again. Reply STOP to end them."


async def is_blacklisted(rt: Runtime, who: Principal, number: str = ANA) -> bool:
    try:
        await blacklist.check(rt, who, f"+{number}")
    except NotFound:
        return False
    return True


@pytest.mark.req("R21", "R19", "R20", "R66")
async def test_a_text_is_kept_charged_told_and_its_writer_a_contact(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    first = await number.hear("When do you open?")
    second = await number.hear("Hello?")
    found = await inbox.get(rt, shop, second.id)
    assert (found.rule, found.why, found.parts) == ("inbox", "The text waits in the inbox.", 1)
    assert found.contact_id == (await inbox.get(rt, shop, first.id)).contact_id
    assert await rows(rt, "SELECT number, country, subscription FROM contact") == [(ANA, "ES", None)]
    assert await rows(rt, "SELECT subject, data ->> 'rule' FROM event WHERE kind = 'text.received' ORDER BY id") == [
        (first.id, "inbox"),
        (second.id, "inbox"),
    ]
    assert await ledger.balance(rt, shop) == 98 * MICRO
    await assert_sums_hold(rt)


@pytest.mark.req("R19", "R21")
async def test_what_comes_in_is_charged_below_nothing(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    poor = await make.account(rt, credits=1)
    number = await line(rt, poor, reply="We call you back")
    await number.hear_all([number.text("One"), number.text("Two")])
    assert await ledger.balance(rt, poor) == -MICRO
    # What would answer by itself is not sent, not tried again, and says why.
    assert await rows(rt, "SELECT answer_error, answer_id FROM inbound_text") == [("insufficient_funds", None)] * 2
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]


@pytest.mark.req("R19", "R21", "R62")
async def test_a_stop_takes_effect_without_a_single_credit(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    poor = await make.account(rt, credits=0)
    number = await line(rt, poor)
    text = await number.hear("STOP")
    assert await is_blacklisted(rt, poor)
    assert (await inbox.get(rt, poor, text.id)).answer_error == "insufficient_funds"
    assert await ledger.balance(rt, poor) == -MICRO


@pytest.mark.req("R41")
async def test_an_empty_text_is_dropped_and_free(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear_all([number.text("")])
    assert await rows(rt, "SELECT count(*) FROM inbound_text") == [(0,)]
    assert await ledger.balance(rt, shop) == 100 * MICRO


async def test_a_text_to_nobody_is_kept_and_charged_to_nobody(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    number.address = "34911111111"
    await number.hear("STOP")
    assert await rows(rt, "SELECT account_id, posting_id, rule FROM inbound_text") == [(None, None, "nobodys")]
    assert await ledger.balance(rt, shop) == 100 * MICRO


async def test_the_same_texts_taken_in_twice_change_nothing(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop, reply="We call you back")
    texts = [number.text("STOP"), number.text("Hi", BEA)]
    await number.hear_all(texts)
    before = await rows(rt, "SELECT * FROM inbound_text ORDER BY id")
    balance = await ledger.balance(rt, shop)
    await number.hear_all(texts)
    assert await rows(rt, "SELECT * FROM inbound_text ORDER BY id") == before
    assert await ledger.balance(rt, shop) == balance
    assert len(await number.said()) == len(await number.said(BEA)) == 1


@pytest.mark.req("R62")
async def test_stop_blacklists_confirms_once_and_later_sends_are_refused(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop, reply="We call you back")
    await number.hear_all([number.text("Stop."), number.text("stop!!!")])
    await number.hear("STOP")
    assert await number.rules() == ["stop", "stop_again", "stop_again"]
    assert await number.said() == [OUT]
    ((how, sender),) = await rows(rt, "SELECT how, sender FROM blacklist WHERE number = %s", ANA)
    assert (how, sender) == ("stop", number.address)
    draft = traffic.draft(shop, to=f"+{ANA}")
    await traffic.accepted(rt, [draft])
    assert draft.refusal is not None
    assert draft.refusal.code == "blacklisted"
    # Three texts at one credit, and the confirmation as any message.
    ((price,),) = await rows(rt, "SELECT sum(price) FROM message WHERE state = 'queued'")
    assert await ledger.balance(rt, shop) == 97 * MICRO - price  # pyright: ignore[reportOperatorIssue]
    await assert_sums_hold(rt)


@pytest.mark.req("R62")
async def test_stop_means_nothing_where_the_number_does_not_read_it(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop, stop=False, reply="We call you back")
    await number.hear("STOP")
    assert await number.rules() == ["auto_reply"]
    assert not await is_blacklisted(rt, shop)


@pytest.mark.req("R62")
async def test_a_stop_word_about_something_else_opts_nobody_out_and_holds_the_number(
    rt: Runtime, shop: Principal
) -> None:
    number = await line(rt, shop, reply="We call you back")
    await traffic.accepted(rt, [traffic.draft(shop, to=f"+{ANA}")])
    text = await number.hear("We have to STOP this bill")
    assert await number.rules() == ["review"]
    assert not await is_blacklisted(rt, shop)
    assert await number.said() == []
    assert await rows(rt, "SELECT text_id, number, verdict FROM consent_review") == [(text.id, ANA, None)]
    # What waits is kept as well: nothing goes there until somebody has looked.
    assert await rows(rt, "SELECT state::text, reason FROM message") == [("scheduled", "held_for_review")]
    assert await rows(rt, "SELECT count(*) FROM queue") == [(0,)]
    await assert_sums_hold(rt)
    await number.hear("Are you there?")
    assert await number.rules() == ["review", "inbox"]


@pytest.mark.req("R62")
async def test_a_plain_request_in_another_language_is_confirmed_in_it(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear("no me mandes más mensajes por favor")
    assert await number.rules() == ["stop"]
    (said,) = await number.said()
    assert str(said).startswith("Acme: ya no le enviaremos")


@pytest.mark.req("R62")
async def test_start_undoes_what_stop_did_and_nothing_else(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear("START")
    await number.hear("STOP")
    await number.hear("start")
    assert not await is_blacklisted(rt, shop)
    assert await number.said() == [OUT, BACK]
    async with rt.db.transaction() as conn:
        entry = blacklist.NewEntry(shop.account_id, BEA, blacklist.How.BY_HAND, "Inés")
        await blacklist.add(conn, [entry], now=rt.clock.now())
    await number.hear("START", BEA)
    assert await is_blacklisted(rt, shop, BEA)
    assert await number.said(BEA) == []
    assert await number.rules() == ["inbox", "stop", "start", "inbox"]


async def test_words_of_one_batch_count_in_the_order_they_came(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear_all([number.text("STOP"), number.text("START"), number.text("STOP", BEA)])
    assert await number.rules() == ["stop", "start", "stop"]
    assert not await is_blacklisted(rt, shop)
    assert await is_blacklisted(rt, shop, BEA)
    await number.hear_all([number.text("START", BEA), number.text("STOP", BEA)])
    assert await is_blacklisted(rt, shop, BEA)
    assert await number.said(BEA) == [OUT, OUT]  # nobody is told to be back who has left by then


@pytest.mark.req("R62", "R91")
async def test_a_stop_withdraws_what_waits_and_marks_what_is_on_the_wire(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    number = await line(rt, shop)
    spring = traffic.campaign()
    drafts = [traffic.draft(shop, to=f"+{ANA}", campaign_id=campaign) for campaign in (spring, None, spring)]
    await traffic.accepted(rt, [*drafts, traffic.draft(shop, to=f"+{BEA}")])
    (gone, aside, *_) = claims = await traffic.claimed(rt, 2)
    assert {gone.id, aside.id} <= {draft.id for draft in drafts}
    await traffic.answer(rt, [aside], Verdict.TEMPORARY)
    await number.hear("STOP")
    assert await states(rt) == {"submitting": 1, "cancelled": 2, "queued": 2}  # the last two: Bea's, the confirmation
    assert await rows(rt, "SELECT count(*) FROM held") == [(0,)]
    assert await rows(rt, "SELECT DISTINCT reason FROM message WHERE state = 'cancelled'") == [("opted_out",)]
    assert await rows(rt, "SELECT message_id, kind FROM message_event WHERE kind = 'opted_out'") == [
        (gone.id, "opted_out")
    ]
    # What the carrier sends back does not go out again either, except for the confirmation.
    await traffic.answer(rt, [gone], Verdict.THROTTLED)
    clock.move(timedelta(minutes=5))
    assert await states(rt) == {"cancelled": 3, "queued": 2}
    left = await traffic.claimed(rt, 10)
    assert {one.outgoing.number for one in left if one.outgoing} == {ANA, BEA}
    (confirmation,) = [one for one in left if one.outgoing and one.outgoing.number == ANA]
    await traffic.answer(rt, [confirmation], Verdict.UNWRITTEN)
    assert len(await traffic.claimed(rt, 10)) == 1
    assert len(claims) == 2
    await assert_sums_hold(rt)


@pytest.mark.req("R62")
async def test_ten_thousand_wait_and_none_is_claimed_after_a_stop(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    async with rt.db.transaction() as conn:
        await ledger.grant(conn, shop.account_id, 100_000 * MICRO, note="", now=rt.clock.now())
    spring = traffic.campaign()
    await traffic.accepted(rt, [traffic.draft(shop, to=f"+{ANA}", campaign_id=spring) for _ in range(10_000)])
    balance = await ledger.balance(rt, shop)
    await number.hear("STOP")
    assert [one.outgoing.text for one in await traffic.claimed(rt, 10_000) if one.outgoing] == [OUT]
    assert await states(rt) == {"cancelled": 10_000, "submitting": 1}
    assert await ledger.balance(rt, shop) > balance
    await assert_sums_hold(rt)


@pytest.mark.req("R61")
async def test_a_number_answers_every_text_by_itself(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop, reply="We call you back")
    text = await number.hear("Hi")
    assert await number.said() == ["We call you back"]
    ((answer_id,),) = await rows(rt, "SELECT id FROM message")
    assert (await inbox.get(rt, shop, text.id)).answer_id == answer_id
    await assert_sums_hold(rt)


@pytest.mark.req("R61", "R62")
async def test_help_gets_the_number_s_help_text_and_its_own_stop_words_opt_out(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop, reply="We call you back")
    help_text = "Acme: 2 texts a month"
    await rows(rt, "UPDATE sender SET stop_words = '{ENOUGH}', help_text = %s RETURNING 1", help_text)
    await number.hear("HELP")
    await number.hear_all([number.text("Enough!"), number.text("help")])
    assert await number.rules() == ["help", "stop", "inbox"]
    assert await number.said() == [help_text, OUT]
    await assert_sums_hold(rt)


@pytest.mark.req("R61")
async def test_two_machines_do_not_answer_each_other_for_ever(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    number = await line(rt, shop, reply="We call you back")
    await number.hear_all([number.text("I am out of office") for _ in range(4)])
    for _ in range(3):
        await number.hear("I am out of office")
    assert len(await number.said()) == 5
    clock.move(timedelta(minutes=11))
    await number.hear("Hi")
    assert len(await number.said()) == 6


@pytest.mark.req("R61")
@pytest.mark.parametrize("source", ["Carrier", "1234", "OURS"])
async def test_nothing_answers_a_name_a_short_code_or_one_of_our_own(rt: Runtime, shop: Principal, source: str) -> None:
    number = await line(rt, shop, reply="We call you back")
    ours = number.address if source == "OURS" else source
    await number.hear("Hi", ours)
    await number.hear("STOP", ours)
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]
    assert await number.rules() == ["inbox", "stop_unanswered"]


async def test_somebody_new_waits_for_no_import(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    async with rt.db.transaction() as conn:
        await conn.execute("SELECT pg_advisory_xact_lock(7415, hashtext(%s))", [str(shop.account_id)])
        await number.hear("Hi")
    assert await rows(rt, "SELECT contact_id FROM inbound_text") == [(None,)]
    await number.hear("Hello?")
    assert await rows(rt, "SELECT count(contact_id) FROM inbound_text") == [(1,)]


@pytest.mark.req("R48", "R66")
async def test_a_conversation_goes_on_from_the_number_that_was_written_to(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear("Hi")
    await number.hear_all([number.text("Hi again"), number.text("Hello", BEA)])
    assert await rows(
        rt, "SELECT number, address FROM conversation JOIN sender ON sender.id = sender_id ORDER BY number"
    ) == [(ANA, number.address), (BEA, number.address)]
