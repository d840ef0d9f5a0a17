"""Suspend an account, and let it go on: nothing of it is accepted or sent meanwhile, and what comes in still does.

First nothing more is accepted: the account's balance is held while it is marked, and whoever accepts looks behind that
lock. Then its campaigns pause and what waits is held under its own reason, slice by slice; what a link had already may
still leave. Broken off, either may be asked for again; of two at once, one stops where the other has begun. Texts that
come in are received, and a STOP counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.campaigns import find, moves
from cablegram.campaigns.model import CampaignState
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import AccountId
from cablegram.kit.names import read_note
from cablegram.messages import hold, release, settle, story
from cablegram.messages.model import Move, State
from cablegram.messages.rows import share as share_of
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.safety import store as restore_store
from cablegram.safety import suspension_store as store
from cablegram.safety.model import Aside

REASON = "account_suspended"
_SLICE = 5_000
Take = Callable[..., Awaitable[list[Aside]]]


async def suspend(rt: Runtime, who: Principal, account_id: AccountId, *, why: str = "") -> int:
    """Let an account do nothing any more, and return how many messages are held. Once more holds what is left.

    Raises NotFound (`account_not_found`), InvalidInput (`bad_name`).
    """
    who.needs(Scope.OPERATOR)
    reason = read_note(why, field="why", most=200)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await directory.hold(conn, account_id)
        await ledger.lock_balances(conn, [account_id])
        if await directory.suspend(conn, account_id, why=reason, now=now):
            facts = {"why": reason, "by": who.name}
            await record(conn, [Event(Kind.ACCOUNT_SUSPENDED, account_id, account_id, facts)], now=now)
    async with rt.db.transaction() as conn:
        is_still = await _is_suspended(conn, account_id)
        for campaign_id in await store.running_of(conn, account_id) if is_still else ():
            campaign = await find.hold(conn, account_id, campaign_id)
            if campaign.state is CampaignState.RUNNING:
                await moves.pause(conn, campaign, reason=REASON, by=None, now=rt.clock.now())
    held = 0
    for take in (store.hold_aside, store.hold_queued):
        while found := await _hold(rt, account_id, take):
            held += found
    return held


async def resume(rt: Runtime, who: Principal, account_id: AccountId) -> int:
    """Let an account go on: what was held goes out, each once, and its campaigns go on. Return how many messages.

    Raises NotFound (`account_not_found`), Conflict (`account_not_suspended`; `held_after_restore` while everything
    waits for the operator's word after a restore).
    """
    who.needs(Scope.OPERATOR)
    was_suspended = await _unmark(rt, who, account_id)
    released = 0
    while found := await _let_go(rt, account_id):
        released += found
    going = await _resume_campaigns(rt, who, account_id)
    if not (was_suspended or released or going):
        raise Conflict("account_not_suspended", "This account is not suspended. Nothing has to be done.")
    return released


async def _unmark(rt: Runtime, who: Principal, account_id: AccountId) -> bool:
    """End the suspension; False when somebody did before, who may have been broken off."""
    async with rt.db.transaction() as conn:
        await directory.hold(conn, account_id)
        if await restore_store.standstill(conn) is not None:
            message = "A backup was restored, and everything waits for your word. Say first what becomes of that."
            raise Conflict("held_after_restore", message)
        await ledger.lock_balances(conn, [account_id])
        if not await directory.unsuspend(conn, account_id):
            return False
        event = Event(Kind.ACCOUNT_RESUMED, account_id, account_id, {"by": who.name})
        await record(conn, [event], now=rt.clock.now())
    return True


async def _resume_campaigns(rt: Runtime, who: Principal, account_id: AccountId) -> int:
    going = 0
    async with rt.db.transaction() as conn:
        is_free = not await _is_suspended(conn, account_id)
        for campaign_id in await store.suspended_of(conn, account_id) if is_free else ():
            campaign = await find.hold(conn, account_id, campaign_id)
            if campaign.state is CampaignState.PAUSED and campaign.reason == REASON:
                await moves.resume(conn, campaign, by=who.name, now=rt.clock.now())
                going += 1
    return going


async def _is_suspended(conn: Conn, account_id: AccountId) -> bool:
    """Tell whether an account is suspended, and let nobody change that until the transaction ends."""
    return (await directory.hold(conn, account_id)).suspended_at is not None


async def _hold(rt: Runtime, account_id: AccountId, take: Take) -> int:
    async with rt.db.transaction() as conn:
        if not await _is_suspended(conn, account_id):
            return 0  # somebody lets it go on meanwhile
        now, share = rt.clock.now(), share_of(account_id)
        await hold.lock(conn, (), shares={share})
        taken = await take(conn, account_id, share, limit=_SLICE)
        held = [Move(one.id, one.version, one.state, State.SCHEDULED, REASON) for one in taken]
        await settle.settle(conn, held, now=now)
        await story.tell(conn, [(one.id, now, "held", 0, REASON) for one in taken])
    return len(taken)


async def _let_go(rt: Runtime, account_id: AccountId) -> int:
    """Let a slice go of what is held; what had hours or a validity is asked about its time again."""
    async with rt.db.transaction() as conn:
        if await _is_suspended(conn, account_id):
            return 0  # somebody suspended it anew
        share = share_of(account_id)
        await hold.lock(conn, await store.campaigns_held_of(conn, account_id, share), shares={share})
        locked = await store.held_of(conn, account_id, share, limit=_SLICE)
        await release.let_go(conn, locked, now=rt.clock.now(), told="by the operator")
    return len(locked)
