"""How fast one link goes: as its connector is set, and as its carrier's throttling errors teach. Pure."""

from __future__ import annotations

import math
from dataclasses import replace

from cablegram.pacing.bucket import Bucket
from cablegram.pacing.complaints import Complaints
from cablegram.pacing.throttle import Pace

_BREATH = 0.02  # seconds of sending at once under a pace
_MISSED = 0.1  # seconds of sending that may be made up for, with a carrier that complained
_READY = 20  # of a second's answers one in so many is kept ready: as much as comes in while a claim is made


class LinkPace:
    """Grants parts to a link. Times are monotonic seconds; `throughput` is parts a second, 0 for no limit."""

    def __init__(self, throughput: float, *, window: int, now: float) -> None:
        self._window = float(window)
        self._pace = Pace(throughput or math.inf)
        self._complaints = Complaints()
        self._bucket = Bucket.full(self._pace.limit, self._burst(self._pace.limit), now=now)

    def grant(self, wanted: int, now: float) -> tuple[int, float]:
        """Return how many parts may go out now, and when that is none the seconds until some may.

        Under a pace some means a fiftieth of a second's worth: one by one, each would cost a commit of its own.
        """
        rate = self._pace.rate(now)
        # The burst follows the rate, or a link that was slowed to a trickle once would go one by one for ever.
        self._bucket = replace(self._bucket.at_rate(rate, now), burst=self._burst(rate))
        grant = self._bucket.take(wanted, now)
        few = 0 if rate == math.inf else min(wanted, int(rate * _BREATH))
        if 0 < grant.granted >= few:
            return grant.granted, 0.0
        return 0, grant.wait + max(0, few - grant.granted - 1) / rate

    def ahead(self, now: float) -> int:
        """Return how many parts to keep ready behind a full window, so that no answer waits for a claim to be followed.

        What the carrier answers in a twentieth of a second, and never more than another window. Under a pace the window
        is not what holds things up: none.
        """
        if self._pace.rate(now) < math.inf:
            return 0
        return min(int(self._window), self._complaints.answers // _READY)

    def rate(self, now: float) -> float:
        """Return how many parts a second go out at most; infinite where nothing limits them."""
        return self._pace.rate(now)

    def spend(self, count: int, now: float) -> None:
        """Note that parts went out, as many as were granted."""
        self._bucket = self._bucket.take(count, now).bucket

    def hear(self, answers: int, *, taken: int, complaints: int, now: float) -> float | None:
        """Note answers, how many of them took a part, and how many asked for less; return the rate it slows down to.

        None when it does not: a complaint about a message here and there is not one about the pace.
        """
        self._complaints = self._complaints.hear(answers, complaints, now)
        before = self._pace = self._pace.heard(answers, taken, now)
        if complaints and self._complaints.are_about_pace:
            self._pace = before.throttled(now)
        if self._pace is before:
            return None
        rate = self._pace.rate(now)
        self._bucket = Bucket(rate, self._burst(rate), tokens=0.0, at=now)
        return rate

    def _burst(self, rate: float) -> float:
        """Return what may go out at once, never more than the window: a second's worth at the rate that was configured.

        At one that was learned a tenth: the carrier may count in short spans, and would refuse what makes up for more.
        """
        return max(1.0, min(self._window, rate if rate == self._pace.limit else max(2.0, rate * _MISSED)))
