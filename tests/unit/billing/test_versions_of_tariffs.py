from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.billing.tariffs import Current, Tariff, TariffBook
from cablegram.billing.version_model import Version, in_force

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEAST = timedelta(microseconds=1)


@pytest.mark.req("R16")
def test_a_version_is_the_one_from_its_date_until_the_next() -> None:
    current = Current(1, 7, NOON, NOON + timedelta(hours=1), [])
    moments = [NOON - LEAST, NOON, NOON + timedelta(hours=1) - LEAST, NOON + timedelta(hours=1)]
    assert [current.holds_at(one) for one in moments] == [False, True, True, False]
    assert Current(1, None, None, None, []).holds_at(NOON)


@pytest.mark.req("R16")
def test_the_latest_date_that_has_come_counts_and_what_was_withdrawn_does_not() -> None:
    def version(number: int, valid_from: datetime, withdrawn_at: datetime | None = None) -> Version:
        return Version(number, None, None, "", valid_from, 1, 1, False, NOON, "Ann", withdrawn_at)

    first, again, later = version(1, NOON), version(2, NOON), version(3, NOON + timedelta(days=1))
    gone = version(4, NOON, NOON - LEAST)
    assert in_force([later, gone, again, first], NOON) == again
    assert in_force([later], NOON) is None


def test_as_many_digits_decide_as_the_longest_prefix_has() -> None:
    assert (
        TariffBook([Tariff("34", "ES", "x", 1, is_demo=False), Tariff("3460", "ES", "x", 1, is_demo=False)], 1).digits
        == 4
    )
