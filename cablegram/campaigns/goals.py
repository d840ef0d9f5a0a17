"""What a campaign is for: that people open a link, write back, or do something elsewhere within some days (R149). Pure.

Those who were held out are looked at in the same way, from the campaign's start on: what they do they would have done
anyway, and the difference is what the campaign did.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cablegram.campaigns import shares
from cablegram.campaigns.winning import FEW
from cablegram.kit.errors import Fault, InvalidInput

USUAL_DAYS, MOST_DAYS = 7, 30
LONGEST_EVENT = 60
EXPECTED = 5
"""So many people at least must be expected to do it, and not to do it, on either side before a share says anything."""


class GoalBy(StrEnum):
    """By what people reach the goal. The words are the API's words."""

    CLICKED = "clicked"  # they opened a short link of it
    REPLIED = "replied"  # they wrote to the number that it came from, anything but a no
    EVENT = "event"  # they did what the account's programs tell of


@dataclass(frozen=True, slots=True)
class Goal:
    """A campaign's goal; `event` is the name of what people do elsewhere, empty where they do it here."""

    by: GoalBy
    days: int = USUAL_DAYS
    event: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many people a campaign reached, and how many it held out; and how many of each did what it is for."""

    reached: int = 0
    converted: int = 0
    held_out: int = 0
    held_converted: int = 0

    @property
    def rate(self) -> float:
        """Return the share of those reached who did it."""
        return self.converted / self.reached if self.reached else 0.0

    @property
    def held_rate(self) -> float:
        """Return the share of those held out who did it all the same."""
        return self.held_converted / self.held_out if self.held_out else 0.0

    @property
    def gained(self) -> float | None:
        """Return how many did it because of the campaign, as shares tell; None where nobody is held out."""
        return self.reached * (self.rate - self.held_rate) if self.held_out else None

    @property
    def is_sure(self) -> bool:
        """Tell whether the difference to those held out is more than chance makes likely: 19 times in 20.

        Not where so few (or all but so few) did it that a person more or less would make it so: the normal
        distribution, which this goes by, is near enough from five on that are expected on each side (Cochran's rule).
        """
        fewer = min(self.reached, self.held_out)
        if fewer < FEW:
            return False
        sides = (self.converted, self.reached, self.held_converted, self.held_out)
        together = shares.together(*sides)
        return fewer * min(together, 1 - together) >= EXPECTED and shares.differ(*sides)


def check(goal: Goal, *, shorten: bool) -> None:
    """Raise InvalidInput (`bad_goal`) where a goal can't be reached or read, naming its field."""
    if not 1 <= goal.days <= MOST_DAYS:
        raise _bad("goal.days", f"People have 1 to {MOST_DAYS} days for it, not {goal.days}.")
    if (goal.by is GoalBy.EVENT) != bool(goal.event):
        raise _bad("goal.event", "Name the event that people reach it by; only for a goal by `event`.")
    if len(goal.event) > LONGEST_EVENT or not goal.event.isprintable():
        raise _bad("goal.event", f"The name of an event is one line of 1 to {LONGEST_EVENT} characters.")
    if goal.by is GoalBy.CLICKED and not shorten:
        raise _bad("goal.by", "Who opens a link is seen where links are shortened: ask for `shorten` as well.")


def _bad(field: str, message: str) -> InvalidInput:
    return InvalidInput("bad_goal", message, faults=[Fault(field, "bad_goal", message)])
