"""A campaign's line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cablegram.campaigns.model import Second
from cablegram.panel.chart import MOST_POINTS, chart_of

NOON = datetime(2026, 1, 15, 12, 0, 30, tzinfo=UTC)


def second(after: int, submitted: int, delivered: int = 0) -> Second:
    return Second(NOON + timedelta(seconds=after), submitted, delivered)


def test_nothing_yet_is_no_chart() -> None:
    assert chart_of([]) is None


def test_seconds_of_nothing_are_drawn_as_nothing() -> None:
    chart = chart_of([second(0, 10), second(3, 20, 5)])
    assert chart is not None
    submitted, delivered = chart.data["series"]
    assert submitted["values"] == [10, 0, 0, 20]
    assert delivered["values"] == [0, 0, 0, 5]
    assert chart.data["times"][0] == "2026-01-15T12:00:30+00:00"
    assert len(chart.data["times"]) == 4


def test_all_in_one_second_is_a_peak_and_not_a_point_without_a_line() -> None:
    chart = chart_of([second(0, 10)])
    assert chart is not None
    assert chart.data["series"][0]["values"] == [0, 10, 0]
    assert chart.data["times"] == [(NOON + timedelta(seconds=after)).isoformat() for after in (-1, 0, 1)]


def test_the_table_has_a_row_a_minute() -> None:
    chart = chart_of([second(0, 10, 1), second(29, 1, 1), second(31, 5, 2)])
    assert chart is not None
    assert chart.table == [
        (datetime(2026, 1, 15, 12, 0, tzinfo=UTC), 11, 2),
        (datetime(2026, 1, 15, 12, 1, tzinfo=UTC), 5, 2),
    ]


def test_the_sentence_tells_what_the_line_shows_in_the_time_of_the_reader() -> None:
    chart = chart_of([second(0, 1000), second(1, 1400), second(2, 1200, 3600)], zone=ZoneInfo("Europe/Madrid"))
    assert chart is not None
    assert chart.sentence == (
        "3,600 submitted and 3,600 delivered between 13:00:30 and 13:00:32; usually 1,200 a second, at most 1,400"
    )


def test_receipts_alone_make_a_sentence_too() -> None:
    chart = chart_of([second(0, 0, 7)])
    assert chart is not None
    assert "usually 0 a second, at most 0" in chart.sentence


def test_a_pause_is_a_band() -> None:
    chart = chart_of([second(0, 1)], [("paused", NOON, NOON + timedelta(seconds=5))])
    assert chart is not None
    assert chart.data["bands"] == [
        {"name": "paused", "from": "2026-01-15T12:00:30+00:00", "to": "2026-01-15T12:00:35+00:00"}
    ]


@given(st.lists(st.tuples(st.integers(0, 40 * 86400), st.integers(0, 5000), st.integers(0, 5000)), min_size=1))
def test_however_long_it_was_the_points_are_few_and_none_is_lost(moments: list[tuple[int, int, int]]) -> None:
    chart = chart_of([second(*one) for one in sorted(moments)])
    assert chart is not None
    times = [datetime.fromisoformat(at) for at in chart.data["times"]]
    assert len(times) <= MOST_POINTS + 1
    steps = {later - earlier for earlier, later in pairwise(times)}
    assert len(steps) <= 1
    assert sum(row[1] for row in chart.table) == sum(one[1] for one in moments)
    assert sum(row[2] for row in chart.table) == sum(one[2] for one in moments)


def test_what_is_known_by_the_minute_is_not_drawn_by_the_second() -> None:
    chart = chart_of([second(0, 600), second(60, 1200, 600)], grain=60)
    assert chart
    assert [line["values"] for line in chart.data["series"]] == [[10.0, 20.0], [0.0, 10.0]]
    assert "usually 20 a second, at most 20" in chart.sentence
    assert ":00:" not in chart.sentence
