from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.inbound import joining
from cablegram.inbound.joining import MOST_OCTETS, MOST_OPEN, REACH, WAIT, Group, Joined, Key, Outcome, Part, Piece
from cablegram.kit.ids import ConnectorId
from cablegram.text import concat

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINK = ConnectorId(UUID(int=1))
_ids = count(1)


def part(
    sequence: int,
    octets: bytes,
    *,
    reference: int = 7,
    total: int = 2,
    source: str = "34600000118",
    coding: int = 0,
    at: datetime = NOW,
) -> Part:
    key = Key(LINK, source, "34911222333", reference, total)
    return Part(UUID(int=next(_ids)), key, sequence, Piece(octets, coding), at)


def parts_of(text: str, reference: int, *, source: str = "34600000118", at: datetime = NOW) -> list[Part]:
    """Cut a text as a phone does, and read it as a carrier brings it."""
    made: list[Part] = []
    for wire in concat.parts(text, reference):
        header = concat.read_header(wire.user_data)
        assert header
        payload = wire.user_data[1 + wire.user_data[0] :]
        key = Key(LINK, source, "34911222333", header.reference, header.total)
        made.append(Part(UUID(int=next(_ids)), key, header.sequence, Piece(payload, wire.data_coding), at))
    return made


class Shell:
    """Keeps rows between two batches, as a table would."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Group] = {}
        self.texts: dict[UUID, Joined] = {}
        self.charged = 0

    def take(self, parts: Sequence[Part]) -> Outcome:
        return self._write(joining.join(self.rows.values(), parts))

    def expire(self, now: datetime) -> Outcome:
        return self._write(joining.expire(self.rows.values(), now))

    def _write(self, outcome: Outcome) -> Outcome:
        self.rows.update((group.id, group) for group in outcome.changed)
        assert not {text.id for text in outcome.texts} & self.texts.keys()
        assert {text.id for text in outcome.amended} <= self.texts.keys()
        self.texts.update((text.id, text) for text in (*outcome.texts, *outcome.amended))
        self.charged += len(outcome.texts)
        return outcome


@pytest.mark.req("R166")
def test_parts_in_any_order_make_one_text() -> None:
    first, second = part(1, b"Hello "), part(2, b"world")
    shell = Shell()

    assert shell.take([second]).texts == []
    assert shell.take([first]).texts == [Joined(second.id, second.key, "Hello world", (), NOW)]
    assert shell.charged == 1


@pytest.mark.req("R166")
def test_a_doubled_part_is_dropped_before_and_after_the_text_is_whole() -> None:
    shell = Shell()
    outcome = shell.take([part(1, b"a"), part(1, b"a"), part(2, b"b"), part(1, b"a")])

    assert [text.text for text in outcome.texts] == ["ab"]
    assert len(outcome.doubled) == 2
    assert len(shell.take([part(2, b"b", at=NOW + MINUTE)]).doubled) == 1
    assert shell.charged == 1


@pytest.mark.req("R166")
def test_what_stays_incomplete_is_handed_on_with_a_mark_for_each_gap() -> None:
    shell = Shell()
    shell.take([part(2, b"b", total=5), part(3, b"c", total=5, at=NOW + MINUTE)])

    assert shell.expire(NOW + WAIT).texts == []  # the last part came a minute later
    (text,) = shell.expire(NOW + WAIT + MINUTE).texts
    assert (text.text, text.missing) == ("[…]bc[…]", (1, 4, 5))
    assert shell.expire(NOW + 2 * WAIT).texts == []


@pytest.mark.req("R166")
def test_a_late_part_amends_the_text_and_costs_nothing() -> None:
    shell = Shell()
    shell.take([part(1, b"a", total=3)])
    (early,) = shell.expire(NOW + WAIT).texts
    outcome = shell.take([part(3, b"c", total=3, at=NOW + 2 * WAIT)])

    assert outcome.texts == []
    assert outcome.amended == [Joined(early.id, early.key, "a[…]c", (2,), NOW)]
    shell.take([part(2, b"b", total=3, at=NOW + 3 * WAIT)])
    assert shell.texts[early.id].text == "abc"
    assert shell.charged == 1


@pytest.mark.req("R166")
def test_a_reference_that_comes_round_begins_a_new_text() -> None:
    shell = Shell()
    shell.take([part(1, b"old "), part(2, b"text")])
    outcome = shell.take([part(1, b"new "), part(2, b"words")])
    assert [text.text for text in outcome.texts] == ["new words"]

    # An old text that was not whole is handed on as it is.
    shell.take([part(1, b"half", reference=8)])
    outcome = shell.take([part(1, b"next ", reference=8), part(2, b"one", reference=8)])
    assert [(text.text, text.missing) for text in outcome.texts] == [("half[…]", (2,)), ("next one", ())]


@pytest.mark.req("R166")
def test_within_one_batch_a_text_that_was_handed_on_early_is_mended_before_it_is_stored() -> None:
    crowd = [part(1, b"x", reference=n, at=NOW + n * timedelta(seconds=1)) for n in range(MOST_OPEN + 1)]
    outcome = joining.join([], [*crowd, part(2, b"y", reference=0, at=NOW + MINUTE)])

    assert [(text.text, text.missing) for text in outcome.texts] == [("xy", ())]
    assert outcome.amended == []


@pytest.mark.req("R166")
def test_after_half_a_day_the_same_part_is_a_new_text() -> None:
    shell = Shell()
    shell.take([part(1, b"a"), part(2, b"b")])
    later = NOW + REACH + MINUTE

    assert not any(joining.is_forgotten(group, NOW + REACH) for group in shell.rows.values())
    assert all(joining.is_forgotten(group, later) for group in shell.rows.values())
    assert [text.text for text in shell.take([part(1, b"a", at=later), part(2, b"b", at=later)]).texts] == ["ab"]


@pytest.mark.req("R166")
def test_totals_that_differ_are_different_texts() -> None:
    outcome = joining.join([], [part(1, b"a", total=2), part(2, b"b", total=3), part(2, b"c", total=2)])
    assert [text.text for text in outcome.texts] == ["ac"]


@pytest.mark.req("R166")
def test_codings_may_be_mixed_and_pairs_may_be_cut_between_parts() -> None:
    emoji = "😀".encode("utf-16-be")
    mixed = [
        part(1, b"5 \x1b", total=5),
        part(2, b"\x65 ", total=5),  # the second half of an euro sign
        part(3, emoji[:2], total=5, coding=8),
        part(4, emoji[2:], total=5, coding=8),
        part(5, b"\xe9\0", total=5, coding=9),  # reserved: readable all the same
    ]
    (text,) = joining.join([], mixed).texts
    assert text.text == "5 € 😀é\ufffd"


@pytest.mark.req("R166")
def test_what_can_be_no_part_is_a_text_of_its_own() -> None:
    odd = [part(1, b"a" * (MOST_OCTETS + 1)), part(3, b"third of two"), part(0, b"none")]
    outcome = joining.join([], odd)

    assert [text.text for text in outcome.texts] == ["a" * (MOST_OCTETS + 1), "third of two", "none"]
    assert outcome.changed == []


@pytest.mark.req("R166")
def test_a_phone_that_begins_texts_without_end_fills_no_memory() -> None:
    shell = Shell()
    for n in range(100):
        shell.take([part(1, b"x", reference=n, total=255, at=NOW + n * timedelta(seconds=1))])
    assert sum(not group.handed_on for group in shell.rows.values()) == MOST_OPEN

    # Another phone is not in its way.
    assert shell.take([part(1, b"y", source="34600000119")]).texts == []


TEXTS = st.text(st.sampled_from("ab €{Ж😀"), min_size=161, max_size=350)


@pytest.mark.req("R166")
@settings(max_examples=40)
@given(st.data(), st.lists(TEXTS, min_size=1, max_size=4))
def test_shuffled_doubled_and_split_over_batches_each_text_is_made_once(
    data: st.DataObject, written: list[str]
) -> None:
    sources = [data.draw(st.sampled_from(["34600000118", "34600000119"])) for _ in written]
    sent = [
        part
        for n, (text, source) in enumerate(zip(written, sources, strict=True))
        for part in parts_of(text, 250 + n, source=source)
    ]
    stream = data.draw(st.permutations([*sent, *data.draw(st.lists(st.sampled_from(sent), max_size=5))]))
    shell = Shell()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        shell.take(stream[:size])
        stream = stream[size:]

    assert shell.charged == len(written)
    assert sorted(text.text for text in shell.texts.values()) == sorted(written)
    assert all(text.missing == () for text in shell.texts.values())


@given(
    st.lists(
        st.builds(
            part,
            st.integers(-1, 4),
            st.binary(max_size=3),
            reference=st.integers(0, 2),
            total=st.integers(0, 3),
            coding=st.sampled_from([0, 3, 8, 9]),
            at=st.integers(0, 2000).map(lambda minutes: NOW + minutes * MINUTE),
        ),
        max_size=30,
    )
)
def test_whatever_comes_no_text_is_charged_twice_and_in_the_end_nothing_waits(stream: list[Part]) -> None:
    shell = Shell()
    for one in stream:
        shell.take([one])
    shell.expire(NOW + timedelta(days=3))

    assert shell.charged == len(shell.texts)
    assert all(group.handed_on for group in shell.rows.values())
