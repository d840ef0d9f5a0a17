"""Messages whose receipt is overdue are found once a round, and what the carrier says of them is recorded."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.connectors import configure
from cablegram.connectors.contract import Outcome, PartResult, Question, Receipt, Reply, Result, Verdict
from cablegram.connectors.model import Connector
from cablegram.dispatch import asking, record
from cablegram.dispatch.asking import Asker
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.record import Answered
from cablegram.dispatch.recorder import Recorder
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import time_of, uuid7
from cablegram.messages import story
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime
from cablegram.safety import switch
from dispatching import states

NUMBER = traffic.NUMBER.removeprefix("+")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def present(clock: SetClock) -> None:
    """Set the clock to the time that ids carry."""
    clock.move(time_of(uuid7()) - clock.now())


async def submitted(rt: Runtime, who: Principal, count: int = 1, text: str = "Hello there") -> list[Claimed]:
    await traffic.accepted(rt, [traffic.draft(who, text) for _ in range(count)])
    claims = await traffic.claimed(rt, count * 2)
    await traffic.answer(rt, claims, *[Verdict.TAKEN] * claims[0].segments)
    return claims


async def way(rt: Runtime) -> Connector:
    async with rt.db.connection() as conn:
        found = await configure.simulated(conn)
    assert found is not None
    return found


async def overdue(rt: Runtime, *, most: int = 100) -> list[object]:
    """Walk to the end of all rounds; return which messages are asked about."""
    found: list[object] = []
    is_done = False
    while not is_done:
        questions, is_done = await asking.find(rt, await way(rt), most=most)
        found += [one.id for one in questions]
    return found


def reply(claim: Claimed, outcome: Outcome, words: str, error: str = "") -> Reply:
    question = Question(claim.id, traffic.provider_id(claim), traffic.SENDER, NUMBER)
    said = Receipt(question.provider_id, outcome, error, traffic.SENDER, NUMBER, "", words)
    return Reply(question, words, is_understood=True, receipt=said)


async def say(rt: Runtime, claim: Claimed, outcome: Outcome, words: str = "") -> None:
    word = traffic.receipt(rt, traffic.provider_id(claim), outcome, number=NUMBER)
    word.words = words or word.words
    async with rt.db.transaction() as conn:
        await record.replies(conn, [(claim.id, word)], now=rt.clock.now())


async def told(rt: Runtime, who: Principal, claim: Claimed) -> list[str]:
    _, moments = await story.timeline(rt, who, claim.id)
    return [one.detail for one in moments if one.kind == "asked"]


# --- whom to ask about ---


async def test_a_message_is_asked_about_once_a_round(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    (claim,) = await submitted(rt, shop)
    found: dict[int, list[object]] = {}
    for hours in range(0, 240, 8):
        if asked := await overdue(rt):
            found[hours] = asked
        clock.move(8 * HOUR)
    assert list(found) == [32, 56, 104]
    assert set(map(tuple, found.values())) == {(claim.id,)}


async def test_the_question_says_what_the_carrier_knows_the_message_by(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    (claim,) = await submitted(rt, shop)
    clock.move(25 * HOUR)
    found, is_done = await asking.find(rt, await way(rt), most=10)
    assert (found, is_done) == ([Question(claim.id, traffic.provider_id(claim), traffic.SENDER, NUMBER)], True)


async def test_only_what_waits_for_its_receipt_is_asked_about(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    await submitted(rt, shop, text="a" * 161)  # of several parts: not looked up
    delivered, waits = await submitted(rt, shop, 2)
    await traffic.receive(rt, [delivered], Outcome.DELIVERED)
    await traffic.accepted(rt, [traffic.draft(shop)])
    (nameless,) = await traffic.claimed(rt, 1)
    async with rt.db.transaction() as conn:
        taken = Answered(Result(nameless.id, [PartResult(Verdict.TAKEN, "")]), nameless)
        await record.results(conn, [taken], now=rt.clock.now())
    clock.move(25 * HOUR)
    assert await overdue(rt) == [waits.id]


async def test_a_message_of_another_way_out_is_not_asked_about(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    await submitted(rt, shop)
    await rows(rt, "UPDATE message SET connector_id = gen_random_uuid() RETURNING id")
    clock.move(25 * HOUR)
    assert await overdue(rt) == []


async def test_a_message_that_the_carrier_took_just_now_waits_for_the_next_round(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    await traffic.accepted(rt, [traffic.draft(shop)])
    clock.move(23 * HOUR)
    claims = await traffic.claimed(rt, 1)
    await traffic.answer(rt, claims, Verdict.TAKEN)
    clock.move(2 * HOUR)
    assert await overdue(rt) == []
    clock.move(24 * HOUR)
    assert await overdue(rt) == [claims[0].id]


async def test_a_round_goes_on_where_it_stopped(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    claims = await submitted(rt, shop, 5)
    clock.move(25 * HOUR)
    first, is_done = await asking.find(rt, await way(rt), most=2)
    assert ([one.id for one in first], is_done) == ([one.id for one in claims[:2]], False)
    assert await overdue(rt, most=2) == [one.id for one in claims[2:]]


async def test_what_a_round_missed_is_left_to_the_next_one(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    (claim,) = await submitted(rt, shop)
    assert await overdue(rt) == []
    clock.move(50 * HOUR)  # nothing ran meanwhile
    assert await overdue(rt) == [claim.id]


async def test_nothing_is_asked_while_sending_is_stopped(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    (claim,) = await submitted(rt, shop)
    clock.move(25 * HOUR)
    await switch.stop(rt, operator("tests"))
    assert await overdue(rt) == []
    await switch.go_on(rt, operator("tests"))
    assert await overdue(rt) == [claim.id]


async def test_two_dispatchers_share_a_round(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    claims = await submitted(rt, shop, 6)
    clock.move(25 * HOUR)
    connector = await way(rt)
    found = await asyncio.gather(*(asking.find(rt, connector, most=2) for _ in range(3)))
    assert sorted(one.id for questions, _ in found for one in questions) == [one.id for one in claims]


# --- what the carrier says ---


@pytest.mark.req("R50")
@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.DELIVERED, State.DELIVERED),
        (Outcome.UNDELIVERED, State.UNDELIVERED),
        (Outcome.EXPIRED, State.EXPIRED),
        (Outcome.ON_ITS_WAY, State.SUBMITTED),
    ],
)
async def test_a_reply_moves_its_message_as_a_receipt_does(
    rt: Runtime, shop: Principal, outcome: Outcome, state: State
) -> None:
    (claim,) = await submitted(rt, shop)
    await say(rt, claim, outcome, "WORDS 001")
    assert await states(rt) == {state.value: 1}
    assert await told(rt, shop, claim) == [f"WORDS 001 id {traffic.provider_id(claim)}"]
    await assert_sums_hold(rt)


async def test_a_receipt_that_comes_after_all_does_no_harm(rt: Runtime, shop: Principal) -> None:
    good, bad = await submitted(rt, shop, 2)
    await say(rt, good, Outcome.DELIVERED)
    await say(rt, bad, Outcome.EXPIRED)
    await traffic.receive(rt, [good, bad], Outcome.DELIVERED)
    assert await states(rt) == {"delivered": 2}
    await traffic.receive(rt, [good, bad], Outcome.UNDELIVERED)
    assert await states(rt) == {"delivered": 2}
    await assert_sums_hold(rt)


async def test_a_reply_that_comes_after_the_receipt_does_no_harm(rt: Runtime, shop: Principal) -> None:
    (claim,) = await submitted(rt, shop)
    await traffic.receive(rt, [claim], Outcome.DELIVERED)
    await say(rt, claim, Outcome.UNDELIVERED)
    assert await states(rt) == {"delivered": 1}
    assert len(await told(rt, shop, claim)) == 1


async def test_replies_teach_nothing_about_ids_in_receipts(rt: Runtime, shop: Principal) -> None:
    (claim,) = await submitted(rt, shop)
    await say(rt, claim, Outcome.DELIVERED)
    assert (await way(rt)).receipt_id_form == "unknown"


async def test_the_recorder_writes_replies_and_what_they_teach(rt: Runtime, shop: Principal) -> None:
    claims = await submitted(rt, shop, 2)
    said = reply(claims[0], Outcome.UNDELIVERED, "UNDELIV 027", "027")
    refused = Reply(reply(claims[1], Outcome.DELIVERED, "").question, "ESME_RQUERYFAIL", is_understood=True)
    recorder = Recorder(rt, receive)
    task = asyncio.create_task(recorder.run())
    recorder.take_replies(claims[0].connector_id, [said, refused], learned=True)
    await recorder.finish(10)
    task.cancel()
    assert await rows(rt, "SELECT state::text, error FROM message ORDER BY id") == [
        ("undelivered", "027"),
        ("submitted", None),
    ]
    assert await told(rt, shop, claims[1]) == [f"ESME_RQUERYFAIL id {traffic.provider_id(claims[1])}"]
    assert (await way(rt)).answers_queries is True


# --- carriers that know no such questions ---


async def test_two_refusals_in_a_row_teach_that_a_carrier_answers_no_questions(rt: Runtime, shop: Principal) -> None:
    (claim,) = await submitted(rt, shop)
    connector = await way(rt)
    asker = Asker(rt)
    asker.connectors = {connector.id: connector}
    question = reply(claim, Outcome.DELIVERED, "").question
    yes, no, nothing = (Reply(question, "", is_understood) for is_understood in (True, False, None))
    assert asker.hear(connector.id, [no]) is None
    assert asker.hear(connector.id, [nothing]) is None
    assert asker.hear(connector.id, [yes, no]) is True
    assert asker.hear(connector.id, [no]) is False
    assert asker.hear(connector.id, [no]) is None
    connector.answers_queries = True
    assert asker.hear(connector.id, [yes]) is None
    assert asker.hear(connector.id, [no, no]) is False


async def test_such_a_carrier_is_asked_again_once_its_connector_was_changed(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    (claim,) = await submitted(rt, shop)
    clock.move(25 * HOUR)
    await rows(rt, "UPDATE connector SET answers_queries = false RETURNING id")
    assert await overdue(rt) == []
    changed, _ = await configure.change_smpp(rt, operator("tests"), (await way(rt)).id, name="Another")
    assert changed.answers_queries is None
    assert await overdue(rt) == [claim.id]
