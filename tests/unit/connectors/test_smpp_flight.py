"""A message on its way: what was answered to its parts, and which go out again."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.connectors.contract import Outgoing, PartResult, Verdict
from cablegram.connectors.smpp_flight import Flying
from cablegram.kit.ids import MessageId

TAKEN, REFUSED, THROTTLED, TEMPORARY, LOST, UNWRITTEN, _ = Verdict


def flying(*answers: Verdict | None) -> Flying:
    text = "a" * (153 * len(answers)) if len(answers) > 1 else "Hello"
    one = Flying.of(Outgoing(MessageId(UUID(int=1)), "ACME", "34600000118", text, len(answers)), reference=7, now=0.0)
    assert len(one.parts) == len(one.answers) == len(answers)
    one.answers = [PartResult(answer) if answer else None for answer in answers]
    one.is_written = any(answers)
    return one


def verdicts(one: Flying) -> list[Verdict]:
    return [part.verdict for part in one.result().parts]


def test_there_is_something_to_tell_once_all_parts_are_answered_or_one_is_lost() -> None:
    one = flying(TAKEN, None)
    assert not one.is_told
    one.is_lost = True
    assert one.is_told
    assert flying(TAKEN, REFUSED).is_told


def test_parts_without_an_answer_are_lost_unless_not_a_byte_of_the_message_was_written() -> None:
    assert verdicts(flying(TAKEN, None)) == [TAKEN, LOST]
    assert verdicts(flying(None, None)) == [UNWRITTEN, UNWRITTEN]


@pytest.mark.parametrize("put_off", [THROTTLED, TEMPORARY])
def test_parts_put_off_go_out_again_when_a_sister_was_taken(put_off: Verdict) -> None:
    one = flying(TAKEN, put_off, REFUSED, put_off)
    assert one.take_again() == [1, 3]
    assert not one.is_told
    assert verdicts(one) == [TAKEN, LOST, REFUSED, LOST]


@pytest.mark.parametrize(
    "answers", [(TAKEN, REFUSED), (THROTTLED, TEMPORARY), (THROTTLED, REFUSED), (TAKEN, TAKEN), (THROTTLED,)]
)
def test_otherwise_no_part_goes_out_by_itself(answers: tuple[Verdict, ...]) -> None:
    one = flying(*answers)
    assert one.take_again() == []
    assert verdicts(one) == list(answers)


def test_a_part_that_is_put_off_for_ever_is_told_in_the_end() -> None:
    one = flying(TAKEN, THROTTLED)
    rounds = 0
    while one.take_again():
        rounds += 1
        one.answers[1] = PartResult(THROTTLED)
    assert rounds == 20
    assert verdicts(one) == [TAKEN, THROTTLED]
