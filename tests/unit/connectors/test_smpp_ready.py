"""Parts that wait to be written: in which order they go, and which of them may be handed back."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.connectors.contract import Outgoing
from cablegram.connectors.smpp_flight import Flying
from cablegram.connectors.smpp_ready import Ready
from cablegram.kit.ids import MessageId


def flying(number: int, *, parts: int = 1, since: float = 0.0, is_urgent: bool = False) -> Flying:
    text = "a" * (153 * parts) if parts > 1 else "Hello"
    outgoing = Outgoing(MessageId(UUID(int=number)), "ACME", "34600000118", text, parts, is_urgent=is_urgent)
    return Flying.of(outgoing, reference=1, now=since)


def ready(*messages: Flying) -> Ready:
    found = Ready()
    for one in messages:
        found.add(one)
    return found


def test_parts_go_out_in_the_order_in_which_they_came() -> None:
    one, two = flying(1, parts=2), flying(2)
    waiting = ready(one, two)
    assert waiting.take(2) == [(one, 0), (one, 1)]
    assert (one.is_written, two.is_written) == (True, False)
    assert waiting.take(1) == [(two, 0)]
    assert waiting.is_empty()


def test_what_somebody_waits_for_goes_out_before_what_stood_ready() -> None:
    one, two = flying(1, parts=2), flying(2)
    code, other = flying(3, parts=2, is_urgent=True), flying(4, is_urgent=True)
    waiting = ready(one)
    assert waiting.take(1) == [(one, 0)]
    for each in (two, code, other):
        waiting.add(each)
    assert (len(waiting), waiting.take(2), waiting.take(3)) == (
        5,
        [(code, 0), (code, 1)],
        [(other, 0), (one, 1), (two, 0)],
    )
    waiting.put_off([(one, 0), (code, 0)])
    waiting.put_back([(one, 0), (code, 0)])
    waiting.add(flying(5, is_urgent=True))
    assert waiting.unwritten(since=0.0)[0][0].outgoing.id.int == 5
    assert waiting.clear() == [(code, 0), (one, 0)]


def test_parts_that_are_put_off_wait_until_they_are_put_back() -> None:
    one = flying(1, parts=2)
    waiting = ready(one)
    tokens = waiting.take(2)
    waiting.put_off(tokens)
    assert (len(waiting), waiting.is_empty()) == (0, False)
    waiting.put_back(tokens[:1])
    waiting.put_back(tokens[:1])
    assert waiting.take(1) == tokens[:1]
    assert waiting.clear() == tokens[1:]
    assert waiting.is_empty()


@pytest.mark.req("R100")
def test_a_message_that_waited_too_long_is_handed_back_whole_and_one_half_written_is_not() -> None:
    begun, old, young = flying(1, parts=3), flying(2, parts=2), flying(3, since=5.0)
    waiting = ready(begun, old, young)
    waiting.take(1)
    assert waiting.unwritten(since=-1.0) == []
    assert waiting.unwritten(since=4.0) == [(old, 0), (old, 1)]
    assert waiting.unwritten(since=4.0) == []
    assert waiting.clear() == [(begun, 1), (begun, 2), (young, 0)]
