"""What an account says about hours: when nobody gets its marketing, whether laws' hours are kept, and what is too late.

Hours are those of the clock on the recipient's wall, and concern marketing alone (R109, R147).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cablegram.pacing.hours import Hours
from cablegram.pacing.quiet_hours import WhenClosed

SPREAD, LATE_AFTER = timedelta(minutes=5), timedelta(hours=1)
NOWHERE = "Etc/UTC"
"""Where people are of whom nobody knows a clock: in the networks of no country."""


@dataclass(frozen=True, slots=True)
class SendingHours:
    """An account's hours.

    What waited for hours goes out spread over the first `spread` of them; what is late by more than `late_after`, since
    nothing ran when it was due, goes only if somebody says so.
    """

    quiet: Hours | None = None
    keeps_calling_windows: bool = False
    when_closed: WhenClosed = WhenClosed.DELAY
    spread: timedelta = SPREAD
    late_after: timedelta = LATE_AFTER
    default_zone: str = NOWHERE

    @property
    def are_any(self) -> bool:
        """Tell whether there are hours at which something may have to wait."""
        return self.quiet is not None or self.keeps_calling_windows


ANY_TIME = SendingHours()
