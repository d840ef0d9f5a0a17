"""Move messages from state to state, with everything that belongs to a move: counts, refunds, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.billing import ledger
from cablegram.billing.model import Charge
from cablegram.kit.ids import MessageId
from cablegram.messages import counted_store, store
from cablegram.messages.model import FINAL, Move, Standing, is_refund_due
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach


async def settle(conn: Conn, moves: Sequence[Move], *, now: datetime) -> set[MessageId]:
    """Make the moves that still hold, refund what semantics say; return the ids that moved.

    A message whose version changed meanwhile does not move and is not in the answer: look again and decide anew.
    Raises ValueError for a move that the table of states has not: that is a mistake of ours, not of a carrier.
    """
    if not moves:
        return set()
    for move in moves:
        if move.from_state is not move.to_state and not move.from_state.may_become(move.to_state):
            raise ValueError(f"a message that is {move.from_state} can't become {move.to_state}")
    # In the order of ids, so that two who move the same messages never wait for each other in a circle.
    in_order = sorted(moves, key=lambda move: move.id.int)
    if ended := [move.id for move in in_order if move.from_state in FINAL]:
        counted_store.note_counted(conn, ended)
    settled = await store.settle(conn, in_order, now)
    refundable = {move.id for move in moves if is_refund_due(move.from_state, move.to_state)}
    back = [one for one in settled if one.id in refundable]
    if back:
        reach("settle.moved")
        refunds = await ledger.refund(
            conn, [Charge(one.account_id, one.campaign_id, one.price) for one in back], now=now
        )
        reach("refund.posted")
        await store.mark_refunded(conn, [(one.id, refund) for one, refund in zip(back, refunds, strict=True)])
        reach("refund.marked")
    return {one.id for one in settled}


async def standing(conn: Conn, ids: Sequence[MessageId]) -> list[Standing]:
    """Return where messages stand now, for a writer that lost a race or comes late."""
    return await store.standing(conn, ids) if ids else []
