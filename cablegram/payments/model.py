"""What is known of cards and payments, and how a payment may move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from cablegram.kit.ids import AccountId, CardId, ReceiptId, RechargeId, ReturnId


class RechargeState(StrEnum):
    """Where a recharge stands."""

    STARTED = "started"  # on disk; the processor is being asked
    NEEDS_ACTION = "needs_action"  # the card's holder has to confirm it with their bank (SCA, 3-D Secure)
    UNKNOWN = "unknown"  # nobody can say whether money was taken: the processor is asked until it is known
    PAID = "paid"  # money taken, credits in the balance
    FAILED = "failed"  # no money taken
    REFUNDED = "refunded"  # all of the money was given back, and the credits taken out
    DISPUTED = "disputed"  # the card's bank took the money back, and the credits were taken out


_S = RechargeState
# The only moves. What is left out is refused, whoever asks for it: so what comes late or twice changes nothing.
MOVES: Mapping[RechargeState, frozenset[RechargeState]] = MappingProxyType(
    {
        _S.STARTED: frozenset({_S.NEEDS_ACTION, _S.UNKNOWN, _S.PAID, _S.FAILED}),
        _S.NEEDS_ACTION: frozenset({_S.UNKNOWN, _S.PAID, _S.FAILED}),
        _S.UNKNOWN: frozenset({_S.NEEDS_ACTION, _S.PAID, _S.FAILED}),
        _S.FAILED: frozenset({_S.PAID}),  # the processor took the money after all: who paid gets the credits
        _S.PAID: frozenset({_S.REFUNDED, _S.DISPUTED}),
        _S.REFUNDED: frozenset({_S.PAID, _S.DISPUTED}),  # a refund that the card's bank sent back
        _S.DISPUTED: frozenset({_S.PAID, _S.REFUNDED}),  # a dispute that was won
    }
)
OPEN = frozenset({_S.STARTED, _S.NEEDS_ACTION, _S.UNKNOWN})
KEPT = frozenset({_S.PAID, _S.REFUNDED, _S.DISPUTED})  # money was taken at some time


def may_move(old: RechargeState, new: RechargeState) -> bool:
    """Tell whether a recharge may go from one state to another."""
    return new in MOVES[old]


class ReturnState(StrEnum):
    """Where money that goes back stands."""

    STARTED = "started"  # the processor is being asked
    TAKEN = "taken"  # given back to the card's holder; the credits were taken out
    GIVEN_BACK = "given_back"  # it came back to us (a dispute won, a refund that failed later), and so the credits
    FAILED = "failed"  # nothing was given back


@dataclass(frozen=True, slots=True)
class Address:
    """Whose card it is, and where its bills go (R23)."""

    name: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card: what may be kept of it. `expires` is its last day."""

    id: CardId
    account_id: AccountId
    method: str
    brand: str
    last4: str
    expires: date
    holder: Address
    is_default: bool
    created_at: datetime

    @property
    def label(self) -> str:
        """Return how people know it: "Visa 4242"."""
        return f"{self.brand.capitalize()} {self.last4}"

    @property
    def expires_month(self) -> str:
        """Return the month printed on it: YYYY-MM (R23)."""
        return f"{self.expires:%Y-%m}"

    def is_valid(self, today: date) -> bool:
        """Tell whether it can still pay."""
        return today <= self.expires


@dataclass(frozen=True, slots=True)
class Recharge:
    """A purchase of credits. `credits` are micro-credits, `amount` and `returned` the currency's smallest unit."""

    id: RechargeId
    account_id: AccountId
    processor: str
    card_id: CardId | None
    credits: int
    amount: int
    currency: str
    state: RechargeState
    reason: str
    explained: str
    intent: str | None
    is_asked: bool
    action_url: str | None
    is_auto: bool
    crossing: UUID | None
    reference: str
    note: str
    started_by: str
    created_at: datetime
    settled_at: datetime | None
    looks: int
    returned: int


@dataclass(frozen=True, slots=True)
class Return:
    """Money that goes back: a refund or a dispute. `amount` in the smallest unit, `credits` in micro-credits."""

    id: ReturnId
    account_id: AccountId
    recharge_id: RechargeId
    kind: str
    foreign_id: str | None
    amount: int
    credits: int
    state: ReturnState
    note: str
    started_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Party:
    """Who buys, or who sells, as it stands on receipts. `address` is in lines."""

    name: str = ""
    address: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who buys; `receipts_to` is the e-mail address that receipts go to, "" where they stay in the panel."""

    party: Party = Party()
    receipts_to: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, what to say about taxes, and how an account pays where no cards are taken."""

    party: Party = Party()
    note: str = ""
    how_to_pay: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on a receipt or a credit note; kept with it, so that it never changes."""

    seller: Party
    buyer: Party
    note: str
    credits: int  # micro-credits
    amount: int  # smallest unit
    currency: str
    paid_with: str
    about: str = ""  # of a credit note: the receipt's number
    language: str = "en"  # that it is written in


@dataclass(frozen=True, slots=True)
class Receipt:
    """A numbered receipt, or a credit note for money that went back."""

    id: ReceiptId
    account_id: AccountId
    number: str
    kind: str
    recharge_id: RechargeId
    at: datetime
    facts: Facts


def share(credits_: int, amount: int, part: int) -> int:
    """Return the micro-credits that a part of a payment bought, rounded down; all of it is all of them."""
    return credits_ * part // amount if amount else credits_


def last_day(year: int, month: int) -> date:
    """Return the last day of a month: a card is good until then."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def state_with(recharge: Recharge, returns: Mapping[str, int]) -> RechargeState:
    """Return where a recharge that was paid stands, by what was taken back: sums by kind, `refund` and `dispute`."""
    if returns.get("dispute", 0):
        return RechargeState.DISPUTED
    return RechargeState.REFUNDED if returns.get("refund", 0) >= recharge.amount else RechargeState.PAID


_FIRST_LOOKS = (timedelta(seconds=5), timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=5))
_LATER = timedelta(minutes=30)


def next_look(looks: int, now: datetime) -> datetime:
    """Return when to ask the processor again: soon at first, every half hour at last, and never no more."""
    return now + (_FIRST_LOOKS[looks] if looks < len(_FIRST_LOOKS) else _LATER)
