"""What the rules saw of a person, in fifteen bits that fit into a message's row.

The rest of what they saw stands in the row itself: number, country, sender, class. No bit is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from cablegram.consent.case import Case, Purpose
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.pacing.caps import Capped
from cablegram.programs.model import Standing

T = TypeVar("T")

# The order counts: it is what stands in the rows of years.
_PHONES = (PhoneStatus.ACTIVE, PhoneStatus.BOUNCED, PhoneStatus.PAUSED)
_SUBSCRIPTIONS = (None, Subscription.SUBSCRIBED, Subscription.NOT_SUBSCRIBED, Subscription.NONE)
_CAPS = (None, Capped.OFTEN_ENOUGH, Capped.TOO_SOON, Capped.CAMPAIGN_DONE)
PURPOSES = (Purpose.MESSAGE, Purpose.ALERT, Purpose.AUTOMATIC, Purpose.CONFIRMATION)
_MEMBERSHIPS = (None, Standing.IN, Standing.PAUSED, Standing.OUT)

_BLACKLISTED, _HELD, _OPTED_OUT, _SAME_TEXT, _SIMULATED = 1, 2, 4, 128, 4096


def _places(order: tuple[T, ...], shift: int) -> Mapping[T, int]:
    return {one: place << shift for place, one in enumerate(order)}


_PHONE, _SUBSCRIPTION = _places(_PHONES, 3), _places(_SUBSCRIPTIONS, 5)
_CAP, _PURPOSE, _MEMBERSHIP = _places(_CAPS, 8), _places(PURPOSES, 10), _places(_MEMBERSHIPS, 13)


def pack(case: Case) -> int:
    """Return what is to be kept of a case."""
    return (
        (_BLACKLISTED if case.is_blacklisted else 0)
        | (_HELD if case.is_held else 0)
        | (_OPTED_OUT if case.is_opted_out else 0)
        | (_SIMULATED if case.is_simulated else 0)
        | (_SAME_TEXT if case.same_text_at is not None else 0)
        | _PHONE[case.phone_status]
        | _SUBSCRIPTION[case.subscription]
        | _CAP[case.capped]
        | _PURPOSE[case.purpose]
        | _MEMBERSHIP[case.membership]
    )


def unpack(bits: int, case: Case, *, same_text_at: datetime) -> Case:
    """Fill into a case what was kept, and return it. `same_text_at` stands for a moment that nobody kept."""
    case.is_blacklisted = bool(bits & _BLACKLISTED)
    case.is_held = bool(bits & _HELD)
    case.is_opted_out = bool(bits & _OPTED_OUT)
    case.is_simulated = bool(bits & _SIMULATED)
    case.same_text_at = same_text_at if bits & _SAME_TEXT else None
    case.phone_status = _PHONES[bits >> 3 & 3]
    case.subscription = _SUBSCRIPTIONS[bits >> 5 & 3]
    case.capped = _CAPS[bits >> 8 & 3]
    case.purpose = PURPOSES[bits >> 10 & 3]
    case.membership = _MEMBERSHIPS[bits >> 13 & 3]
    return case
