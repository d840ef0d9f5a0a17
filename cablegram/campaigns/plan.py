"""When a campaign's messages go out over one connector: what it takes a second, what is before them, their hours. Pure.

Messages are a fluid here, and go as they do: in the order of people, in which all zones are mixed; who is asleep when
their turn comes waits, and goes first when their hours open, spread over the first minutes (`SendingHours.spread`).
Hours that end before all is gone are asked for again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.campaigns.foreseen import Stretch

Opening = tuple[datetime, datetime | None]
"""From when, and until when; None for ever."""

_PAUSE = 60.0  # seconds in which nothing goes end a stretch
_MOST_STEPS = 20_000
_BOUNDLESS = 1e7  # parts a second, where nothing limits them
_LITTLE = 1e-6  # of a part
_SOMEBODY = 0.5  # of a person: what is less is nobody, and waits for no morning
_INSTANT = 1e-6  # of a second
_SOONEST = 1e-4  # seconds that a step takes at least
_QUICKEST = 1e4  # of the whole, a second
_HAIR = 1e-9  # of the whole


@dataclass(frozen=True, slots=True)
class Load:
    """People whose hours are the same: so many, in so many parts, open now (`opening` None: for ever) or from when.

    `reopen` says when their hours open at or after a moment; None: never.
    """

    people: int
    parts: int
    opening: Opening | None = None
    spread: timedelta = timedelta(0)
    reopen: Callable[[datetime], Opening | None] = lambda at: (at, None)


@dataclass(frozen=True, slots=True)
class Course:
    """How a connector takes it: `rate` parts a second (None: all it gets), after `ahead` parts that wait before them.

    Messages are made evenly until `made_by`.
    """

    start: datetime
    rate: float | None
    ahead: float = 0
    made_by: datetime | None = None


class _Flow:
    """A load as it goes: what was passed over while its hours were closed, and may go now or waits for them."""

    def __init__(self, load: Load, start: datetime) -> None:
        self._start, self._load = start, load
        self.parts, self.people_a_part = load.parts, load.people / load.parts
        opens, closes = load.opening or (start, None)
        self.opens, self.closes = self._second(opens), math.inf if closes is None else self._second(closes)
        self.is_open = False
        self.ready = self.held = self.released = 0.0  # `released` a second, until `released_until`
        self.released_until = 0.0

    def _second(self, at: datetime) -> float:
        return (at - self._start).total_seconds()

    @property
    def waits(self) -> bool:
        """Tell whether any of it was passed over and has not gone yet."""
        return (self.ready + self.held) * self.people_a_part >= _SOMEBODY or self.released > 0

    def turn(self, t: float) -> bool:
        """Open and close as a moment says; False where its hours never come again."""
        if self.released and t >= self.released_until - _INSTANT:
            self.released = 0.0
        while t >= self.closes - _INSTANT:
            self.held += self.ready + max(0.0, self.released_until - t) * self.released
            self.ready, self.released, self.is_open = 0.0, 0.0, False
            after, found = self.closes, self._load.reopen(self._start + timedelta(seconds=self.closes))
            if found is None:
                return False
            self.opens, self.closes = self._second(found[0]), math.inf if found[1] is None else self._second(found[1])
            if self.closes <= after:
                return False
        if not self.is_open and t >= self.opens - _INSTANT:
            self._open(t)
        return True

    def _open(self, t: float) -> None:
        self.is_open = True
        spread = self._load.spread.total_seconds()
        if spread and self.held:
            self.released, self.released_until = self.held / spread, t + spread
        else:
            self.ready += self.held
        self.held = 0.0

    def events(self) -> Iterator[float]:
        """Tell when something changes by itself."""
        if not self.is_open:
            yield self.opens
        yield self.closes
        if self.released:
            yield self.released_until


class _Queue:
    """All loads of one connector, spread evenly over the order of people: a front goes through it from 0 to 1.

    What the front passes while its hours are closed stays behind, and goes first when they open.
    """

    def __init__(self, loads: Sequence[Load], course: Course) -> None:
        self._flows = [_Flow(load, course.start) for load in loads if load.parts > 0]
        self._rate = course.rate or _BOUNDLESS
        self._blocked_until = course.ahead / self._rate
        self._made_by = max(0.0, (course.made_by - course.start).total_seconds()) if course.made_by else 0.0
        self._front, self._t = 0.0, 0.0
        self.gone = _Gone(course.start)

    @property
    def is_done(self) -> bool:
        """Tell whether all of it has gone."""
        return not self._flows or (self._front >= 1 and not any(flow.waits for flow in self._flows))

    def turn(self) -> bool:
        """Open and close what the moment says; False where somebody's hours never come again."""
        return all(flow.turn(self._t) for flow in self._flows if self._front < 1 or flow.waits)

    def go(self) -> bool:
        """Let everything flow until something changes; False where nothing ever does."""
        t, rate = self._t, self._rate if self._t >= self._blocked_until - _INSTANT else 0.0
        awake = [flow for flow in self._flows if flow.is_open]
        ready, inflow = sum(flow.ready for flow in awake), sum(flow.released for flow in awake)
        is_behind = ready > _LITTLE or inflow >= rate
        speed = 0.0 if is_behind else self._speed(rate - inflow, sum(flow.parts for flow in awake))
        until = min(self._events(ready, rate - inflow, speed, is_behind=is_behind), default=math.inf)
        if until == math.inf:
            return False
        until = max(until, t + _SOONEST)
        seconds = until - t
        passed = min(speed * seconds, 1 - self._front)
        if 1 - self._front - passed < _HAIR:
            passed = 1 - self._front
        whole = ready + inflow * seconds
        share = 1.0 if not is_behind or whole - rate * seconds <= _LITTLE else rate * seconds / whole
        people = self._flow(seconds, share, passed)
        self._front, self._t = self._front + passed, until
        if people > 0:
            is_instant = rate >= _BOUNDLESS and not inflow and not self._is_making(t)
            self.gone.note(t, t if is_instant else until, people)
        return True

    def _flow(self, seconds: float, share: float, passed: float) -> float:
        """Move what flows: a share of what was behind, and what the front passes; return how many people got theirs."""
        people = 0.0
        for flow in self._flows:
            if not flow.is_open:
                flow.held += flow.parts * passed
                continue
            behind = flow.ready + flow.released * seconds
            flow.ready = behind * (1 - share)
            people += (behind * share + flow.parts * passed) * flow.people_a_part
        return people

    def _is_making(self, t: float) -> bool:
        return t < self._made_by - _INSTANT

    def _speed(self, rate: float, awake: float) -> float:
        """Return how fast the front moves: as the connector takes those who are awake, no faster than they are made."""
        if self._front >= 1:
            return 0.0
        free = min(rate / awake if awake else rate and _QUICKEST, _QUICKEST)
        if self._is_making(self._t) and self._front >= self._t / self._made_by - _HAIR:
            return min(free, 1 / self._made_by)
        return free

    def _events(self, ready: float, room: float, speed: float, *, is_behind: bool) -> Iterator[float]:
        found = [at for flow in self._flows if self._front < 1 or flow.waits for at in flow.events()]
        found.append(self._blocked_until)
        if self._made_by:
            found.append(self._made_by)
        if is_behind and room > 0:
            found.append(self._t + ready / room)
        if speed:
            found.append(self._t + (1 - self._front) / speed)
            making = 1 / self._made_by if self._is_making(self._t) else 0.0
            if making and speed > making:  # the front catches up with what is made
                found.append(self._t + (self._t / self._made_by - self._front) / (speed - making))
        return (at for at in found if self._t < at < math.inf)


def plan(loads: Sequence[Load], course: Course) -> list[Stretch]:
    """Return the stretches of time in which it all goes, in order; none where it does not all go, ever."""
    queue = _Queue(loads, course)
    for _ in range(_MOST_STEPS):
        if not queue.turn():
            return []
        if queue.is_done:
            return queue.gone.stretches()
        if not queue.go():
            return []
    return []


class _Gone:
    """What has gone, as stretches without a longer pause."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._found: list[list[float]] = []

    def note(self, begins: float, ends: float, people: float) -> None:
        if self._found and begins - self._found[-1][1] <= _PAUSE:
            self._found[-1][1] = max(self._found[-1][1], ends)
            self._found[-1][2] += people
        else:
            self._found.append([begins, ends, people])

    def stretches(self) -> list[Stretch]:
        """Return them; their people are whole, and together all of them."""
        told: list[Stretch] = []
        so_far, sum_ = 0, 0.0
        for begins, ends, people in self._found:
            sum_ += people
            whole = round(sum_) - so_far
            so_far += whole
            told.append(Stretch(self._at(begins), self._at(ends), whole))
        return told

    def _at(self, second: float) -> datetime:
        return self._start + timedelta(seconds=math.ceil(second))
