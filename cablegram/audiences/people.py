"""The people of an account whom a filter finds: counted as somebody types, and listed page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import filters, store
from cablegram.audiences.compiling import EVERYBODY, Condition, compiled
from cablegram.audiences.filter_model import All, Filter
from cablegram.audiences.filters import Given
from cablegram.audiences.model import Counted, Found, Sort
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn, transaction_on
from cablegram.runtime.runtime import Runtime

# Seconds: what somebody who types waits for, and what they wait for where that was too little.
_TO_COUNT = 1.0
_TO_SAMPLE = 2.0
_TO_LIST = 10.0
_ONE_IN = 64  # of a sample: queries.sql


async def count(rt: Runtime, who: Principal, given: Given | Filter | None, *, also: Sequence[Filter] = ()) -> Counted:
    """Count whom a filter finds and of whom something else holds `also`.

    Where that takes too long it is an estimate by a sample, and says so. Raises BadFilter, Unavailable (`filter_slow`).
    """
    who.needs(Scope.READ)
    condition = await _condition(rt, who.account_id, given, also)
    async with rt.db.connection() as conn:
        n = await _within(conn, store.count_contacts, who.account_id, condition, _TO_COUNT)
        if n is not None:
            return Counted(n)
        n = await _within(conn, store.count_some, who.account_id, condition, _TO_SAMPLE)
    if n is None:
        raise _slow()
    return Counted(n * _ONE_IN, is_about=True)


_Count = Callable[[Conn, AccountId, Condition], Awaitable[int | None]]


async def _within(conn: Conn, deed: _Count, account_id: AccountId, condition: Condition, patience: float) -> int | None:
    """Count in a transaction of its own, which is lost where that takes longer than so many seconds."""
    async with transaction_on(conn):
        await store.plan_for_all(conn, patience=patience)
        return await deed(conn, account_id, condition)


async def page(
    rt: Runtime,
    who: Principal,
    given: Given | Filter | None,
    *,
    also: Sequence[Filter] = (),
    sort: Sort = Sort.NEWEST,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Found]:
    """Return people whom a filter finds, and of whom something else holds `also`.

    Raises BadFilter, Unavailable (`filter_slow`).
    """
    who.needs(Scope.READ)
    condition = await _condition(rt, who.account_id, given, also)
    async with rt.db.transaction() as conn:
        await store.plan_for_all(conn, patience=_TO_LIST)
        found = await store.page(conn, who.account_id, condition, sort, after=after, limit=limit)
    if found is None:
        raise _slow()
    return found


async def _condition(
    rt: Runtime, account_id: AccountId, given: Given | Filter | None, also: Sequence[Filter] = ()
) -> Condition:
    wanted = list(also)
    if isinstance(given, Filter):
        wanted.append(given)
    elif given:
        async with rt.db.connection() as conn:
            wanted.append(await filters.read(conn, account_id, given))
    return compiled(All(tuple(wanted)), rt.clock.now()) if wanted else EVERYBODY


def _slow() -> Unavailable:
    message = "This filter has to look at too much to be answered now. Make it narrower, or try again in a moment."
    return Unavailable("filter_slow", message)
