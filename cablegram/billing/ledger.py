"""The ledger: the only place where credits come and go. A balance moves by a posting, and by nothing else (R29).

The database holds to that by itself: a trigger moves the balance with each posting, others refuse every other way.
Whoever charges several accounts locks their balances in the order of their ids, so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import judge, store
from cablegram.billing.judge import covered, gather
from cablegram.billing.model import INBOUND_PRICE, Chargeable, NewPosting, Posted, Posting, PostingKind, Priced
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import AccountId, CampaignId, PostingId, uuid7
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def open_balance(conn: Conn, account_id: AccountId) -> None:
    """Give a new account its balance: nothing."""
    await store.insert_balance(conn, account_id)


async def grant(conn: Conn, account_id: AccountId, amount: int, *, note: str, now: datetime) -> PostingId:
    """Give an account credits: `amount` micro-credits, more than nothing. The note stands in its ledger."""
    posting = NewPosting(PostingId(uuid7()), account_id, PostingKind.GRANT, 0, amount, note=note)
    await store.insert_postings(conn, [posting], now)
    return posting.id


def lock_balances(conn: Conn, account_ids: Iterable[AccountId]) -> Reply[dict[AccountId, int]]:
    """Lock balances until the transaction ends and return them, in micro-credits.

    Raises NotFound (`account_not_found`) when an account has no balance.
    """
    wanted = set(account_ids)

    def complete(balances: dict[AccountId, int]) -> dict[AccountId, int]:
        if len(balances) < len(wanted):
            raise _no_such_account(min(wanted - balances.keys()))
        return balances

    return store.lock_balances(conn, wanted).then(complete)


async def charge(
    conn: Conn, wanted: Sequence[Chargeable], *, now: datetime, balances: dict[AccountId, int] | None = None
) -> list[PostingId | None]:
    """Charge messages in the order given, and name each one's posting; None where the credit left does not cover it.

    Each is judged alone: after one that does not fit, a cheaper one may. Makes one posting for each account and
    campaign; it is written at the latest with the commit. `balances` is what `lock_balances` returned in this
    transaction, if the caller asked before; it goes down by what was charged.
    """
    if balances is None:
        balances = await lock_balances(conn, [one.account_id for one in wanted])
    verdicts = covered(wanted, balances)
    new, named = gather(
        [one for one, fits in zip(wanted, verdicts, strict=True) if fits], PostingKind.CHARGE, new_id=uuid7
    )
    if new:
        store.insert_postings(conn, new, now)
    names = iter(named)
    return [next(names) if fits else None for fits in verdicts]


async def refund(conn: Conn, items: Sequence[Priced], *, now: datetime) -> list[PostingId]:
    """Give back what messages cost (R18), and name each one's refund: one posting for each account and campaign."""
    new, named = gather(items, PostingKind.REFUND, new_id=uuid7)
    await _post(conn, new, now)
    return named


async def charge_inbound(conn: Conn, texts: Mapping[AccountId, int], *, now: datetime) -> dict[AccountId, PostingId]:
    """Charge texts that came in, whatever the balance is: it may go below nothing (R19, R20).

    `texts` counts them by account; each pays its own price a text, or the usual one. Makes one posting an account.
    """
    if not texts:
        return {}
    return dict(zip(texts, await store.insert_inbound(conn, texts, now, usual=INBOUND_PRICE), strict=True))


async def post(conn: Conn, wanted: Sequence[NewPosting], *, now: datetime) -> list[Posted]:
    """Post what is not about messages: payments, rents, fees, presents. Say of each what became of it, in their order.

    A `reference` is posted once for an account and a kind, whoever comes twice and however often; the answer names the
    posting of before. What would take a balance below nothing is not posted, but a chargeback. Locks the balances.

    Raises NotFound (`account_not_found`).
    """
    if not wanted:
        return []
    balances = await lock_balances(conn, [one.account_id for one in wanted])
    known = await store.postings_referenced(conn, wanted)  # behind the locks: who came first is seen
    verdicts = judge.post(wanted, balances, known)
    new = [one for one, verdict in zip(wanted, verdicts, strict=True) if verdict.is_new]
    if new:
        await store.insert_referenced(conn, new, now)
    return verdicts


async def sums_of_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> dict[PostingKind, int]:
    """Return what a campaign's postings come to by kind, in micro-credits: charges negative, refunds positive."""
    return await store.sums_of_campaign(conn, account_id, campaign_id)


async def balance(rt: Runtime, who: Principal) -> int:
    """Return the balance of the account that asks, in micro-credits."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await balance_of(conn, who.account_id)


async def balance_of(conn: Conn, account_id: AccountId) -> int:
    """Return an account's balance, in micro-credits. Raises NotFound (`account_not_found`)."""
    amount = await store.read_balance(conn, account_id)
    if amount is None:
        raise _no_such_account(account_id)
    return amount


async def statement(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Posting]:
    """Return the ledger of the account that asks, newest first; a next page starts after the last posting of this."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.postings(conn, who.account_id, after, limit=limit)


async def grant_credits(
    rt: Runtime, who: Principal, account_id: AccountId, *, amount: int, note: str, key: str | None = None
) -> PostingId:
    """Give an account credits (micro-credits), as the operator (R22); the same `key` again is the same grant, once.

    Raises InvalidInput (`bad_amount`) unless the amount is positive, (`idempotency_key_reused`), NotFound
    (`account_not_found`).
    """
    who.needs(Scope.OPERATOR)
    if amount <= 0:
        raise InvalidInput(
            "bad_amount", "Grant more than 0 credits: what an account has paid can't be taken by a grant."
        )
    posting = NewPosting(PostingId(uuid7()), account_id, PostingKind.GRANT, 0, amount, note=note)
    async with rt.db.transaction() as conn:
        return await give(conn, posting, key=key, by=who.name, now=rt.clock.now())


async def give(conn: Conn, posting: NewPosting, *, key: str | None, by: str, now: datetime) -> PostingId:
    """Post what the operator gives, and tell of it; the same `key` again is the same gift, and nothing happens.

    Raises InvalidInput (`idempotency_key_reused`) where the key was used for another amount or reason, NotFound
    (`account_not_found`).
    """
    posting.reference = f"key {key}" if key else ""
    (done,) = await post(conn, [posting], now=now)
    given = done.id or posting.id
    if not done.is_new:
        (known,) = await store.postings_named(conn, posting.account_id, [given])
        if (known.amount, known.note) != (posting.amount, posting.note):
            raise InvalidInput(
                "idempotency_key_reused", "This key was used for another gift. Take a fresh key for each."
            )
        return given
    facts = {"amount": posting.amount, "note": posting.note, "by": by}
    if posting.kind is PostingKind.BONUS:
        facts["kind"] = posting.kind.value
    await record(conn, [Event(Kind.CREDITS_GRANTED, posting.account_id, given, facts)], now=now)
    return given


async def _post(conn: Conn, new: Sequence[NewPosting], now: datetime) -> None:
    if new:
        await store.insert_postings(conn, new, now)


def _no_such_account(account_id: AccountId) -> NotFound:
    return NotFound(
        "account_not_found", f"There is no account {account_id}. See all accounts with: cablegram account list"
    )
