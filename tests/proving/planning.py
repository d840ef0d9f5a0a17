"""What is to happen in a run: at which points the system dies, one death after the other, and under which load.

A run has a chain of deaths. Each life is armed with every point of the chain that is still to come, and dies at the one
that it passes first; so they come in the order in which the load passes them, and none is missed for being early.
Nothing here depends on the moment: the same chain brings the same dice.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cablegram.runtime.failpoints import POINTS
from proving.orders import Aim

LONGEST = 8  # deaths of a run

# Points that only a second life passes, or that every life passes at its very start: another death goes before.
AFTER_A_DEATH = {
    **dict.fromkeys(("sweep.dead_found", "sweep.flights_read", "sweep.named_unknown"), "link.answers_read"),
    **dict.fromkeys(("sweep.taken_over", "sweep.requeued", "receipts.fitted"), "link.answers_read"),
    **dict.fromkeys(("dispatch.registered", "dispatch.locked", "dispatch.link_owned"), "wire.written"),
    **dict.fromkeys(("tally.folded", "upkeep.days_made"), "recorder.recorded"),
    "give_up.settled": "claim.committed",
}
_BY_ALL_FORMS = frozenset({"receipts.matched", "receipts.applied"})
_BY_KNOWN_FORM = "receipts.landed"
_GIVES_UP = frozenset({"give_up.settled"})
_STRANDED = frozenset({"failover.moved", "failover.told"})
_SLOW = frozenset({"results.requeued", "sweep.released"})
# Passed dozens of times in a run, and at least so often; the others once or a few times.
_OFTEN = {
    "desk": 6,
    "accept": 3,
    "http": 6,
    "webhook.sent": 6,
    **dict.fromkeys(("fan_out.read", "fan_out.made", "fan_out.checkpoint_moved", "fan_out.committed"), 3),
    **dict.fromkeys(("claim", "wire", "link", "recorder", "results.taken", "results.recorded"), 10),
}
_ONCE = frozenset({"results.requeued", "recorder.texts_recorded"})
_ON_ERRANDS = (
    "payment.",
    "rental.",
    "plan.",
    "letter.",
    "day.",
)  # the load has none of this: they have runs of their own


@dataclass(frozen=True, slots=True)
class Plan:
    """A death: the same plan brings the same point and the same dice, though not the same moment."""

    point: str
    seed: int
    kills_server: bool = False

    def __str__(self) -> str:
        return f"{self.point}@{self.seed}"

    @property
    def aim(self) -> Aim:
        """Return the point, and how often it is passed before it is the end."""
        if self.point in AFTER_A_DEATH or self.point in _ONCE:
            hit = 1
        else:
            most = _OFTEN.get(self.point) or _OFTEN.get(self.point.partition(".")[0], 1)
            hit = dice(self, "death").randint(1, most)
        return Aim(self.point, hit, kills_server=self.kills_server)

    @property
    def is_errand(self) -> bool:
        """Tell whether the point is passed on an errand of its own, not by the load."""
        return self.point.startswith(_ON_ERRANDS)


@dataclass(frozen=True, slots=True)
class Chain:
    """The deaths of one run. Its load has what its points need, and is drawn by the first plan's dice."""

    plans: tuple[Plan, ...]

    def __str__(self) -> str:
        return ",".join(map(str, self.plans))

    @property
    def points(self) -> frozenset[str]:
        """Return at which points it dies."""
        return frozenset(plan.point for plan in self.plans)

    @property
    def first_aims(self) -> list[Aim]:
        """Return what the first life is armed with; where all points want a death before, one that brings it about."""
        aims = [plan.aim for plan in self.plans if plan.point not in AFTER_A_DEATH]
        if aims:
            return aims
        plan = self.plans[0]
        return [Aim(AFTER_A_DEATH[plan.point], dice(plan, "death").randint(2, 4))]

    @property
    def later_aims(self) -> list[Aim]:
        """Return what is added to that once something has died."""
        return [plan.aim for plan in self.plans if plan.point in AFTER_A_DEATH]

    @property
    def knows_form(self) -> bool:
        """Tell whether receipts are read in a form that was learned before, or have to be tried in all of them."""
        return _BY_KNOWN_FORM in self.points or (self.plans[0].seed % 2 == 1 and not self.points & _BY_ALL_FORMS)

    @property
    def strands(self) -> bool:
        """Tell whether there are messages for a carrier that nobody can reach."""
        return bool(self.points & _STRANDED)

    @property
    def slows(self) -> bool:
        """Tell whether there are messages that the carrier puts off, or never answers."""
        return bool(self.points & _SLOW)

    @property
    def gives_up(self) -> bool:
        """Tell whether messages in question are closed at once."""
        return bool(self.points & _GIVES_UP)

    @property
    def by_job(self) -> bool:
        """Tell whether a file is imported by a job."""
        return any(point.startswith("job.") for point in self.points)

    @property
    def listens(self) -> bool:
        """Tell whether a customer's server is told of everything."""
        return any(point.startswith("webhook.") for point in self.points)


def errand_of(point: str) -> str:
    """Return on which errand a point is passed: `payment`, `rental` or `chores`."""
    kind = point.partition(".")[0]
    return {"plan": "rental", "letter": "chores", "day": "chores"}.get(kind, kind)


def dice(plan: Plan, what: str) -> random.Random:
    """Return the dice that a plan has for something."""
    return random.Random(f"{plan.point}/{plan.seed}/{what}")  # noqa: S311 - to be repeated, not to be guessed


def plan_of(point: str, seed: int, *, server_every: int = 10) -> Plan:
    """Return the death of a point and a seed; in a tenth PostgreSQL is the victim, at other points each time."""
    place = list(POINTS).index(point)
    return Plan(point, seed, kills_server=(place + seed) % server_every == 0 and point not in AFTER_A_DEATH)


def plans(seed: int) -> list[Plan]:
    """Return a plan for each point that the load passes: errands have tests of their own."""
    return [plan for plan in (plan_of(point, seed) for point in POINTS) if not plan.is_errand]


def read_chain(text: str) -> Chain:
    """Read what `str` of a chain wrote. Raises ValueError."""
    pairs = [word.partition("@") for word in text.split(",")]
    if strange := [point for point, _, _ in pairs if point not in POINTS]:
        raise ValueError(f"{strange[0]!r} is no fail point")
    return Chain(tuple(plan_of(point, int(seed or 0)) for point, _, seed in pairs))


def chained(wanted: Sequence[Plan], longest: int) -> list[Chain]:
    """Put plans together to chains of so many at most, those first whose seed comes first.

    What needs a load of its own kind comes together, what is done on errands of the same kind too; the rest is mixed
    anew with each seed.
    """
    kinds: dict[str, list[Plan]] = {}
    for plan in _mixed(wanted):
        kinds.setdefault(_kind(plan.point), []).append(plan)
    chains = [chain for mine in kinds.values() for chain in _cut(mine, longest)]
    return sorted(chains, key=lambda chain: max(plan.seed for plan in chain.plans))


def _mixed(wanted: Sequence[Plan]) -> list[Plan]:
    return sorted(wanted, key=lambda plan: (plan.seed, dice(plan, "place").random()))


def _kind(point: str) -> str:
    if point.startswith(("webhook.", "job.")) or point == _BY_KNOWN_FORM:
        return "told"
    if point in _STRANDED | _SLOW | _GIVES_UP:
        return "late"
    if point.startswith(_ON_ERRANDS):
        return errand_of(point)
    return "any"


def _cut(mine: Sequence[Plan], longest: int) -> Iterator[Chain]:
    """Cut a row of plans to chains, in which no point comes twice."""
    chain: list[Plan] = []
    for plan in mine:
        if len(chain) == longest or any(plan.point == other.point for other in chain):
            yield Chain(tuple(chain))
            chain = []
        chain.append(plan)
    if chain:
        yield Chain(tuple(chain))
