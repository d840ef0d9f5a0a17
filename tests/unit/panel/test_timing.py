"""Hours of the week as a form has them, and the next openings on two clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cablegram.numbers.e164 import Number
from cablegram.pacing import schedule
from cablegram.pacing.hours import every_day
from cablegram.panel.timing import HoursForm, clock, forecast, one_clock, place_of, read_form, read_moment, show

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday


class Typed:
    """A form as somebody filled it."""

    def __init__(self, fields: Mapping[str, str | list[str]]) -> None:
        self.fields = fields

    def one(self, name: str) -> str:
        found = self.fields.get(name, "")
        return found if isinstance(found, str) else found[-1]

    def every(self, name: str) -> list[str]:
        found = self.fields.get(name, [])
        return [found] if isinstance(found, str) else found


def test_any_time_is_no_schedule() -> None:
    typed = Typed({"hours": "any", "hours_from": "09:00", "hours_to": "21:00", "hours_mon": "closed"})
    assert read_form(typed).written() is None


@pytest.mark.req("R109")
def test_hours_of_the_form_are_a_schedule_that_can_be_read() -> None:
    typed = {
        "hours": "set", "hours_from": "9", "hours_to": "21:00", "hours_sun": "closed", "hours_mon": "own",
        "hours_mon_from": "10:00", "hours_mon_to": "12:00", "hours_mon_from2": "16", "hours_mon_to2": "20.30",
        "hours_month": ["11", "12", "13", "x"],
    }  # fmt: skip
    written = read_form(Typed(typed)).written()
    assert written == {
        "any_day": [{"from": "09:00", "to": "21:00"}],
        "monday": [{"from": "10:00", "to": "12:00"}, {"from": "16:00", "to": "20:30"}],
        "sunday": [],
        "months": [11, 12],
    }
    hours = schedule.read(written or {})
    assert [len(spans) for spans in hours.week] == [2, 1, 1, 1, 1, 1, 0]


def test_what_a_schedule_says_stands_in_the_form_and_comes_back_the_same() -> None:
    written = {
        "any_day": [{"from": "09:00", "to": "21:00"}],
        "monday": [],
        "tuesday": [{"from": "10:00", "to": "12:00"}],
    }
    form = show(written)
    assert form.written() == written
    assert form.differs
    assert not show(None).is_set
    assert not HoursForm().differs


@pytest.mark.parametrize(
    "written",
    [
        {"any_day": {"from": "13:50", "to": "18:44"}},
        {"any_day": {"from": "13:50", "to": "18:44"}, "days": ["mon", "tue"]},
        {"days": ["sat"]},
        {"months": [12]},
        {"monday": {"from": "08:00", "to": "09:00"}, "months": [1, 2]},
        {"any_day": {"from": "13:50", "to": "18:44"}, "days": "mon", "months": 11},
    ],
)
def test_the_other_ways_to_write_a_schedule_mean_the_same_in_the_form(written: dict[str, object]) -> None:
    again = show(written).written()
    assert again is not None
    assert schedule.read(again) == schedule.read(written)


def test_every_window_of_a_schedule_stands_in_the_form_and_is_read_from_it_again() -> None:
    three = [{"from": f"{hour:02}:00", "to": f"{hour + 1:02}:00"} for hour in (8, 12, 16)]
    form = show({"any_day": three, "monday": [*three, {"from": "20:00", "to": "21:00"}]})
    assert (len(form.windows), len(form.days[0].windows), len(form.days[1].windows)) == (3, 4, 2)
    typed = {"hours": "set", "hours_mon": "own"}
    for name, windows in (("hours", form.windows), ("hours_mon", form.days[0].windows)):
        for nth, (start, end) in zip(("", "2", "3", "4"), windows, strict=False):
            typed |= {f"{name}_from{nth}": start, f"{name}_to{nth}": end}
    assert read_form(Typed(typed)).written() == form.written()
    emptied = typed | {"hours_from2": "", "hours_to2": "", "hours_from3": "", "hours_to3": ""}
    assert read_form(Typed(emptied)).windows == [("08:00", "09:00")]


@pytest.mark.parametrize(
    ("typed", "written"),
    [("9", "09:00"), ("930", "09:30"), ("9.30", "09:30"), (" 21:00 ", "21:00"), ("noon", "noon"), ("", "")],
)
def test_times_are_read_as_people_type_them(typed: str, written: str) -> None:
    assert clock(typed) == written


@pytest.mark.req("R109")
def test_openings_are_told_by_the_persons_clock() -> None:
    told = forecast(Number("380671204518", "UA"), [every_day("09:00", "21:00")], NOON)
    first, second, _ = told.openings
    assert "Kyiv" in told.places
    assert first.is_now
    assert first.theirs == ZoneInfo("Europe/Kyiv")
    assert first.closes == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # the westernmost of Ukraine's zones closes last
    assert not second.is_now


@pytest.mark.req("R109")
def test_where_somebody_may_be_in_several_zones_the_hour_suits_all_of_them() -> None:
    told = forecast(Number("34600000118", "ES"), [every_day("15:00", "17:30")], datetime(2026, 1, 15, 8, 0, tzinfo=UTC))
    assert (told.openings[0].opens.hour, told.openings[0].closes.hour) == (15, 16)
    assert set(told.places) >= {"Madrid", "Canary"}
    assert told.by == ""


def test_where_no_hour_suits_all_zones_the_main_one_counts() -> None:
    told = forecast(Number("79161234567", "RU"), [every_day("12:00", "13:00")], NOON)
    assert told.by == "Moscow"
    assert told.openings[0].opens.astimezone(ZoneInfo("Europe/Moscow")).hour == 12


def test_without_rules_or_hours_there_is_nothing_to_tell() -> None:
    number = Number("34600000118", "ES")
    assert forecast(number, [], NOON).openings == []
    never = [every_day("08:00", "09:00"), every_day("20:00", "21:00")]
    assert forecast(number, never, NOON).openings == []


def test_a_number_of_no_country_goes_by_the_accounts_clock() -> None:
    told = forecast(Number("88213000000", "001"), [every_day("09:00", "21:00")], NOON, account_zone="Asia/Kathmandu")
    assert told.places == ["Kathmandu"]


def test_a_moment_is_read_by_the_clock_of_its_zone() -> None:
    assert read_moment("2026-11-27T09:00", ZoneInfo("Europe/Madrid")) == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert read_moment("soon", UTC) is None
    assert place_of("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_the_time_it_is_for_somebody_is_told_where_their_zones_agree() -> None:
    told = one_clock(Number("447400123456", "GB"), NOON)
    assert told is not None
    assert told.hour == 12
    assert one_clock(Number("34600000118", "ES"), NOON) is None
