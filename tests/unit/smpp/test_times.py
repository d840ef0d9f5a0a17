"""Times in SMPP's forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.smpp import times

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2611220102", datetime(2026, 11, 22, 1, 2, tzinfo=UTC)),
        ("261122010203", NOW),
        ("20261122010203", NOW),
        ("261122010203000+", NOW),
        ("261122030203008+", NOW),
        ("261121230203008-", NOW),
        ("000001000000000R", NOW + timedelta(days=1)),
        ("010203040506000R", NOW + timedelta(days=365 + 60 + 3, hours=4, minutes=5, seconds=6)),
    ],
)
def test_each_form_names_a_moment(text: str, moment: datetime) -> None:
    assert times.read(text, now=NOW) == moment


@pytest.mark.parametrize(
    "text",
    ["", "26112201", "2602310102", "26112201020", "26112201020300++", "261122010203000x", "x611220102", "٢٦١١٢٢٠١٠٢"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert times.read(text, now=NOW) is None


def test_a_relative_time_needs_a_now() -> None:
    assert times.read("000001000000000R") is None


def test_a_period_beyond_the_calendar_is_none() -> None:
    assert times.read("990000000000000R", now=datetime(9990, 1, 1, tzinfo=UTC)) is None


MOMENTS = st.integers(946_800_000, 4_102_300_000).map(
    lambda at: datetime.fromtimestamp(at, timezone(timedelta(hours=2)))
)


@given(MOMENTS)
def test_an_absolute_time_is_read_back_to_the_second(moment: datetime) -> None:
    assert times.read(times.absolute(moment)) == moment


@given(st.timedeltas(timedelta(0), timedelta(days=300)))
def test_a_period_is_read_back_to_the_second(period: timedelta) -> None:
    read = times.read(times.relative(period), now=NOW)
    assert read == NOW + timedelta(days=period.days, seconds=period.seconds)


@pytest.mark.parametrize("period", [timedelta(seconds=-1), timedelta(days=365 * 99)])
def test_a_period_that_does_not_fit_is_refused(period: timedelta) -> None:
    with pytest.raises(ValueError, match="99 years"):
        times.relative(period)


def test_a_receipts_date_has_ten_digits() -> None:
    assert times.receipt_date(NOW) == "2611220102"
