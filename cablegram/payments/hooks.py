"""Take in a call of the payment processor's: signed, each once, in whatever order they come.

What a call says of a payment is not believed; it says which payment to ask about. So an old call that comes late tells
nothing old, and one that never comes is made up for by the looks of the `work` process.
"""

from __future__ import annotations

from datetime import timedelta

from cablegram.kit.errors import InvalidInput, NotAuthenticated, Unavailable
from cablegram.payments import asking, card_store, returning, settling, store, till
from cablegram.payments.model import Recharge
from cablegram.payments.port import Called, Disputed, Processor, ProcessorRefused, ProcessorSilent
from cablegram.runtime.runtime import Runtime

_DAYS = timedelta(days=90)  # that a call is known by its id: Stripe repeats one for three
_MOST_ID = 255


async def hear(rt: Runtime, body: bytes, signature: str) -> None:
    """Take in a call.

    Raises NotAuthenticated (`signature_wrong`), InvalidInput (`call_unreadable`), Refused (`cards_not_taken`),
    Unavailable (`processor_silent`): then the processor calls again.
    """
    async with till.opened(rt.settings) as processor:
        called = _read(processor, body, signature)
        async with rt.db.connection() as conn:
            if await store.has_event(conn, called.id):
                return
        try:
            await _take(rt, processor, called)
        except (ProcessorSilent, ProcessorRefused) as error:
            message = f"The payment processor could not be asked about its own call ({error})."
            raise Unavailable("processor_silent", message, retry_after=60) from error


async def forget(rt: Runtime) -> None:
    """Forget which calls came long ago."""
    async with rt.db.transaction() as conn:
        await store.forget_events(conn, rt.clock.now() - _DAYS)


def _read(processor: Processor, body: bytes, signature: str) -> Called:
    try:
        called = processor.hear(body, signature)
    except ProcessorRefused as error:
        if error.code == "signature_wrong":
            raise NotAuthenticated("signature_wrong", error.message) from error
        raise InvalidInput("call_unreadable", error.message) from error
    if not 0 < len(called.id) <= _MOST_ID:
        raise InvalidInput("call_unreadable", "The call has no id.")
    return called


async def _take(rt: Runtime, processor: Processor, called: Called) -> None:
    dispute = await processor.dispute(called.dispute) if called.dispute else None
    recharge = await _about(rt, called, dispute)
    outcome = await processor.look(recharge.intent or "") if recharge else None
    refunds = await processor.refunds(recharge.intent or "") if recharge and "refund" in called.kind else []
    card = await processor.card(called.method) if called.method and "updated" in called.kind else None
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        if not await store.insert_event(conn, called.id, called.kind[:100], now):
            return
        if card and (known := await card_store.card_of_method(conn, card.method)):
            await card_store.renew_card(conn, known, card)
        if recharge and outcome:
            await asking.write_in(rt, conn, recharge.account_id, recharge.id, outcome)
            held = await settling.held(conn, recharge.account_id, recharge.id)
            await returning.take_refunds(conn, held, refunds, now=now)
            if dispute:
                held = await settling.held(conn, recharge.account_id, recharge.id)
                await returning.take_dispute(conn, held, dispute, now=now)


async def _about(rt: Runtime, called: Called, dispute: Disputed | None) -> Recharge | None:
    """Return the recharge that a call is about; None: of a payment that is none of ours."""
    intent = dispute.intent if dispute else called.intent
    if not intent:
        return None
    async with rt.db.connection() as conn:
        return await store.recharge_of_intent(conn, intent)
