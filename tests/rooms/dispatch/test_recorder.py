"""The recorder: everything that links hear gets to disk, in batches; what can't be written stops nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast

import pytest
from structlog.testing import capture_logs

import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.connectors.contract import (
    Arrival,
    Incoming,
    Link,
    Outcome,
    PartResult,
    Receipt,
    Result,
    Trouble,
    Verdict,
)
from cablegram.dispatch import sweep
from cablegram.dispatch.model import Claimed, ToldOut
from cablegram.dispatch.recorder import Recorder, Text
from cablegram.dispatch.unwritten import Unwritten
from cablegram.inbound.receive import receive
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from dispatching import states, until_waiting

NUMBER = traffic.NUMBER.removeprefix("+")
TEXT = Arrival(Incoming(NUMBER, "12345", "Hello you"), "text")


class Ear:
    """A link's end that only acknowledges."""

    def __init__(self, connector_id: ConnectorId) -> None:
        self.connector_id = connector_id
        self.acknowledged: list[object] = []

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        self.acknowledged += [arrival.handle for arrival in arrivals]


@asynccontextmanager
async def recording(recorder: Recorder) -> AsyncGenerator[None]:
    task = asyncio.create_task(recorder.run())
    yield
    await recorder.finish(10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def result(claim: Claimed, *verdicts: Verdict) -> Result:
    return traffic.answered(claim, *verdicts).result


def heard(provider_id: str, number: str = NUMBER) -> Receipt:
    return Receipt(provider_id, Outcome.DELIVERED, "", "", number, "", "DELIVRD")


async def on_the_wire(rt: Runtime, recorder: Recorder, who: Principal, count: int) -> list[Claimed]:
    await traffic.accepted(rt, [traffic.draft(who) for _ in range(count)])
    claims = await traffic.claimed(rt, count)
    recorder.take_claimed(claims, Unwritten(count, asyncio.Event()))
    return claims


async def test_answers_receipts_and_texts_get_to_disk_and_are_acknowledged_then(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    claims = await on_the_wire(rt, recorder, shop, 3)
    ear = Ear(claims[0].connector_id)
    async with recording(recorder):
        recorder.take_results([result(one, Verdict.TAKEN) for one in claims])
        receipts = [Arrival(heard(traffic.provider_id(one)), place) for place, one in enumerate(claims[:2])]
        recorder.take_arrivals(cast("Link", ear), [*receipts, TEXT, Arrival(None, "unreadable")])
        assert ear.acknowledged == []
    assert await states(rt) == {"delivered": 2, "submitted": 1}
    assert await rows(rt, "SELECT body FROM inbound_text") == [("Hello you",)]
    assert ear.acknowledged == [0, 1, "text", "unreadable"]
    assert recorder.in_flight == {}


async def test_what_comes_while_a_transaction_runs_is_the_next_one(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    claims = await on_the_wire(rt, recorder, shop, 40)
    async with rt.db.transaction() as conn:
        await conn.execute("SELECT 1 FROM message WHERE id = %s FOR UPDATE", (claims[0].id,))
        async with asyncio.TaskGroup() as group, recording(recorder):
            recorder.take_results([result(claims[0], Verdict.TAKEN)])
            await until_waiting(rt)
            for one in claims[1:]:
                recorder.take_results([result(one, Verdict.TAKEN)])
            group.create_task(_let_go(conn))
    assert await states(rt) == {"submitted": 40}
    assert await rows(rt, "SELECT n FROM progress WHERE state = 'submitted' ORDER BY n") == [(1,), (39,)]


async def _let_go(conn: Conn) -> None:
    await conn.execute("COMMIT")


async def test_a_link_has_no_more_than_two_windows_of_messages_that_are_not_on_disk(
    rt: Runtime, shop: Principal
) -> None:
    recorder, has_room = Recorder(rt, receive), asyncio.Event()
    unwritten = Unwritten(2, has_room)
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(4)])
    claims = await traffic.claimed(rt, 4)
    recorder.take_claimed(claims[:3], unwritten)
    assert unwritten.room() == 1
    assert has_room.is_set()
    recorder.take_claimed(claims[3:], unwritten)
    recorder.take_results([result(one, Verdict.TAKEN) for one in claims])  # answered is not written
    assert unwritten.room() == 0
    assert not has_room.is_set()
    async with recording(recorder):
        await has_room.wait()
    assert unwritten.room() == 4
    assert await states(rt) == {"submitted": 4}


async def test_a_message_in_question_gives_its_room_back_once(rt: Runtime, shop: Principal) -> None:
    recorder, unwritten = Recorder(rt, receive), Unwritten(2, asyncio.Event())
    await traffic.accepted(rt, [traffic.draft(shop)])
    (claim,) = await traffic.claimed(rt, 1)
    recorder.take_claimed([claim], unwritten)
    for verdict in (Verdict.LOST, Verdict.TAKEN):
        async with recording(recorder):
            recorder.take_results([result(claim, verdict)])
    assert unwritten.room() == 4


async def test_an_answer_better_than_the_one_before_replaces_it_in_a_batch(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    recorder.take_results([result(claim, Verdict.LOST)])
    recorder.take_results([result(claim, Verdict.TAKEN)])
    async with recording(recorder):
        pass
    assert await states(rt) == {"submitted": 1}


async def test_what_is_in_question_is_remembered_for_a_late_answer(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    async with recording(recorder):
        recorder.take_results([result(claim, Verdict.LOST)])
    assert (await states(rt), list(recorder.in_flight)) == ({"unknown": 1}, [claim.id])
    async with recording(recorder):
        recorder.take_results([result(claim, Verdict.TAKEN)])
    assert (await states(rt), list(recorder.in_flight)) == ({"submitted": 1}, [])


async def test_a_message_claimed_again_is_still_known_when_its_first_answer_is_forgotten(
    rt: Runtime, shop: Principal
) -> None:
    again: list[Claimed] = []

    async def meanwhile(conn: Conn, texts: Sequence[Text], *, outs: Sequence[ToldOut]) -> None:
        # The answer is committed, and the recorder has not come to forget the claim: another link claims the message.
        again.extend(await traffic.claimed(rt, len(texts)))
        recorder.take_claimed(again, Unwritten(1, asyncio.Event()))
        del conn, outs

    recorder = Recorder(rt, meanwhile)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    async with recording(recorder):
        recorder.take_results([result(claim, Verdict.UNWRITTEN)])
        recorder.take_arrivals(cast("Link", Ear(claim.connector_id)), [TEXT])
    assert [one.id for one in again] == [claim.id]
    assert recorder.in_flight == {claim.id: again[0]}


async def test_nothing_is_acknowledged_while_the_database_is_away_and_nothing_is_lost(
    rt: Runtime, shop: Principal
) -> None:
    recorder = Recorder(rt, receive)
    claims = await on_the_wire(rt, recorder, shop, 5)
    ear = Ear(claims[0].connector_id)
    async with rt.db.transaction() as conn:
        await conn.execute("SELECT 1 FROM message FOR UPDATE")
        async with recording(recorder):
            recorder.take_results([result(one, Verdict.TAKEN) for one in claims])
            recorder.take_arrivals(cast("Link", ear), [Arrival(heard(traffic.provider_id(claims[0])), "receipt")])
            for _ in range(2):
                await until_waiting(rt)
                assert ear.acknowledged == []
                await rows(
                    rt,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'",
                )
            await conn.execute("COMMIT")
    assert await states(rt) == {"submitted": 4, "delivered": 1}
    assert ear.acknowledged == ["receipt"]


async def test_one_thing_that_can_t_be_written_stops_nothing_else(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    good, bad, other = await on_the_wire(rt, recorder, shop, 3)
    ear = Ear(good.connector_id)
    impossible = Result(bad.id, [PartResult(Verdict.TAKEN, "no\0database stores this")])
    with capture_logs() as said:
        async with recording(recorder):
            recorder.take_results([result(good, Verdict.TAKEN), impossible, result(other, Verdict.TAKEN)])
            arrivals = [Arrival(heard("a\0b"), 1), Arrival(heard(traffic.provider_id(good)), 2)]
            recorder.take_arrivals(cast("Link", ear), arrivals)
    assert [one["what"] for one in said if one["log_level"] == "error"] == [str(bad.id), "a\0b"]
    assert await states(rt) == {"delivered": 1, "submitting": 1, "submitted": 1}
    assert ear.acknowledged == [1, 2]
    # It stays known: it was written to the wire, and must not be taken for a message that never was.
    assert list(recorder.in_flight) == [bad.id]
    assert await sweep.requeue_unwritten(rt, 1, recorder.in_flight) == 0


async def test_texts_that_can_t_be_charged_stop_no_receipts(rt: Runtime, shop: Principal) -> None:
    async def broken(conn: Conn, texts: Sequence[Text], *, outs: Sequence[ToldOut]) -> None:
        raise ZeroDivisionError(f"{len(texts)} texts and {len(outs)} opt-outs on {conn}")

    recorder = Recorder(rt, broken)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    ear = Ear(claim.connector_id)
    with capture_logs() as said:
        async with recording(recorder):
            recorder.take_results([result(claim, Verdict.TAKEN)])
            recorder.take_arrivals(cast("Link", ear), [TEXT])
    assert await states(rt) == {"submitted": 1}
    assert [one["event"] for one in said if one["log_level"] == "error"] == ["could not be recorded"]


@pytest.mark.req("R137")
async def test_a_refusal_may_say_that_the_number_wants_nothing_more(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    claims = await on_the_wire(rt, recorder, shop, 1)
    refusal = PartResult(Verdict.REFUSED, code="21610", trouble=Trouble.OPTED_OUT, words="it opted out at the provider")
    async with recording(recorder):
        recorder.take_results([Result(one.id, [refusal], one.outgoing) for one in claims])
    assert await states(rt) == {"rejected": 1}
    assert await rows(rt, "SELECT number, how FROM blacklist") == [(NUMBER, "stop")]
    told = await rows(rt, "SELECT detail FROM message_event WHERE kind = 'answered'")
    assert told == [("21610 carrier_refused: it opted out at the provider",)]


@pytest.mark.req("R137")
async def test_an_opt_out_is_on_disk_before_the_refusal_that_told_of_it(rt: Runtime, shop: Principal) -> None:
    stood: list[dict[str, int]] = []

    async def broken(conn: Conn, texts: Sequence[Text], *, outs: Sequence[ToldOut]) -> None:
        stood.append(await states(rt))
        raise ZeroDivisionError(f"{len(texts)} texts and {len(outs)} opt-outs on {conn}")

    recorder = Recorder(rt, broken)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    refusal = PartResult(Verdict.REFUSED, code="21610", trouble=Trouble.OPTED_OUT)
    with capture_logs() as said:
        async with recording(recorder):
            recorder.take_results([Result(claim.id, [refusal], claim.outgoing)])
    assert stood == [{"submitting": 1}]
    # What can't be heard is said aloud, and the refusal counts.
    assert await states(rt) == {"rejected": 1}
    assert [one["event"] for one in said if one["log_level"] == "error"] == ["an opt-out could not be recorded"]


async def test_an_answer_to_a_message_nobody_knows_is_no_work(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    recorder.in_flight.clear()
    async with recording(recorder):
        recorder.take_results([result(claim, Verdict.TAKEN)])
    assert await states(rt) == {"submitting": 1}


async def test_finishing_ends_when_its_time_is_over(rt: Runtime, shop: Principal) -> None:
    recorder = Recorder(rt, receive)
    (claim,) = await on_the_wire(rt, recorder, shop, 1)
    recorder.take_results([result(claim, Verdict.TAKEN)])
    try:
        await recorder.finish(timedelta(milliseconds=50).total_seconds())
    except TimeoutError:
        return
    raise AssertionError("nobody was writing")
