"""What an account pays for a credit, by volume, and for a text that came in (R15, R20). The operator sets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import price_store, pricing
from cablegram.billing.model import INBOUND_PRICE
from cablegram.billing.pricing import CreditPrices, Quote, Step
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.currency import read_currency
from cablegram.kit.errors import Conflict, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class AccountPrices:
    """What an account pays: for credits (None: the operator has set no price), and micro-credits for a text in."""

    credits: CreditPrices | None
    inbound: int


async def quote(conn: Conn, account_id: AccountId, credits_micro: int) -> Quote:
    """Return what so many micro-credits cost the account, in minor units of its currency.

    Raises Conflict (`no_credit_price`) where the operator has set no price, Refused (`too_few_credits`).
    """
    return pricing.quote(await _prices(conn, account_id), credits_micro)


async def credits_for(conn: Conn, account_id: AccountId, amount: int) -> Quote:
    """Return how many micro-credits an amount (minor units of the account's currency) buys it.

    Raises as `quote`.
    """
    return pricing.credits_for(await _prices(conn, account_id), amount)


async def show(rt: Runtime, who: Principal) -> AccountPrices:
    """Return what the account that asks pays."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await of_account(conn, who.account_id)


async def of(rt: Runtime, who: Principal, account_id: AccountId) -> AccountPrices:
    """Return what an account pays, to the operator. Raises NotFound (`account_not_found`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, account_id)
        return await of_account(conn, account_id)


async def usual(rt: Runtime, who: Principal) -> CreditPrices | None:
    """Return what all pay who have no prices of their own, to the operator; None: it is not set."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await price_store.read(conn, None)


async def of_account(conn: Conn, account_id: AccountId) -> AccountPrices:
    """Return what an account pays."""
    inbound = await price_store.read_inbound(conn, account_id)
    return AccountPrices(await price_store.read(conn, account_id), INBOUND_PRICE if inbound is None else inbound)


async def set_prices(
    rt: Runtime, who: Principal, account_id: AccountId | None, *, currency: str, steps: Sequence[Step]
) -> CreditPrices:
    """Set what an account pays for a credit, or (None) what all pay who have no prices of their own.

    Raises InvalidInput (`bad_currency`, `bad_credit_price`), NotFound (`account_not_found`).
    """
    who.needs(Scope.OPERATOR)
    code, ordered = read_currency(currency), pricing.check(steps)
    async with rt.db.transaction() as conn:
        if account_id is not None:
            await directory.hold(conn, account_id)
        await price_store.put(conn, account_id, code, ordered)
        told = [{"from_credits": one.from_credits, "price": one.price} for one in ordered]
        facts = {"currency": code, "steps": told, "by": who.name}
        await record(conn, [Event(Kind.PRICES_CHANGED, account_id, None, facts)], now=rt.clock.now())
    return CreditPrices(code, ordered, is_own=account_id is not None)


async def forget_prices(rt: Runtime, who: Principal, account_id: AccountId) -> None:
    """Let an account pay the usual price of a credit again. Raises NotFound (`account_not_found`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, account_id)
        await price_store.put(conn, account_id, "", ())
        facts: dict[str, Any] = {"currency": "", "steps": [], "by": who.name}
        await record(conn, [Event(Kind.PRICES_CHANGED, account_id, None, facts)], now=rt.clock.now())


async def set_inbound(rt: Runtime, who: Principal, account_id: AccountId, price: int | None) -> None:
    """Set what an account pays for a text that came in, in micro-credits; None: the usual credit (R20).

    Raises InvalidInput (`bad_amount`), NotFound (`account_not_found`).
    """
    who.needs(Scope.OPERATOR)
    if price is not None and price < 0:
        raise InvalidInput("bad_amount", "A text that came in costs 0 credits or more.")
    async with rt.db.transaction() as conn:
        await directory.hold(conn, account_id)
        await price_store.put_inbound(conn, account_id, price)
        facts = {"inbound": INBOUND_PRICE if price is None else price, "by": who.name}
        await record(conn, [Event(Kind.PRICES_CHANGED, account_id, None, facts)], now=rt.clock.now())


async def _prices(conn: Conn, account_id: AccountId) -> CreditPrices:
    prices = await price_store.read(conn, account_id)
    if prices is None:
        message = "The operator has not said what a credit costs, so none can be bought by card yet. Ask the operator."
        raise Conflict("no_credit_price", message)
    return prices
