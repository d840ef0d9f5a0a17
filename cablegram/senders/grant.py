"""Giving senders to accounts and taking them away (R49, R58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.events.model import Event
from cablegram.events.model import Kind as News
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, ConnectorId, SenderId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import store
from cablegram.senders.model import Capability, Filter, Kind, NumberType, Sender, Settings
from cablegram.senders.reading import Described, bad, check_capabilities, describe

MOST_CONNECTORS = 100


@dataclass(frozen=True, slots=True)
class NewSender:
    """A sender to give. What is None is read off its address; no connectors: any that the account may use.

    `rental_id`: the account rents it, and it goes by the end of that alone.
    """

    address: str
    number_type: NumberType | None = None
    country: str | None = None
    capabilities: Sequence[Capability] = (Capability.SMS,)
    connector_ids: Sequence[ConnectorId] = ()
    is_default: bool = False
    rental_id: UUID | None = None


async def grant(conn: Conn, account_id: AccountId, new: NewSender, *, now: datetime) -> Sender:
    """Give an account a sender; as the default it takes the place of the one before.

    Raises InvalidInput (`sender_invalid`, `sender_number_unknown`, `sender_country_wrong`, `sender_type_wrong`,
    `sender_country_needed`, `sender_capabilities_wrong`, `unknown_country`), NotFound (`connector_not_found`),
    Conflict (`sender_exists`, `sender_taken`).
    """
    found = describe(new.address, number_type=new.number_type, country=new.country)
    check_capabilities(found.kind, new.capabilities)
    if found.kind is Kind.NUMBER:
        await _check_owner(conn, account_id, found.address)
    await directory.hold(conn, account_id)
    await check_connectors(conn, account_id, found, new.connector_ids)
    if new.is_default:
        await store.drop_default(conn, account_id)
    sender = Sender(
        id=SenderId(uuid7()),
        address=found.address,
        kind=found.kind,
        number_type=found.number_type,
        country=found.country,
        capabilities=tuple(dict.fromkeys(new.capabilities)),
        connector_ids=tuple(dict.fromkeys(new.connector_ids)),
        settings=Settings(),
        is_default=new.is_default,
        created_at=now,
    )
    if not await store.insert_sender(conn, account_id, sender, rental_id=new.rental_id):
        raise Conflict("sender_exists", f"The account has the sender {found.address} already.")
    return sender


async def _check_owner(conn: Conn, account_id: AccountId, number: str) -> None:
    """See that a number is no other account's: what is written to it belongs to one."""
    await store.lock_numbers(conn)
    if (await store.number_owners(conn, [number])).get(number, account_id) != account_id:
        raise Conflict("sender_taken", f"+{number} is another account's. Take it away there first.")


async def check_connectors(
    conn: Conn, account_id: AccountId, sender: Described | Sender, connector_ids: Sequence[ConnectorId]
) -> None:
    """See that the account may use these connectors, and that the country of a short code is known.

    A short code reaches its own country alone (R65); one of the simulated carrier has no country and reaches all.
    """
    if len(connector_ids) > MOST_CONNECTORS:
        raise bad("connector_ids", "too_many_connectors", f"A sender has {MOST_CONNECTORS} connectors at most.")
    found = await store.usable_connectors(conn, account_id, connector_ids)
    for connector_id in connector_ids:
        if connector_id not in found:
            raise NotFound("connector_not_found", f"The account can use no connector {connector_id}.")
    is_simulated = bool(found) and all(found.values())
    if sender.kind is Kind.SHORT_CODE and sender.country is None and not is_simulated:
        message = f"{sender.address} is a short code, which reaches its own country only: say which country that is."
        raise bad("country", "sender_country_needed", message)


async def add(rt: Runtime, who: Principal, new: NewSender) -> Sender:
    """Give the account that is asked for a sender, as the operator: nobody grants one to himself (R49).

    Except what is registered on the account's own connectors, whose provider answers for it: then all of
    `connector_ids` are such (R171). Raises NotAllowed (`scope_missing`), and as `grant`.
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        if not who.is_operator:
            await _check_own(conn, who, new.connector_ids)
        sender = await grant(conn, who.account_id, new, now=rt.clock.now())
        await record(conn, [_news(News.SENDER_GRANTED, who, sender.id, sender.address)], now=rt.clock.now())
    return sender


async def _check_own(conn: Conn, who: Principal, connector_ids: Sequence[ConnectorId]) -> None:
    own = await store.own_connectors(conn, who.account_id, connector_ids)
    if not connector_ids or not own.issuperset(connector_ids):
        message = (
            "Senders are given by the operator. An account registers those of its own connectors by itself: name these "
            "connectors, and no others."
        )
        raise NotAllowed("scope_missing", message)


async def page(
    rt: Runtime, who: Principal, *, wanted: Filter | None = None, after: UUID | None = None, limit: int = 50
) -> list[Sender]:
    """Return the account's senders, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_senders(conn, who.account_id, wanted or Filter(), after=after, limit=limit)


async def get(rt: Runtime, who: Principal, sender_id: SenderId) -> Sender:
    """Return one of the account's senders. Raises NotFound (`sender_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.sender(conn, who.account_id, sender_id)
    if found is None:
        raise no_such_sender(sender_id)
    return found


async def make_default(rt: Runtime, who: Principal, sender_id: SenderId) -> None:
    """Make a sender the one that messages without `from` get. Raises NotFound (`sender_not_found`)."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        await store.drop_default(conn, who.account_id)
        if not await store.set_default(conn, who.account_id, sender_id):
            raise no_such_sender(sender_id)


async def remove(rt: Runtime, who: Principal, sender_id: SenderId) -> None:
    """Take a sender away from the account. Raises NotFound (`sender_not_found`), Conflict (`sender_rented`).

    Messages that were accepted before keep it and go out; an answer to them belongs to nobody. A running campaign
    that names it pauses before its next person and says why (`sender_not_owned`, `sender_needed`).
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        # Whoever accepts messages holds the balance, and may have chosen this sender just now.
        await ledger.lock_balances(conn, [who.account_id])
        address = await store.delete_sender(conn, who.account_id, sender_id)
        if address is None and await store.is_rented(conn, who.account_id, sender_id):
            message = "This number is rented: release it (DELETE /v1/numbers/{number}), and its charges end with it."
            raise Conflict("sender_rented", message)
        if address is None:
            raise no_such_sender(sender_id)
        await record(conn, [_news(News.SENDER_REMOVED, who, sender_id, address)], now=rt.clock.now())


def _news(kind: News, who: Principal, sender_id: SenderId, address: str) -> Event:
    return Event(kind, who.account_id, sender_id, {"address": address, "by": who.name})


def no_such_sender(sender_id: SenderId) -> NotFound:
    """Say that the account has no such sender."""
    return NotFound("sender_not_found", f"The account has no sender {sender_id}.")
