"""How often one person may be written to (R148): so many messages in so many days, never two too close together.

A decision over counts that the caller took; which messages count (a class, a channel, a campaign) is the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cablegram.kit.errors import InvalidInput

SHORTEST_DWELL, LONGEST_DWELL = timedelta(minutes=5), timedelta(days=7)
LONGEST_TERM = timedelta(days=366)


class Capped(StrEnum):
    """Why somebody gets no more for now; the codes stand in reports."""

    OFTEN_ENOUGH = "frequency_cap"  # as many messages as the term allows
    TOO_SOON = "dwell_time"  # the last one is too short a time ago
    CAMPAIGN_DONE = "campaign_cap"  # as many of this campaign as one person may get


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` messages to one person in any `term` that ends now: 3 in 24 hours, 4 in 30 days."""

    most: int
    term: timedelta

    def __post_init__(self) -> None:
        if self.most < 1 or not timedelta(0) < self.term <= LONGEST_TERM:
            hours = self.term / timedelta(hours=1)
            message = f"At most {self.most} messages in {hours:g} hours can't be: write 1 or more, in up to 366 days."
            raise InvalidInput("bad_cap", message)


@dataclass(frozen=True, slots=True)
class Caps:
    """All that limits how often one person is written to; what is None limits nothing.

    The dwell time, from one message to the next, is 5 minutes to 7 days.
    """

    terms: tuple[Cap, ...] = ()
    dwell: timedelta | None = None
    a_campaign: int | None = None

    def __post_init__(self) -> None:
        if self.dwell is not None and not SHORTEST_DWELL <= self.dwell <= LONGEST_DWELL:
            minutes = self.dwell / timedelta(minutes=1)
            raise InvalidInput("bad_cap", f"A dwell time of {minutes:g} minutes can't be: write 5 minutes to 7 days.")
        if self.a_campaign is not None and self.a_campaign < 1:
            raise InvalidInput(
                "bad_cap", f"{self.a_campaign} messages of a campaign to a person can't be: write 1 or more."
            )


@dataclass(slots=True)
class Sent:
    """What one person got: a count for each of the caps' terms, in order; when the last; how many of the campaign."""

    in_terms: Sequence[int]
    last: datetime | None = None
    of_campaign: int = 0


def capped(caps: Caps, sent: Sent, now: datetime) -> Capped | None:
    """Return why a person may get no further message now; None when they may.

    Counts and caps that don't belong together are a ValueError.
    """
    if any(count >= cap.most for cap, count in zip(caps.terms, sent.in_terms, strict=True)):
        return Capped.OFTEN_ENOUGH
    if caps.dwell is not None and sent.last is not None and now - sent.last < caps.dwell:
        return Capped.TOO_SOON
    if caps.a_campaign is not None and sent.of_campaign >= caps.a_campaign:
        return Capped.CAMPAIGN_DONE
    return None
