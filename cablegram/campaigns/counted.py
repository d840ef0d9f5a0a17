"""What was counted of a campaign's messages, as it is kept: sums by what tells them apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cablegram.campaigns.goals import Outcome
from cablegram.campaigns.percentiles import Delays
from cablegram.campaigns.reported import Line
from cablegram.kit.ids import ConnectorId
from cablegram.links.model import Clicks
from cablegram.messages.breakdown_model import Cell
from cablegram.messages.model import State

ALL, REASON = "all", "reason"
COUNTRY, CONNECTOR, SENDER, SEGMENTS, VARIANT = "country", "connector", "sender", "segments", "variant"
DIMENSIONS = (COUNTRY, CONNECTOR, SENDER, SEGMENTS, VARIANT)
MOST_LINES = 300
"""Of each dimension; what is beyond goes together as one line."""
OTHERS = "*"


@dataclass(slots=True)
class Answered:
    """How many people of a country who got a text (its place) wrote back, and how many of them said no."""

    country: str
    variant: int | None
    replies: int
    opt_outs: int


@dataclass(slots=True)
class Counted:
    """The sums. `states` are those of all messages at that moment: what they add up to says whether it still holds."""

    cells: list[Cell] = field(default_factory=list[Cell])
    answers: list[Answered] = field(default_factory=list[Answered])
    rates: dict[ConnectorId, float] = field(default_factory=dict[ConnectorId, float])
    clicks: Clicks = field(default_factory=Clicks)
    goal: Outcome | None = None  # None: it has none, or had none when it was counted

    @property
    def states(self) -> dict[State, int]:
        """Return how many messages were in each state."""
        found: dict[State, int] = {}
        for dimension, _, state, step, n, *_ in self.cells:
            if dimension == COUNTRY and step is None:
                found[state] = found.get(state, 0) + n
        return found

    @property
    def reasons(self) -> dict[State, dict[str, int]]:
        """Return how many messages are in each state for which reason, the commonest first."""
        found: dict[State, dict[str, int]] = {}
        for dimension, reason, state, _, n, *_ in sorted(self.cells, key=lambda cell: -cell[4]):
            if dimension == REASON:
                found.setdefault(state, {})[reason] = n
        return found

    def delays(self, dimension: str = ALL, value: str = "") -> Delays:
        """Return how long receipts took of those that have something in common."""
        return Delays(
            {
                step: n
                for one, its, _, step, n, *_ in self.cells
                if one == dimension and its == value and step is not None
            }
        )

    def lines(self, dimension: str) -> list[Line]:
        """Return what became of messages by a dimension, the largest first; numbers in their order."""
        found: dict[str, Line] = {}
        delays: dict[str, dict[int, int]] = {}
        for one, value, state, step, n, price, segments in self.cells:
            if one != dimension:
                continue
            if step is not None:
                delays.setdefault(value, {})[step] = n
                continue
            line = found.setdefault(value, Line(value))
            line.counts[state] = n
            if state is not State.SKIPPED:
                line.messages += n
                line.segments += segments
                line.charged += price
                line.delivered += n if state is State.DELIVERED else 0
        for value, line in found.items():
            line.delays = Delays(delays[value]) if value in delays else None
        self._add_answers(dimension, found)
        if dimension in (SEGMENTS, VARIANT):
            return sorted(found.values(), key=lambda line: int(line.value))
        return _shortened(sorted(found.values(), key=lambda line: (-line.messages, line.value)))

    def _add_answers(self, dimension: str, lines: Mapping[str, Line]) -> None:
        for one in self.answers:
            value = one.country if dimension == COUNTRY else str(one.variant) if dimension == VARIANT else None
            line = lines.get(value) if value is not None else None
            if line is not None:
                line.replies += one.replies
                line.opt_outs += one.opt_outs
        for country, text, people in self.clicks.of:
            value = country if dimension == COUNTRY else str(text) if dimension == VARIANT else None
            if value is not None and value in lines:
                lines[value].clicked += people


def _shortened(lines: Sequence[Line]) -> list[Line]:
    if len(lines) <= MOST_LINES:
        return list(lines)
    return [*lines[: MOST_LINES - 1], _together(lines[MOST_LINES - 1 :])]


def _together(lines: Iterable[Line]) -> Line:
    rest = Line(OTHERS)
    for one in lines:
        for state, n in one.counts.items():
            rest.counts[state] = rest.counts.get(state, 0) + n
        rest.messages += one.messages
        rest.delivered += one.delivered
        rest.segments += one.segments
        rest.charged += one.charged
        rest.replies += one.replies
        rest.opt_outs += one.opt_outs
        rest.clicked += one.clicked
    return rest
