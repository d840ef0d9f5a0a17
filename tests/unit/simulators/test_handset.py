"""Phones: parts, and the bounds of their memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.simulators import handset
from cablegram.simulators.handset import Direction, Handsets, Text
from cablegram.simulators.wire import Part
from cablegram.text.concat import Concat

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _receive(phones: Handsets, number: str, text: str = "Hello", place: Concat | None = None) -> Text | None:
    return phones.receive(Part("ACME", number, text, place), NOW)


@given(st.permutations(range(1, 6)), st.lists(st.integers(1, 5), max_size=3))
def test_parts_are_joined_whatever_their_order_and_how_often_they_come(order: list[int], again: list[int]) -> None:
    phones = Handsets()
    for sequence in (*again, *order[:-1]):
        if sequence != order[-1]:
            assert _receive(phones, "49170", f"{sequence} ", Concat(7, 5, sequence)) is None
    whole = _receive(phones, "49170", f"{order[-1]} ", Concat(7, 5, order[-1]))
    assert whole is not None
    assert (whole.text, whole.parts) == ("1 2 3 4 5 ", 5)
    assert phones.conversation("49170") == [whole]


def test_parts_of_different_texts_are_kept_apart() -> None:
    phones = Handsets()
    assert _receive(phones, "49170", "a", Concat(7, 2, 1)) is None
    assert _receive(phones, "49170", "b", Concat(8, 2, 2)) is None
    assert _receive(phones, "49171", "c", Concat(7, 2, 2)) is None
    assert phones.receive(Part("OTHER", "49170", "d", Concat(7, 2, 2)), NOW) is None


def test_a_text_of_one_part_is_whole() -> None:
    assert _receive(Handsets(), "49170", "a", Concat(7, 1, 1)) is not None


def test_only_the_newest_unfinished_texts_are_waited_for() -> None:
    phones = Handsets()
    for reference in range(21):
        _receive(phones, "49170", "a", Concat(reference, 2, 1))
    assert _receive(phones, "49170", "b", Concat(0, 2, 2)) is None
    assert _receive(phones, "49170", "b", Concat(20, 2, 2)) is not None


def test_a_phone_keeps_its_last_texts() -> None:
    phones = Handsets()
    for number in range(60):
        _receive(phones, "49170", str(number))
    assert [text.text for text in phones.conversation("+49170")] == [str(number) for number in range(10, 60)]


def test_the_phones_used_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handset, "MOST_HANDSETS", 3)
    phones = Handsets()
    for number in ("1", "2", "3", "1", "4"):
        _receive(phones, number)
    assert [number for number, _, _ in phones.latest(10)] == ["4", "1", "3"]
    assert [number for number, _, _ in phones.latest(1)] == ["4"]
    assert phones.conversation("2") == []
    assert len(phones) == 3


def test_all_texts_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handset, "MOST_TEXTS_TOGETHER", 10)
    phones = Handsets()
    for number in ("1", "2", "3"):
        for _ in range(4):
            _receive(phones, number)
    assert [len(phones.conversation(number)) for number in ("1", "2", "3")] == [0, 4, 4]


def test_a_phone_with_only_parts_has_nothing_to_show() -> None:
    phones = Handsets()
    _receive(phones, "49170", "a", Concat(7, 2, 1))
    assert phones.latest(10) == []


def test_who_watches_is_told_until_they_stop() -> None:
    phones, seen, others = Handsets(), list[Text](), list[Text]()
    stop, stop_other = phones.watch("+49170", seen.append), phones.watch("49170", others.append)
    _receive(phones, "49170")
    _receive(phones, "49171")
    sent = phones.send("49170", "ACME", "YES", parts=2, at=NOW)
    phones.taken(sent)
    assert len(seen) == 2
    phones.taken(sent)
    assert [each.direction for each in seen] == [Direction.RECEIVED, Direction.SENT, Direction.SENT]
    stop()
    _receive(phones, "49170")
    assert (len(seen), len(others)) == (3, 4)
    stop_other()
