from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import IdSource
from cablegram.pacing.hours import EVERY_MONTH, Hours, Span
from cablegram.pacing.quiet_hours import Ask, Drop, Go, Wait, Why, decide, demands
from cablegram.pacing.schedule import AN_HOUR, WhenPast, at_hour, due, read, smoothed

MORNING, EVENING = Span(540, 720), Span(1080, 1320)
WHOLE = Span(0, 1440)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.req("R109")
def test_any_day_is_every_day() -> None:
    assert read({"any_day": {"from": "13:50", "to": "18:44"}}) == Hours(((Span(830, 1124),),) * 7)


@pytest.mark.req("R109")
def test_a_weekday_beats_any_day_and_days_and_months_keep_the_rest() -> None:
    morning, evening = {"from": "09:00", "to": "12:00"}, {"from": "18:00", "to": "22:00"}
    written = {
        "monday": [morning, evening],
        "sunday": [],
        "any_day": morning,
        "days": ["mon", "tue", "sun"],
        "months": [1, 12],
    }

    assert read(written) == Hours(((MORNING, EVENING), (MORNING,), (), (), (), (), ()), months=frozenset({1, 12}))


def test_a_weekday_alone_leaves_the_others_closed() -> None:
    assert read({"tuesday": {"from": "09:00", "to": "12:00"}}).week == ((), (MORNING,), (), (), (), (), ())


def test_days_or_months_alone_mean_whole_days() -> None:
    assert read({"days": ["sat", "sun"]}) == Hours(((),) * 5 + ((WHOLE,),) * 2, months=EVERY_MONTH)
    assert read({"months": [7]}) == Hours(((WHOLE,),) * 7, months=frozenset({7}))
    assert read({"days": "sat"}) == read({"days": ["sat"]})


@pytest.mark.req("R147")
def test_the_same_words_say_when_not_to_disturb() -> None:
    quiet = read({"any_day": {"from": "21:00", "to": "08:00"}}, are_quiet=True)

    asked = demands((quiet, ["Europe/Madrid"]))
    assert decide(asked, at("2026-11-22T12:00")) == Go()
    assert decide(asked, at("2026-11-22T22:00")) == Wait(at("2026-11-23T07:00"), at("2026-11-23T20:00"))


@pytest.mark.req("R147")
def test_a_schedule_may_name_the_hours_in_which_nobody_is_disturbed() -> None:
    quiet = {"any_day": {"from": "21:00", "to": "08:00"}, "sunday": {"from": "00:00", "to": "24:00"}}
    assert read({"except": quiet}) == read(quiet, are_quiet=True)


@pytest.mark.parametrize(
    ("written", "field", "code"),
    [
        ({"except": {}}, "schedule.except", "schedule_empty"),
        ({"except": 7}, "schedule.except", "bad_choice"),
        ({"except": {"any_day": 7}}, "schedule.except.any_day.0", "bad_window"),
        ({"except": {"except": {}}}, "schedule.except.except", "unknown_field"),
        ({"except": {"months": [7]}, "months": [7]}, "schedule.except", "bad_choice"),
        ({}, "schedule", "schedule_empty"),
        ({"any_day": []}, "schedule", "schedule_empty"),
        ({"monday": {"from": "09:00", "to": "12:00"}, "days": ["tue"]}, "schedule", "schedule_empty"),
        ({"someday": {}}, "schedule.someday", "unknown_field"),
        ({"any_day": {"from": "09:00", "to": "09:00"}}, "schedule.any_day.0", "empty_window"),
        ({"any_day": {"from": "9:00", "to": "12:00"}}, "schedule.any_day.0", "bad_time"),
        ({"any_day": [{"from": "09:00", "to": "12:00"}, 7]}, "schedule.any_day.1", "bad_window"),
        ({"any_day": {"from": "09:00"}}, "schedule.any_day.0", "bad_window"),
        ({"any_day": {"from": "09:00", "to": 12}}, "schedule.any_day.0", "bad_window"),
        ({"any_day": {"from": 9, "to": "12:00"}}, "schedule.any_day.0", "bad_window"),
        ({"any_day": {"from": "09:00", "to": "12:00", "zone": "UTC"}}, "schedule.any_day.0", "bad_window"),
        ({"any_day": None}, "schedule.any_day.0", "bad_window"),
        ({"any_day": [{}] * 25}, "schedule.any_day", "too_many_windows"),
        ({"days": []}, "schedule.days", "bad_choice"),
        ({"days": ["monday"]}, "schedule.days", "bad_choice"),
        ({"days": [{}]}, "schedule.days", "bad_choice"),
        ({"months": [13]}, "schedule.months", "bad_choice"),
        ({"months": [True]}, "schedule.months", "bad_choice"),
        ({"months": ["1"]}, "schedule.months", "bad_choice"),
        ({"months": 0}, "schedule.months", "bad_choice"),
    ],
)
def test_what_is_no_schedule_is_said_with_its_place(written: dict[str, object], field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(written)

    assert caught.value.code == "bad_schedule"
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [(field, code)]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        read({"any_day": 1, "days": 1, "months": "x", "else": 1})

    assert len(caught.value.faults) == 4


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["09:00", "mon"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["from", "to", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["any_day", "monday", "days", "months", "x"]), json, max_size=3))
def test_whatever_is_written_is_hours_or_one_clear_error(written: dict[str, object]) -> None:
    try:
        hours = read(written)
    except InvalidInput:
        return
    assert any(hours.week)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-22T08:59:59", Wait(at("2026-11-22T09:00"), at("2026-11-22T10:00"))),
        ("2026-11-22T09:00", Go()),
        ("2026-11-22T10:00", Go()),
        ("2026-11-22T10:00:01", Ask(timedelta(hours=1, seconds=1))),
        ("2026-11-25T09:00", Ask(timedelta(days=3))),
    ],
)
def test_what_is_more_than_an_hour_late_is_asked_about(now: str, expected: Go | Wait | Ask) -> None:
    assert due(at("2026-11-22T09:00"), at(now)) == expected


def test_how_late_is_too_late_can_be_set() -> None:
    assert due(at("2026-11-22T09:00"), at("2026-11-22T09:10"), ask_after=timedelta(minutes=5)) == Ask(
        timedelta(minutes=10)
    )


NINE = at("2026-11-22T14:00")  # in New York
THAT_DAY = date(2026, 11, 22)


@pytest.mark.req("R147")
@pytest.mark.parametrize(
    ("now", "when_past", "expected"),
    [
        ("2026-11-22T08:00", WhenPast.DROP, Wait(NINE, NINE + AN_HOUR)),
        ("2026-11-22T14:00", WhenPast.DROP, Go()),
        ("2026-11-22T14:59:59", WhenPast.DROP, Go()),
        ("2026-11-22T15:00", WhenPast.DROP, Drop(Why.HOUR_PAST)),
        ("2026-11-22T15:00", WhenPast.NEXT_DAY, Wait(NINE + timedelta(days=1), NINE + timedelta(hours=25))),
        ("2026-11-22T08:00", WhenPast.NEXT_DAY, Wait(NINE, NINE + AN_HOUR)),
        ("2036-11-22T15:00", WhenPast.NEXT_DAY, Wait(at("2036-11-23T14:00"), at("2036-11-23T15:00"))),
    ],
)
def test_an_hour_of_the_recipients_day_that_is_past_is_dropped_or_the_next_days(
    now: str, when_past: WhenPast, expected: Go | Wait | Drop
) -> None:
    assert at_hour(THAT_DAY, 540, zones=["America/New_York"], now=at(now), when_past=when_past) == expected


def test_where_somebody_may_be_in_several_zones_the_hour_must_have_come_in_all() -> None:
    zones = ["Europe/Madrid", "Atlantic/Canary"]
    found = at_hour(THAT_DAY, 540, zones=zones, now=at("2026-11-22T00:00"), when_past=WhenPast.DROP)
    assert found == Wait(at("2026-11-22T09:00"), at("2026-11-22T10:00"))


@given(
    st.sampled_from(["Pacific/Apia", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
    st.integers(0, 1439),
    st.integers(0, 10**6),
)
def test_the_next_day_is_always_found_and_never_farther_than_a_day(zone: str, minute: int, seconds: int) -> None:
    now = at("2026-01-01") + timedelta(seconds=seconds)
    found = at_hour(date(2026, 1, 1), minute, zones=[zone], now=now, when_past=WhenPast.NEXT_DAY)

    assert not isinstance(found, Drop)
    if isinstance(found, Wait):
        assert now < found.until <= now + timedelta(days=2)


OPEN = Wait(at("2026-11-22T08:00"), at("2026-11-22T21:00"))


@given(st.uuids(), st.integers(1, 10**7), st.integers(0, 10**5))
def test_a_held_message_goes_out_in_the_first_minutes_of_the_opening(message: UUID, room: int, over: int) -> None:
    wait = Wait(OPEN.until, OPEN.until + timedelta(milliseconds=room))

    found = smoothed(wait, message, over=timedelta(seconds=over))

    assert wait.until <= found < wait.closes
    assert found <= wait.until + timedelta(seconds=over)
    assert found == smoothed(wait, message, over=timedelta(seconds=over))


def test_held_messages_are_spread_evenly() -> None:
    minutes = [0] * 10
    for message in IdSource().many(10_000):
        found = smoothed(OPEN, message, over=timedelta(minutes=10))
        minutes[int((found - OPEN.until) / timedelta(minutes=1))] += 1

    assert min(minutes) > 800
    assert max(minutes) < 1200
