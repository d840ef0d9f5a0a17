"""Months that are paid: when each begins, and what a part of one costs. Pure.

A month runs from the day of the purchase, by UTC, to the same day and time of the next calendar month; where that has
no such day, to its last one. Each is counted from the purchase and not from the month before, so that what was bought
on 31 January is due on 28 February and on 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime


def start_of(anchor: datetime, period: int) -> datetime:
    """Return when a month begins; the first has number 0 and begins at the anchor (UTC).

    start_of(31 January 2026, 1)    28 February 2026
    start_of(31 January 2026, 2)    31 March 2026
    """
    begun = anchor.astimezone(UTC)
    years, month = divmod(begun.month - 1 + period, 12)
    year = begun.year + years
    day = min(begun.day, monthrange(year, month + 1)[1])
    return begun.replace(year=year, month=month + 1, day=day)


def prorated(amount: int, *, start: datetime, end: datetime, now: datetime) -> int:
    """Return what the rest of a month costs, rounded up to a whole micro-credit; nothing once it is over."""
    whole = _microseconds(start, end)
    left = min(max(_microseconds(now, end), 0), whole)
    return -(-amount * left // whole)


def _microseconds(start: datetime, end: datetime) -> int:
    span = end - start
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
