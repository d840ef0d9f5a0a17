"""What the clock on the wall says, asked of the standard library instant by instant: slow and plain to see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cablegram.pacing.hours import Hours

GRID = timedelta(minutes=15)  # all zones are set to quarters of an hour, and so are the windows drawn


def is_open(hours: Hours, zone: str, instant: datetime) -> bool:
    wall = instant.astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    is_named = False
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if day.month not in hours.months or hours.days_off.has(day):
            continue
        for span in hours.week[day.weekday()]:
            end = span.end if span.end > span.start else span.end + 1440
            is_named |= span.start <= minute + 1440 * back < end
    return is_named is not hours.are_quiet


def all_open(rules: Iterable[tuple[Hours, Iterable[str]]], instant: datetime) -> bool:
    return all(is_open(hours, zone, instant) for hours, zones in rules for zone in zones)
