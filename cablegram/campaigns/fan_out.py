"""Make the messages of a running campaign, a slice at a time (R100, R103).

One slice is one transaction: it reads the next people, writes their texts, has them accepted and charged, and moves
the campaign's checkpoint past them. Killed at any moment, either all of that happened or nothing: nobody is left out
and nobody gets it twice. Who may not get it is kept as a skipped message with the reason, never charged, so that
recipients = accepted + skipped holds to the last person.

Where credit ends, the slice is made again up to the last person whom it covers, and the campaign pauses before the
next one. It also pauses where nobody at all can be sent to: no sender, no connector.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.billing.prices import Prices
from cablegram.campaigns import moves, spared, staging, store, walk
from cablegram.campaigns.draw import Stage
from cablegram.campaigns.guards import SPEND
from cablegram.campaigns.model import OUT_OF_FUNDS, Busy, Campaign, CampaignState, Done, Made, Stopped
from cablegram.campaigns.recipe import recipe_of, write
from cablegram.contacts.model import Person
from cablegram.kit.ids import CampaignId
from cablegram.links import codes
from cablegram.links.shortening import Shortener
from cablegram.messages import hold, tally
from cablegram.messages.accept import STOPPING, accept
from cablegram.messages.model import Draft
from cablegram.pacing.pace import pace_of
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime
from cablegram.stores import campaigning
from cablegram.stores.campaigning import Turn

# A slice holds its account's balance until it is committed, and the account's one-time codes wait for that: twice as
# many took 200 ms at the 95th percentile where these take 147 (docs/performance.md), and made no campaign faster.
SLICE = 1_000

# Refusals that say something of the campaign and not of one person.
_OF_ALL = frozenset(
    {"sender_needed", "sender_invalid", "sender_not_owned", "sender_no_texts", "too_many_senders", "no_route"}
    | {"media_not_carried", "sender_suspended"}
)


class _Short(Exception):
    """The slice can be made for its first `covered` people only; rolls back what was begun."""

    def __init__(self, covered: int, reason: str) -> None:
        super().__init__(reason)
        self.covered = covered
        self.reason = reason


class FanOut:
    """Makes slices; keeps the tariff and the compiled texts between them. One of these a process."""

    def __init__(self, *, slice_size: int = SLICE) -> None:
        self._prices = Prices()
        self._slice_size = slice_size

    async def step(self, rt: Runtime, campaign_id: CampaignId) -> Made | Done | Stopped | Busy:
        """Make the next slice of a campaign, whosever it is."""
        limit, reason = self._slice_size, None
        began = rt.clock.monotonic()
        while True:
            try:
                async with rt.db.transaction() as conn:
                    made = await self._make(
                        conn,
                        campaign_id,
                        limit,
                        shortener=codes.shortener(rt.settings),
                        reason=reason,
                        now=rt.clock.now(),
                    )
            except _Short as short:
                reach("fan_out.short")
                limit, reason = short.covered, short.reason
            else:
                reach("fan_out.committed")
                if isinstance(made, Made | Done) and made.accepted + made.skipped:
                    _note(rt, campaign_id, made, began)
                return made

    async def _make(
        self,
        conn: Conn,
        campaign_id: CampaignId,
        limit: int,
        *,
        shortener: Shortener,
        reason: str | None,
        now: datetime,
    ) -> Made | Done | Stopped | Busy:
        campaign = await store.hold_campaign_if_free(conn, campaign_id)
        if campaign is None:
            return Busy()
        if (at_rest := _at_rest(campaign, now)) is not None:
            return at_rest
        if reason:
            await hold.seize(conn, campaign.account_id, campaign.id)  # it pauses: locked before balances are
        turn = await campaigning.turn(conn, campaign.program_id, now=now, most=limit)
        limit = min(limit, await _room(conn, campaign, now), limit if turn is None else turn.room)
        if not limit and not reason:
            return Busy()
        slice_ = await walk.ahead(conn, campaign, limit=limit)
        reach("fan_out.read")
        drafts = await self._accept(conn, campaign, slice_.people, turn, shortener=shortener, now=now)
        reach("fan_out.made")
        skipped = sum(draft.refusal is not None for draft in drafts)
        made = Made(len(drafts) - skipped, skipped)
        campaign.last_contact_id = slice_.last
        if reason:
            await moves.pause(conn, campaign, reason=reason, by=None, now=now)
            return Stopped(reason)
        return await _go_on(conn, campaign, slice_, made, now=now)

    async def _accept(
        self,
        conn: Conn,
        campaign: Campaign,
        people: Sequence[Person],
        turn: Turn | None,
        *,
        shortener: Shortener,
        now: datetime,
    ) -> list[Draft]:
        drafts = write(recipe_of(campaign, shortener), people, await spared.among(conn, campaign, people))
        if turn is not None:
            await campaigning.prepare(conn, turn.store, drafts, now=now)
        await accept(conn, drafts, prices=self._prices, now=now, keep_refused=True)
        _ensure_whole(drafts)
        await _ensure_within(conn, campaign, drafts)
        if turn is not None:
            await campaigning.went(conn, turn, drafts, now=now)
        return drafts


def _at_rest(campaign: Campaign, now: datetime) -> Stopped | Done | Busy | None:
    """Say why nothing is to be made at this moment; None where something is."""
    if campaign.state is not CampaignState.RUNNING:
        return Stopped(campaign.state)
    if campaign.is_fanned_out:
        return Done(0, 0)
    is_early = campaign.goes_at is not None and now < campaign.goes_at
    return Busy() if campaign.stage_made_at or is_early else None


async def _go_on(conn: Conn, campaign: Campaign, slice_: walk.Slice, made: Made, *, now: datetime) -> Made | Done:
    """Move the checkpoint; where nobody of the stage is left, the campaign waits for the next one, or is made."""
    is_canary_full = False
    if campaign.stage is Stage.CANARY and campaign.canary is not None and not slice_.is_end:
        is_canary_full = await staging.made(conn, campaign) >= campaign.canary
    if slice_.is_end or is_canary_full:
        await staging.end(conn, campaign, now=now)
    await store.save_campaign(conn, campaign)
    reach("fan_out.checkpoint_moved")
    return Done(made.accepted, made.skipped) if campaign.is_fanned_out else made


async def _room(conn: Conn, campaign: Campaign, now: datetime) -> int:
    """Return how many messages may be made now: what its pace and its canary leave."""
    room = campaign_room = SLICE
    if pace := pace_of(per_minute=campaign.per_minute, per_five_minutes=campaign.per_five_minutes):
        lately, just_now = await tally.made_since(
            conn, campaign.account_id, campaign.id, now - pace.window, now - pace.span
        )
        room = pace.room(lately=lately, just_now=just_now)
    if campaign.stage is Stage.CANARY and campaign.canary is not None:
        campaign_room = max(1, campaign.canary - await staging.made(conn, campaign))
    return min(room, campaign_room)


async def _ensure_within(conn: Conn, campaign: Campaign, drafts: Sequence[Draft]) -> None:
    """Raise _Short at the first draft that would be beyond what the campaign may spend."""
    if campaign.guards is None or campaign.guards.spend is None:
        return
    # What this slice costs is posted already, in this transaction.
    left = campaign.guards.spend - await staging.spent(conn, campaign)
    if left >= 0:
        return
    left += sum(draft.price for draft in drafts if draft.refusal is None)
    for covered, draft in enumerate(drafts):
        left -= draft.price if draft.refusal is None else 0
        if left < 0:
            raise _Short(covered, SPEND)


def _ensure_whole(drafts: Sequence[Draft]) -> None:
    """Raise _Short at the first draft that has a reason to stop the campaign."""
    for covered, draft in enumerate(drafts):
        if draft.refusal is None:
            continue
        if draft.refusal.code in STOPPING:
            is_poor = draft.refusal.code == "insufficient_credit"
            raise _Short(covered, OUT_OF_FUNDS if is_poor else draft.refusal.code)
        if draft.refusal.code in _OF_ALL:
            raise _Short(0, draft.refusal.code)


def _note(rt: Runtime, campaign_id: CampaignId, made: Made | Done, began: float) -> None:
    seconds = rt.clock.monotonic() - began
    rt.meters.took("fan_out", seconds, messages=made.accepted + made.skipped)
    rt.log.info(
        "campaign went on",
        campaign=str(campaign_id),
        accepted=made.accepted,
        skipped=made.skipped,
        ms=round(seconds * 1000, 1),
    )
