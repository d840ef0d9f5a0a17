"""Find stores, and how many customers each has (R112, R116)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import AccountId, ProgramId
from cablegram.programs import people
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import codes, people_store, store
from cablegram.stores.model import STATUSES, Keyword, Status, Store


@dataclass(frozen=True, slots=True)
class Shown:
    """A store with how many customers stand where with it."""

    store: Store
    counts: dict[Status, int]


@dataclass(frozen=True, slots=True)
class Whole:
    """A store as its own page shows it: with keywords, and the codes it uses; None: the account has none."""

    shown: Shown
    keywords: list[Keyword]
    marketing_code: str | None
    communication_codes: list[str]


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Shown]:
    """Return the account's stores, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.stores_of(conn, who.account_id, after, limit=limit)
        return await _counted(conn, who.account_id, found)


async def get(rt: Runtime, who: Principal, store_id: UUID) -> Whole:
    """Return a store. Raises NotFound (`store_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await read(conn, who.account_id, store_id)
        (shown,) = await _counted(conn, who.account_id, [found])
        keywords = await store.keywords_of(conn, who.account_id, found.id)
        own = await people_store.own_codes(conn, who.account_id)
    marketing, pool = (codes.usable(own, use) for use in (codes.MARKETING, codes.COMMUNICATION))
    return Whole(shown, keywords, next((one.address for one in marketing), None), [one.address for one in pool])


async def waiting(rt: Runtime, who: Principal, *, limit: int = 200) -> list[Store]:
    """Return the stores that wait for the operator's word, the oldest first."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.waiting_stores(conn, limit=limit)


async def read(conn: Conn, account_id: AccountId, store_id: UUID) -> Store:
    """Return a store of an account. Raises NotFound (`store_not_found`)."""
    found = (await store.get_stores(conn, [store_id])).get(ProgramId(store_id))
    if found is None or found.account_id != account_id:
        raise no_such_store(store_id)
    return found


async def hold(conn: Conn, account_id: AccountId, store_id: UUID) -> Store:
    """Lock a store of an account until the transaction ends. Raises NotFound (`store_not_found`)."""
    found = await store.hold_store(conn, account_id, store_id)
    if found is None:
        raise no_such_store(store_id)
    return found


def need_open(found: Store) -> None:
    """Raise Conflict (`store_not_open`) for a store whose keyword the operator has not approved (R125)."""
    if not found.is_open:
        why = "waits for the operator's approval" if found.decided_at is None else "was refused by the operator"
        raise Conflict("store_not_open", f"The store {found.name} {why}: nothing goes in or out.")


def no_such_store(store_id: UUID) -> NotFound:
    """Say that the account has no such store."""
    return NotFound("store_not_found", f"The account has no store {store_id}.")


async def _counted(conn: Conn, account_id: AccountId, found: Sequence[Store]) -> list[Shown]:
    counts = await people.count(conn, account_id, [one.id for one in found]) if found else {}
    shown: list[Shown] = []
    for one in found:
        by_status = dict.fromkeys(Status, 0)
        for standing, n in counts[one.id].items():
            by_status[STATUSES[standing]] += n
        shown.append(Shown(one, by_status))
    return shown
