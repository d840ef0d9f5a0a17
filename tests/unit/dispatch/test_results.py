"""What a carrier's answer makes of a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.connectors.contract import PartResult, Result, Verdict
from cablegram.dispatch.results import MOST_ATTEMPTS, Decision, decide, give_up
from cablegram.kit.ids import MessageId
from cablegram.messages.model import State, is_refund_due

TAKEN, REFUSED, THROTTLED, TEMPORARY, LOST, UNWRITTEN, TURNED_AWAY = Verdict
PART_STATES = [State.UNKNOWN, State.SUBMITTED, State.EXPIRED, State.UNDELIVERED, State.DELIVERED]


def result(*verdicts: Verdict) -> Result:
    parts = [
        PartResult(one, provider_id=f"id{place}" if one is TAKEN else "", code="" if one is TAKEN else f"E{place}")
        for place, one in enumerate(verdicts, 1)
    ]
    return Result(MessageId(UUID(int=1)), parts)


def to(
    *verdicts: Verdict, state: State = State.SUBMITTING, attempts: int = 1, parts: Sequence[State] | None = None
) -> Decision | None:
    return decide(result(*verdicts), state=state, attempts=attempts, parts=parts)


@pytest.mark.req("R18", "R50")
@pytest.mark.parametrize(
    ("verdicts", "state", "reason", "error"),
    [
        ((TAKEN,), State.SUBMITTED, None, None),
        ((REFUSED,), State.REJECTED, "carrier_refused", "E1"),
        ((THROTTLED,), State.QUEUED, "throttled", "E1"),
        ((TEMPORARY,), State.QUEUED, "carrier_busy", "E1"),
        ((LOST,), State.UNKNOWN, "no_answer", "E1"),
        ((UNWRITTEN, UNWRITTEN), State.QUEUED, "not_written", None),
        ((TURNED_AWAY,), State.QUEUED, "turned_away", "E1"),
        ((TURNED_AWAY, TEMPORARY), State.QUEUED, "turned_away", "E1"),
        ((TURNED_AWAY, REFUSED), State.REJECTED, "carrier_refused", "E2"),
        ((TAKEN, REFUSED), State.SUBMITTED, None, "E2"),
        ((TAKEN, LOST), State.UNKNOWN, "no_answer", "E2"),
        ((REFUSED, REFUSED), State.REJECTED, "carrier_refused", "E1"),
        ((REFUSED, LOST), State.UNKNOWN, "no_answer", "E1"),
        # A part that is refused for good can't be helped by sending the other again.
        ((THROTTLED, REFUSED), State.REJECTED, "carrier_refused", "E2"),
        ((THROTTLED, TEMPORARY), State.QUEUED, "carrier_busy", "E1"),
        ((THROTTLED, THROTTLED), State.QUEUED, "throttled", "E1"),
    ],
)
def test_answers_to_a_claim(verdicts: Sequence[Verdict], state: State, reason: str | None, error: str | None) -> None:
    decision = to(*verdicts)
    assert decision is not None
    assert (decision.to_state, decision.reason) == (state, reason)
    if reason != "not_written":
        assert decision.error == error


def test_the_ids_of_taken_parts_are_kept_also_where_another_part_is_lost_or_refused() -> None:
    decision = to(TAKEN, REFUSED, LOST)
    assert decision is not None
    assert decision.taken == [(1, "id1")]
    assert decision.part_states == [State.SUBMITTED, State.UNDELIVERED, State.UNKNOWN]


def test_a_message_of_one_part_keeps_no_states_of_parts() -> None:
    for verdict in (TAKEN, LOST):
        decision = to(verdict)
        assert decision is not None
        assert decision.part_states is None


def test_a_carrier_that_asks_for_time_gets_more_each_time_and_is_asked_ten_times() -> None:
    pauses = [decision.pause for attempt in range(1, MOST_ATTEMPTS) if (decision := to(TEMPORARY, attempts=attempt))]
    assert pauses[:3] == [timedelta(seconds=0.5), timedelta(seconds=1), timedelta(seconds=2)]
    assert pauses[-1] == timedelta(minutes=2)
    last = to(TEMPORARY, attempts=MOST_ATTEMPTS)
    assert last is not None
    assert (last.to_state, last.reason, last.pause) == (State.FAILED, "carrier_busy", None)


def test_throttling_never_makes_a_message_fail_and_never_lets_it_spin() -> None:
    pauses = [decision.pause for attempt in (1, 2, 3, 4, 5, 30_000) if (decision := to(THROTTLED, attempts=attempt))]
    assert pauses == [timedelta(seconds=seconds) for seconds in (0.5, 0.5, 0.5, 1, 2, 8)]
    decision = to(THROTTLED, attempts=30_000)
    assert decision is not None
    assert decision.to_state is State.QUEUED


@pytest.mark.parametrize(
    ("verdict", "state", "reason"),
    [
        (TAKEN, State.SUBMITTED, None),
        (REFUSED, State.REJECTED, "carrier_refused"),
        (THROTTLED, State.REJECTED, "carrier_busy"),
        (TEMPORARY, State.REJECTED, "carrier_busy"),
    ],
)
def test_a_late_answer_settles_a_message_in_question_and_never_sends_it_again(
    verdict: Verdict, state: State, reason: str | None
) -> None:
    decision = to(verdict, state=State.UNKNOWN)
    assert decision is not None
    assert (decision.to_state, decision.reason) == (state, reason)


def test_a_message_given_up_was_sent_after_all() -> None:
    decision = to(TAKEN, state=State.FAILED)
    assert decision is not None
    assert decision.to_state is State.SUBMITTED
    assert to(TAKEN, LOST, state=State.FAILED) is None
    assert to(REFUSED, state=State.FAILED) is None


def test_a_late_answer_leaves_what_receipts_said_already() -> None:
    known = [State.DELIVERED, State.UNKNOWN, State.UNKNOWN]
    more = to(TAKEN, TAKEN, LOST, state=State.UNKNOWN, parts=known)
    assert more is not None
    assert (more.to_state, more.taken) == (State.UNKNOWN, [(2, "id2")])
    assert more.part_states == [State.DELIVERED, State.SUBMITTED, State.UNKNOWN]
    last = to(TAKEN, TAKEN, REFUSED, state=State.UNKNOWN, parts=[State.DELIVERED, State.DELIVERED, State.UNKNOWN])
    assert last is not None
    assert last.to_state is State.UNDELIVERED


@pytest.mark.parametrize("state", [State.QUEUED, State.SUBMITTED, State.DELIVERED, State.REJECTED, State.CANCELLED])
def test_an_answer_that_was_recorded_before_changes_nothing(state: State) -> None:
    assert [to(verdict, state=state) for verdict in Verdict] == [None] * len(Verdict)


def test_a_loss_that_is_known_is_no_news() -> None:
    assert to(LOST, state=State.UNKNOWN) is None
    assert to(TAKEN, LOST, state=State.UNKNOWN, parts=[State.SUBMITTED, State.UNKNOWN]) is None


@given(
    verdicts=st.lists(st.sampled_from([TAKEN, REFUSED, THROTTLED, TEMPORARY, LOST]), min_size=1, max_size=4),
    state=st.sampled_from(State),
    attempts=st.integers(1, 20),
    data=st.data(),
)
def test_every_decision_is_a_move_of_the_table_and_nothing_taken_is_refunded_or_sent_again(
    verdicts: list[Verdict], state: State, attempts: int, data: st.DataObject
) -> None:
    is_known = st.lists(st.sampled_from(PART_STATES), min_size=len(verdicts), max_size=len(verdicts))
    parts = data.draw(is_known) if state is State.UNKNOWN and len(verdicts) > 1 else None
    decision = to(*verdicts, state=state, attempts=attempts, parts=parts)
    if decision is None:
        return
    assert decision.to_state is state is State.UNKNOWN or state.may_become(decision.to_state)
    if {TAKEN, LOST} & set(verdicts):
        assert decision.to_state is not State.QUEUED
        assert not is_refund_due(state, decision.to_state)
    assert {place for place, _ in decision.taken} <= {
        place for place, verdict in enumerate(verdicts, 1) if verdict is TAKEN
    }


def test_giving_up_refunds_only_what_no_carrier_is_known_to_have_taken() -> None:
    assert give_up(None) is State.FAILED
    assert give_up([State.UNKNOWN, State.UNKNOWN]) is State.FAILED
    assert give_up([State.UNDELIVERED, State.UNKNOWN]) is State.FAILED
    assert give_up([State.SUBMITTED, State.UNKNOWN]) is State.UNDELIVERED
    assert give_up([State.UNKNOWN, State.DELIVERED]) is State.UNDELIVERED


def test_a_result_is_complete_when_nothing_is_lost() -> None:
    assert result(TAKEN, REFUSED).is_complete
    assert not result(TAKEN, LOST).is_complete
