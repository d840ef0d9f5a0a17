"""Buy credits: by a card of the account, or entered by the operator for money that came another way (R24)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import credit_price
from cablegram.billing.pricing import Quote
from cablegram.kit.currency import read_currency
from cablegram.kit.errors import Conflict, Fault, InvalidInput, Refused
from cablegram.kit.ids import AccountId, CardId
from cablegram.payments import asking, card_store, cards, settling, store, till
from cablegram.payments.model import OPEN, Card, Recharge, RechargeState
from cablegram.payments.starting import MOST, check, started
from cablegram.runtime.runtime import Runtime

MOST_KEY = 255


async def quote(rt: Runtime, who: Principal, credits: int) -> Quote:  # noqa: A002 - the field's word
    """Return what so many micro-credits cost the account. Raises as `recharge`."""
    who.needs(Scope.READ)
    _check_credits(credits)
    async with rt.db.connection() as conn:
        return check(await credit_price.quote(conn, who.account_id, credits))


async def quote_money(rt: Runtime, who: Principal, amount: int) -> Quote:
    """Return what an amount of money (smallest unit) buys the account. Raises as `recharge`."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return check(await credit_price.credits_for(conn, who.account_id, amount))


async def recharge(
    rt: Runtime,
    who: Principal,
    *,
    card_id: UUID,
    credits: int,  # noqa: A002 - the field's word
    key: str | None,
) -> Recharge:
    """Buy micro-credits by a card, and return what came of it; the same `key` again is the same purchase, once paid.

    Raises InvalidInput (`bad_amount`, `idempotency_key_reused`), NotFound (`card_not_found`), Conflict
    (`no_credit_price`), Refused (`cards_not_taken`, `card_expired`, `too_few_credits`).
    A card that is declined is no error: the recharge says so.
    """
    who.needs(Scope.BILLING)
    till.need(rt.settings)
    _check_credits(credits)
    new, card = await _start(rt, who, CardId(card_id), credits, key)
    if card is not None:
        async with till.opened(rt.settings) as processor:
            await asking.ask(rt, processor, new, card)
    return await show(rt, who, new.id)


async def top_up(
    rt: Runtime,
    who: Principal,
    account_id: AccountId,
    *,
    credits: int,  # noqa: A002 - the field's word
    amount: int = 0,
    currency: str = "",
    reference: str = "",
    note: str = "",
    key: str | None = None,
) -> Recharge:
    """Enter a payment that came another way, as the operator: its credits are there at once, with a receipt.

    `amount` is the currency's smallest unit; 0 where nobody says. A reference is entered once for an account; the same
    `key` again is the same payment, once entered.

    Raises InvalidInput (`bad_amount`, `bad_currency`, `bad_reference`, `idempotency_key_reused`), NotFound
    (`account_not_found`), Conflict (`reference_used`).
    """
    who.needs(Scope.OPERATOR)
    _check_credits(credits)
    if not 0 <= amount <= MOST:
        message = "What was paid is 0 or more."
        raise InvalidInput("bad_amount", message, faults=[Fault("amount", "bad_amount", message)])
    for name, value, most in (("reference", reference, 100), ("note", note, 300)):
        if len(value) > most or not value.isprintable():
            message = f"`{name}` is one line of {most} characters at most."
            raise InvalidInput("bad_reference", message, faults=[Fault(name, "bad_reference", message)])
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await directory.hold(conn, account_id)  # so that a second press waits here for the first
        code = read_currency(currency) if amount else "XXX"  # ISO 4217: no currency
        price = check(Quote(credits, amount, code))
        new = started(account_id, till.MANUAL, None, price, by=who.name, now=now)
        new = replace(new, reference=reference.strip(), note=note.strip())
        if key is not None and (known := await store.recharge_of_key(conn, account_id, key)):
            return _same_payment(known, new)
        if not await store.insert_recharge(conn, new, key=key, look_at=None):
            message = f"The reference {reference} stands in this account's payments. A payment is entered once."
            raise Conflict("reference_used", message, faults=[Fault("reference", "reference_used", message)])
        await settling.paid(conn, await settling.held(conn, account_id, new.id), now=now)
        return await settling.held(conn, account_id, new.id)


async def confirm(rt: Runtime, who: Principal, recharge_id: UUID) -> Recharge:
    """Ask the card's bank again, for a holder who sits before a screen; `action_url` then leads to the bank.

    Raises NotFound (`recharge_not_found`), Conflict (`recharge_not_waiting`), Unavailable.
    """
    who.needs(Scope.BILLING)
    found = await show(rt, who, recharge_id)
    if found.state is not RechargeState.NEEDS_ACTION:
        message = f"This payment waits for nobody: it is {found.state.value}."
        raise Conflict("recharge_not_waiting", message)
    async with rt.db.connection() as conn:
        card = await card_store.get_card(conn, who.account_id, found.card_id) if found.card_id else None
    await asking.confirm(rt, found, card)
    return await show(rt, who, recharge_id)


async def ask_again(rt: Runtime, who: Principal, recharge_id: UUID) -> Recharge:
    """Ask the processor now what became of a recharge. Raises NotFound (`recharge_not_found`)."""
    who.needs(Scope.BILLING)
    found = await show(rt, who, recharge_id)
    if found.state in OPEN and found.intent is not None and till.takes_cards(rt.settings):
        async with till.opened(rt.settings) as processor:
            await asking.look_at(rt, processor, who.account_id, found.id, may_end=False)
    return await show(rt, who, recharge_id)


async def show(rt: Runtime, who: Principal, recharge_id: UUID) -> Recharge:
    """Return a recharge. Raises NotFound (`recharge_not_found`)."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        found = await store.get_recharge(conn, who.account_id, recharge_id)
    if found is None:
        raise settling.no_recharge(recharge_id)
    return found


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Recharge]:
    """Return the account's recharges, newest first."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await store.recharges(conn, who.account_id, after, limit=limit)


async def page_of_all(
    rt: Runtime, who: Principal, *, after: UUID | None = None, state: RechargeState | None = None, limit: int = 50
) -> list[Recharge]:
    """Return the recharges of all accounts to the operator, newest first."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.all_recharges(conn, after, state=state.value if state else None, limit=limit)


async def any_payment(rt: Runtime, who: Principal, recharge_id: UUID) -> Recharge:
    """Return a recharge of any account to the operator. Raises NotFound (`recharge_not_found`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await store.any_recharge(conn, recharge_id)
    if found is None:
        raise settling.no_recharge(recharge_id)
    return found


async def cards_of(rt: Runtime, who: Principal, recharges: list[Recharge]) -> dict[CardId, Card]:
    """Return the cards that some recharges of the account name, also those that were taken away."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        ids = sorted({one.card_id for one in recharges if one.card_id is not None})
        return {one.id: one for one in await card_store.cards_named(conn, who.account_id, ids)}


async def _start(
    rt: Runtime, who: Principal, card_id: CardId, credits_: int, key: str | None
) -> tuple[Recharge, Card | None]:
    """Write the recharge with the card to ask; or find the one that was asked for under the key, without a card."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        if key is not None and (known := await store.recharge_of_key(conn, who.account_id, key)):
            return _same(known, card_id, credits_), None
        card = await cards.read(conn, who.account_id, card_id)
        if not card.is_valid(now.date()):
            raise Refused("card_expired", f"The card {card.label} expired in {card.expires_month}. Choose another.")
        price = check(await credit_price.quote(conn, who.account_id, credits_))
        new = started(who.account_id, till.STRIPE, card.id, price, by=who.name, now=now)
        if await store.insert_recharge(conn, new, key=key, look_at=now + asking.LEASE):
            return new, card
        known = await store.recharge_of_key(conn, who.account_id, key or "")  # who came at the same moment was first
    if known is None:
        raise settling.no_recharge(new.id)
    return _same(known, card_id, credits_), None


def _same_payment(known: Recharge, new: Recharge) -> Recharge:
    if _asked(known) != _asked(new):
        raise _key_reused()
    return known


def _asked(one: Recharge) -> tuple[object, ...]:
    return one.processor, one.credits, one.amount, one.currency, one.reference, one.note


def _same(known: Recharge, card_id: CardId, credits_: int) -> Recharge:
    if (known.card_id, known.credits) != (card_id, credits_):
        raise _key_reused()
    return known


def _key_reused() -> InvalidInput:
    message = "This key was used for another purchase. Take a fresh key for each purchase."
    return InvalidInput("idempotency_key_reused", message)


def _check_credits(credits_: int) -> None:
    if not 0 < credits_ <= MOST:
        message = "Buy more than 0 credits, and fewer than a thousand million."
        raise InvalidInput("bad_amount", message, faults=[Fault("credits", "bad_amount", message)])
