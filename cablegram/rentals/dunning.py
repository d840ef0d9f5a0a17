"""What happens when a month is due: paid, not paid, not paid for long (R27). Pure.

active     a month that is due is charged; each once, in their order, however many there are
unpaid     the balance did not cover it: the number works on, for the days of grace
suspended  still not covered: it sends nothing and receives, for as many days again
taken back the number goes back to the stock; the month that was not paid is not charged

Grace begins when the charge is tried and fails, not when it was due: if we were down, that is nobody's debt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cablegram.rentals.model import State
from cablegram.rentals.periods import start_of

TRY_AGAIN = timedelta(days=1)
"""How long after a charge that was not covered it is tried again at the latest; as soon as there is credit, at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How something with a monthly charge stands; as of `Rental`."""

    state: State
    began_at: datetime
    period: int
    next_at: datetime | None
    grace_until: datetime | None = None
    ends_at: datetime | None = None

    @property
    def paid_until(self) -> datetime:
        """Return the first moment that is not paid."""
        return start_of(self.began_at, self.period)


class Turn(StrEnum):
    """What is to be done with it now."""

    NOTHING = "nothing"
    CHARGE = "charge"
    END = "end"  # its account wanted it no longer


def turn(now_is: Standing, now: datetime) -> Turn:
    """Say what is due. Who gave it up is charged nothing more, whatever was due while nobody looked."""
    if now_is.ends_at is not None and now >= now_is.ends_at:
        return Turn.END
    return Turn.CHARGE if now >= now_is.paid_until else Turn.NOTHING


def paid(before: Standing) -> Standing:
    """Return how it stands after the month that was due is paid; what was suspended works again."""
    period = before.period + 1
    next_at = start_of(before.began_at, period)
    return replace(before, state=State.ACTIVE, period=period, next_at=next_at, grace_until=None)


def too_early(before: Standing) -> Standing:
    """Return how it stands where its month is not due, though it was looked at: nothing is owed.

    What was not paid then became due by a clock that was ahead, and is due anew in its time.
    """
    return replace(before, state=State.ACTIVE, next_at=before.paid_until, grace_until=None)


def not_paid(before: Standing, now: datetime, *, grace: timedelta) -> Standing | None:
    """Return how it stands after a charge that the balance did not cover; None: it is taken back."""
    until = before.grace_until
    if until is not None and now < until:
        return replace(before, next_at=min(now + TRY_AGAIN, until))
    if before.state is State.SUSPENDED:
        return None
    state = State.SUSPENDED if before.state is State.UNPAID else State.UNPAID
    return replace(before, state=state, grace_until=now + grace, next_at=now + min(TRY_AGAIN, grace))
