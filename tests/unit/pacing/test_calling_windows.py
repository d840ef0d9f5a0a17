from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.pacing.calling_windows import COLUMNS, read, shipped
from cablegram.pacing.hours import DaysOff, Span
from cablegram.pacing.quiet_hours import Go, Wait, decide, demands

HEAD = ",".join(COLUMNS) + "\n"
GOOD = "US,,mon-sun,08:00,21:00,,A law,https://law.example/1,2026-11-22,\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def verdict(country: str, states: tuple[str, ...], zone: str, now: str) -> object:
    windows = shipped().of(country, states)
    return decide(demands(*((window.hours, [zone]) for window in windows)), at(now))


@pytest.mark.req("R147")
def test_a_state_is_narrower_than_its_country() -> None:
    eight_in_the_evening = "2026-11-23T01:00"
    assert verdict("US", ("NY",), "America/New_York", eight_in_the_evening) == Go()
    assert verdict("US", ("FL",), "America/New_York", eight_in_the_evening) == Wait(
        at("2026-11-23T13:00"), at("2026-11-24T01:00")
    )


def test_days_of_a_state_differ() -> None:
    sunday_morning = "2026-11-22T16:00"
    assert verdict("US", ("TX",), "America/Chicago", sunday_morning) == Wait(
        at("2026-11-22T18:00"), at("2026-11-23T03:00")
    )
    assert verdict("US", ("MS",), "America/Chicago", sunday_morning) == Wait(
        at("2026-11-23T14:00"), at("2026-11-24T02:00")
    )


def test_where_the_state_is_unknown_all_states_hold() -> None:
    assert len(shipped().of("US")) == len(shipped().of("US", ("FL",))) + len({w.state for w in shipped().windows}) - 2
    # Rhode Island closes at six, Kentucky opens at ten.
    assert verdict("US", (), "America/New_York", "2026-11-24T00:00") == Wait(
        at("2026-11-24T15:00"), at("2026-11-24T23:00")
    )


def test_france_has_no_marketing_on_sundays_and_holidays() -> None:
    assert verdict("FR", (), "Europe/Paris", "2026-04-05T12:00") == Wait(  # Easter Sunday, and Monday after it
        at("2026-04-07T06:00"), at("2026-04-07T20:00")
    )
    assert verdict("FR", (), "Europe/Paris", "2026-07-13T21:00") == Wait(at("2026-07-15T06:00"), at("2026-07-15T20:00"))


def test_a_country_without_rows_is_always_open() -> None:
    assert shipped().of("ZZ") == ()
    assert verdict("ZZ", (), "Europe/Madrid", "2026-11-22T03:00") == Go()


def test_every_row_shipped_names_its_law_its_page_and_its_day() -> None:
    for window in shipped().windows:
        assert any(window.hours.week)
        for source in window.sources:
            assert source.law
            assert source.page.startswith("http")
            assert date(2026, 11, 1) <= source.consulted


def test_rows_of_one_place_add_up_to_its_week() -> None:
    table = read(
        (
            HEAD
            + "FR,,mon-sat,08:00,22:00,05-01 easter+39,Law,https://a.example,2026-11-22,note\n"
            + "FR,,sat,22:00,23:00,12-25,Law,https://a.example,2026-11-22,note\n"
        ).encode()
    )

    [window] = table.of("FR")
    assert [len(spans) for spans in window.hours.week] == [1, 1, 1, 1, 1, 2, 0]
    assert window.hours.week[5] == (Span(480, 1320), Span(1320, 1380))
    assert window.hours.days_off == DaysOff(frozenset({(5, 1), (12, 25)}), frozenset({39}))
    assert len(window.sources) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("us,,mon,08:00,21:00,,Law,https://a.example,2026-11-22,", "two capital letters"),
        ("US,Fla,mon,08:00,21:00,,Law,https://a.example,2026-11-22,", "two capital letters"),
        ("US,,day,08:00,21:00,,Law,https://a.example,2026-11-22,", "are no days"),
        ("US,,sun-mon,08:00,21:00,,Law,https://a.example,2026-11-22,", "goes backwards"),
        ("US,,mon,8:00,21:00,,Law,https://a.example,2026-11-22,", "no time of day"),
        ("US,,mon,08:00,08:00,,Law,https://a.example,2026-11-22,", "has no length"),
        ("US,,mon,08:00,21:00,christmas,Law,https://a.example,2026-11-22,", "no day off"),
        ("US,,mon,08:00,21:00,02-30,Law,https://a.example,2026-11-22,", "day"),
        ("US,,mon,08:00,21:00,,,https://a.example,2026-11-22,", "names its law"),
        ("US,,mon,08:00,21:00,,Law,a book,2026-11-22,", "names its law"),
        ("US,,mon,08:00,21:00,,Law,https://a.example,yesterday,", "yesterday"),
        ("US,,mon,08:00,21:00", "5 fields, not 10"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_is_taken(row: str, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read((HEAD + GOOD + row + "\n").encode())

    assert caught.value.code == "bad_calling_windows"
    [fault] = caught.value.faults
    assert fault.field == "lines.3"
    assert why in fault.message


@pytest.mark.parametrize("data", ["", "country,state\n", GOOD])
def test_a_table_begins_with_its_columns(data: str) -> None:
    with pytest.raises(InvalidInput, match="the first line must be"):
        read(data.encode())
