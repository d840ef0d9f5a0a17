"""What the house asks of whoever takes money: one way, whichever processor stands behind it.

Money moves in two steps, so that it can't be taken twice. `prepare` makes a payment that takes nothing, and its id goes
to disk; `take` then takes the money, once at most for each payment, however often it is asked. Whoever dies or hears
nothing in between asks `look`.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Protocol

from cablegram.kit.ids import AccountId, RechargeId, ReturnId
from cablegram.payments.model import Address


class Verdict(Enum):
    """What the processor says of a payment."""

    PAID = auto()
    FAILED = auto()
    NEEDS_ACTION = auto()
    WAITING = auto()  # the processor itself does not know yet
    UNASKED = auto()  # nobody has asked for the money


@dataclass(frozen=True, slots=True)
class Cost:
    """What the processor keeps for one movement of money: its own id, and millionths of the currency it accounts in."""

    foreign_id: str
    micro: int
    currency: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a payment. `code` and `message` are the processor's own words; `action_url` leads the holder.

    `costs` are what it took so far: none where it has not said.
    """

    verdict: Verdict
    code: str = ""
    message: str = ""
    action_url: str | None = None
    costs: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card at the processor. `expires` is its last day."""

    method: str
    brand: str
    last4: str
    expires: date
    holder: Address


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund at the processor; `return_id` is ours where we made it, "" where somebody made it over there."""

    foreign_id: str
    return_id: str
    amount: int
    is_failed: bool


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute at the processor; `is_taken`: the money is with the card's bank."""

    foreign_id: str
    intent: str
    amount: int
    is_taken: bool
    costs: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A call of the processor's that is genuine: what it is about. What it says of that is asked anew."""

    id: str
    kind: str
    intent: str = ""
    dispute: str = ""
    method: str = ""


class ProcessorSilent(Exception):
    """No answer, or none that says anything: what was asked for may have been done."""


class ProcessorRefused(Exception):
    """The processor said no, and did nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Processor(Protocol):
    """Takes money by cards. Everything raises ProcessorSilent and ProcessorRefused."""

    async def customer(self, account_id: AccountId, name: str) -> str:
        """Return who an account is over there; asked twice, it is the same."""
        ...

    async def attach(self, customer: str, token: str, holder: Address) -> CardFacts:
        """Keep a card for a customer; `holder` replaces what the processor knows where something is given."""
        ...

    async def detach(self, method: str) -> None:
        """Forget a card."""
        ...

    async def card(self, method: str) -> CardFacts:
        """Return what is known of a card."""
        ...

    async def card_page(self, customer: str, *, done: str, back: str) -> str:
        """Return the address of the processor's own page on which a person types a card's number."""
        ...

    async def card_of_page(self, customer: str, page_id: str) -> str:
        """Return the token of the card that was typed on such a page."""
        ...

    async def prepare(self, recharge_id: RechargeId, *, customer: str, method: str, amount: int, currency: str) -> str:
        """Make a payment that takes no money yet, and return its id."""
        ...

    async def take(self, intent: str, *, method: str | None = None, is_alone: bool, back: str) -> Outcome:
        """Take the money, once at most. `is_alone`: nobody sits before a screen; `back`: where the holder returns to.

        `method` is given where the card was refused before because its holder had to confirm.
        """
        ...

    async def look(self, intent: str) -> Outcome:
        """Return where a payment stands."""
        ...

    async def cancel(self, intent: str) -> Outcome:
        """End a payment that took nothing, for good, and return where it then stands."""
        ...

    async def refund(self, intent: str, return_id: ReturnId, *, amount: int, currency: str) -> Refunded:
        """Give money back: smallest units of the payment's currency."""
        ...

    async def refunds(self, intent: str) -> list[Refunded]:
        """Return what was given back of a payment."""
        ...

    async def dispute(self, foreign_id: str) -> Disputed:
        """Return where a dispute stands."""
        ...

    def hear(self, body: bytes, signature: str) -> Called:
        """Read a call of the processor's. Raises ProcessorRefused (`signature_wrong`, `call_unreadable`)."""
        ...


OpenProcessor = AbstractAsyncContextManager[Processor]
