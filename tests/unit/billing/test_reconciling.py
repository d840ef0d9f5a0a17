from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.billing.reconciling import Difference, Kind, Line, Sent, match
from cablegram.kit.ids import MessageId

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE, UNTIL = NOON - timedelta(days=1), NOON + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def sent(n: int, *ids: str, segments: int = 1, amount: int | None = 10_000, at: datetime | None = None) -> Sent:
    return Sent(MessageId(UUID(int=n)), ids, f"3460000{n:04d}", at or NOON + MINUTE * n, segments, amount)


def line(
    at_line: int, id_: str, n: int, *, segments: int | None = 1, amount: int | None = 10_000, after: timedelta = MINUTE
) -> Line:
    return Line(at_line, id_, f"3460000{n:04d}", NOON + MINUTE * n + after, segments, amount)


def judged(lines: list[Line], own: list[Sent]) -> tuple[int, list[tuple[Kind, int | None, int | None]]]:
    result = match(lines, own, since=SINCE, until=UNTIL)
    return result.matched, [
        (one.kind, one.line, one.message_id.int if one.message_id else None) for one in result.differences
    ]


@pytest.mark.req("R18")
def test_lines_are_found_by_the_carrier_s_id_in_any_of_its_forms() -> None:
    assert judged([line(2, "00ABC", 1), line(3, " 77 ", 2)], [sent(1, "abc"), sent(2, "0077")]) == (2, [])


def test_what_only_one_of_both_has_is_named() -> None:
    lines = [line(2, "a", 1), line(3, "nobody", 3)]
    assert judged(lines, [sent(1, "a"), sent(2, "b")]) == (
        1,
        [(Kind.MISSING_HERE, 3, None), (Kind.MISSING_THERE, None, 2)],
    )


def test_another_price_another_size_and_a_line_twice_are_named_once_each() -> None:
    lines = [
        line(2, "a", 1, amount=12_000),
        line(3, "b", 2, segments=2, amount=20_000),
        line(4, "c", 3),
        line(5, "c", 3),
    ]
    result = match(lines, [sent(1, "a"), sent(2, "b"), sent(3, "c")], since=SINCE, until=UNTIL)
    assert result.matched == 1
    assert [(one.kind, one.line, one.theirs, one.ours, one.amount) for one in result.differences] == [
        (Kind.PRICE, 2, "1 segments, 0.012", "1 segments, 0.01", 2_000),
        (Kind.SEGMENTS, 3, "2 segments, 0.02", "1 segments, 0.01", 10_000),
        (Kind.DOUBLED, 5, "1 segments, 0.01", "line 4", 10_000),
    ]


def test_the_lines_of_a_message_s_parts_are_its_segments_together() -> None:
    own = sent(1, "a", "b", segments=2, amount=20_000)
    assert judged([line(2, "a", 1), line(3, "b", 1)], [own]) == (1, [])


def test_an_id_that_was_used_for_another_number_is_no_match() -> None:
    assert judged([line(2, "a", 2)], [sent(1, "a")]) == (
        0,
        [(Kind.MISSING_HERE, 2, None), (Kind.MISSING_THERE, None, 1)],
    )


def test_without_ids_number_and_time_decide_and_the_nearest_is_taken() -> None:
    near, far = sent(1, at=NOON), sent(1, at=NOON + MINUTE * 8)
    far.id = MessageId(UUID(int=9))
    late = Line(2, "", near.number, NOON + MINUTE * 7, None, None)
    early = Line(3, "", near.number, NOON - MINUTE, None, None)
    assert judged([late, early], [near, far]) == (2, [])
    assert [near.lines, far.lines] == [[early], [late]]


def test_a_line_without_id_that_comes_twice_is_doubled_and_one_far_off_in_time_is_not_ours() -> None:
    lines = [line(2, "", 1), line(3, "", 1), line(4, "", 1, after=MINUTE * 11), Line(5, "", "", None, 1, 5)]
    assert judged(lines, [sent(1)]) == (
        1,
        [(Kind.DOUBLED, 3, 1), (Kind.MISSING_HERE, 4, None), (Kind.MISSING_HERE, 5, None)],
    )


def test_what_was_sent_outside_the_time_may_match_and_is_not_missed() -> None:
    edge = sent(1, "a", at=UNTIL)
    assert judged([], [edge]) == (0, [])
    assert judged([line(2, "a", 1)], [edge]) == (1, [])


def test_where_nobody_says_a_price_or_a_size_none_is_compared() -> None:
    assert judged([line(2, "a", 1, segments=None, amount=None)], [sent(1, "a")]) == (1, [])
    assert judged([line(2, "a", 1, amount=5)], [sent(1, "a", amount=None)]) == (1, [])
    missing = match(
        [line(2, "a", 1, segments=None, amount=None)], [sent(2, "b", amount=None)], since=SINCE, until=UNTIL
    )
    assert [one.theirs for one in missing.differences] == ["", ""]
    assert Difference(Kind.MISSING_HERE, 2, None, "34600000001", "", "", 0) == missing.differences[0]


def test_a_doubled_line_of_a_part_names_the_line_before() -> None:
    own = sent(1, "a", "b", segments=2, amount=20_000)
    assert judged([line(2, "a", 1), line(3, "b", 1), line(4, "b", 1)], [own]) == (1, [(Kind.DOUBLED, 4, 1)])


@pytest.mark.req("R18")
def test_three_errors_among_a_hundred_thousand_lines_are_answered_with_exactly_those() -> None:
    most = 100_000
    own = [Sent(MessageId(UUID(int=n)), (f"{n:x}",), f"3460{n:07d}", NOON, 1, 10_000) for n in range(1, most + 1)]
    lines = [Line(n + 1, f"{n:08X}", f"3460{n:07d}", NOON, 1, 10_000) for n in range(1, most + 1)]
    lines[41_999] = replace(lines[41_999], amount=12_000)  # dearer than agreed
    lines.append(replace(lines[69_999], line=most + 2))  # billed before
    lines.append(Line(most + 3, "ffffffff", "34609999999", NOON, 1, 10_000))  # never sent

    result = match(lines, own, since=SINCE, until=UNTIL)

    assert [(one.kind, one.line, one.number, one.amount) for one in result.differences] == [
        (Kind.PRICE, 42_001, "34600042000", 2_000),
        (Kind.DOUBLED, 100_002, "34600070000", 10_000),
        (Kind.MISSING_HERE, 100_003, "34609999999", 10_000),
    ]
    assert result.matched == most - 1
