"""How fast a store sends: on the channel for single texts, and on that of campaigns (R57). Pure.

A channel has one figure: when its next text may go. At the paces that a store begins with 700 customers take 700
seconds one by one, and 23.3 in a campaign.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """By which of a store's two ways a text goes; each has its own pace."""

    ONE_OFF = "one_off"
    CAMPAIGN = "campaign"


PER_SECOND = {Channel.ONE_OFF: 1, Channel.CAMPAIGN: 30}
"""The paces of a new store; the operator sets others."""

MOST = 1_000
_CATCH_UP = timedelta(seconds=1)  # what nobody used for longer is lost: a store that was quiet begins no burst


def slot(per_second: int, next_at: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Return when one more text may go, and when the one after it."""
    at = max(next_at, now) if next_at else now
    return at, at + _gap(per_second)


def room(per_second: int, next_at: datetime | None, now: datetime, *, most: int) -> tuple[int, datetime]:
    """Return how many texts may go by now, `most` at most, and when the one after them."""
    begin = _begin(next_at, now)
    n = 0 if begin > now else min(most, (now - begin) // _gap(per_second) + 1)
    return n, begin + n * _gap(per_second)


def after(per_second: int, next_at: datetime | None, now: datetime, *, count: int) -> datetime:
    """Return when the next text may go, where `count` of those for which there was room went now."""
    return _begin(next_at, now) + count * _gap(per_second)


def took(per_second: int, people: int) -> timedelta:
    """Return how long it takes until that many texts have gone, each with its share of the time."""
    return timedelta(seconds=people) / per_second


def _begin(next_at: datetime | None, now: datetime) -> datetime:
    return max(next_at, now - _CATCH_UP) if next_at else now


def _gap(per_second: int) -> timedelta:
    return timedelta(seconds=1) / per_second
