from __future__ import annotations

import html as html_module
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from cablegram.panel import filters

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 20, 12, 0, 5, 112_900, tzinfo=UTC)


@pytest.mark.parametrize(
    ("micro", "places", "text"),
    [
        (16_317_600_000, 2, "16,317.60"),
        (0, 2, "0.00"),
        (-61_800_000, 2, "−61.80"),
        (1_315_432, 2, "1.32"),
        (1_315_432, 6, "1.315432"),
        (1_300_000, 6, "1.30"),
        (999_999_999, 2, "1,000.00"),
        (4_000, 2, "0.004"),
        (None, 2, "—"),
    ],
)
def test_money_is_written_with_the_decimals_it_needs(micro: int | None, places: int, text: str) -> None:
    assert filters.money(micro, places) == text


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_money_with_six_places_is_exact(micro: int) -> None:
    written = filters.money(micro, 6).replace(",", "").replace(filters.MINUS, "-")
    whole, part = written.split(".")
    assert int(whole + part.ljust(6, "0")) == micro


@given(st.integers(min_value=1, max_value=10**15))
def test_no_price_is_shown_as_zero(micro: int) -> None:
    assert filters.money(micro) != "0.00"


@pytest.mark.parametrize(
    ("count", "text"), [(12_408, "12,408"), (-3, "−3"), (29.68, "29.7"), (30.0, "30"), (None, "—")]
)
def test_a_count_is_written_in_groups_of_three(count: float | None, text: str) -> None:
    assert filters.number(count) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(473, 1000, "47.3 %"), (3, 10_000, "0.03 %"), (0, 5, "0.0 %"), (1, 0, "—")]
)
def test_a_share_below_one_percent_keeps_two_decimals(part: int, whole: int, text: str) -> None:
    assert filters.percent(part, whole) == text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("12025550147", "+1 202-555-0147"),
        ("+34600000118", "+34 600 000 118"),
        ("MercadoLuna", "MercadoLuna"),
        ("34٣", "34٣"),
        ("99999", "99999"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_a_number_is_written_as_its_country_does_and_a_name_as_it_is(address: str | None, text: str) -> None:
    assert filters.phone(address) == text


@pytest.mark.parametrize(("iso", "text"), [("ES", "Spain"), ("001", "International network"), ("QQ", "QQ")])
def test_a_country_is_named_and_letters_nobody_knows_stay(iso: str, text: str) -> None:
    assert filters.country(iso) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.38, "380 ms"),
        (4.6, "4.6 s"),
        (5, "5 s"),
        (42, "42 s"),
        (60, "1 min"),
        (141, "2 min 21 s"),
        (11_100, "3 h 5 min"),
        (187_200, "2 d 4 h"),
    ],
)
def test_a_span_is_written_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert filters.duration(seconds) == text


def test_a_time_of_today_in_the_readers_zone_has_seconds_and_no_date() -> None:
    assert filters.when(NOON, NOON, MADRID) == "13:00:05"


def test_a_time_that_is_tomorrow_in_the_readers_zone_has_its_date() -> None:
    late = NOON.replace(hour=23, minute=30)
    assert filters.when(late, NOON, MADRID) == "21 Nov, 00:30"


def test_a_time_of_another_year_names_it() -> None:
    assert filters.when(NOON - timedelta(days=365), NOON) == "20 Nov 2025"


def test_a_time_of_day_is_cut_not_rounded_to_the_millisecond() -> None:
    assert filters.clock(NOON, MADRID) == "13:00:05.112"


def test_a_time_to_come_is_written_to_the_minute() -> None:
    assert filters.minute(NOON, MADRID) == "13:00"


def test_a_full_time_names_its_zone() -> None:
    assert filters.full(NOON, MADRID) == "20 Nov 2026, 13:00:05 CET"


def test_marks_name_the_code_point_and_stand_in_escaped_text() -> None:
    html = filters.marked("<b>20:00 – Zoë", bad="–", values=["Zoë"])
    assert isinstance(html, Markup)
    assert html == ('&lt;b&gt;20:00 <mark class="bad" title="U+2013 en dash">–</mark> <span class="var">Zoë</span>')


def test_a_value_that_looks_like_markup_stays_text() -> None:
    assert filters.marked("a <span> b", values=["<span>"]) == 'a <span class="var">&lt;span&gt;</span> b'


def test_the_longer_of_two_values_wins() -> None:
    assert filters.marked("Ana María", values=["Ana", "Ana María"]) == '<span class="var">Ana María</span>'


@given(st.text(), st.sets(st.characters()), st.lists(st.text(max_size=3), max_size=3))
def test_without_its_marks_the_text_is_the_text(text: str, bad: set[str], values: list[str]) -> None:
    html = str(filters.marked(text, bad, values))
    plain = re.sub(r'<span class="var">|<mark class="bad" title="[^"]*">|</span>|</mark>', "", html)
    assert html_module.unescape(plain) == html_module.unescape(str(escape(text)))


def test_a_line_starts_at_the_left_and_ends_at_the_right() -> None:
    assert filters.points([0, 5, 10], 10, 100, 40) == "0.0,40.0 50.0,20.0 100.0,0.0"


def test_a_line_above_its_ceiling_stays_in_the_box() -> None:
    assert filters.points([20], 10, 100, 40) == "0.0,0.0"


def test_no_values_make_no_line() -> None:
    assert filters.points([], 10, 100, 40) == ""


def test_a_span_names_its_day_once_and_the_end_of_a_day_as_it_is_said() -> None:
    morning = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert filters.span(morning, morning + timedelta(hours=12), MADRID) == "Fri 27 Nov, 09:00 – 21:00"
    assert filters.span(morning, morning + timedelta(hours=15), MADRID) == "Fri 27 Nov, 09:00 – 24:00"
    assert filters.span(morning, morning + timedelta(hours=26), MADRID) == "Fri 27 Nov, 09:00 – Sat 28 Nov, 11:00"
