"""Send one text to the people of lists at once (R47): a campaign that is made and started in one transaction.

What a group send needs, a campaign has: each person once however many lists, messages made in slices ahead of the
links, everybody's reason kept, and a pause where credit ends. So it is one, under a name of its own, and can be
watched, paused and cancelled like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import read
from cablegram.campaigns import lifecycle, moves, starting
from cablegram.campaigns.model import Campaign, NewCampaign
from cablegram.kit.errors import CablegramError, Conflict
from cablegram.kit.ids import uuid7
from cablegram.messages import idempotency
from cablegram.messages.model import Answer, Key
from cablegram.runtime.runtime import Runtime


async def send(
    rt: Runtime,
    who: Principal,
    new: NewCampaign,
    *,
    key: Key | None = None,
    write_answer: Callable[[Campaign], Answer],
) -> Answer:
    """Make a campaign and start it; its name is found here. Return the answer, or that of the same request before.

    Raises as `lifecycle.create` and `lifecycle.start`, and InvalidInput (`idempotency_key_reused`), Unavailable
    (`request_in_flight`).
    """
    who.needs(Scope.SEND)
    await lifecycle.check_picture(rt, who, new)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        (verdict,) = await idempotency.begin(conn, [(who.account_id, key)], now=now)
        if isinstance(verdict, Answer):
            return replace(verdict, is_replay=True)
        if isinstance(verdict, CablegramError):
            raise verdict
        if not await read.count(conn, who.account_id, new.audience):
            raise Conflict("no_recipients", "There is nobody on these lists. Import people first.")
        campaign = await lifecycle.make(conn, who, replace(new, name=f"{new.name} {uuid7()}"), now=now)
        await starting.check(conn, campaign)
        await starting.take_audience(conn, campaign)
        await moves.begin(conn, campaign, by=who.name, now=now)
        answer = write_answer(campaign)
        if key:
            idempotency.end(conn, [(who.account_id, key, answer)])
    return answer
