"""The day of a message, and the partition that holds it. Pure.

A statement on `message` looks at each partition there is before it finds the one it needs; with a hundred of them that
costs more than all the rest of a small batch. What knows the day may name the partition itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from cablegram.kit.ids import MessageId, time_of


def partition(day: date) -> str:
    """Return the name of the table with the messages of a day."""
    return f"message_{day:%Y%m%d}"


def shared_day(ids: Sequence[MessageId]) -> date | None:
    """Return the day that all of these were made on; None when it is not one day. `ids` stand in their order."""
    if not ids:
        return None
    first, last = time_of(ids[0]).date(), time_of(ids[-1]).date()
    return first if first == last else None


def still_there(day: date | None, now: datetime) -> date | None:
    """Return a day that messages were seen of if its partition is there for sure: retention keeps the last two days."""
    return day if day and day >= now.date() - timedelta(days=1) else None
