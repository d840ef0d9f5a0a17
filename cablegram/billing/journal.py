"""The journal: entries with more sides than a posting has. Each adds up to nothing in every unit, or is refused.

What others have of us is positive, customers' credit and what carriers are owed; what we have of others is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cablegram.billing import journal_store
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.database import Conn


class Ledger(StrEnum):
    """The ledgers an entry may touch. Customers' credit is not among them: it moves by postings alone."""

    REVENUE = "revenue"
    IN_QUESTION = "in_question"  # charged for messages of which nobody can say yet whether they went out
    CARRIER_COST = "carrier_cost"
    CARRIER_PAYABLE = "carrier_payable"
    PAYMENT_CLEARING = "payment_clearing"
    PROCESSOR = "processor"  # what a payment processor owes us
    PROCESSOR_FEE = "processor_fee"  # what it keeps for that
    BANK = "bank"  # what was paid another way


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of an entry: `amount` in millionths of the unit, `credit` or a currency."""

    ledger: Ledger
    unit: str
    amount: int
    account_id: AccountId | None = None
    connector_id: ConnectorId | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; its reference is entered once for its kind. Legs of nothing are left out, and entries of none."""

    kind: str
    reference: str
    legs: tuple[Leg, ...]
    note: str = ""


async def enter(conn: Conn, entries: Sequence[Entry], *, now: datetime) -> list[bool]:
    """Enter what was not entered before; tell of each whether it is new now.

    An entry that does not add up to nothing breaks the transaction at its commit.
    """
    return [
        await journal_store.insert(conn, one.kind, one.reference, _legs(one), note=one.note, at=now) for one in entries
    ]


def _legs(entry: Entry) -> list[journal_store.LegRow]:
    return [
        (one.ledger.value, one.account_id, one.connector_id, one.unit, one.amount) for one in entry.legs if one.amount
    ]
