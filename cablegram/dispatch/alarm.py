"""When to look next at what waits for a moment: then, when somebody says there is something new, and now and again.

Values in, values out: wall time is aware, `beat` is monotonic seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

SELDOM = 5.0
"""Seconds after which a look is taken anyway: word may have been lost with a connection."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rings at `due`, None for never; at once where there are news; and `SELDOM` after it was `set_at`."""

    due: datetime | None = None
    set_at: float = 0.0
    has_news: bool = True

    def rings(self, now: datetime, beat: float) -> bool:
        """Tell whether it is time to look."""
        return self.has_news or (self.due is not None and self.due <= now) or beat - self.set_at >= SELDOM

    def hear(self) -> Alarm:
        """Return an alarm that rings at once: there is something new."""
        return replace(self, has_news=True)
