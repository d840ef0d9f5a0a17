"""The table of states: what it allows, what it gives back, and what many parts make of one message."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.messages.model import (
    ACCEPTED,
    FINAL,
    LANES,
    MOVES,
    REFUNDED,
    MessageClass,
    State,
    is_refund_due,
    weightier,
    worst,
)

ON_PARTS = (State.UNKNOWN, State.SUBMITTED, State.EXPIRED, State.UNDELIVERED, State.DELIVERED)
WORDS = st.sampled_from(ON_PARTS)


def test_the_table_has_every_state_and_moves_to_no_other() -> None:
    assert set(MOVES) == set(State)
    assert {other for moves in MOVES.values() for other in moves} <= set(State)


def test_every_accepted_state_can_be_reached_from_where_messages_begin() -> None:
    reached = {State.SCHEDULED, State.QUEUED}
    for _ in State:
        reached |= {other for state in reached for other in MOVES[state]}
    assert reached == ACCEPTED


@pytest.mark.req("R50")
def test_only_what_a_late_receipt_may_correct_leaves_a_final_state() -> None:
    assert {state for state in FINAL if MOVES[state]} == {State.UNDELIVERED, State.EXPIRED, State.FAILED}
    assert not State.DELIVERED.may_become(State.UNDELIVERED)
    assert State.UNDELIVERED.may_become(State.DELIVERED)


def test_nothing_that_may_have_been_sent_goes_back_to_the_queue_but_from_the_claim_itself_or_by_policy() -> None:
    back = {state for state in State if state.may_become(State.QUEUED)}
    assert back == {State.SCHEDULED, State.SUBMITTING, State.UNKNOWN}
    assert {state for state in State if state.may_become(State.SUBMITTING)} == {State.QUEUED}


@pytest.mark.req("R18")
@pytest.mark.parametrize("to_state", [State.REJECTED, State.FAILED, State.CANCELLED])
def test_what_no_carrier_took_is_given_back_once(to_state: State) -> None:
    assert is_refund_due(State.QUEUED, to_state)
    assert is_refund_due(State.SUBMITTING, to_state)
    assert not is_refund_due(State.FAILED, to_state)


@pytest.mark.req("R18")
@pytest.mark.parametrize("to_state", [State.SUBMITTED, State.DELIVERED, State.UNDELIVERED, State.UNKNOWN])
def test_what_a_carrier_took_or_may_have_taken_stays_charged(to_state: State) -> None:
    assert not any(is_refund_due(state, to_state) for state in State)


@pytest.mark.req("R18")
def test_expired_is_given_back_only_if_it_never_left() -> None:
    assert is_refund_due(State.QUEUED, State.EXPIRED)
    assert is_refund_due(State.SCHEDULED, State.EXPIRED)
    assert not is_refund_due(State.SUBMITTED, State.EXPIRED)
    assert not is_refund_due(State.UNKNOWN, State.EXPIRED)


def test_no_way_through_the_table_refunds_twice() -> None:
    def refunds(state: State, so_far: int, left: int) -> int:
        if not left:
            return so_far
        ways = [refunds(other, so_far + is_refund_due(state, other), left - 1) for other in MOVES[state]]
        return max(ways, default=so_far)

    assert refunds(State.SCHEDULED, 0, 9) == 1
    assert all(state in FINAL for state in REFUNDED)


@pytest.mark.req("R50")
@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ((State.DELIVERED, State.DELIVERED), State.DELIVERED),
        ((State.DELIVERED, State.SUBMITTED), State.SUBMITTED),
        ((State.UNDELIVERED, State.SUBMITTED), State.SUBMITTED),
        ((State.DELIVERED, State.EXPIRED), State.EXPIRED),
        ((State.UNDELIVERED, State.EXPIRED), State.UNDELIVERED),
        ((State.UNKNOWN, State.SUBMITTED, State.UNDELIVERED), State.UNKNOWN),
    ],
)
def test_a_message_is_its_worst_part_once_all_are_in(parts: Sequence[State], state: State) -> None:
    assert worst(parts) is state
    assert worst(list(reversed(parts))) is state


@given(WORDS, WORDS, WORDS)
def test_words_about_a_part_weigh_the_same_in_any_order(one: State, other: State, third: State) -> None:
    assert weightier(one, other) is weightier(other, one)
    assert weightier(weightier(one, other), third) is weightier(one, weightier(other, third))
    assert weightier(one, one) is one
    assert weightier(one, State.DELIVERED) is State.DELIVERED


def test_one_time_codes_go_before_all_and_marketing_behind() -> None:
    assert sorted(MessageClass, key=LANES.__getitem__) == [
        MessageClass.OTP,
        MessageClass.TRANSACTIONAL,
        MessageClass.MARKETING,
    ]
