"""The errors a person can meet, as one tree.

CablegramError
├── InvalidInput       what was given can't be right, whoever gives it (wrong type, too short, unknown field)
├── NotAuthenticated   nobody knows who asks
├── NotAllowed         known who asks; they may not
├── NotFound           no such thing in this account
├── Conflict           right in itself, not in this state (illegal lifecycle move, list in use)
├── Refused            a rule of sending says no (no tariff, sender not owned, landline)
├── PaymentRequired    too little credit
├── TooLarge           more than one call may carry
└── Unavailable        the house can't do it now; try again

Every error has a stable `code` (documented in docs/reference/errors.md) and a sentence that says what
happened, why, and what to do. Doors map the class to a status; nobody else knows statuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing found wrong, with the place where: `field` is a dotted path such as `messages.3.to`."""

    field: str
    code: str
    message: str


class CablegramError(Exception):
    """An error with a stable code and a sentence for the person who reads it."""

    def __init__(self, code: str, message: str, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.faults = tuple(faults)


class InvalidInput(CablegramError):
    """What was given can't be right, whoever gives it."""


class NotAuthenticated(CablegramError):
    """Nobody knows who asks."""


class NotAllowed(CablegramError):
    """Known who asks; they may not."""


class NotFound(CablegramError):
    """No such thing in this account."""


class Conflict(CablegramError):
    """Right in itself, but not in this state."""


class Refused(CablegramError):
    """A rule of sending says no."""


class PaymentRequired(CablegramError):
    """Too little credit."""


class TooLarge(CablegramError):
    """More than one call may carry."""


class Unavailable(CablegramError):
    """The house can't do it now; the same request may work later."""

    def __init__(
        self, code: str, message: str, *, retry_after: int = 1, faults: Sequence[Fault] = (), limit: int | None = None
    ) -> None:
        super().__init__(code, message, faults=faults)
        self.retry_after = retry_after
        self.limit = limit  # requests a second, where those were too many
