"""What went before a message: the same text to the same person, and how much they got of late (R56, R148)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cablegram.consent.case import Case, Policy
from cablegram.pacing.caps import Sent, capped

Person = tuple[str, str]
"""A number in E.164 digits, and a class: caps count each class by itself."""


@dataclass(slots=True)
class Before:
    """When a text was last accepted, by its fingerprint, and when each person got something.

    Whoever judges a batch notes in it what may go: of equal texts in one batch the first goes.
    """

    texts: dict[bytes, datetime] = field(default_factory=dict[bytes, datetime])
    sent: dict[Person, list[datetime]] = field(default_factory=dict[Person, list[datetime]])

    def tell(self, case: Case, policy: Policy, now: datetime) -> None:
        """Fill into a case what an account's rules want to know of the time before it."""
        if policy.duplicate_window is not None:
            case.same_text_at = self.texts.get(case.fingerprint)
        caps = policy.caps.get(case.message_class)
        if caps is not None:
            moments = self.sent.get((case.number, case.message_class), ())
            counts = [_since(moments, now - cap.term) for cap in caps.terms]
            case.capped = capped(caps, Sent(counts, max(moments, default=None)), now)

    def note(self, case: Case, policy: Policy, now: datetime) -> None:
        """Remember that a message may go."""
        if policy.duplicate_window is not None:
            self.texts[case.fingerprint] = now
        if case.message_class in policy.caps:
            self.sent.setdefault((case.number, case.message_class), []).append(now)


def _since(moments: Sequence[datetime], begin: datetime) -> int:
    return sum(moment > begin for moment in moments)
