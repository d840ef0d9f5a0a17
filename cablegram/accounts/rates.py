"""How fast a key may call (R14): a rate, and twice as many at once, kept in the memory of each process.

One number a key: the moment at which all that it asked for would be worked off at its rate (the generic cell rate
algorithm of ITU-T I.371). A call is let in while that moment is less than two seconds ahead.
"""

from __future__ import annotations

import math
from uuid import UUID

from cablegram.kit.errors import Unavailable

_AHEAD = 2.0  # seconds of the rate that may come at once
_MOST = 100_000  # keys that are remembered; nobody has as many


class Rates:
    """What the keys of a process asked for lately."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._cost = 1.0 / rate
        self._done_at: dict[UUID, float] = {}

    def take(self, who: UUID, now: float) -> bool:
        """Count a call at a moment of the monotonic clock; False when it is one too many, which is not counted."""
        done_at = self._done_at.get(who, 0.0)
        after = max(done_at, now) + self._cost
        if after - now > _AHEAD:
            return False
        if len(self._done_at) >= _MOST:
            self._done_at = {one: at for one, at in self._done_at.items() if at > now}
        self._done_at[who] = after
        return True

    def refusal(self, who: UUID, now: float) -> Unavailable:
        """Say that somebody calls too fast, and when they may again."""
        wait = max(1, math.ceil(self._done_at.get(who, now) + self._cost - _AHEAD - now))
        message = (
            f"This key makes more than {self._rate} requests a second. Wait {wait} second{'s' * (wait > 1)}, then go "
            "on; many messages go in one request to POST /v1/messages/batch."
        )
        return Unavailable("rate_limited", message, retry_after=wait, limit=self._rate)
