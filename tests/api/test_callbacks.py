"""Providers call: forged, repeated, too large, in any order; and what is kept of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

import callers
import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.contacts import lists, members
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from cablegram.senders import change, grant
from cablegram.senders.change import Change
from cablegram.senders.grant import NewSender
from callers import SOON, Provider, exchanges, receipt, states, text
from calling import Served, serving

NUMBER, OTHER = "+34600000118", "+34600000119"


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """Give a running API."""
    async with serving(rt) as api:
        yield api


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    """Give one who may do everything in an account in Spain."""
    return await make.account(rt, default_country="ES")


@pytest.mark.req("R136")
async def test_a_receipt_moves_its_message_and_is_kept_without_secrets(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    answer = await provider.call(served, receipt(its, "delivered"))
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml")
    assert b"<Response" in answer.body
    assert await states(rt) == ["delivered"]
    ((kept, url, request, ids),) = await rows(rt, "SELECT verdict, url, request, message_ids FROM exchange")
    assert kept == "delivered"
    assert url == f"{rt.settings.public}/callbacks/[secret]"
    assert f"MessageSid={its}" in str(request)
    assert ids == [one for (one,) in await rows(rt, "SELECT id FROM message")]


@pytest.mark.req("R136")
async def test_receipts_in_any_order_and_twice_end_in_the_weightiest_word(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    first, second = await callers.sent(rt, who, provider, NUMBER, OTHER)
    for its, status in ((first, "undelivered"), (first, "delivered"), (first, "sent"), (first, "delivered")):
        assert (await provider.call(served, receipt(its, status))).status == 200
    for status in ("delivered", "undelivered", "undelivered"):
        assert (await provider.call(served, receipt(second, status, number=OTHER))).status == 200
    assert await states(rt) == ["delivered", "delivered"]


@pytest.mark.req("R136")
async def test_a_receipt_that_comes_before_our_own_record_waits_for_it(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    claims = await callers.claimed(rt, who, provider, [NUMBER])
    await provider.call(served, receipt(callers.sid(claims[0].id), "undelivered", "30005"))
    assert await states(rt) == ["submitting"]
    await callers.took(rt, claims)
    assert await states(rt) == ["undelivered"]
    ((words,),) = await rows(rt, "SELECT detail FROM message_event WHERE kind = 'receipt'")
    assert "30005" in str(words)


async def test_a_receipt_of_a_message_that_nobody_sent_is_kept_and_moves_nothing(
    rt: Runtime, served: Served, provider: Provider
) -> None:
    assert (await provider.call(served, receipt("SM" + "f" * 32, "delivered"))).status == 200
    assert await exchanges(rt) == [(200, "delivered")]
    assert await rows(rt, "SELECT dst FROM orphan_receipt") == [("34600000118",)]


async def test_a_forged_call_is_turned_away_and_seen_and_a_flood_of_them_fills_nothing(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    form = {**receipt(its, "delivered"), "Much": "x" * 5_000}
    forged = provider.sign(form, token="another token")
    for _ in range(20):
        assert (await provider.call(served, form, headers=forged)).status == 403
    assert await states(rt) == ["submitted"]
    kept = await rows(rt, "SELECT status, verdict, length(request) FROM exchange")
    assert [(status, verdict) for status, verdict, _ in kept] == [(403, "callback_forged")] * 5
    assert all(length < 3_000 for _, _, length in kept if isinstance(length, int))


async def test_a_call_to_an_address_that_nobody_has_is_not_found(served: Served) -> None:
    for path in ("/callbacks/" + "a" * 43, "/callbacks/short", "/callbacks/", "/callbacks/%00" + "a" * 40):
        answer = await served.client(None).call("POST", path, data=b"a=b")
        assert (answer.status, answer.code) == (404, "callback_unknown")


async def test_ten_megabytes_are_not_read(rt: Runtime, served: Served, provider: Provider) -> None:
    answer = await served.client(None).call("POST", provider.path, data=b"x" * 10_000_000)
    assert (answer.status, answer.code) == (413, "body_too_large")
    ((status, verdict, length),) = await rows(rt, "SELECT status, verdict, length(request) FROM exchange")
    assert (status, verdict) == (413, "body_too_large")
    assert isinstance(length, int)
    assert length < 500


async def test_the_address_is_looked_at_without_being_told_anything(
    rt: Runtime, served: Served, provider: Provider
) -> None:
    answer = await served.client(None).call("HEAD", provider.path)
    assert (answer.status, answer.body) == (200, b"")
    assert await exchanges(rt) == []


@pytest.mark.req("R136")
async def test_a_text_is_taken_in_once_however_often_it_is_told(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    await grant.add(rt, operator("tests", who.account_id), NewSender(address="+34600000200"))
    form = text("SM1", "Hello you", source=NUMBER, destination="+34600000200")
    form |= {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/media/1"}
    assert [(await provider.call(served, form)).status for _ in range(3)] == [200, 200, 200]
    found = await rows(rt, "SELECT account_id, src, body, media_urls FROM inbound_text")
    assert found == [(who.account_id, "34600000118", "Hello you", ["https://api.twilio.com/media/1"])]
    assert [verdict for _, verdict in await exchanges(rt)] == ["text", "told before", "told before"]


@pytest.mark.req("R137", "R143")
async def test_a_bounce_marks_the_contact_and_an_expired_message_does_not(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    dead, late = await callers.sent(rt, who, provider, NUMBER, OTHER)
    people = await lists.create(rt, who, "people")
    for number in (NUMBER, OTHER):
        await members.put(rt, who, people.id, number=number, variables={})
    await provider.call(served, receipt(dead, "undelivered", "30005"))
    await provider.call(served, receipt(late, "undelivered", "30036", number=OTHER))
    assert await states(rt) == ["undelivered", "expired"]
    found = await rows(rt, "SELECT phone_status FROM contact ORDER BY number")
    assert found == [("bounced",), ("active",)]


@pytest.mark.req("R62", "R137", "R143")
async def test_an_opt_out_that_the_provider_tells_withdraws_what_waits_and_is_evidence(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    people = await lists.create(rt, who, "people")
    await members.put(rt, who, people.id, number=NUMBER, variables={})
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    await callers.accepted(rt, [callers.draft(who, to=NUMBER), callers.draft(who, to=OTHER)])
    form = receipt(its, "undelivered", "21610")
    await provider.call(served, form)
    assert await exchanges(rt) == [(200, "undelivered, opt_out")]
    assert await states(rt) == ["undelivered", "cancelled", "queued"]
    ((number, how, by, note, sender),) = await rows(rt, "SELECT number, how, added_by, note, sender FROM blacklist")
    assert (number, how, by, sender) == ("34600000118", "stop", "told by the provider", "Tests")
    assert str(note).startswith(f"{provider.connector.name}: ")
    said = "SELECT subscription, subscription_source FROM contact"
    assert await rows(rt, said) == [("not_subscribed", "told by the provider")]
    # Whoever came back since is not put out again by the provider's repeating itself.
    boss = operator("tests", who.account_id)
    ours = await grant.add(rt, boss, NewSender(address="+34600000200"))
    await change.change(rt, boss, ours.id, Change(stop_words_enabled=True))
    await provider.call(served, text("SM2", "START", source=NUMBER, destination="+34600000200"))
    await provider.call(served, form)
    assert await rows(rt, "SELECT number FROM blacklist") == []
    assert await rows(rt, said) == [(None, None)], "nothing was recorded before, and a START says no more than that"


async def test_a_receipt_that_tells_of_the_account_pauses_the_connector(
    rt: Runtime, who: Principal, served: Served, provider: Provider
) -> None:
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    await provider.call(served, receipt(its, "failed", "30002"))
    ((reason,),) = await rows(rt, "SELECT paused_reason FROM connector")
    assert "30002" in str(reason)
    assert await rows(rt, "SELECT subject FROM event WHERE kind = 'connector.paused'") == [(provider.connector.id,)]


async def test_calls_from_elsewhere_than_listed_are_refused_and_proxies_of_ours_are_believed(rt: Runtime) -> None:
    guarded = await callers.twilio(rt, callback_from="203.0.113.0/24, 198.51.100.7")
    form = receipt("SM1", "delivered")
    forwarded = {**guarded.sign(form), "X-Forwarded-For": "203.0.113.7"}
    async with serving(rt) as served:
        answer = await guarded.call(served, form, headers=forwarded)  # anybody can say so
        assert (answer.status, answer.code) == (403, "callback_address")
    behind_a_proxy = replace(rt, settings=replace(rt.settings, trusted_proxies=("127.0.0.0/8",)))
    async with serving(behind_a_proxy) as served:
        assert (await guarded.call(served, form, headers=forwarded)).status == 200
        assert (await guarded.call(served, form)).status == 403
    assert [verdict for _, verdict in await exchanges(rt)] == ["callback_address", "delivered", "callback_address"]


async def test_a_new_token_is_noticed(rt: Runtime, clock: SetClock, served: Served, provider: Provider) -> None:
    form = receipt("SM1", "delivered")
    assert (await provider.call(served, form)).status == 200
    await rows(rt, "UPDATE connector SET callback_token_hash = '\\x00' RETURNING id")
    clock.move(SOON)
    assert (await provider.call(served, form)).status == 404
