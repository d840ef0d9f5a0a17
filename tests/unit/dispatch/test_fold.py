"""What receipts make of messages, in whatever order they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.connectors.contract import Outcome
from cablegram.dispatch.fold import Folding, choose, fits, is_same_number, only_fit
from cablegram.dispatch.model import InQuestion, Match, Pending
from cablegram.kit.ids import MessageId
from cablegram.messages.model import Move, State, worst

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
D, U, E, W = Outcome.DELIVERED, Outcome.UNDELIVERED, Outcome.EXPIRED, Outcome.ON_ITS_WAY


def receipt(
    outcome: Outcome = D, *, number: str = "34600000118", error: str = "", source: str = "", head: str = ""
) -> Pending:
    return Pending(UUID(int=1), "77", outcome, error, source, number, head, NOW, outcome.value)


def match(
    state: State = State.SUBMITTED,
    parts: list[State] | None = None,
    *,
    message: int = 1,
    number: str = "34600000118",
    reason: str | None = None,
    key_place: int = 1,
) -> Match:
    segments = len(parts) if parts else 1
    return Match(0, MessageId(UUID(int=message)), 1, 4, state, segments, parts, number, reason, key_place)


def folded(about: Match, *said: tuple[int, Outcome]) -> Move | None:
    folding = Folding(about)
    for part, outcome in said:
        folding.take(part, receipt(outcome, error="069" if outcome is not D else ""))
    return folding.move()


def final(about: Match, *said: tuple[int, Outcome]) -> State:
    move = folded(about, *said)
    return move.to_state if move else about.state


@pytest.mark.req("R50", "R51")
@pytest.mark.parametrize(
    ("outcome", "state"),
    [(D, State.DELIVERED), (U, State.UNDELIVERED), (E, State.EXPIRED), (W, State.SUBMITTED)],
)
def test_a_receipt_settles_a_message_of_one_part(outcome: Outcome, state: State) -> None:
    assert final(match(), (1, outcome)) is state
    assert final(match(State.UNKNOWN), (1, outcome)) is (State.UNKNOWN if outcome is W else state)


def test_a_move_names_the_version_that_was_seen_and_the_carrier_s_error() -> None:
    assert folded(match(), (1, U)) == Move(
        MessageId(UUID(int=1)), 4, State.SUBMITTED, State.UNDELIVERED, None, "069", None
    )


def test_what_changes_nothing_is_no_move() -> None:
    assert folded(match(), (1, W)) is None
    assert folded(match(State.UNDELIVERED), (1, U)) is None
    assert folded(match(State.DELIVERED), (1, U), (1, E)) is None


@pytest.mark.req("R50")
@pytest.mark.parametrize("bad", [U, E])
def test_delivered_corrects_a_bad_word_whichever_comes_first(bad: Outcome) -> None:
    assert final(match(), (1, bad), (1, D)) is State.DELIVERED
    assert final(match(), (1, D), (1, bad)) is State.DELIVERED


@pytest.mark.req("R50")
def test_a_long_message_waits_for_all_its_parts_and_is_its_worst() -> None:
    parts = [State.SUBMITTED] * 3
    waiting = folded(match(parts=parts), (1, D), (3, U))
    assert waiting is not None
    assert (waiting.to_state, waiting.part_states) == (
        State.SUBMITTED,
        [State.DELIVERED, State.SUBMITTED, State.UNDELIVERED],
    )
    assert final(match(parts=parts), (1, D), (3, U), (2, D)) is State.UNDELIVERED
    assert final(match(parts=parts), (1, D), (3, D), (2, D)) is State.DELIVERED


def test_the_match_is_not_changed_by_folding() -> None:
    about = match(parts=[State.SUBMITTED, State.SUBMITTED])
    folded(about, (1, D))
    assert about.part_states == [State.SUBMITTED, State.SUBMITTED]


def test_a_message_with_a_lost_part_stays_in_question_until_that_part_has_its_word() -> None:
    parts = [State.SUBMITTED, State.UNKNOWN]
    assert final(match(State.UNKNOWN, parts), (1, D)) is State.UNKNOWN
    assert final(match(State.UNKNOWN, parts), (1, D), (2, E)) is State.EXPIRED


def test_only_what_failed_for_not_knowing_is_corrected() -> None:
    assert final(match(State.FAILED, reason="outcome_unknown"), (1, D)) is State.DELIVERED
    assert final(match(State.FAILED, reason="carrier_busy"), (1, D)) is State.FAILED
    assert final(match(State.CANCELLED), (1, D)) is State.CANCELLED


PARTS = st.integers(1, 4)
SAID = st.tuples(st.integers(1, 4), st.sampled_from(Outcome))


@pytest.mark.req("R50")
@given(size=PARTS, said=st.lists(SAID, max_size=8), data=st.data())
def test_any_order_of_receipts_ends_in_the_same_state(
    size: int, said: list[tuple[int, Outcome]], data: st.DataObject
) -> None:
    said = [(part, outcome) for part, outcome in said if part <= size]
    parts = [State.SUBMITTED] * size if size > 1 else None
    other = data.draw(st.permutations(said))
    assert final(match(parts=parts), *said) is final(match(parts=parts), *other)


@given(size=PARTS, said=st.lists(SAID, max_size=8))
def test_receipts_one_by_one_end_where_all_at_once_do(size: int, said: list[tuple[int, Outcome]]) -> None:
    said = [(part, outcome) for part, outcome in said if part <= size]
    one_by_one = all_at_once = match(parts=[State.SUBMITTED] * size if size > 1 else None)
    for each in said:
        if move := folded(one_by_one, each):
            one_by_one = match(move.to_state, move.part_states)
    assert one_by_one.state is final(all_at_once, *said)
    if one_by_one.part_states and one_by_one.state not in (State.SUBMITTED, State.DELIVERED):
        assert one_by_one.state is worst(one_by_one.part_states)


@pytest.mark.parametrize(
    ("theirs", "is_ours"),
    [
        ("34600000118", True),
        ("600000118", True),
        ("0600000118", True),
        ("", True),
        ("34600000119", False),
        ("118", False),
    ],
)
def test_numbers_are_compared_by_their_end_since_carriers_cut_their_beginning(theirs: str, is_ours: bool) -> None:  # noqa: FBT001 - a column
    assert is_same_number(theirs, "34600000118") is is_ours


def test_a_receipt_is_about_the_plainest_id_then_the_newest_message_and_never_another_number() -> None:
    guessed, old, new = match(message=9, key_place=2), match(message=3), match(message=5)
    stranger = match(message=8, number="34699999999")
    assert choose(receipt(), [guessed, old, stranger, new]) is new
    assert choose(receipt(), [guessed, stranger]) is guessed
    assert choose(receipt(), [stranger]) is None
    assert choose(receipt(), []) is None


def question(
    message: int = 1, *, number: str = "34600000118", text: str = "Hello Anna", segments: int = 1, ago: int = 1
) -> InQuestion:
    claimed_at = NOW - timedelta(seconds=ago)
    return InQuestion(MessageId(UUID(int=message)), 3, segments, "ACME", number, text, claimed_at)


@pytest.mark.parametrize(
    "fitting",
    [
        receipt(),
        receipt(number="600000118"),
        receipt(number="", source="acme", head="Hello"),
        receipt(head="Hello Anna"),
    ],
)
def test_a_receipt_with_an_unknown_id_is_about_the_one_message_that_fits(fitting: Pending) -> None:
    assert only_fit(fitting, [question(), question(2, number="34611111111", text="Bye Bye")]) == question()


@pytest.mark.parametrize(
    "others",
    [
        [question(number="34600000119")],
        [question(text="Bye Anna")],
        [question(segments=2)],
        [question(ago=-1)],
        [question(), question(2)],
        [],
    ],
)
def test_a_receipt_that_fits_none_or_two_is_about_none(others: list[InQuestion]) -> None:
    assert only_fit(receipt(source="ACME", head="Hello"), others) is None


def test_another_sender_s_receipt_fits_not() -> None:
    assert only_fit(receipt(source="OTHER"), [question()]) is None


def test_of_many_receipts_each_finds_the_message_that_fits_it_alone_and_none_finds_it_again() -> None:
    anna, bert = question(), question(2, number="34600000119")
    twins = [question(3, number="34600000120"), question(4, number="34600000120")]
    first, again = receipt(head="Hello"), receipt(head="Hello")
    late, either = receipt(number="34600000119"), receipt(number="34600000120")
    found = fits([first, again, either, late, receipt(number="")], [anna, bert, *twins])
    assert [(one is first, one is late, fit.id) for one, fit in found] == [
        (True, False, anna.id),
        (False, True, bert.id),
    ]
