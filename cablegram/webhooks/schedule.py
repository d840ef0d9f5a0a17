"""When an event is sent, sent again and given up, and when an endpoint is switched off. Pure.

The waits are those that Standard Webhooks recommends: at once, then after 5 seconds, 5 minutes, 30 minutes, 2, 5, 10,
14, 20 and 24 hours, each a little longer by an amount of the event's own, so that what failed together does not come
back together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long to wait after the first attempt that failed, the second, and so on."""

MOST_TRIES = len(WAITS) + 1
JITTER = 0.1
"""By which part of itself a wait may be longer."""

OFF_AFTER = timedelta(days=5)
"""An endpoint that took nothing for so long, while something was sent to it, is switched off."""

LONGEST_ASKED = timedelta(hours=24)
"""What an endpoint may ask for by `Retry-After`; more counts as this."""

LONGEST_REST = timedelta(hours=1)
"""For so long at most an endpoint is left in peace altogether because it asked for time."""

OLD_SECRET_SIGNS = timedelta(hours=24)
"""After a rotation the old secret signs as well for so long."""

GONE = 410


def again(event_id: UUID, tries: int, now: datetime, *, asked: timedelta | None = None) -> datetime | None:
    """Return when to try once more after so many attempts that failed; None: it is given up.

    `asked` is what the answer's `Retry-After` asked for: it makes a wait longer, never shorter.
    """
    if tries >= MOST_TRIES:
        return None
    wait = WAITS[tries - 1] * (1 + JITTER * _lot(event_id, tries))
    return now + max(wait, min(asked or timedelta(), LONGEST_ASKED))


def is_taken(status: int) -> bool:
    """Tell whether an answer says that the event was taken: 2xx alone; a redirection is none."""
    return 200 <= status < 300


def is_to_go_off(failing_since: datetime | None, now: datetime) -> bool:
    """Tell whether an endpoint that takes nothing since a moment is switched off."""
    return failing_since is not None and now - failing_since >= OFF_AFTER


def _lot(event_id: UUID, tries: int) -> float:
    """Return a number from 0 to 1 that belongs to an event and an attempt."""
    return crc32(event_id.bytes + tries.to_bytes(2, "big")) / 0xFFFFFFFF
