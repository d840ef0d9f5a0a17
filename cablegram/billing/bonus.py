"""Credits as a present of the operator's, with the reason in the ledger (R22)."""

from __future__ import annotations

from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, PostingId, uuid7
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LONGEST_REASON = 200


async def give(
    rt: Runtime, who: Principal, account_id: AccountId, *, amount: int, reason: str, key: str | None = None
) -> PostingId:
    """Give an account credits (micro-credits) as a present; the reason stands in its ledger, and it hears of it.

    The same `key` again is the same present, once given. What was paid for by other ways than a card is no present:
    `ledger.grant_credits`. Raises InvalidInput (`bad_amount`, `bad_name` without a reason, `idempotency_key_reused`),
    NotFound (`account_not_found`).
    """
    async with rt.db.transaction() as conn:
        return await give_in(conn, who, account_id, amount=amount, reason=reason, key=key, now=rt.clock.now())


async def give_in(
    conn: Conn, who: Principal, account_id: AccountId, *, amount: int, reason: str, key: str | None, now: datetime
) -> PostingId:
    """Give an account credits within a transaction. Raises as `give`."""
    who.needs(Scope.OPERATOR)
    if amount <= 0:
        message = "Give more than 0 credits."
        raise InvalidInput("bad_amount", message, faults=[Fault("amount", "bad_amount", message)])
    note = read_name(reason, field="reason", most=LONGEST_REASON)
    posting = NewPosting(PostingId(uuid7()), account_id, PostingKind.BONUS, 0, amount, note=note)
    return await ledger.give(conn, posting, key=key, by=who.name, now=now)
