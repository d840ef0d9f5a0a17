"""What the ledger knows: charges somebody wants, and the postings that moved a balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cablegram.kit.ids import AccountId, CampaignId, PostingId
from cablegram.kit.money import MICRO

INBOUND_PRICE = MICRO  # a text that came in costs one credit, wherever it came from (R20)


class PostingKind(StrEnum):
    """Why a balance moved."""

    GRANT = "grant"  # the operator gave credits
    CHARGE = "charge"  # messages were accepted
    REFUND = "refund"  # messages never reached a carrier that took them (R18)
    INBOUND = "inbound"  # texts came in
    ADJUSTMENT = "adjustment"  # the operator corrected something
    RECHARGE = "recharge"  # a payment came in (R23)
    CHARGEBACK = "chargeback"  # a payment was given back or disputed; a dispute that is won gives
    NUMBER = "number"  # a number was acquired, or its month began (R27)
    FEE = "fee"  # the plan's month, what it takes to set something up (R28)
    BONUS = "bonus"  # the operator gave credits as a present (R22)
    LOOKUP = "lookup"  # numbers were looked up (R93-R95)

    @property
    def needs_credit(self) -> bool:
        """Tell whether it is posted only where credit covers what it takes (R19)."""
        return self not in {PostingKind.INBOUND, PostingKind.CHARGEBACK}


class Priced(Protocol):
    """Anything that has a price: micro-credits, all segments, never negative."""

    @property
    def account_id(self) -> AccountId:
        """Whose credit it takes, or gives back."""
        ...

    @property
    def campaign_id(self) -> CampaignId | None:
        """Its campaign, if it has one."""
        ...

    @property
    def price(self) -> int:
        """Micro-credits."""
        ...


class Chargeable(Priced, Protocol):
    """What takes credit when it is accepted."""

    @property
    def is_own_way(self) -> bool:
        """Tell whether it goes over the account's own gateway, whose provider bills the account itself (R171)."""
        ...


@dataclass(slots=True)
class Charge:
    """One message's price, to be charged or given back."""

    account_id: AccountId
    campaign_id: CampaignId | None
    price: int
    is_own_way: bool = False


@dataclass(slots=True)
class NewPosting:
    """A posting that is not in the ledger yet; `amount` in micro-credits, negative when the account pays."""

    id: PostingId
    account_id: AccountId
    kind: PostingKind
    count: int
    amount: int
    campaign_id: CampaignId | None = None
    note: str = ""
    reference: str = ""


Reference = tuple[AccountId, PostingKind, str]


class Outcome(StrEnum):
    """What became of a posting that was wanted."""

    POSTED = "posted"
    REPEATED = "repeated"  # its reference was posted before: nothing moved
    NOT_COVERED = "not_covered"  # the balance is too low: nothing moved


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a posting; `id` is the one in the ledger, of before where it is repeated, None for none."""

    id: PostingId | None
    outcome: Outcome

    @property
    def is_new(self) -> bool:
        """Tell whether it moved the balance now."""
        return self.outcome is Outcome.POSTED


@dataclass(slots=True)
class Posting:
    """A line of the ledger: immutable, numbered 1, 2, 3 ... within its account (R29)."""

    id: PostingId
    seq: int
    at: datetime
    kind: PostingKind
    count: int
    amount: int
    balance_after: int
    campaign_id: CampaignId | None
    note: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has, and how much it was given last, in micro-credits."""

    balance: int
    last_grant: int
