"""Give money back, as the operator: through the processor, or noted where it was given by other means."""

from __future__ import annotations

from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.currency import show_minor
from cablegram.kit.errors import Conflict, Fault, InvalidInput, Refused, Unavailable
from cablegram.kit.ids import ReturnId, uuid7
from cablegram.payments import asking, return_store, returning, settling, store, till
from cablegram.payments.model import KEPT, Recharge, Return, ReturnState
from cablegram.payments.port import Processor, ProcessorRefused, ProcessorSilent, Refunded
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

_AT_ONCE = 20
_MOST_NOTE = 300


async def refund(
    rt: Runtime, who: Principal, recharge_id: UUID, *, amount: int | None = None, note: str = ""
) -> Recharge:
    """Give money of a recharge back, all that is left or `amount` of its smallest unit; the credits go with it.

    Where the processor gives no answer the refund stands as started, and is looked up until it is known.

    Raises NotFound (`recharge_not_found`), Conflict (`recharge_not_paid`, `refund_at_work`), InvalidInput
    (`bad_amount`), Refused (`cards_not_taken`, `refund_refused`).
    """
    who.needs(Scope.OPERATOR)
    if len(note) > _MOST_NOTE or not note.isprintable():
        message = f"A note is one line of {_MOST_NOTE} characters at most."
        raise InvalidInput("bad_reference", message, faults=[Fault("note", "bad_reference", message)])
    async with rt.db.transaction() as conn:
        recharge, back = await _start(rt, conn, who, recharge_id, amount=amount, note=note)
    if recharge.processor == till.STRIPE:
        await _ask(rt, recharge, back)
    async with rt.db.connection() as conn:
        return await store.any_recharge(conn, recharge_id) or recharge


async def returns(rt: Runtime, who: Principal, recharge: Recharge) -> list[Return]:
    """Return what went back of a recharge, oldest first."""
    who.needs(Scope.BILLING)
    async with rt.db.connection() as conn:
        return await return_store.returns_of(conn, recharge.account_id, recharge.id)


async def look(rt: Runtime) -> int:
    """Ask after refunds that nobody knows the end of; return how many there were. Raises Unavailable."""
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        due = await return_store.claim_returns(conn, now=now, until=now + asking.LEASE, limit=_AT_ONCE)
    if not due or not till.takes_cards(rt.settings):
        return len(due)
    async with till.opened(rt.settings) as processor:
        for one in due:
            try:
                await _look_at(rt, processor, one)
            except Unavailable:
                raise
            except Exception:  # whatever it is, it belongs to this refund alone
                rt.log.exception("a refund could not be asked after", refund=str(one.id))
    return len(due)


async def _start(
    rt: Runtime, conn: Conn, who: Principal, recharge_id: UUID, *, amount: int | None, note: str
) -> tuple[Recharge, Return]:
    now = rt.clock.now()
    known = await store.any_recharge(conn, recharge_id)
    if known is None:
        raise settling.no_recharge(recharge_id)
    recharge = await settling.held(conn, known.account_id, recharge_id)
    left = recharge.amount - recharge.returned
    if recharge.state not in KEPT or left <= 0:
        raise Conflict("recharge_not_paid", "There is nothing to give back: this payment holds no money of theirs.")
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        message = f"Of this payment {show_minor(left, recharge.currency)} can be given back."
        raise InvalidInput("bad_amount", message, faults=[Fault("amount", "bad_amount", message)])
    if recharge.processor == till.STRIPE:
        till.need(rt.settings)
    back = Return(
        ReturnId(uuid7()),
        recharge.account_id,
        recharge.id,
        returning.REFUND,
        None,
        wanted,
        0,
        ReturnState.STARTED,
        note.strip(),
        who.name,
        now,
    )
    if not await return_store.insert_return(conn, back, look_at=now + asking.LEASE):
        raise Conflict("refund_at_work", "A refund of this payment is on its way. Wait for its end.")
    if recharge.processor == till.MANUAL:
        await returning.take_manual(conn, recharge, back, now=now)
    return recharge, back


async def _ask(rt: Runtime, recharge: Recharge, back: Return) -> None:
    try:
        async with till.opened(rt.settings) as processor:
            made = await processor.refund(
                recharge.intent or "", back.id, amount=back.amount, currency=recharge.currency
            )
    except ProcessorRefused as error:
        await _fail(rt, back, error.message)
        raise Refused("refund_refused", f"The payment processor said no: {error.message} ({error.code})") from error
    except ProcessorSilent:
        return  # `look` finds out
    reach("payment.refund_made")
    await _take(rt, recharge, [made])


async def _look_at(rt: Runtime, processor: Processor, back: Return) -> None:
    """Find a refund among those that the processor knows; one that is not there was never made."""
    async with rt.db.connection() as conn:
        recharge = await store.get_recharge(conn, back.account_id, back.recharge_id)
    if recharge is None or recharge.intent is None:
        return
    try:
        found = await processor.refunds(recharge.intent)
    except (ProcessorSilent, ProcessorRefused) as error:
        rt.log.warning("a refund waits for the payment processor", refund=str(back.id), error=str(error))
        return  # it is due again when its lease is over
    if any(one.return_id == str(back.id) for one in found):
        await _take(rt, recharge, found)
    else:
        await _fail(rt, back, "The processor never got it. Nothing was given back.")


async def _take(rt: Runtime, recharge: Recharge, found: list[Refunded]) -> None:
    async with rt.db.transaction() as conn:
        held = await settling.held(conn, recharge.account_id, recharge.id)
        await returning.take_refunds(conn, held, found, now=rt.clock.now())


async def _fail(rt: Runtime, back: Return, why: str) -> None:
    async with rt.db.transaction() as conn:
        await settling.held(conn, back.account_id, back.recharge_id)
        known = await return_store.returns_of(conn, back.account_id, back.recharge_id)
        if any(one.id == back.id and one.state is ReturnState.STARTED for one in known):
            await return_store.move_return(conn, back, ReturnState.FAILED, note=why, now=rt.clock.now())
