"""The cards of an account: tokens of the processor's, and what may be known of a card (R23).

A card's number is typed at the processor and nowhere else; whoever hands one in here hands in the processor's token.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, CardId, uuid7
from cablegram.payments import card_store, till
from cablegram.payments.model import Address, Card
from cablegram.payments.port import CardFacts, Processor
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_CARDS = 20
WARNINGS = (30, 7)  # days before a card's last one on which somebody is told
_AT_ONCE = 500
_MOST = {"name": 100, "address": 200, "city": 100, "state": 100, "zip": 20, "country": 2}


async def listed(rt: Runtime, who: Principal) -> list[Card]:
    """Return the account's cards, the default one first."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await card_store.cards(conn, who.account_id)


async def show(rt: Runtime, who: Principal, card_id: UUID) -> Card:
    """Return a card. Raises NotFound (`card_not_found`)."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await read(conn, who.account_id, card_id)


async def read(conn: Conn, account_id: AccountId, card_id: UUID) -> Card:
    """Return a card of an account. Raises NotFound (`card_not_found`)."""
    found = await card_store.get_card(conn, account_id, CardId(card_id))
    if found is None:
        raise NotFound("card_not_found", f"The account has no card {card_id}.")
    return found


async def add(rt: Runtime, who: Principal, token: str, holder: Address, *, is_default: bool = False) -> Card:
    """Keep a card by the processor's token; the first is the default. The same token again is the same card.

    Raises InvalidInput (`bad_card`), Refused (`cards_not_taken`, `card_refused`), Conflict (`too_many_cards`),
    Unavailable (`processor_silent`).
    """
    who.needs(Scope.BILLING)
    _check(holder)
    async with till.answering(rt.settings) as processor:
        customer = await _customer(rt, who.account_id, processor)
        facts = await processor.attach(customer, token, holder)
    return await _keep(rt, who, facts, is_default=is_default)


async def page_to_add(rt: Runtime, who: Principal) -> str:
    """Return the address of the processor's own page on which a card is typed. Raises as `add`."""
    who.needs(Scope.BILLING)
    public = rt.settings.public
    async with till.answering(rt.settings) as processor:
        customer = await _customer(rt, who.account_id, processor)
        return await processor.card_page(
            customer, done=f"{public}/billing/cards/typed", back=f"{public}/billing/recharge"
        )


async def add_typed(rt: Runtime, who: Principal, page_id: str) -> Card:
    """Keep the card that was typed on the processor's page. Raises as `add`."""
    who.needs(Scope.BILLING)
    async with till.answering(rt.settings) as processor:
        customer = await _customer(rt, who.account_id, processor)
        facts = await processor.attach(customer, await processor.card_of_page(customer, page_id), Address())
    return await _keep(rt, who, facts, is_default=False)


async def make_default(rt: Runtime, who: Principal, card_id: UUID) -> Card:
    """Have a card be the one that pays first. Raises NotFound (`card_not_found`)."""
    who.needs(Scope.BILLING)
    async with rt.db.transaction() as conn:
        await card_store.hold_cards(conn, who.account_id)
        await read(conn, who.account_id, card_id)
        await card_store.set_default(conn, who.account_id, CardId(card_id))
        return await read(conn, who.account_id, card_id)


async def remove(rt: Runtime, who: Principal, card_id: UUID) -> None:
    """Forget a card, here and at the processor. Raises NotFound (`card_not_found`), and as `add`."""
    who.needs(Scope.BILLING)
    card = await show(rt, who, card_id)
    # At the processor first: a card that is gone here must not be chargeable there.
    async with till.answering(rt.settings) as processor:
        await processor.detach(card.method)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await card_store.hold_cards(conn, who.account_id)
        if await card_store.remove_card(conn, who.account_id, card.id, now):
            facts = {"brand": card.brand, "last4": card.last4, "by": who.name}
            await record(conn, [Event(Kind.CARD_REMOVED, who.account_id, card.id, facts)], now=now)


async def tell_expiring(rt: Runtime) -> int:
    """Tell of cards that expire in 30 days and in 7, each once; who was down for weeks tells the nearer alone."""
    told = 0
    today = rt.clock.now().date()
    for days in sorted(WARNINGS):  # the nearest first: who is told that is not told of the other
        until = today + timedelta(days=days)
        while True:
            async with rt.db.transaction() as conn:
                found = await card_store.expiring(conn, days=days, today=today, until=until, limit=_AT_ONCE)
                events = [Event(Kind.CARD_EXPIRING, one.account_id, one.id, _facts(one)) for one in found]
                await record(conn, events, now=rt.clock.now())
            told += len(found)
            if len(found) < _AT_ONCE:
                break
    return told


async def _customer(rt: Runtime, account_id: AccountId, processor: Processor) -> str:
    async with rt.db.connection() as conn:
        known = await card_store.get_customer(conn, account_id)
        name = (await directory.many(conn, [account_id]))[account_id].name
    if known:
        return known
    made = await processor.customer(account_id, name)
    async with rt.db.transaction() as conn:
        return await card_store.put_customer(conn, account_id, made, rt.clock.now())


async def _keep(rt: Runtime, who: Principal, facts: CardFacts, *, is_default: bool) -> Card:
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await card_store.hold_cards(conn, who.account_id)
        known = await card_store.card_of_method(conn, facts.method)
        if known is not None and known.account_id == who.account_id:
            return known
        if len(await card_store.cards(conn, who.account_id)) >= MOST_CARDS:
            raise Conflict("too_many_cards", f"An account has {MOST_CARDS} cards at most. Take one away first.")
        card_id = CardId(uuid7())
        if not await card_store.insert_card(conn, who.account_id, card_id, facts, now):
            message = "That card was taken away here before. Type it again to get a new token."
            raise Conflict("card_was_removed", message)
        if is_default:
            await card_store.set_default(conn, who.account_id, card_id)
        card = await read(conn, who.account_id, card_id)
        told = {**_facts(card), "by": who.name}
        await record(conn, [Event(Kind.CARD_ADDED, who.account_id, card.id, told)], now=now)
    return card


def _facts(card: Card) -> dict[str, str]:
    return {"brand": card.brand, "last4": card.last4, "expires": card.expires_month}


def _check(holder: Address) -> None:
    values = {"name": holder.name, "address": holder.address, "city": holder.city, "state": holder.state}
    values |= {"zip": holder.zip, "country": holder.country}
    faults = [
        Fault(name, "bad_card", f"`{name}` is one line of {_MOST[name]} characters at most.")
        for name, value in values.items()
        if len(value) > _MOST[name] or not value.isprintable()
    ]
    if faults:
        raise InvalidInput("bad_card", faults[0].message, faults=faults)
