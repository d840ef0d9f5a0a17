"""Events reach endpoints: signed, in order, at least once, by the schedule, and nobody waits for another's server."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from svix.webhooks import Webhook

import hooks
import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.kit.clock import SetClock
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, log, making, schedule
from cablegram.webhooks.model import NewEndpoint, Off, Standing, Wanted
from hooks import OK, Call, carry, courier, endpoint, receiver, status


@pytest.fixture
async def rt(rt: Runtime) -> Runtime:
    return hooks.open_to_here(rt)


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


async def happen(rt: Runtime, who: Principal, count: int = 3) -> None:
    """Let messages be accepted and delivered."""
    ids = await traffic.accepted(rt, [traffic.draft(who) for _ in range(count)])
    await traffic.move(rt, ids, State.SUBMITTING, State.SUBMITTED, State.DELIVERED)


def unanswered_until(count: int) -> Callable[[Call], bytes]:
    calls: list[Call] = []

    def answer(call: Call) -> bytes:
        calls.append(call)
        return status(500) if len(calls) <= count else OK

    return answer


@pytest.mark.req("R51", "R152")
async def test_what_happens_to_messages_is_told_in_order_and_signed(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    async with receiver() as there, courier(rt) as one:
        _, secret = await endpoint(rt, shop, there.url)
        await happen(rt, shop)
        await carry(rt, one)
        kinds = [call.said["type"] for call in sorted(there.calls, key=lambda call: call.said["sequence"])]
        assert kinds == ["message.queued"] * 3 + ["message.submitted"] * 3 + ["message.delivered"] * 3
        assert sorted(call.said["sequence"] for call in there.calls) == list(range(1, 10))
        assert len({call.id for call in there.calls}) == 9
        with time_machine.travel(clock.now(), tick=False):
            for call in there.calls:
                Webhook(secret).verify(call.body, call.headers)
        assert there.most_under_way <= 8
        assert await rows(rt, "SELECT count(*) FROM webhook_queue") == [(0,)]


@pytest.mark.req("R152")
async def test_a_server_that_is_down_for_a_day_gets_everything_by_the_schedule(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    is_down = True
    async with receiver(lambda _: status(503) if is_down else OK) as there, courier(rt) as one:
        _, secret = await endpoint(rt, shop, there.url, kinds=["message.*"])
        began = clock.now()
        first: dict[str, bytes] = {}
        taken: dict[str, timedelta] = {}
        step = timedelta(minutes=20)
        for n in range(int(timedelta(hours=80) / step)):
            if n in {0, 30}:
                await happen(rt, shop, 2)
            is_down = clock.now() - began < timedelta(hours=24)
            await carry(rt, one)
            with time_machine.travel(clock.now(), tick=False):
                for call in there.calls:
                    Webhook(secret).verify(call.body, call.headers)
                    assert first.setdefault(call.id, call.body) == call.body
                    if not is_down:
                        taken[call.id] = clock.now() - began
            there.calls.clear()
            clock.move(step)
        assert len(first) == 12
        assert taken.keys() == first.keys()
        most = sum(schedule.WAITS, timedelta()) * (1 + schedule.JITTER) + timedelta(hours=11)
        assert timedelta(hours=24) <= max(taken.values()) <= most
        assert await rows(rt, "SELECT count(*) FROM webhook_missed") == [(0,)]


@pytest.mark.req("R152")
async def test_what_is_given_up_is_kept_and_sent_again_with_its_id(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    async with receiver(unanswered_until(schedule.MOST_TRIES)) as there, courier(rt) as one:
        found, _ = await endpoint(rt, shop, there.url, kinds=["message.delivered"])
        await happen(rt, shop, 1)
        for wait in (*schedule.WAITS, timedelta()):
            await carry(rt, one)
            clock.move(wait * (1 + schedule.JITTER))
        (missed,) = await log.undelivered(rt, shop, found.id)
        assert (missed.standing, len(there.calls)) == (Standing.MISSED, schedule.MOST_TRIES)
        assert [one.status for one in await log.attempts(rt, shop, missed.id)] == [500] * schedule.MOST_TRIES
        await log.replay_one(rt, shop, found.id, missed.id)
        clock.move(timedelta(minutes=1))  # its circuit is open for so long at most
        await carry(rt, one)
        assert {call.id for call in there.calls} == {str(missed.id)}
        (now,) = await log.page(rt, shop, found.id, Wanted(subject=missed.subject))
        assert (now.standing, now.last_status) == (Standing.DELIVERED, 200)


@pytest.mark.req("R152")
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(302, "Location: http://169.254.169.254/latest/meta-data"), "it answers 302 and leads elsewhere"),
        (b"", "the connection was closed before an answer"),
        (None, "no whole answer within 0.2 seconds"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok", "no whole answer within 0.2 seconds"),
    ],
)
async def test_no_answer_and_a_redirection_are_failures(
    rt: Runtime, shop: Principal, answer: bytes | None, error: str
) -> None:
    async with receiver(lambda _: answer) as there, courier(rt, patience=0.2) as one:
        found, _ = await endpoint(rt, shop, there.url, kinds=["message.delivered"])
        await happen(rt, shop, 1)
        await carry(rt, one)
        (delivery,) = await log.undelivered(rt, shop, found.id)
        (attempt,) = await log.attempts(rt, shop, delivery.id)
        assert (attempt.is_ok, delivery.standing) == (False, Standing.RETRYING)
        assert attempt.error.startswith(error)


@pytest.mark.req("R152")
async def test_of_a_huge_answer_little_is_read_and_a_beginning_kept(rt: Runtime, shop: Principal) -> None:
    huge = gzip.compress(bytes(30_000_000))
    answers = iter([status(200, body=b"y" * 10_000_000), status(200, "Content-Encoding: gzip", body=huge)])
    async with receiver(lambda _: next(answers)) as there, courier(rt) as one:
        found, _ = await endpoint(rt, shop, there.url, kinds=["message.delivered"])
        await happen(rt, shop, 2)
        await carry(rt, one)
        deliveries = await log.page(rt, shop, found.id, Wanted())
        assert {one.standing for one in deliveries} == {Standing.DELIVERED}
        kept = [(await log.attempts(rt, shop, one.id))[0].answer for one in deliveries]
        assert max(map(len, kept)) == 1_000


@pytest.mark.req("R152")
async def test_who_hangs_keeps_nobody_waiting(rt: Runtime, shop: Principal) -> None:
    other = await make.account(rt, credits=1000)
    async with receiver(lambda _: None) as hanging, receiver() as there, courier(rt, patience=30) as one:
        await endpoint(rt, shop, hanging.url)
        await endpoint(rt, other, there.url)
        await happen(rt, shop, 20)
        await happen(rt, other, 20)
        await making.make(rt)
        one.nudge()
        await one.step()
        while len(there.calls) < 60:
            await one.wait()
            await one.step()
        assert len(hanging.calls) == 1  # a circuit begins half open


async def test_who_is_sent_much_leaves_sockets_to_others(
    rt: Runtime, shop: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cablegram.webhooks.courier._AT_ONCE", 1)
    other = await make.account(rt, credits=1000)
    async with receiver() as much, receiver() as little, courier(rt) as one:
        await endpoint(rt, shop, much.url)
        await happen(rt, shop, 10)
        await making.make(rt)
        one.nudge()
        await one.step()  # the first has its line first
        await endpoint(rt, other, little.url)
        await happen(rt, other, 1)
        await making.make(rt)
        one.nudge()
        while len(little.calls) < 3:
            await one.wait()
            await one.step()
        assert len(much.calls) < 10


@pytest.mark.req("R152")
async def test_gone_switches_off_and_says_so_to_the_others(rt: Runtime, shop: Principal) -> None:
    async with receiver(lambda _: status(410)) as gone, receiver() as there, courier(rt) as one:
        off, _ = await endpoint(rt, shop, gone.url, kinds=["message.delivered"])
        await endpoint(rt, shop, there.url, kinds=["webhook.*"])
        await happen(rt, shop, 3)
        await carry(rt, one)
        await carry(rt, one)
        found = await endpoints.get(rt, shop, off.id)
        assert (found.is_enabled, found.off_reason) == (False, Off.GONE)
        assert [call.said["data"]["reason"] for call in there.calls] == ["gone"]
        await happen(rt, shop, 1)
        await carry(rt, one)
        assert len(gone.calls) == 1
        assert len(await log.undelivered(rt, shop, off.id)) == 4


@pytest.mark.req("R152")
async def test_days_of_nothing_but_failures_switch_off(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    async with receiver(lambda _: status(404)) as there, courier(rt) as one:
        found, _ = await endpoint(rt, shop, there.url, kinds=["message.delivered"])
        await happen(rt, shop, 1)
        await carry(rt, one)
        clock.move(schedule.OFF_AFTER - timedelta(minutes=1))
        await carry(rt, one)
        assert (await endpoints.get(rt, shop, found.id)).is_enabled
        await happen(rt, shop, 1)
        clock.move(timedelta(minutes=1))
        await carry(rt, one)
        assert (await endpoints.get(rt, shop, found.id)).off_reason == Off.FAILING


async def test_an_endpoint_is_asked_again_when_it_said_so(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    answers = iter([status(429, "Retry-After: 1800"), OK])
    async with receiver(lambda _: next(answers)) as there, courier(rt) as one:
        await endpoint(rt, shop, there.url, kinds=["message.delivered"])
        await happen(rt, shop, 1)
        await carry(rt, one)
        clock.move(timedelta(minutes=29))
        await carry(rt, one)
        assert len(there.calls) == 1
        clock.move(timedelta(minutes=1))
        await carry(rt, one)
        assert len(there.calls) == 2


@pytest.mark.req("R152")
async def test_two_workers_never_send_one_event_at_the_same_time(rt: Runtime, shop: Principal) -> None:
    async with receiver() as there, courier(rt) as one, courier(rt) as other:
        await endpoint(rt, shop, there.url)
        await happen(rt, shop, 20)
        while await making.make(rt):
            pass
        for each in (one, other, one, other):
            each.nudge()
            await each.step()
        while not one.is_idle or not other.is_idle:
            await one.wait(0.01)
            await one.step()
            await other.step()
        assert len(there.calls) == len({call.id for call in there.calls}) == 60


@pytest.mark.req("R152")
async def test_who_dies_before_it_is_written_down_lets_another_send_it_again(rt: Runtime, shop: Principal) -> None:
    async with receiver() as there:
        await endpoint(rt, shop, there.url, kinds=["message.delivered"])
        await happen(rt, shop, 1)
        await making.make(rt)
        async with courier(rt) as one:
            one.nudge()
            await one.step()
            await one.wait()
        async with courier(rt) as other:
            await carry(rt, other)
        first, second = there.calls
        assert (first.id, first.body) == (second.id, second.body)
        assert await rows(rt, "SELECT count(*) FROM webhook_queue") == [(0,)]


@pytest.mark.req("R152")
async def test_private_addresses_are_called_by_no_name(
    rt: Runtime, shop: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lead_home(*_: object, **__: object) -> list[dict[str, Any]]:
        return [{"hostname": "x", "host": "127.0.0.1", "port": 443, "family": 2, "proto": 6, "flags": 0}]

    closed = Runtime(rt.settings.__class__(), rt.db, rt.seal, rt.clock)
    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", lead_home)
    found, _ = await endpoints.create(
        closed, shop, NewEndpoint("Rebound", "https://rebound.example.com/", ["message.delivered"])
    )
    await happen(rt, shop, 1)
    async with courier(closed) as one:
        await carry(closed, one)
    (delivery,) = await log.undelivered(rt, shop, found.id)
    assert "no address of the open internet" in delivery.last_error
