"""Buy credits by itself when the balance falls below a line: found by the `work` process, never on the hot path (R25).

An account's row is locked while it is decided what to do, and the database lets one such payment be open at a time; so
however many processes look, and however many messages take the balance down at once, each fall is dealt with once.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import credit_price
from cablegram.billing.pricing import Quote
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import CablegramError, Fault, InvalidInput, Unavailable
from cablegram.kit.ids import AccountId, uuid7
from cablegram.payments import asking, auto_store, card_store, store, till
from cablegram.payments.auto_model import Arm, AutoRecharge, Buy, GiveUp, give_up, over_cap, step
from cablegram.payments.model import Card, Recharge
from cablegram.payments.starting import MOST, check, started
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_BY = "auto-recharge"
_AT_ONCE = 50
_LANES = 4  # a processor that lets one wait does not keep all others waiting


async def show(rt: Runtime, who: Principal) -> AutoRecharge | None:
    """Return what the account wants bought by itself; None where nobody ever said."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await auto_store.get_auto(conn, who.account_id)


async def change(
    rt: Runtime,
    who: Principal,
    *,
    is_enabled: bool,
    below: int,
    credits: int | None,  # noqa: A002 - the field's word
    money: int | None,
    most_a_day: int | None = None,
    most_a_month: int | None = None,
) -> AutoRecharge:
    """Set what is bought by itself. Either `credits` or `money` is given; the rest as `AutoRecharge` says.

    Raises InvalidInput (`bad_auto_recharge`), Refused (`cards_not_taken`) where it is switched on and no card is taken.
    """
    who.needs(Scope.BILLING)
    if is_enabled:
        till.need(rt.settings)
    _check(below=below, credits_=credits, money=money, most_a_day=most_a_day, most_a_month=most_a_month)
    wish = AutoRecharge(
        who.account_id,
        is_enabled,
        below,
        credits,
        money,
        most_a_day,
        most_a_month,
        is_armed=True,
        crossing=None,
        failures=0,
        retry_at=None,
        trouble="",
    )
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await auto_store.put_auto(conn, wish, by=who.name, now=now)
        facts = {"is_enabled": is_enabled, "below": below, "credits": credits, "money": money, "by": who.name}
        await record(conn, [Event(Kind.AUTO_RECHARGE_CHANGED, who.account_id, who.account_id, facts)], now=now)
        return await auto_store.get_auto(conn, who.account_id) or wish


async def look(rt: Runtime) -> int:
    """Deal with accounts whose balance fell below their line; return how many there were. Raises Unavailable."""
    if not till.takes_cards(rt.settings):
        return 0
    async with rt.db.connection() as conn:
        due = await auto_store.due(conn, now=rt.clock.now(), limit=_AT_ONCE)
    lanes = asyncio.Semaphore(_LANES)

    async def one(account_id: AccountId) -> None:
        async with lanes:
            try:
                await deal_with(rt, account_id)
            except Unavailable:
                raise
            except Exception:  # whatever it is, it belongs to this account alone
                rt.log.exception("nothing could be bought by itself", account=str(account_id))

    await asyncio.gather(*[one(account_id) for account_id in due])
    return len(due)


async def deal_with(rt: Runtime, account_id: AccountId) -> None:
    """Do what is to be done for one account, card after card until one pays or none is left."""
    while True:
        async with rt.db.transaction() as conn:
            began = await _begin(rt, conn, account_id)
        if began is None:
            return
        async with till.opened(rt.settings) as processor:
            await asking.ask(rt, processor, *began)


async def _begin(rt: Runtime, conn: Conn, account_id: AccountId) -> tuple[Recharge, Card] | None:
    """Decide, and write a recharge that is to be asked for; None: there is nothing to ask."""
    claimed = await auto_store.claim(conn, account_id)
    if claimed is None:
        return None
    auto, balance = claimed
    now = rt.clock.now()
    cards = await card_store.cards(conn, account_id)
    tried = await store.of_crossing(conn, account_id, auto.crossing) if auto.crossing else []
    match step(auto, balance=balance, cards=cards, tried=tried, now=now):
        case Arm():
            await auto_store.arm(conn, account_id)
        case GiveUp() as end:
            await _give_up(rt, conn, account_id, end, tried)
        case Buy(card_id, crossing):
            return await _buy(rt, conn, auto, {one.id: one for one in cards}[card_id], crossing)
        case _:
            pass
    return None


async def _buy(
    rt: Runtime, conn: Conn, auto: AutoRecharge, card: Card, crossing: UUID | None
) -> tuple[Recharge, Card] | None:
    now = rt.clock.now()
    try:
        price = check(await _price(conn, auto))
    except CablegramError as error:
        await _give_up(rt, conn, auto.account_id, give_up(auto, error.code, error.message, now=now), [])
        return None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today, month = await store.spent_by_itself(conn, auto.account_id, today=midnight, month=midnight.replace(day=1))
    broken = over_cap(auto, price.amount, today=today, month=month, now=now)
    if broken is not None:
        why, until = broken
        end = give_up(auto, "cap_reached", f"Nothing was bought: {why}.", now=now, retry_at=until)
        await _give_up(rt, conn, auto.account_id, end, [])
        return None
    recharge = started(auto.account_id, till.STRIPE, card.id, price, by=_BY, now=now)
    recharge = replace(recharge, is_auto=True, crossing=crossing or uuid7())
    if not await store.insert_recharge(conn, recharge, key=None, look_at=now + asking.LEASE):
        return None  # another one is on its way
    await auto_store.begin(conn, auto.account_id, recharge.crossing or uuid7())
    return recharge, card


async def _price(conn: Conn, auto: AutoRecharge) -> Quote:
    if auto.credits is not None:
        return await credit_price.quote(conn, auto.account_id, auto.credits)
    return await credit_price.credits_for(conn, auto.account_id, auto.money or 0)


async def _give_up(rt: Runtime, conn: Conn, account_id: AccountId, end: GiveUp, tried: list[Recharge]) -> None:
    await auto_store.give_up(conn, account_id, retry_at=end.retry_at, trouble=end.explained, counts=end.counts)
    if end.is_news:
        subject = tried[-1].id if tried else account_id
        event = Event(Kind.AUTO_RECHARGE_FAILED, account_id, subject, {"reason": end.why, "explained": end.explained})
        await record(conn, [event], now=rt.clock.now())


def _check(*, below: int, credits_: int | None, money: int | None, **most: int | None) -> None:
    faults: list[Fault] = []

    def fault(field: str, what: str) -> None:
        faults.append(Fault(field, "bad_auto_recharge", what))

    if not 0 <= below <= MOST:
        fault("below", "The line must be 0 credits or more.")
    if (credits_ is None) == (money is None):
        fault("credits", "Say either how many credits are bought, or for how much money.")
    for name, value in {"credits": credits_, "money": money, **most}.items():
        if value is not None and not 0 < value <= MOST:
            fault(name, f"`{name}` must be more than nothing.")
    if faults:
        raise InvalidInput("bad_auto_recharge", faults[0].message, faults=faults)
