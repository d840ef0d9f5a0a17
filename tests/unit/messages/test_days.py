"""The day of a message, for statements that go to one day's partition."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.kit.ids import MessageId, lowest_at
from cablegram.messages.days import partition, shared_day, still_there

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
LAST_OF_SUNDAY = MessageId(UUID(int=lowest_at(MIDNIGHT).int - 1))
FIRST_OF_MONDAY = MessageId(lowest_at(MIDNIGHT))
MONDAY = date(2026, 3, 2)


def test_a_day_has_a_table_of_its_own() -> None:
    assert partition(MONDAY) == "message_20260302"


@pytest.mark.parametrize(
    ("ids", "day"),
    [
        ([], None),
        ([FIRST_OF_MONDAY], MONDAY),
        ([FIRST_OF_MONDAY, FIRST_OF_MONDAY], MONDAY),
        ([LAST_OF_SUNDAY], MONDAY - timedelta(days=1)),
        ([LAST_OF_SUNDAY, FIRST_OF_MONDAY], None),
    ],
)
def test_a_batch_has_a_day_if_it_is_all_of_one(ids: list[MessageId], day: date | None) -> None:
    assert shared_day(ids) == day


@pytest.mark.parametrize(("days_ago", "is_there"), [(0, True), (1, True), (2, False), (400, False)])
def test_a_day_that_retention_may_have_dropped_is_not_counted_on(days_ago: int, *, is_there: bool) -> None:
    day = MONDAY - timedelta(days=days_ago)
    assert still_there(day, MIDNIGHT + timedelta(hours=23)) == (day if is_there else None)
    assert still_there(None, MIDNIGHT) is None
