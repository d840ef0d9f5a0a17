"""What a link gets of what a carrier allows, whatever way the carrier counts: a model of both, on a moved clock."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cablegram.connectors.link_pace import LinkPace

_STEP = 0.01  # seconds
_WINDOW = 100

Takes = Callable[[float], bool]  # whether a message that comes at this time is taken


def bucket(allows: float, burst: float) -> Takes:
    """Take so many a second in the long run, and so many at once."""
    tokens, at = burst, 0.0

    def takes(now: float) -> bool:
        nonlocal tokens, at
        tokens, at = min(burst, tokens + (now - at) * allows), now
        is_taken = tokens >= 1
        tokens -= is_taken
        return is_taken

    return takes


def fixed_seconds(allows: float, phase: float) -> Takes:
    """Take so many in each second of the carrier's own clock."""
    second, count = -1, 0

    def takes(now: float) -> bool:
        nonlocal second, count
        if math.floor(now + phase) != second:
            second, count = math.floor(now + phase), 0
        is_taken = count < allows
        count += is_taken
        return is_taken

    return takes


def any_second(allows: float) -> Takes:
    """Take so many in any second, wherever it begins."""
    taken: deque[float] = deque()

    def takes(now: float) -> bool:
        while taken and taken[0] <= now - 1:
            taken.popleft()
        if len(taken) >= allows:
            return False
        taken.append(now)
        return True

    return takes


@dataclass
class Way:
    """A link that always has something to send, and a carrier that answers after a while."""

    takes: Takes
    throughput: float = 0.0
    delay: float = 0.02
    flying: deque[tuple[float, bool]] = field(default_factory=deque[tuple[float, bool]])
    heard: list[tuple[float, bool]] = field(default_factory=list[tuple[float, bool]])
    slowed: list[float] = field(default_factory=list[float])  # what it slowed down to

    def __post_init__(self) -> None:
        self.pace = LinkPace(self.throughput, window=_WINDOW, now=0.0)
        self.at = 0.0

    def go(self, seconds: float, *, most: int = _WINDOW) -> None:
        """Let time pass; at most so many are sent at a time."""
        until = self.at + seconds
        while self.at < until:
            self.at += _STEP
            self._hear()
            free = min(most, _WINDOW - len(self.flying))
            granted = self.pace.grant(free, self.at)[0] if free else 0
            self.pace.spend(granted, self.at)
            self.flying.extend((self.at + self.delay, self.takes(self.at)) for _ in range(granted))

    def _hear(self) -> None:
        came: list[bool] = []
        while self.flying and self.flying[0][0] <= self.at:
            came.append(self.flying.popleft()[1])
        if came:
            rate = self.pace.hear(len(came), taken=sum(came), complaints=len(came) - sum(came), now=self.at)
            self.slowed += [rate] if rate is not None else []
            self.heard += [(self.at, is_taken) for is_taken in came]

    def share(self, allows: float, *, since: float) -> tuple[float, float]:
        """Return what was taken and what was refused since a time, as shares of what was allowed."""
        taken = [is_taken for at, is_taken in self.heard if at > since]
        possible = allows * (self.at - since)
        return sum(taken) / possible, (len(taken) - sum(taken)) / possible


phases = st.floats(0, 1, exclude_max=True)
rates = st.sampled_from([50, 200, 500])
delays = st.sampled_from([0.005, 0.02, 0.08])
limits = st.sampled_from([0, 2, 10])  # times what the carrier allows; 0 is none
meters = st.one_of(
    phases.map(lambda phase: lambda allows: fixed_seconds(allows, phase)),
    st.sampled_from([0.1, 0.3, 1.0]).map(lambda share: lambda allows: bucket(allows, allows * share)),
    st.just(any_second),
)


@settings(max_examples=60)
@given(meter=meters, allows=rates, delay=delays, limit=limits, trickle=st.sampled_from([0.0, 0.3, 0.92, 1.5]))
@example(meter=lambda allows: fixed_seconds(allows, 0.5), allows=200, delay=0.005, limit=0, trickle=0.92)
@example(meter=lambda allows: fixed_seconds(allows, 0.65), allows=500, delay=0.08, limit=10, trickle=0.0)  # ten seconds
def test_after_a_few_seconds_a_link_gets_what_its_carrier_allows_however_it_counts(
    meter: Callable[[float], Takes], allows: int, delay: float, limit: int, trickle: float
) -> None:
    way = Way(meter(allows), throughput=limit * allows, delay=delay)

    way.go(trickle, most=1)
    way.flying.clear()
    way.go(10)  # to learn it, from a burst or from ten times as much
    begun, learned = way.at, len(way.slowed)
    way.go(5)

    taken, refused = way.share(allows, since=begun)
    assert taken >= 0.95
    assert refused <= 0.2
    # No sawtooth: whatever it slows down to from now on is about what the carrier allows.
    assert all(0.95 * allows <= rate <= 1.1 * allows for rate in way.slowed[learned:])


@pytest.mark.parametrize("phase", [tenth / 10 for tenth in range(10)])
def test_a_burst_into_a_fixed_second_does_not_teach_half_of_what_is_allowed(phase: float) -> None:
    way = Way(fixed_seconds(200, phase), delay=0.002)

    way.go(0.92, most=1)
    way.go(12)

    assert way.share(200, since=0.92)[0] >= 0.95


def test_a_limit_that_was_lowered_is_found_within_seconds() -> None:
    way = Way(fixed_seconds(1000, 0.3))
    way.go(10)
    way.takes = fixed_seconds(100, 0.3)

    way.go(10)
    begun = way.at
    way.go(5)

    taken, refused = way.share(100, since=begun)
    assert taken >= 0.95
    assert refused <= 0.1
