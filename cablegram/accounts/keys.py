"""API keys of an account: made and shown once, listed by their first characters, revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts import directory, store
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import ApiKey
from cablegram.accounts.tokens import digest, hint, new_key
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, KeyId, uuid7
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def issue(
    conn: Conn,
    account_id: AccountId,
    *,
    name: str,
    scopes: Collection[Scope],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its text, which nobody can ever read again.

    Raises InvalidInput (`bad_name`, `no_scopes`, `bad_expiry`).
    """
    if expires_at is not None and expires_at <= now:
        message = "The key would have ended before it began: give a later time."
        raise InvalidInput("bad_expiry", message, faults=[Fault("expires_at", "bad_expiry", message)])
    if not scopes:
        message = "A key without scopes could do nothing: give at least one."
        raise InvalidInput("no_scopes", message, faults=[Fault("scopes", "no_scopes", message)])
    text = new_key()
    key = ApiKey(KeyId(uuid7()), read_name(name), hint(text), frozenset(scopes), now, None, None, expires_at)
    await store.insert_key(conn, account_id, key, digest(text))
    return key, text


async def create(
    rt: Runtime, who: Principal, *, name: str, scopes: Collection[Scope], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key for the account that asks, as `issue` does; nobody gives away more than they have.

    Raises NotAllowed (`scope_missing`), NotFound (`account_not_found`) and what `issue` raises.
    """
    who.needs(Scope.ACCOUNT)
    _need_all(who, scopes)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await directory.hold(conn, who.account_id)
        key, text = await issue(conn, who.account_id, name=name, scopes=scopes, now=now, expires_at=expires_at)
        facts = {"name": key.name, "hint": key.hint, "scopes": sorted(key.scopes), "by": who.name}
        await record(conn, [Event(Kind.KEY_CREATED, who.account_id, key.id, facts)], now=now)
    return key, text


async def rotate(rt: Runtime, who: Principal, key_id: UUID, *, overlap_hours: int) -> tuple[ApiKey, str]:
    """Make the successor of a key, of the same name and scopes; the old one works on for so many hours.

    One that ends by itself has a successor that ends after as long a life.

    Raises NotFound (`key_not_found`), NotAllowed (`scope_missing`), Conflict (`key_replaced`).
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        old = await store.living_key(conn, who.account_id, key_id, now)
        if old is None:
            raise NotFound("key_not_found", f"The account has no key {key_id} that works.")
        if old.replaced_by is not None:
            raise Conflict("key_replaced", "This key has a successor already: rotate that one, or revoke this.")
        _need_all(who, old.scopes)
        ends = None if old.expires_at is None else now + (old.expires_at - old.created_at)
        new, text = await issue(conn, who.account_id, name=old.name, scopes=old.scopes, now=now, expires_at=ends)
        until = now + timedelta(hours=overlap_hours)
        until = until if old.expires_at is None else min(until, old.expires_at)
        await store.replace_key(conn, who.account_id, old.id, new_id=new.id, expires_at=until)
        facts = {"new_id": str(new.id), "until": until.isoformat(), "by": who.name}
        await record(conn, [Event(Kind.KEY_ROTATED, who.account_id, old.id, facts)], now=now)
    return new, text


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[ApiKey]:
    """Return the account's keys, revoked ones too, newest first."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.connection() as conn:
        return await store.page_of_keys(conn, who.account_id, after, limit=limit)


async def revoke(rt: Runtime, who: Principal, key_id: UUID) -> None:
    """Make a key worthless; every process has forgotten it within five seconds. Once more changes nothing.

    Raises NotFound (`key_not_found`).
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        if await store.revoke_key(conn, who.account_id, key_id, now):
            await record(conn, [Event(Kind.KEY_REVOKED, who.account_id, key_id, {"by": who.name})], now=now)
        elif not await store.key_exists(conn, who.account_id, key_id):
            raise NotFound("key_not_found", f"The account has no key {key_id}.")


def _need_all(who: Principal, scopes: Collection[Scope]) -> None:
    beyond = sorted(set(scopes) - who.scopes)
    if beyond:
        message = f"{who.name} can't make a key with the scope {beyond[0]}, having not got it."
        raise NotAllowed("scope_missing", message)
