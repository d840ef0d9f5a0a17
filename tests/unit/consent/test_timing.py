"""When a message goes out, by what it was told, its account's hours, the law, and where its recipient may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.timing import AS_IT_COMES, AT_ONCE, Place, Timing, When, place, when
from cablegram.pacing.hours import every_day
from cablegram.pacing.quiet_hours import WhenClosed, Why

AFTERNOON = every_day("15:00", "17:30")
NIGHT = SendingHours(quiet=every_day("21:00", "09:00", are_quiet=True))
LAW = SendingHours(keeps_calling_windows=True)
MADRID = place("34600", "ES", "Europe/Madrid")
FIVE_MINUTES = timedelta(minutes=5)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asked(
    now: str,
    timing: Timing = AS_IT_COMES,
    hours: SendingHours = ANY_TIME,
    where: Place = MADRID,
    *,
    is_marketing: bool = True,
    is_alone: bool = True,
) -> When | Why:
    moment = at(now)
    ends = timing.ends(moment)
    return when(timing, hours, where, is_marketing=is_marketing, is_alone=is_alone, now=moment, ends=ends)


def test_nothing_said_means_now_and_for_ever() -> None:
    assert asked("2026-11-22T03:00") == AT_ONCE


@pytest.mark.req("R109")
def test_a_schedule_says_until_when_it_is_to_wait_and_when_its_window_closes() -> None:
    opens, closes = at("2026-11-22T14:00"), at("2026-11-22T16:30")

    assert asked("2026-11-22T10:00", Timing(AFTERNOON)) == When(opens, closes, "schedule")
    assert asked("2026-11-22T14:00", Timing(AFTERNOON)) == When(None, closes)
    assert asked("2026-11-22T10:00", Timing(AFTERNOON), is_marketing=False) == When(opens, closes, "schedule")


def test_a_planned_moment_is_waited_for_and_then_its_hours() -> None:
    planned = at("2026-11-23T08:00")

    assert asked("2026-11-22T10:00", Timing(not_before=planned)) == When(planned, None, "schedule")
    assert asked("2026-11-22T10:00", Timing(AFTERNOON, not_before=planned)) == When(
        at("2026-11-23T14:00"), at("2026-11-23T16:30"), "schedule"
    )
    assert asked("2026-11-22T10:00", Timing(not_before=at("2026-11-22T09:00"))) == AT_ONCE
    # Planned for the middle of the night, when the account keeps quiet.
    assert asked("2026-11-22T10:00", Timing(not_before=at("2026-11-23T03:00")), NIGHT) == When(
        at("2026-11-23T08:00"), at("2026-11-23T20:00"), "schedule"
    )


@pytest.mark.req("R147")
def test_quiet_hours_hold_marketing_and_nothing_else() -> None:
    assert asked("2026-11-22T03:00", hours=NIGHT) == When(
        at("2026-11-22T08:00"), at("2026-11-22T20:00"), "quiet_hours", FIVE_MINUTES
    )
    assert asked("2026-11-22T12:00", hours=NIGHT) == When(None, at("2026-11-22T20:00"))
    assert asked("2026-11-22T03:00", hours=NIGHT, is_marketing=False) == AT_ONCE


def test_what_the_schedule_alone_would_let_go_waits_for_quiet_hours() -> None:
    early = Timing(every_day("06:00", "22:00"))
    assert asked("2026-11-22T06:00", early, NIGHT) == When(
        at("2026-11-22T08:00"), at("2026-11-22T20:00"), "quiet_hours", FIVE_MINUTES
    )


@pytest.mark.req("R110")
def test_a_campaign_goes_spread_over_the_first_minutes_of_its_window_and_one_message_at_its_start() -> None:
    message = UUID(int=7)
    alone = asked("2026-11-22T10:00", Timing(AFTERNOON))
    one_of_many = asked("2026-11-22T10:00", Timing(AFTERNOON), is_alone=False)
    assert isinstance(alone, When)
    assert isinstance(one_of_many, When)

    assert alone.due(message) == at("2026-11-22T14:00")
    due = [one_of_many.due(UUID(int=n)) for n in range(200)]
    assert all(one and at("2026-11-22T14:00") <= one < at("2026-11-22T14:05") for one in due)
    assert len(set(due)) == 200
    assert AT_ONCE.due(message) is None


@pytest.mark.req("R147")
def test_what_is_outside_the_hours_is_dropped_where_that_is_wanted_by_the_message_or_the_account() -> None:
    drop = WhenClosed.DROP
    assert asked("2026-11-22T10:00", Timing(AFTERNOON, when_closed=drop)) is Why.OUTSIDE_HOURS
    strict = SendingHours(quiet=NIGHT.quiet, when_closed=drop)
    assert asked("2026-11-22T03:00", hours=strict) is Why.OUTSIDE_HOURS
    assert isinstance(asked("2026-11-22T03:00", Timing(when_closed=WhenClosed.DELAY), strict), When)


def test_validity_ends_the_window_or_misses_it() -> None:
    until = Timing(AFTERNOON, expires_at=at("2026-11-22T15:00"))
    assert asked("2026-11-22T10:00", until) == When(at("2026-11-22T14:00"), at("2026-11-22T15:00"), "schedule")
    assert asked("2026-11-22T14:30", until) == When(None, at("2026-11-22T15:00"))
    assert asked("2026-11-22T15:00", until) is Why.EXPIRED

    assert asked("2026-11-22T10:00", Timing(AFTERNOON, validity=timedelta(hours=4))) is Why.WINDOW_MISSED
    assert asked("2026-11-22T10:00", Timing(validity=timedelta(hours=4))) == When(None, at("2026-11-22T14:00"))
    late = Timing(not_before=at("2026-11-22T18:00"), expires_at=at("2026-11-22T15:00"))
    assert asked("2026-11-22T10:00", late) is Why.WINDOW_MISSED
    planned = Timing(not_before=at("2026-11-22T18:00"), validity=timedelta(hours=1))
    assert planned.ends(at("2026-11-22T10:00")) == at("2026-11-22T19:00")
    both = Timing(validity=timedelta(hours=2), expires_at=at("2026-11-22T11:00"))
    assert both.ends(at("2026-11-22T10:00")) == at("2026-11-22T11:00")


def test_hours_that_exclude_each_other_never_open() -> None:
    night_shift = Timing(every_day("01:00", "04:00"))
    assert asked("2026-11-22T10:00", night_shift, NIGHT) is Why.NEVER_OPEN


@pytest.mark.parametrize(
    ("number", "country", "own", "zones", "states"),
    [
        ("13055", "US", None, ("America/New_York",), ("FL",)),
        ("13055", "US", "Pacific/Honolulu", ("Pacific/Honolulu",), ("FL",)),
        ("13055", "US", "Atlantis/Capital", ("America/New_York",), ("FL",)),
        ("34600", "ES", None, ("Africa/Ceuta", "Atlantic/Canary", "Europe/Madrid"), ()),
        ("88213", "001", None, ("Etc/UTC",), ()),
    ],
)
def test_the_contact_s_own_zone_beats_the_area_code_and_that_the_country(
    number: str, country: str, own: str | None, zones: tuple[str, ...], states: tuple[str, ...]
) -> None:
    found = place(number, country, own)
    assert (found.zones, found.states) == (zones, states)
    assert place("88213", "001", default="Europe/Madrid").main == "Europe/Madrid"


def test_where_the_window_is_open_in_no_zone_of_all_the_country_s_main_one_counts() -> None:
    russia = place("79141", "RU")
    morning = Timing(every_day("09:00", "10:00"))
    assert asked("2026-11-22T00:00", morning, where=russia) == When(
        at("2026-11-22T06:00"), at("2026-11-22T07:00"), "schedule"
    )


@pytest.mark.parametrize(
    ("area", "state", "now", "expected"),
    [
        ("13055", "FL", "2026-11-24T00:59:59", None),
        ("13055", "FL", "2026-11-24T01:00", "2026-11-24T13:00"),  # 20:00 in Florida
        ("12125", "NY", "2026-11-24T01:00", None),  # 20:00 in New York: the federal 21:00 holds
        ("12125", "NY", "2026-11-24T02:00", "2026-11-24T13:00"),
        ("12145", "TX", "2026-11-22T17:00", "2026-11-22T18:00"),  # Sunday, from noon on
        ("14015", "RI", "2026-11-23T23:00", "2026-11-24T14:00"),  # Monday, until 18:00
    ],
)
def test_state_law_narrows_the_federal_hours(area: str, state: str, now: str, expected: str | None) -> None:
    where = place(area, "US")
    assert where.states == (state,)
    found = asked(now, hours=LAW, where=where)
    assert isinstance(found, When)
    assert found.until == (at(expected) if expected else None)
    assert found.reason == ("quiet_hours" if expected else None)
