"""Days, hours, weeks and months where an account counts them, and when a report is mailed. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cablegram.reports.model import Grain, Pace

_MAILED_AT = time(6)  # of the clock where the account counts its days: the day before is over and counted
_DAY = timedelta(days=1)


def begin(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which a day begins, in UTC; where a clock leaves midnight out, the first that there is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def span(since: date, until: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the begin of the first day and the end of the last."""
    return begin(since, zone), begin(until + _DAY, zone)


def bucket(at: datetime, grain: Grain, zone: tzinfo) -> date | datetime | None:
    """Return the span of time that a quarter of an hour belongs to: its first day, or of hours its begin in UTC."""
    local = at.astimezone(zone)
    if grain is Grain.HOUR:
        # Back by the minutes on the clock, and not to a time on it: hours that a clock shows twice are two.
        return (at - timedelta(minutes=local.minute, seconds=local.second)).astimezone(UTC)
    return first_day(local.date(), grain)


def first_day(day: date, grain: Grain) -> date | None:
    """Return the first day of the span that a day belongs to; weeks begin on Monday (ISO 8601)."""
    match grain:
        case Grain.TOTAL:
            return None
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case _:
            return day


def buckets(since: date, until: date, grain: Grain, zone: tzinfo) -> list[date | datetime]:
    """Return all spans of time between two days, also those in which nothing happened."""
    if grain is Grain.TOTAL:
        return []
    if grain is Grain.HOUR:
        start, end = span(since, until, zone)
        hours = int((end - start).total_seconds() // 3600)
        return [start + timedelta(hours=n) for n in range(hours)]
    days = (since + timedelta(days=n) for n in range((until - since).days + 1))
    return list(dict.fromkeys(found for day in days if (found := first_day(day, grain)) is not None))


def told(pace: Pace, today: date) -> tuple[date, date]:
    """Return the first and the last day that a report is about which is mailed today."""
    match pace:
        case Pace.DAILY:
            return today - _DAY, today - _DAY
        case Pace.WEEKLY:
            monday = today - timedelta(days=today.weekday())
            return monday - timedelta(days=7), monday - _DAY
        case Pace.MONTHLY:
            last = today.replace(day=1) - _DAY
            return last.replace(day=1), last


def next_mail(pace: Pace, now: datetime, zone: tzinfo) -> datetime:
    """Return when a report is mailed next: in the morning, of Monday, or of the first of a month."""
    day = now.astimezone(zone).date()
    while True:
        at = datetime.combine(day, _MAILED_AT, zone).astimezone(UTC)
        if _is_mailed(pace, day) and at > now:
            return at
        day += _DAY


def _is_mailed(pace: Pace, day: date) -> bool:
    match pace:
        case Pace.DAILY:
            return True
        case Pace.WEEKLY:
            return day.weekday() == 0
        case Pace.MONTHLY:
            return day.day == 1
