"""Whether a connector is away, by what is seen of it again and again. Pure: the time is handed in.

It goes away once it could carry nothing for a while (`patience`), or at once where that is certain: its provider
refuses the whole account, or it is switched off. It comes back once it could carry for a while (`rest`), and for longer
each time it went away again within an hour: one that comes and goes is not sent messages at each coming.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.routing.model import Policy

_SOON = timedelta(hours=1)  # who goes away again within this has fallen once more
_LONGEST_REST = timedelta(minutes=10)
_MOST_FALLS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What a connector looks like now: it can carry messages, or `why` not; `is_certain` where no patience helps."""

    is_fine: bool
    why: str = ""
    is_certain: bool = False


FINE = Seen(is_fine=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered of a connector. `bad_since` of one that is here, `good_since` of one that is away."""

    away_since: datetime | None = None
    bad_since: datetime | None = None
    good_since: datetime | None = None
    falls: int = 0
    returned_at: datetime | None = None
    why: str = ""

    @property
    def is_away(self) -> bool:
        """Tell whether messages choose another, where there is one."""
        return self.away_since is not None

    @property
    def is_ordinary(self) -> bool:
        """Tell whether there is nothing to remember."""
        return self == _ORDINARY


_ORDINARY = Standing()


@dataclass(frozen=True, slots=True)
class Away:
    """Since when a connector is away, and why; None: it is not."""

    since: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A connector and what is known of how it stands; `links` are the states of its links."""

    connector_id: ConnectorId
    account_id: AccountId | None
    name: str
    is_simulated: bool
    is_enabled: bool
    paused_reason: str | None
    standing: Standing
    links: list[str]


def look(links: list[str], *, is_enabled: bool, paused_reason: str | None) -> Seen:
    """Say what a connector looks like: by the states of its links, its switch, and what its provider said."""
    if not is_enabled:
        return Seen(is_fine=False, why="it is switched off", is_certain=True)
    if paused_reason is not None:
        return Seen(is_fine=False, why=f"its provider refuses the account: {paused_reason}", is_certain=True)
    if "bound" in links:
        return FINE
    if "throttled" in links:
        return Seen(is_fine=False, why="it is over its limit")
    return Seen(is_fine=False, why=f"its link is {links[0]}" if links else "it has no link")


def after(before: Standing, seen: Seen, policy: Policy, *, now: datetime) -> Standing:
    """Return how a connector stands after it was seen like this."""
    return _back(before, seen, policy, now) if before.is_away else _gone(before, seen, policy, now)


def _gone(before: Standing, seen: Seen, policy: Policy, now: datetime) -> Standing:
    if seen.is_fine:
        is_forgiven = before.returned_at is None or now - before.returned_at > _SOON
        return _ORDINARY if is_forgiven else replace(before, bad_since=None, why="")
    bad_since = before.bad_since or now
    if seen.is_certain or now - bad_since >= timedelta(seconds=policy.patience):
        return Standing(away_since=now, falls=min(before.falls + 1, _MOST_FALLS), why=seen.why)
    return replace(before, bad_since=bad_since, why=seen.why)


def _back(before: Standing, seen: Seen, policy: Policy, now: datetime) -> Standing:
    if not seen.is_fine:
        return replace(before, good_since=None, why=seen.why)
    good_since = before.good_since or now
    if now - good_since >= rest_of(before.falls, policy):
        return Standing(falls=before.falls, returned_at=now)
    return replace(before, good_since=good_since)


def rest_of(falls: int, policy: Policy) -> timedelta:
    """Return for how long a connector that fell so often has to be fine before it is back."""
    rest = timedelta(seconds=policy.rest)
    return max(rest, min(rest * 2 ** max(falls - 1, 0), _LONGEST_REST))
