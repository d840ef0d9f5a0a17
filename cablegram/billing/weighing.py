"""Look at a tariff's version before it begins: what differs from another one, and what last month would have cost.

Both read the messages of the last thirty days, group by group; of ten million messages that takes some seconds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import comparing, importing, margin_store, version_store
from cablegram.billing.comparing import Comparison, Heap, Recost
from cablegram.billing.margin_model import Weight
from cablegram.billing.tariffs import TariffBook
from cablegram.billing.version_model import Version, in_force
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MONTH = timedelta(days=30)
_PIECE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and what differs."""

    old: Version | None
    new: Version
    found: Comparison


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the last thirty days cost, and would have cost by a version; by account, with its name, and together."""

    version: Version
    accounts: dict[AccountId, tuple[str, Recost]]
    total: Recost


async def compare(
    rt: Runtime, who: Principal, new_id: int, *, old_id: int | None = None, account_id: AccountId | None = None
) -> Compared:
    """Compare a version with another one, by default the one in force, weighed by everybody's or one account's traffic.

    Raises NotFound (`tariff_version_not_found`), InvalidInput (`tariffs_of_two`) where they are not of one carrier.
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        new = await importing.get(conn, new_id)
        if old_id is None:
            others = [one for one in await version_store.versions(conn, new.connector_id) if one.id != new_id]
            old = in_force(others, rt.clock.now())
        else:
            old = await importing.get(conn, old_id)
        if old and (old.connector_id, old.currency) != (new.connector_id, new.currency):
            message = "These two are not versions of one tariff: compare versions of one carrier in one currency."
            raise InvalidInput("tariffs_of_two", message)
        before = await _book(conn, old.id) if old else TariffBook((), 0)
        after = await _book(conn, new.id)
        traffic = await _traffic(conn, rt.clock.now(), account_id, before, after)
    # Of two hundred thousand prefixes it takes a second, in which others want to be answered.
    return Compared(old, new, await asyncio.to_thread(comparing.compare, before, after, traffic))


async def dry_run(rt: Runtime, who: Principal, version_id: int, *, account_id: AccountId | None = None) -> DryRun:
    """Return what the messages of the last thirty days would have cost by a version of the accounts' tariff.

    Raises NotFound (`tariff_version_not_found`), InvalidInput (`tariffs_of_two`) for a carrier's version.
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        version = await importing.get(conn, version_id)
        if version.connector_id is not None:
            raise InvalidInput("tariffs_of_two", "That is what a carrier takes; accounts don't pay by it.")
        book = await _book(conn, version_id)
        traffic = await _traffic(conn, rt.clock.now(), account_id, book)
        found = await asyncio.to_thread(comparing.recost, book, traffic)
        names = await margin_store.account_names(conn, list(found))
    total = Recost()
    for one in found.values():
        total.messages += one.messages
        total.segments += one.segments
        total.paid += one.paid
        total.would += one.would
        total.without_price += one.without_price
    named = {account_id: (names.get(account_id, str(account_id)), one) for account_id, one in found.items()}
    return DryRun(version, dict(sorted(named.items(), key=lambda one: -one[1][1].paid)), total)


async def _traffic(conn: Conn, now: datetime, account_id: AccountId | None, *books: TariffBook) -> list[Weight]:
    """Read the last thirty days, a few hours at a time: a tariff may have prefixes as long as numbers."""
    heap, digits = Heap(*books), max(book.digits for book in books)
    for begin in (now - MONTH + _PIECE * n for n in range(MONTH // _PIECE)):
        found = await margin_store.weights(conn, begin, begin + _PIECE, digits=digits, account_id=account_id)
        await asyncio.to_thread(heap.add, found)
    return heap.weights()


async def _book(conn: Conn, version_id: int) -> TariffBook:
    return TariffBook(await version_store.rows_of(conn, version_id), 0)
