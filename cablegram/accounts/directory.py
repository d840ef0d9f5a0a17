"""The accounts of this installation: opening one, finding one, and what can be changed about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts import standing_store, store
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, uuid7
from cablegram.kit.names import read_name
from cablegram.numbers.countries import country
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.text.profiles import PAID, PROFILES, Profile


async def add(conn: Conn, name: str, *, default_country: str, open_senders: bool, now: datetime) -> Account:
    """Write a new account; enrollment gives it the rest of what an account has.

    Raises InvalidInput (`bad_name`, `unknown_country`), Conflict (`account_name_taken`).
    """
    account = Account(AccountId(uuid7()), read_name(name), country(default_country).iso, open_senders, now)
    if not await store.insert_account(conn, account):
        raise _name_taken(account.name)
    return account


async def many(conn: Conn, account_ids: Sequence[AccountId]) -> dict[AccountId, Account]:
    """Return the accounts of a batch by id; one that does not exist is left out."""
    return await store.accounts(conn, account_ids)


async def ids_of(conn: Conn, names: Collection[str]) -> dict[str, AccountId]:
    """Return the ids of accounts by their names in lower case, for the operator; one that is not there is left out."""
    return await store.account_ids(conn, names)


async def hold(conn: Conn, account_id: AccountId) -> Account:
    """Lock an account's row until the transaction ends, so that two changes to what it owns come one after the other.

    Raises NotFound (`account_not_found`).
    """
    account = await store.hold_account(conn, account_id)
    if account is None:
        raise no_such_account(account_id)
    return account


async def show(rt: Runtime, who: Principal) -> Account:
    """Return the account that asks."""
    async with rt.db.connection() as conn:
        account = (await store.accounts(conn, [who.account_id])).get(who.account_id)
    if account is None:
        raise no_such_account(who.account_id)
    return account


async def named(rt: Runtime, name: str) -> Account:
    """Return the account of a name, for the operator's command line. Raises NotFound (`account_not_found`)."""
    async with rt.db.connection() as conn:
        account = await store.account_named(conn, read_name(name))
    if account is None:
        raise no_such_account(name)
    return account


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Account]:
    """Return all accounts, newest first, to the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.page_of_accounts(conn, after, limit=limit)


async def change(
    rt: Runtime,
    who: Principal,
    *,
    name: str | None = None,
    default_country: str | None = None,
    open_senders: bool | None = None,
    segment_profile: str | None = None,
) -> Account:
    """Change settings of the account that asks; what is None stays.

    Only the operator may set `open_senders` (R49) and `segment_profile` (R42), which says what the account pays for.
    Raises InvalidInput (`bad_name`, `unknown_country`, `bad_profile`), Conflict (`account_name_taken`).
    """
    async with rt.db.transaction() as conn:
        return await put(
            conn,
            who,
            name=name,
            default_country=default_country,
            open_senders=open_senders,
            segment_profile=segment_profile,
        )


async def put(
    conn: Conn,
    who: Principal,
    *,
    name: str | None = None,
    default_country: str | None = None,
    open_senders: bool | None = None,
    segment_profile: str | None = None,
) -> Account:
    """Change settings as `change` does, within a transaction."""
    who.needs(Scope.ACCOUNT if open_senders is None and segment_profile is None else Scope.OPERATOR)
    account = await hold(conn, who.account_id)
    new = replace(
        account,
        name=account.name if name is None else read_name(name),
        default_country=account.default_country if default_country is None else country(default_country).iso,
        open_senders=account.open_senders if open_senders is None else open_senders,
        segment_profile=account.segment_profile if segment_profile is None else _read_profile(segment_profile),
    )
    if not await store.change_account(conn, new):
        raise _name_taken(new.name)
    return new


async def suspended(conn: Conn) -> list[AccountId]:
    """Return the accounts that the operator suspended."""
    return await standing_store.suspended(conn)


async def suspend(conn: Conn, account_id: AccountId, *, why: str, now: datetime) -> bool:
    """Write that an account is suspended; False when it is already. The rest is the safety room's."""
    return await standing_store.suspend(conn, account_id, why, now)


async def unsuspend(conn: Conn, account_id: AccountId) -> bool:
    """Write that an account goes on; False when it was not suspended."""
    return await standing_store.unsuspend(conn, account_id)


async def segment_profiles(conn: Conn) -> dict[AccountId, Profile]:
    """Return how accounts pay for segments, of those that don't pay as the network cuts them (R42).

    A change of them raises the tariff's revision: whoever keeps both in memory looks at that alone.
    """
    return {account_id: PROFILES[name] for account_id, name in (await store.segment_profiles(conn)).items()}


def _read_profile(name: str) -> str:
    if name in PAID:
        return name
    message = f"{name[:40]!r} is no way to pay for segments: choose one of {', '.join(PAID)}."
    raise InvalidInput("bad_profile", message, faults=[Fault("segment_profile", "bad_profile", message)])


def no_such_account(which: AccountId | str) -> NotFound:
    """Say that there is no such account."""
    return NotFound("account_not_found", f"There is no account {which}. See all of them with: cablegram account list")


def _name_taken(name: str) -> Conflict:
    message = f"There is already an account named {name}. Choose another name."
    return Conflict("account_name_taken", message, faults=[Fault("name", "account_name_taken", message)])
