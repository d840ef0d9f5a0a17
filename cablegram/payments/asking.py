"""Have the processor take the money of a recharge, and find out what became of those nobody knows about.

The order is what makes it safe: the recharge is on disk, then the processor makes a payment that takes nothing, then
its id is on disk, then the money is taken. Whoever dies in between leaves a row that says how far it came, and the
payment is looked up by its id. One that nobody asked money for is ended, so that whoever still holds it
can't take any.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import AccountId, RechargeId
from cablegram.payments import books, card_store, settling, store, telling, till
from cablegram.payments.model import Card, Recharge, RechargeState, next_look
from cablegram.payments.port import Outcome, Processor, ProcessorRefused, ProcessorSilent, Verdict
from cablegram.payments.settling import INTERRUPTED
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

# Longer than a call may take with all of its tries: who is asked after is no more being asked for.
LEASE = timedelta(minutes=2)
_AT_ONCE = 20


async def ask(rt: Runtime, processor: Processor, recharge: Recharge, card: Card) -> None:
    """Have a recharge paid that is on disk as `started`. However it ends, the row says so."""
    async with rt.db.connection() as conn:
        customer = await card_store.get_customer(conn, recharge.account_id)
    try:
        intent = await processor.prepare(
            recharge.id,
            customer=customer or "",
            method=card.method,
            amount=recharge.amount,
            currency=recharge.currency,
        )
    except ProcessorRefused as error:
        return await write(rt, recharge, Outcome(Verdict.FAILED, error.code, error.message))
    except ProcessorSilent:
        # Of the payment that may have been made nobody knows the id, so nobody can ever take its money.
        message = "The payment processor gave no answer. Nothing was paid; try again."
        return await write(rt, recharge, Outcome(Verdict.FAILED, "processor_silent", message))
    reach("payment.prepared")
    async with rt.db.transaction() as conn:
        is_ours = await store.bind_intent(conn, recharge, intent, look_at=rt.clock.now() + LEASE)
    if not is_ours:
        with suppress(ProcessorSilent, ProcessorRefused):  # it takes no money either way
            await processor.cancel(intent)
        return None
    reach("payment.bound")
    await _take(rt, processor, recharge, intent)
    return None


async def confirm(rt: Runtime, recharge: Recharge, card: Card | None) -> None:
    """Ask once more for a payment that waits for its holder, who sits before a screen now."""
    async with till.opened(rt.settings) as processor:
        await _take(
            rt, processor, recharge, recharge.intent or "", method=card.method if card else None, is_alone=False
        )


async def _take(
    rt: Runtime,
    processor: Processor,
    recharge: Recharge,
    intent: str,
    *,
    method: str | None = None,
    is_alone: bool | None = None,
) -> None:
    back = f"{rt.settings.public}/billing/recharge/{recharge.id}"
    alone = recharge.is_auto if is_alone is None else is_alone
    try:
        outcome = await processor.take(intent, method=method, is_alone=alone, back=back)
    except (ProcessorSilent, ProcessorRefused) as error:
        async with rt.db.transaction() as conn:
            found = await settling.held(conn, recharge.account_id, recharge.id)
            await settling.in_question(conn, found, str(error), now=rt.clock.now())
        return
    reach("payment.taken")
    await write(rt, recharge, outcome)


async def write(rt: Runtime, recharge: Recharge, outcome: Outcome) -> None:
    """Write what became of a recharge."""
    async with rt.db.transaction() as conn:
        await write_in(rt, conn, recharge.account_id, recharge.id, outcome)


async def write_in(
    rt: Runtime, conn: Conn, account_id: AccountId, recharge_id: RechargeId, outcome: Outcome
) -> Recharge:
    """Write what became of a recharge, in the caller's transaction, and return it as it was before."""
    now = rt.clock.now()
    found = await settling.held(conn, account_id, recharge_id)
    await books.took(conn, found, outcome.costs, now=now)
    moved = await settling.settle(conn, found, outcome, now=now)
    if moved is RechargeState.NEEDS_ACTION and found.is_auto:  # nobody sits before a screen: they get a letter
        await telling.confirm(conn, found, public=rt.settings.public, now=now)
    return found


async def look(rt: Runtime) -> int:
    """Ask after recharges whose time has come, and return how many there were. Raises Unavailable."""
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        due = await store.claim_looks(conn, now=now, until=now + LEASE, limit=_AT_ONCE)
    if not due:
        return 0
    if not till.takes_cards(rt.settings):  # the key was taken away: what is open waits until it is back
        return len(due)
    async with till.opened(rt.settings) as processor:
        for one in due:
            try:
                await look_at(rt, processor, one.account_id, one.id)
            except Unavailable:
                raise
            except Exception:  # whatever it is, it belongs to this payment alone
                rt.log.exception("a payment could not be asked after", recharge=str(one.id))
    return len(due)


async def look_at(
    rt: Runtime, processor: Processor, account_id: AccountId, recharge_id: RechargeId, *, may_end: bool = True
) -> None:
    """Ask after one recharge, and write what is known then; `may_end`: nobody can be asking for its money any more."""
    async with rt.db.connection() as conn:
        recharge = await store.get_recharge(conn, account_id, recharge_id)
    if recharge is None:
        raise settling.no_recharge(recharge_id)
    if recharge.intent is None:
        if recharge.state is RechargeState.STARTED and may_end:
            await _give_up(rt, recharge)
        return
    try:
        outcome = await processor.look(recharge.intent)
        if outcome.verdict is Verdict.UNASKED and may_end:
            outcome = await processor.cancel(recharge.intent)
            outcome = INTERRUPTED if outcome.verdict is Verdict.FAILED else outcome
        elif _is_too_old(rt, recharge, outcome):
            outcome = await processor.cancel(recharge.intent)
    except (ProcessorSilent, ProcessorRefused) as error:
        await _still_unknown(rt, recharge, str(error))
        return
    await write(rt, recharge, outcome)


def _is_too_old(rt: Runtime, recharge: Recharge, outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.NEEDS_ACTION and rt.clock.now() - recharge.created_at > settling.PATIENCE


async def _give_up(rt: Runtime, recharge: Recharge) -> None:
    """Close a recharge whose payment was never known: nobody can take its money."""
    async with rt.db.transaction() as conn:
        found = await settling.held(conn, recharge.account_id, recharge.id)
        if found.intent is None:
            await settling.settle(conn, found, INTERRUPTED, now=rt.clock.now())


async def _still_unknown(rt: Runtime, recharge: Recharge, why: str) -> None:
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await settling.held(conn, recharge.account_id, recharge.id)
        if found.state is RechargeState.STARTED:
            await settling.in_question(conn, found, why, now=now)
        else:
            await store.look_later(conn, found, next_look(found.looks + 1, now))
