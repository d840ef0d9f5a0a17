"""Open an account so that its first message needs no further set-up (R1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cablegram.accounts import directory, keys
from cablegram.accounts.access import KEY_SCOPES, Principal, Scope, operator
from cablegram.accounts.model import Account
from cablegram.billing import ledger
from cablegram.connectors import configure
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import simulated


@dataclass(frozen=True, slots=True)
class Opened:
    """A new account; the text of its first key is nowhere else."""

    account_id: AccountId
    api_key: str = field(repr=False)
    sender: str | None  # its number on the simulated carrier


async def open_account(
    rt: Runtime,
    who: Principal | None,
    name: str,
    *,
    credits_micro: int,
    default_country: str,
    open_senders: bool = True,
) -> Opened:
    """Open an account with a key, as the operator (None: the command line), in one transaction.

    Raises InvalidInput (`bad_name`, `unknown_country`, `bad_amount`), Conflict (`account_name_taken`).
    """
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        account, sender = await open_within(
            conn,
            who or operator("command line"),
            name,
            credits_micro=credits_micro,
            default_country=default_country,
            open_senders=open_senders,
            now=now,
        )
        _, api_key = await keys.issue(conn, account.id, name="First key", scopes=KEY_SCOPES, now=now)
    return Opened(account.id, api_key, sender)


async def open_without_key(rt: Runtime, name: str, *, credits_micro: int, default_country: str) -> AccountId:
    """Open an account where nobody is there to be shown a key; its people make one when they want it."""
    async with rt.db.transaction() as conn:
        account, _ = await open_within(
            conn,
            operator("command line"),
            name,
            credits_micro=credits_micro,
            default_country=default_country,
            open_senders=True,
            now=rt.clock.now(),
        )
    return account.id


async def give_senders(rt: Runtime) -> int:
    """Give a number to each account that can't send yet, once the simulated connector is there; return how many."""
    async with rt.db.transaction() as conn:
        connector = await configure.simulated(conn)
        if connector is None:
            return 0
        return len(await simulated.give_to_all_without(conn, connector.id, now=rt.clock.now()))


async def open_within(
    conn: Conn,
    who: Principal,
    name: str,
    *,
    credits_micro: int,
    default_country: str,
    open_senders: bool,
    now: datetime,
) -> tuple[Account, str | None]:
    """Make account, balance and first credits; return it with its number on the simulated carrier."""
    who.needs(Scope.OPERATOR)
    if credits_micro < 0:
        raise InvalidInput("bad_amount", "An account begins with 0 credits or more.")
    account = await directory.add(conn, name, default_country=default_country, open_senders=open_senders, now=now)
    await ledger.open_balance(conn, account.id)
    if credits_micro:
        await ledger.grant(conn, account.id, credits_micro, note="First credits", now=now)
    sender = await _sender(conn, account, now)
    facts = {"name": account.name, "credits": credits_micro, "by": who.name}
    await record(conn, [Event(Kind.ACCOUNT_CREATED, account.id, account.id, facts)], now=now)
    return account, sender


async def _sender(conn: Conn, account: Account, now: datetime) -> str | None:
    connector = await configure.simulated(conn)
    if connector is None:
        return None
    return (await simulated.give(conn, account.id, connector.id, now=now)).address
