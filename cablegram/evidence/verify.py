"""Verify chains of evidence, slice by slice: a million rows take some megabytes and hold no transaction open."""

from __future__ import annotations

from cablegram.accounts.access import Principal, Scope
from cablegram.evidence import store
from cablegram.evidence.model import Head, Verified
from cablegram.evidence.verifying import Checker
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_SLICE = 5_000


async def verify(rt: Runtime, who: Principal, *, expected: Head | None = None) -> Verified:
    """Look at every row of the account's chain; rows that are added meanwhile may be among them.

    `expected` is an end of the chain that somebody kept elsewhere: it has to be in it still. For the operator.
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await check(conn, who.account_id, expected=expected)


async def verify_all(rt: Runtime, who: Principal) -> list[Verified]:
    """Look at the chains of all accounts. For the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await check_all(conn)


async def check_all(conn: Conn) -> list[Verified]:
    """Look at the chains of all accounts that have one."""
    return [await check(conn, account_id) for account_id in await store.accounts(conn)]


async def check(conn: Conn, account_id: AccountId, *, expected: Head | None = None) -> Verified:
    """Look at every row of an account's chain, up to where it ends when the last of them is read."""
    checker, last = Checker(account_id, expected=expected), 0
    known: Head | None = None
    while True:
        rows = await store.chain_after(conn, account_id, last, limit=_SLICE)
        for row in rows:
            checker.look(row)
        last = rows[-1].seq if rows else last
        if len(rows) == _SLICE:
            continue
        head = await store.head(conn, account_id)
        # A row and the end behind it are written together: rows that came between the two questions are there now.
        if head is None or head.seq <= last or head == known:
            return checker.close(head)
        known = head
