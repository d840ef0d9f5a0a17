"""When something is told. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cablegram.alerts.model import Pace

GATHERED = timedelta(seconds=5)  # what happens together is told together
_MORNING = time(8)


def due(pace: Pace, now: datetime, time_zone: str) -> datetime:
    """Return when what happened now is told: at once, at the full hour, or in the morning of its reader."""
    if pace == "hourly":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if pace == "daily":
        return _morning(now, time_zone)
    return now + GATHERED


def _morning(now: datetime, time_zone: str) -> datetime:
    there = now.astimezone(_zone(time_zone))
    today = there.replace(hour=_MORNING.hour, minute=0, second=0, microsecond=0)
    return (today if there < today else today + timedelta(days=1)).astimezone(now.tzinfo)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
