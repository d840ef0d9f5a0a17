from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.pacing.caps import Cap, Capped, Caps, Sent, capped

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_without_caps_everybody_may_be_written_to() -> None:
    assert capped(Caps(), Sent([], last=NOW, of_campaign=1000), NOW) is None


@pytest.mark.req("R148")
@pytest.mark.parametrize(
    ("counts", "verdict"), [([2, 9], None), ([3, 9], Capped.OFTEN_ENOUGH), ([0, 10], Capped.OFTEN_ENOUGH)]
)
def test_a_person_gets_so_many_in_so_many_days(counts: list[int], verdict: Capped | None) -> None:
    assert capped(Caps(terms=(Cap(3, DAY), Cap(10, 30 * DAY))), Sent(counts), NOW) is verdict


@pytest.mark.req("R148")
@pytest.mark.parametrize(
    ("ago", "verdict"), [(timedelta(minutes=59, seconds=59), Capped.TOO_SOON), (timedelta(hours=1), None)]
)
def test_two_messages_are_never_closer_than_the_dwell_time(ago: timedelta, verdict: Capped | None) -> None:
    caps = Caps(dwell=timedelta(hours=1))

    assert capped(caps, Sent([], last=NOW - ago), NOW) is verdict
    assert capped(caps, Sent([]), NOW) is None


@pytest.mark.req("R148")
def test_one_campaign_writes_to_a_person_so_often() -> None:
    caps = Caps(a_campaign=2)

    assert capped(caps, Sent([], of_campaign=1), NOW) is None
    assert capped(caps, Sent([], of_campaign=2), NOW) is Capped.CAMPAIGN_DONE


def test_counts_of_other_caps_are_no_answer() -> None:
    with pytest.raises(ValueError, match="zip"):
        capped(Caps(terms=(Cap(3, DAY),)), Sent([]), NOW)


@pytest.mark.parametrize(("most", "term"), [(0, DAY), (-1, DAY), (1, timedelta(0)), (1, 367 * DAY)])
def test_a_cap_that_can_not_be_is_refused(most: int, term: timedelta) -> None:
    with pytest.raises(InvalidInput) as caught:
        Cap(most, term)

    assert caught.value.code == "bad_cap"
    assert f" in {term / timedelta(hours=1):g} hours can't be" in caught.value.message


@pytest.mark.req("R148")
@pytest.mark.parametrize("dwell", [timedelta(minutes=4, seconds=59), timedelta(days=7, seconds=1)])
def test_a_dwell_time_is_five_minutes_to_seven_days(dwell: timedelta) -> None:
    assert Caps(dwell=timedelta(minutes=5)).dwell
    assert Caps(dwell=timedelta(days=7)).dwell
    with pytest.raises(InvalidInput, match="5 minutes to 7 days"):
        Caps(dwell=dwell)


def test_a_campaign_writes_at_least_once() -> None:
    with pytest.raises(InvalidInput, match="1 or more"):
        Caps(a_campaign=0)
