"""The operator's word after a restore: what is held goes on, or is cancelled with refund."""

from __future__ import annotations

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import find, moves
from cablegram.campaigns.model import AFTER_RESTORE, CampaignState
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict
from cablegram.messages import hold, release, settle
from cablegram.messages.model import Move, State
from cablegram.runtime import Runtime
from cablegram.safety import store
from cablegram.safety.model import Gone, Standstill

_SLICE = 5_000


async def standing(rt: Runtime, who: Principal) -> Standstill | None:
    """Return what is held since a restore; None when nothing is."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.standstill(conn)


async def resume(rt: Runtime, who: Principal, *, cancels: bool = False) -> Gone:
    """Let everything go on that a restore held, or cancel its messages and leave its campaigns paused.

    Messages of an account that is suspended go on with the account (suspension.py), and are cancelled with all others.
    Broken off, it may be asked for again: the standstill ends with its last step. Raises Conflict (`nothing_held`).
    """
    who.needs(Scope.OPERATOR)
    if await standing(rt, who) is None:
        message = "Nothing is held: no backup was restored, or its messages go on already."
        raise Conflict("nothing_held", message)
    to_state = State.CANCELLED if cancels else State.QUEUED
    messages = 0
    while moved := await _move(rt, to_state):
        messages += moved
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        campaigns = [] if cancels else await store.stopped_campaigns(conn)
        for account_id, campaign_id in campaigns:
            campaign = await find.hold(conn, account_id, campaign_id)
            if campaign.state is CampaignState.PAUSED:
                await moves.resume(conn, campaign, by=who.name, now=now)
        await store.end(conn)
        gone = Gone(0 if cancels else messages, messages if cancels else 0, len(campaigns))
        facts = {"released": gone.released, "cancelled": gone.cancelled, "campaigns": gone.campaigns, "by": who.name}
        await record(conn, [Event(Kind.INSTALLATION_RESUMED, None, None, facts)], now=now)
    return gone


async def _move(rt: Runtime, to_state: State) -> int:
    """Move a slice of what is held; return how many that were, none at the end."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        # Campaigns before messages and balances, as whoever cancels a campaign locks them.
        found = await store.campaigns_of(conn)
        await hold.lock(conn, {one for one, _ in found}, shares={share for _, share in found})
        if to_state is State.QUEUED:
            locked = await store.held_to_go(conn, limit=_SLICE)
            # What had hours or a validity is asked about its time, as whatever waited.
            await release.let_go(conn, locked, now=now, told="by the operator")
        else:
            locked = await store.held(conn, limit=_SLICE)
            taken = await store.take_out(conn, [message_id for message_id, *_ in locked])
            gone = [
                Move(message_id, version, State.SCHEDULED, to_state, AFTER_RESTORE) for message_id, version in taken
            ]
            await settle.settle(conn, gone, now=now)
    return len(locked)
