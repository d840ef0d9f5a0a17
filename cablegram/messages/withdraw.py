"""Cancel one message that no link has yet, with refund."""

from __future__ import annotations

from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import MessageId
from cablegram.messages import hold, settle, store, story, times_store
from cablegram.messages.model import LANES, Message, Move, State
from cablegram.messages.rows import share
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

BY_HAND = "by_hand"


async def cancel(rt: Runtime, who: Principal, message_id: UUID) -> Message:
    """Cancel a queued or scheduled message: no link takes it any more, and its price is given back.

    Raises NotFound (`message_not_found`), Conflict (`too_late`) once a link has it, or it has ended.
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        # Nobody moves it between queue and held meanwhile; a claim that has it already is waited for.
        await hold.lock_numbers(conn, [who.account_id])
        message = await store.get_message(conn, who.account_id, message_id)
        if message is None:
            raise NotFound("message_not_found", f"There is no message {message_id} in this account.")
        if not await _take_out(conn, message):
            raise await _too_late(conn, message.id)
        reach("withdraw.taken")
        (stood,) = await settle.standing(conn, [message.id])
        move = Move(message.id, stood.version, stood.state, State.CANCELLED, BY_HAND)
        if not await settle.settle(conn, [move], now=rt.clock.now()):
            raise await _too_late(conn, message.id)
        reach("withdraw.cancelled")
    return await story.get(rt, who, message_id)


async def _take_out(conn: Conn, message: Message) -> bool:
    if message.connector_id is None or message.state not in (State.QUEUED, State.SCHEDULED):
        return False
    lane = LANES[message.message_class]
    return await times_store.withdraw_one(
        conn, message.id, message.connector_id, lane=lane, share=share(message.account_id)
    )


async def _too_late(conn: Conn, message_id: MessageId) -> Conflict:
    (now,) = await settle.standing(conn, [message_id])
    return Conflict(
        "too_late",
        f"The message is {now.state}: only one that is queued or scheduled can be cancelled. Nothing was done.",
    )
