"""The desk: many requests, few transactions; one request's fault breaks no other's; the same request twice is one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, Unavailable
from cablegram.kit.ids import TemplateId, uuid7
from cablegram.library import shelf
from cablegram.messages import upkeep
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.model import Answer, Draft, Key
from cablegram.messages.submit import Asked
from cablegram.runtime.runtime import Runtime
from dispatching import until_waiting


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


@pytest.fixture
async def desk(rt: Runtime) -> AsyncIterator[Desk]:
    opened = Desk(rt)
    opened.open()
    yield opened
    await opened.close()


def written(drafts: Sequence[Draft]) -> Answer:
    """Write an answer as a door would: the ids, or the first refusal."""
    refused = next((one.refusal for one in drafts if one.refusal), None)
    if refused:
        return Answer(402 if refused.code == "insufficient_credit" else 400, refused.code.encode())
    return Answer(202, ",".join(str(one.id) for one in drafts).encode())


def parcel(
    who: Principal, *texts: str, key: str | None = None, body: bytes = b"body", endpoint: str = "POST /v1/messages"
) -> Parcel:
    asked = [Asked(to=traffic.NUMBER, text=text, sender="Tests") for text in texts or ("Hello there",)]
    named = Key(endpoint, key, hashlib.sha256(body).digest()) if key else None
    return Parcel(who.account_id, None, asked, written, named)


async def messages(rt: Runtime) -> int:
    ((count,),) = await rows(rt, "SELECT count(*) FROM message")
    assert isinstance(count, int)
    return count


async def test_a_request_is_answered_when_its_message_is_on_disk(rt: Runtime, shop: Principal, desk: Desk) -> None:
    answer = await desk.hand_in(parcel(shop, "Hello there", "Hello again"))
    assert answer.status == 202
    assert not answer.is_replay
    found = await rows(rt, "SELECT id::text FROM message ORDER BY id")
    assert [message_id for (message_id,) in found] == answer.body.decode().split(",")


async def test_requests_that_come_while_a_transaction_runs_share_the_next_one(
    rt: Runtime, shop: Principal, desk: Desk
) -> None:
    answers = await asyncio.gather(*(desk.hand_in(parcel(shop)) for _ in range(200)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 200
    # One posting a transaction and account: all 200 were handed in before the writer came round.
    ((transactions, charged),) = await rows(rt, "SELECT count(*), sum(count) FROM posting WHERE kind = 'charge'")
    assert (transactions, charged) == (1, 200)
    await assert_sums_hold(rt)


async def test_a_flush_is_bounded_and_a_larger_request_goes_alone(rt: Runtime, desk: Desk) -> None:
    await traffic.open_ways(rt)
    rich = await make.account(rt, credits=100_000)
    sizes = [1500, 1500, 1500, 10, 4500]
    parcels = [parcel(rich, *["Hello there"] * size) for size in sizes]
    await asyncio.gather(*(desk.hand_in(one) for one in parcels))
    counts = await rows(rt, "SELECT count FROM posting WHERE kind = 'charge' ORDER BY seq")
    assert counts == [(3000,), (1510,), (4500,)]


async def test_one_request_s_fault_breaks_no_other_s(rt: Runtime, shop: Principal, desk: Desk) -> None:
    def broken(_: Sequence[Draft]) -> Answer:
        raise ZeroDivisionError

    bad = Parcel(shop.account_id, None, [Asked(traffic.NUMBER, "Hello there", sender="Tests")], broken)
    good = [parcel(shop) for _ in range(8)]
    told = await asyncio.gather(*(desk.hand_in(one) for one in [*good[:3], bad, *good[3:]]), return_exceptions=True)
    assert [type(one) for one in told] == [Answer] * 3 + [ZeroDivisionError] + [Answer] * 5
    assert await messages(rt) == 8
    await assert_sums_hold(rt)


async def test_a_text_that_no_database_stores_breaks_only_its_own_request(
    rt: Runtime, shop: Principal, desk: Desk
) -> None:
    odd = parcel(shop)
    odd.asked = [Asked(traffic.NUMBER, "Hello there", sender="Tests", client_ref="a\0b")]
    told = await asyncio.gather(desk.hand_in(parcel(shop)), desk.hand_in(odd), return_exceptions=True)
    assert [isinstance(one, Answer) for one in told] == [True, False]
    assert await messages(rt) == 1


@pytest.mark.req("R19")
async def test_refusals_are_answers_not_faults(rt: Runtime, shop: Principal, desk: Desk) -> None:
    poor = await make.account(rt, credits=0)
    told = await asyncio.gather(
        desk.hand_in(parcel(poor)), desk.hand_in(parcel(shop, "Hiya")), desk.hand_in(parcel(shop))
    )
    assert [(one.status, one.body) for one in told[:2]] == [(402, b"insufficient_credit"), (400, b"text_too_short")]
    assert told[2].status == 202


async def test_a_template_is_filled_or_says_what_is_missing(rt: Runtime, shop: Principal, desk: Desk) -> None:
    saved = await shelf.create(rt, shop, name="Greeting", text="Hello {{ name }}, welcome")
    good = Asked(traffic.NUMBER, template_id=saved.id, variables={"name": "Anna"}, sender="Tests")
    wrong = [
        Asked(traffic.NUMBER, template_id=saved.id, sender="Tests"),
        Asked(traffic.NUMBER, template_id=TemplateId(uuid7()), sender="Tests"),
        Asked(traffic.NUMBER, "Hello there", template_id=saved.id, sender="Tests"),
        Asked(traffic.NUMBER, sender="Tests"),
    ]
    told = [await desk.hand_in(Parcel(shop.account_id, None, [one], written)) for one in [good, *wrong]]
    assert [one.body for one in told[1:]] == [
        b"missing_variable",
        b"template_not_found",
        b"text_or_template",
        b"text_or_template",
    ]
    assert await rows(rt, "SELECT body FROM message") == [("Hello Anna, welcome",)]


# --- the same request twice ---


async def test_the_same_key_again_is_answered_as_before_and_sends_nothing(
    rt: Runtime, shop: Principal, desk: Desk
) -> None:
    first = await desk.hand_in(parcel(shop, key="k1"))
    again = await desk.hand_in(parcel(shop, key="k1"))
    assert (again.status, again.body, again.is_replay) == (202, first.body, True)
    assert await messages(rt) == 1


async def test_a_key_is_one_s_own_and_one_endpoint_s(rt: Runtime, shop: Principal, desk: Desk) -> None:
    other = await make.account(rt, credits=10)
    told = [
        await desk.hand_in(parcel(shop, key="k1")),
        await desk.hand_in(parcel(other, key="k1")),
        await desk.hand_in(parcel(shop, key="k1", endpoint="POST /v1/messages/batch")),
    ]
    assert [one.is_replay for one in told] == [False] * 3
    assert await messages(rt) == 3


async def test_the_same_key_twice_in_one_flush_is_one_message(rt: Runtime, shop: Principal, desk: Desk) -> None:
    told = await asyncio.gather(*(desk.hand_in(parcel(shop, key="k1")) for _ in range(5)))
    assert len({one.body for one in told}) == 1
    assert sorted(one.is_replay for one in told) == [False, True, True, True, True]
    assert await messages(rt) == 1


async def test_a_key_with_another_body_is_an_error_in_one_flush_and_later(
    rt: Runtime, shop: Principal, desk: Desk
) -> None:
    told = await asyncio.gather(
        desk.hand_in(parcel(shop, key="k1")), desk.hand_in(parcel(shop, key="k1", body=b"x")), return_exceptions=True
    )
    assert isinstance(told[0], Answer)
    assert isinstance(told[1], InvalidInput)
    with pytest.raises(InvalidInput) as caught:
        await desk.hand_in(parcel(shop, key="k1", body=b"x"))
    assert caught.value.code == "idempotency_key_reused"
    assert await messages(rt) == 1


async def test_what_was_refused_may_be_sent_again_under_its_key(rt: Runtime, desk: Desk) -> None:
    await traffic.open_ways(rt)
    poor = await make.account(rt, credits=0)
    assert (await desk.hand_in(parcel(poor, key="k1"))).status == 402
    async with rt.db.transaction() as conn:
        await ledger.grant(conn, poor.account_id, 10_000_000, note="paid", now=rt.clock.now())
    again = await desk.hand_in(parcel(poor, key="k1"))
    assert (again.status, again.is_replay) == (202, False)


async def test_a_thousand_requests_with_one_key_at_several_desks_are_one_message(rt: Runtime, shop: Principal) -> None:
    desks = [Desk(rt) for _ in range(4)]
    for one in desks:
        one.open()
    told = await asyncio.gather(*(desks[n % 4].hand_in(parcel(shop, key="k1")) for n in range(1000)))
    for one in desks:
        await one.close()
    assert len({(one.status, one.body) for one in told}) == 1
    assert sum(not one.is_replay for one in told) == 1
    assert await messages(rt) == 1
    assert await rows(rt, "SELECT sum(count) FROM posting WHERE kind = 'charge'") == [(1,)]


async def test_a_key_that_somebody_else_is_busy_with_is_waited_for(rt: Runtime, shop: Principal, desk: Desk) -> None:
    async with rt.db.transaction() as conn:
        await ledger.lock_balances(conn, [shop.account_id])
        first = asyncio.create_task(desk.hand_in(parcel(shop, key="k1")))
        await until_waiting(rt)
        other = Desk(rt)
        other.open()
        second = asyncio.create_task(other.hand_in(parcel(shop, key="k1")))
        await until_waiting(rt, sessions=2)
    assert (await first).body == (await second).body
    assert (await second).is_replay
    await other.close()


async def test_keys_are_forgotten_after_a_day(rt: Runtime, shop: Principal, desk: Desk, clock: SetClock) -> None:
    await desk.hand_in(parcel(shop, key="k1"))
    clock.move(timedelta(hours=23))
    await upkeep.forget_keys(rt)
    assert (await desk.hand_in(parcel(shop, key="k1"))).is_replay
    clock.move(timedelta(hours=2))
    await upkeep.forget_keys(rt)
    assert not (await desk.hand_in(parcel(shop, key="k1"))).is_replay


# --- when it can't be done ---


async def test_a_client_that_went_away_while_it_waited_gets_nothing_done(rt: Runtime, shop: Principal) -> None:
    desk = Desk(rt)
    gone = asyncio.create_task(desk.hand_in(parcel(shop)))
    stays = asyncio.create_task(desk.hand_in(parcel(shop)))
    await asyncio.sleep(0)
    gone.cancel()
    desk.open()
    assert (await stays).status == 202
    await desk.close()
    with suppress(asyncio.CancelledError):
        await gone
    assert await messages(rt) == 1


async def test_more_than_a_desk_holds_is_asked_to_come_back(rt: Runtime, shop: Principal) -> None:
    desk = Desk(rt)
    crowd = [asyncio.create_task(desk.hand_in(parcel(shop, *["Hello there"] * 1000))) for _ in range(100)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as caught:
        await desk.hand_in(parcel(shop))
    assert caught.value.code == "too_busy"
    for one in crowd:
        one.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    last = asyncio.create_task(desk.hand_in(parcel(shop, "Hello there")))
    desk.open()
    with pytest.raises(Unavailable):
        await last
    assert (await desk.hand_in(parcel(shop))).status == 202
    assert await messages(rt) == 1
    await desk.close()


async def test_without_its_database_a_desk_says_so_and_goes_on_when_it_is_back(
    rt: Runtime, shop: Principal, desk: Desk
) -> None:
    async with rt.db.transaction() as conn:
        await ledger.lock_balances(conn, [shop.account_id])
        waiting = [asyncio.create_task(desk.hand_in(parcel(shop, key=f"k{n}"))) for n in range(3)]
        await until_waiting(rt)
        await rows(
            rt,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(one, Unavailable) and one.code for one in told] == ["database_unreachable"] * 3
    assert await messages(rt) == 0
    told = await asyncio.gather(*(desk.hand_in(parcel(shop, key=f"k{n}")) for n in range(3)))
    assert {(one.status, one.is_replay) for one in told} == {(202, False)}
    await assert_sums_hold(rt)


async def test_a_database_that_takes_no_writes_is_one_that_is_away(rt: Runtime, shop: Principal) -> None:
    # As a standby does: from now on, every session of this database begins read-only.
    setting = "INSERT INTO pg_db_role_setting SELECT oid, 0, '{default_transaction_read_only=on}' FROM pg_database"
    await rows(rt, f"{setting} WHERE datname = current_database() RETURNING setrole")
    other = make.runtime(rt.db.url, make.clock())
    await other.db.open()
    desk = Desk(other)
    desk.open()
    with pytest.raises(Unavailable):
        await desk.hand_in(parcel(shop))
    await desk.close()
    await other.db.close()


async def test_who_waits_at_a_desk_that_closes_is_told(rt: Runtime, shop: Principal) -> None:
    desk = Desk(rt)
    waiting = asyncio.create_task(desk.hand_in(parcel(shop)))
    await asyncio.sleep(0)
    await desk.close()
    with pytest.raises(Unavailable) as caught:
        await waiting
    assert caught.value.code == "shutting_down"
