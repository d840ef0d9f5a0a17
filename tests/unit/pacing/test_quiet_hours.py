from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cablegram.numbers.e164 import Number
from cablegram.numbers.zones import zones as zones_of
from cablegram.pacing.hours import EVERY_MONTH, DaysOff, Hours, Span, every_day
from cablegram.pacing.quiet_hours import Drop, Go, Wait, WhenClosed, Why, decide, demands, opening, respected
from unit.pacing.walls import GRID, all_open

LAW = every_day("08:00", "21:00")
NEVER = (every_day("08:00", "09:00"), every_day("10:00", "11:00"))
ZONES = [
    "Australia/Perth",
    "Asia/Vladivostok",
    "America/Manaus",
    "Pacific/Honolulu",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Europe/Madrid",
    "Atlantic/Canary",
    "Pacific/Apia",
    "Pacific/Pago_Pago",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def verdict(zones: list[str], now: str, *hours: Hours) -> Go | Wait | Drop:
    return decide(demands(*((one, zones) for one in hours or (LAW,))), at(now))


@pytest.mark.req("R109")
@pytest.mark.parametrize(
    ("digits", "country", "day", "opens", "closes"),
    [
        ("13055551234", "US", "2026-07-01", "19:00", "21:30"),
        ("13055551234", "US", "2026-01-15", "20:00", "22:30"),
        ("34600000118", "ES", "2026-07-01", "14:00", "15:30"),
        ("34600000118", "ES", "2026-01-15", "15:00", "16:30"),
    ],
)
def test_a_window_counts_where_the_number_is(digits: str, country: str, day: str, opens: str, closes: str) -> None:
    asked = demands((every_day("15:00", "17:30"), zones_of(Number(digits, country))))

    assert opening(asked, at(day)) == Wait(at(f"{day}T{opens}"), at(f"{day}T{closes}"))


@pytest.mark.req("R109")
@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Australia/Perth", "2026-11-22T00:00", "2026-11-22T13:00"),
        ("Asia/Vladivostok", "2026-11-21T22:00", "2026-11-22T11:00"),
        ("America/Manaus", "2026-11-22T12:00", "2026-11-23T01:00"),
        ("Pacific/Honolulu", "2026-11-22T18:00", "2026-11-23T07:00"),
        ("Australia/Lord_Howe", "2026-11-21T21:00", "2026-11-22T10:00"),  # in summer +11
        ("Australia/Lord_Howe", "2026-07-01T21:30", "2026-07-02T10:30"),  # in winter +10:30
        ("Asia/Kathmandu", "2026-11-22T02:15", "2026-11-22T15:15"),
        ("America/St_Johns", "2026-11-22T11:30", "2026-11-23T00:30"),
        ("America/St_Johns", "2026-07-01T10:30", "2026-07-01T23:30"),
        ("Pacific/Chatham", "2026-11-21T18:15", "2026-11-22T07:15"),
    ],
)
def test_the_law_opens_at_eight_and_closes_at_nine_to_the_second(zone: str, first: str, last: str) -> None:
    asked, second = demands((LAW, [zone])), timedelta(seconds=1)

    assert decide(asked, at(first)) == Go()
    assert decide(asked, at(first) - second) == Wait(at(first), at(last))
    assert decide(asked, at(last) - timedelta(microseconds=1)) == Go()
    assert decide(asked, at(last)) == Wait(at(first) + timedelta(days=1), at(last) + timedelta(days=1))


def test_a_number_that_may_be_in_several_zones_is_open_in_all_of_them() -> None:
    australia = list(zones_of(Number("61412345678", "AU")))
    # From eight on the Cocos Islands (+6:30) to nine on Lord Howe (+11 in summer).
    assert verdict(australia, "2026-11-22T00:00") == Wait(at("2026-11-22T01:30"), at("2026-11-22T10:00"))

    russia = list(zones_of(Number("79141234567", "RU")))
    # From eight in Kaliningrad to nine in Kamchatka: three hours.
    assert verdict(russia, "2026-11-22T00:00") == Wait(at("2026-11-22T06:00"), at("2026-11-22T09:00"))


def test_all_hours_asked_for_have_to_be_open() -> None:
    assert verdict(["Europe/Madrid"], "2026-11-22T07:30", LAW, every_day("18:00", "23:00")) == Wait(
        at("2026-11-22T17:00"), at("2026-11-22T20:00")
    )


def test_nothing_asked_is_always_open() -> None:
    assert decide(demands(), at("2026-11-22")) == Go()


def test_hours_that_count_in_no_zone_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one zone"):
        demands((LAW, []))


@pytest.mark.req("R110")
def test_a_window_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    friday_night = Hours(((), (), (), (), (Span(22 * 60, 2 * 60),), (), ()))

    found = verdict(["Europe/Madrid"], "2026-11-22T12:00", friday_night)
    assert found == Wait(at("2026-11-27T21:00"), at("2026-11-28T01:00"))
    assert verdict(["Europe/Madrid"], "2026-11-28T00:30", friday_night) == Go()


@pytest.mark.parametrize(
    ("now", "opens", "closes"),
    [
        ("2026-03-29T00:50", "2026-03-30T00:10", "2026-03-30T00:20"),  # Spain's clocks go from 02:00 to 03:00
        ("2026-10-24T22:00", "2026-10-25T00:10", "2026-10-25T00:20"),  # they show 02:10 twice; the first
        ("2026-10-25T00:20", "2026-10-25T01:10", "2026-10-25T01:20"),  # and the second
    ],
)
def test_an_hour_the_clock_leaves_out_is_not_there_and_one_shown_twice_is_open_twice(
    now: str, opens: str, closes: str
) -> None:
    assert verdict(["Europe/Madrid"], now, every_day("02:10", "02:20")) == Wait(at(opens), at(closes))


def test_a_week_that_loses_its_only_hour_waits_for_the_next() -> None:
    sunday_night = Hours(((), (), (), (), (), (), (Span(135, 165),)))
    assert verdict(["Europe/Madrid"], "2026-03-22T12:00", sunday_night) == Wait(
        at("2026-04-05T00:15"), at("2026-04-05T00:45")
    )


def test_a_day_that_samoa_left_out_was_never_open() -> None:
    friday = Hours(((), (), (), (), (Span(0, 1440),), (), ()))
    assert verdict(["Pacific/Apia"], "2011-12-25T00:00", friday) == Wait(at("2012-01-05T10:00"), at("2012-01-06T10:00"))


def test_a_leap_day_has_its_hours() -> None:
    february = Hours(((Span(540, 600),),) * 7, months=frozenset({2}))
    assert verdict(["Asia/Kathmandu"], "2028-02-28T12:00", february) == Wait(
        at("2028-02-29T03:15"), at("2028-02-29T04:15")
    )
    assert verdict(["Asia/Kathmandu"], "2028-02-29T12:00", february) == Wait(
        at("2029-02-01T03:15"), at("2029-02-01T04:15")
    )


def test_on_both_sides_of_the_date_line_the_months_are_those_of_the_recipient() -> None:
    january = Hours(((Span(0, 1440),),) * 7, months=frozenset({1}))
    for zones, opens in (
        (["Pacific/Kiritimati"], "2026-12-31T10:00"),
        (["Pacific/Pago_Pago"], "2027-01-01T11:00"),
        (["Pacific/Pago_Pago", "Pacific/Kiritimati"], "2027-01-01T11:00"),
    ):
        found = verdict(zones, "2026-06-01", january)
        assert isinstance(found, Wait)
        assert found.until == at(opens)
    assert verdict(["Pacific/Kiritimati"], "2027-01-30", january) == Go()
    assert verdict(["Pacific/Kiritimati"], "2027-01-31T10:00", january) != Go()


def test_what_is_never_open_is_named() -> None:
    assert verdict(["Europe/Madrid"], "2026-11-22", *NEVER) == Drop(Why.NEVER_OPEN)
    noon = every_day("12:00", "13:00")
    assert verdict(["Pacific/Honolulu", "Europe/Madrid"], "2026-11-22", noon) == Drop(Why.NEVER_OPEN)
    winter = Hours(LAW.week, months=frozenset({1}))
    summer = Hours(LAW.week, months=frozenset({7}))
    assert verdict(["Europe/Madrid"], "2026-11-22", winter, summer) == Drop(Why.NEVER_OPEN)


@pytest.mark.req("R109")
def test_a_schedule_that_is_never_open_everywhere_counts_in_the_main_zone() -> None:
    noon, now = every_day("12:00", "13:00"), at("2026-11-22")
    far = ("America/New_York", "Pacific/Honolulu")

    assert respected(noon, far, main="America/New_York", now=now) == ("America/New_York",)
    assert respected(LAW, far, main="America/New_York", now=now) == far
    assert respected(LAW, (), main="Europe/Madrid", now=now) == ("Europe/Madrid",)


@pytest.mark.req("R147")
def test_a_message_outside_the_hours_is_dropped_where_that_is_wanted() -> None:
    asked = demands((every_day("21:00", "08:00", are_quiet=True), ["Europe/Madrid"]))

    assert decide(asked, at("2026-11-22T20:00"), when_closed=WhenClosed.DROP) == Drop(Why.OUTSIDE_HOURS)
    assert decide(asked, at("2026-11-22T19:59"), when_closed=WhenClosed.DROP) == Go()
    assert decide(asked, at("2026-11-22T20:00")) == Wait(at("2026-11-23T07:00"), at("2026-11-23T20:00"))


@pytest.mark.parametrize(
    ("now", "valid_until", "expected"),
    [
        ("2026-11-22T20:00", "2026-11-23T07:00", Drop(Why.WINDOW_MISSED)),
        ("2026-11-22T20:00", "2026-11-23T07:01", Wait(at("2026-11-23T07:00"), at("2026-11-23T07:01"))),
        ("2026-11-22T20:00", "2026-11-25T00:00", Wait(at("2026-11-23T07:00"), at("2026-11-23T20:00"))),
        ("2026-11-22T12:00", "2026-11-22T12:00", Drop(Why.EXPIRED)),
        ("2026-11-22T12:00", "2026-11-22T12:01", Go()),
    ],
)
def test_a_message_waits_no_longer_than_it_is_valid(now: str, valid_until: str, expected: Go | Wait | Drop) -> None:
    asked = demands((LAW, ["Europe/Madrid"]))
    assert decide(asked, at(now), valid_until=at(valid_until)) == expected


quarters = st.integers(0, 95).map(lambda quarter: quarter * 15)
spans = st.builds(Span, quarters, quarters.map(lambda minute: minute or 1440)).filter(lambda one: one.start != one.end)
weeks = st.lists(st.lists(spans, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple)
days_off = st.sampled_from([DaysOff(), DaysOff(frozenset({(3, 29), (11, 1)}), frozenset({1}))])
hours = st.builds(Hours, weeks, months=st.just(EVERY_MONTH), days_off=days_off, are_quiet=st.booleans()) | spans.map(
    lambda one: Hours(((one,),) * 7)
)
rules = st.lists(st.tuples(hours, st.lists(st.sampled_from(ZONES), min_size=1, max_size=3)), min_size=1, max_size=2)
changes = ["2026-03-29T01:00", "2026-10-25T01:00", "2026-04-04T15:00", "2026-10-03T15:30", "2026-03-08T05:30"]
moments = st.builds(
    lambda text, quarters: at(text) + quarters * GRID,
    st.sampled_from([*changes, "2026-02-15T02:00", "2011-12-30T00:00", "2028-02-29T00:00", "2026-12-31T12:00"]),
    st.integers(-500, 500),
)


@settings(max_examples=60)
@given(rules, moments)
@example([(LAW, ["Australia/Lord_Howe", "Asia/Kathmandu"])], at("2026-04-04T15:00"))
def test_a_wait_ends_inside_the_hours_of_all_zones_and_skips_none(
    asked: list[tuple[Hours, list[str]]], now: datetime
) -> None:
    found = opening(demands(*asked), now)

    first = next((now + n * GRID for n in range(8 * 96) if all_open(asked, now + n * GRID)), None)
    if found is None or first is None:
        assert first is None  # and what opens later than in eight days was not looked for here
        return
    assert found.until == first
    inside = [first + n * GRID for n in range(8 * 96) if first + n * GRID < found.closes]
    assert all(all_open(asked, instant) for instant in inside)
    assert not all_open(asked, found.closes) or found.closes > now + timedelta(days=16)


@given(rules, moments, st.integers(0, 10**12), st.integers(0, 10**12))
def test_who_asks_later_never_gets_an_earlier_time(
    asked: list[tuple[Hours, list[str]]], now: datetime, one: int, other: int
) -> None:
    sooner, later = (now + timedelta(microseconds=some) for some in sorted((one, other)))
    at_first, then = opening(demands(*asked), sooner), opening(demands(*asked), later)

    if at_first is not None and then is not None:
        assert sooner <= at_first.until <= then.until
        assert at_first.until == sooner or all_open(asked, at_first.until)
        if later < at_first.until:
            assert then == at_first
