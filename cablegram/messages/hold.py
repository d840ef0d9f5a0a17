"""Who may be in the queue: put messages in, take a campaign's out for a pause, put them back, withdraw them for good.

The rule: while a campaign is paused no row of it is in `queue`. Whoever puts rows in holds the campaign's lock in its
shared form, whoever pauses takes the exclusive one, so neither can slip past the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId, CampaignId
from cablegram.messages import settle, store
from cablegram.messages.model import Draft, Move, State, Waiting
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach


async def enqueue(conn: Conn, waiting: Sequence[Waiting | Draft], *, until: datetime | None = None) -> None:
    """Put messages where they wait: the queue, or aside while their campaign is paused or the carrier wants time.

    Drafts are accepted ones: they have an id and a connector.
    """
    # By identity: a batch shares its campaign's id, and a uuid's hash takes 0.3 us.
    paused = await lock(conn, {id(one.campaign_id): one.campaign_id for one in waiting}.values())
    if not paused and until is None:
        await store.copy_queue(conn, waiting)
        return
    aside = [
        (one, None if one.campaign_id in paused else until) for one in waiting if until or one.campaign_id in paused
    ]
    await store.copy_held(conn, aside)
    await store.copy_queue(conn, [] if until else [one for one in waiting if one.campaign_id not in paused])


async def lock(conn: Conn, campaigns: Iterable[CampaignId | None]) -> set[CampaignId]:
    """Keep campaigns from being paused or resumed until the transaction ends; return those that are paused."""
    ids = {one for one in campaigns if one}
    if not ids:
        return set()
    await store.lock_campaign_shared(conn, ids)
    return await store.paused_among(conn, ids)


async def pause(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> int:
    """Stop a campaign's messages that no link has yet; return how many wait aside now.

    After this transaction commits, no claim of a message of the campaign commits.
    """
    await store.lock_campaign(conn, campaign_id)
    await store.mark_paused(conn, campaign_id)
    reach("hold.marked")
    held = await store.hold_campaign(conn, account_id, campaign_id)
    reach("hold.set_aside")
    return held


async def resume(conn: Conn, campaign_id: CampaignId) -> int:
    """Let a campaign's messages go on; return how many went back to the queue."""
    await store.lock_campaign(conn, campaign_id)
    await store.unmark_paused(conn, campaign_id)
    released = await store.release_campaign(conn, campaign_id)
    if released:
        reach("hold.released")
        await store.wake_dispatchers(conn)
    return released


async def cancel(conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, now: datetime) -> int:
    """Withdraw a campaign's messages that no link has, with refund; return how many. It stays paused for latecomers.

    Call it again for messages that were on the wire and that the carrier sent back: they wait aside.
    """
    await store.lock_campaign(conn, campaign_id)
    await store.mark_paused(conn, campaign_id)
    gone = await store.withdraw_campaign(conn, account_id, campaign_id)
    if gone:
        reach("hold.withdrawn")
    moves = [
        Move(message_id, version, state, State.CANCELLED, "campaign_cancelled") for message_id, version, state in gone
    ]
    return len(await settle.settle(conn, moves, now=now))
