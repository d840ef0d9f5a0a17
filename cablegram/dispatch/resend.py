"""Send messages in question again, where the operator chose so for their class (docs/decisions/0023).

The only way on which a carrier may get a message twice; so it is taken at most once for a message, never for one of
which a part was taken, and it is written down apart: a row, a line in the message's story, and an event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from cablegram.dispatch import store
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.messages import hold, settle, story
from cablegram.messages.model import MessageClass, Move, State
from cablegram.messages.rows import share
from cablegram.runtime import Runtime

_GRACE = timedelta(seconds=10)  # since the claim: a late answer or a receipt may still tell
_AT_ONCE = 1000
TOLD = "by the operator's policy, since nobody could say whether the carrier took it"


async def send_again(rt: Runtime, classes: Sequence[MessageClass]) -> int:
    """Put messages of these classes that are in question back into the queue, once each; return how many."""
    if not classes:
        return 0
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await store.unknown_to_resend(conn, classes, now - _GRACE, limit=_AT_ONCE)
        # As everybody locks them (hold); nothing of a paused campaign is sent again.
        shares = {share(one.account_id) for one in found}
        paused = await hold.lock(conn, {one.campaign_id for one in found}, shares=shares)
        wanted = [one for one in found if one.campaign_id not in paused]
        moves = [Move(one.id, one.version, State.UNKNOWN, State.QUEUED, "resent") for one in wanted]
        moved = await settle.settle(conn, moves, now=now)
        again = [one for one in wanted if one.id in moved]
        await store.insert_resends(conn, again, now=now)
        await hold.put_back(conn, [one.waiting() for one in again], now=now)
        await story.tell(conn, [(one.id, now, "resent", 0, TOLD) for one in again])
        by_account = Counter(one.account_id for one in again)
        news = [Event(Kind.MESSAGES_RESENT, account_id, None, {"count": n}) for account_id, n in by_account.items()]
        await record(conn, news, now=now)
    if again:
        rt.log.warning("messages in question are sent again, as the operator chose", count=len(again))
    return len(again)
