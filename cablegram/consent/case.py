"""What the rules look at: one message that wants to go, and what its account allows. Filled a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.numbers.ranges import OFF_BY_DEFAULT, Line
from cablegram.pacing.caps import Capped, Caps
from cablegram.programs.model import Standing

DUPLICATE_WINDOW = timedelta(hours=12)
"""How long the same text to the same person is refused, where the guard is on (R56)."""

MARKETING = "marketing"


class Purpose(StrEnum):
    """Why a message is sent; decides which rules apply to it."""

    MESSAGE = "message"  # somebody sends it
    ALERT = "alert"  # a workflow tells a fixed number, whatever the contact's statuses
    AUTOMATIC = "automatic"  # it answers by itself: auto-reply, help, welcome, reminder
    CONFIRMATION = "confirmation"  # it confirms an opt-out, once


@dataclass(slots=True)
class Case:
    """One message; `country` is that of its number, `sender_country` that of a short code it is sent from ("" unknown).

    `is_simulated`: the simulated carrier takes it, which carries every name and number. `subscription` None: nobody
    ever said anything. `membership` is where the person stands with the program that sends it: in, paused, or out of
    it; None: no program sends it. `same_text_at` is when the same text was last accepted for the same person, `capped`
    which of the account's caps they are at; `earliest_at` when its window opens, if it has to wait; `expires_at` the
    end of its validity.
    """

    number: str
    country: str
    sender: str
    message_class: str = "transactional"
    purpose: Purpose = Purpose.MESSAGE
    sender_country: str = ""
    is_simulated: bool = False
    is_blacklisted: bool = False
    is_held: bool = False
    is_opted_out: bool = False
    phone_status: PhoneStatus = PhoneStatus.ACTIVE
    subscription: Subscription | None = None
    membership: Standing | None = None
    fingerprint: bytes = b""
    same_text_at: datetime | None = None
    capped: Capped | None = None
    earliest_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def is_marketing(self) -> bool:
        """Tell whether it is of the class that needs a subscription."""
        return self.message_class == MARKETING


@dataclass(frozen=True, slots=True)
class Policy:
    """What an account allows. `countries` None: all that have a tariff; `duplicate_window` None: no guard.

    `registered_names` are (country, name in lower case) that a carrier or regulator has approved; with
    `is_strict_about_names` a name that would have to be registered and is not is refused, else only warned of.
    `is_silence_consent` counts people of whom nobody ever recorded anything as subscribed: who uploads a list without
    statuses vouches for it. `caps` are by class.
    """

    countries: frozenset[str] | None = None
    lines_off: frozenset[Line] = OFF_BY_DEFAULT
    duplicate_window: timedelta | None = None
    knows_senders: bool = True
    registered_names: frozenset[tuple[str, str]] = frozenset()
    is_strict_about_names: bool = False
    is_silence_consent: bool = True
    caps: Mapping[str, Caps] = field(default_factory=dict[str, Caps])

    @property
    def looks_back(self) -> bool:
        """Tell whether what went before matters: the same text, or how many."""
        return self.duplicate_window is not None or bool(self.caps)
