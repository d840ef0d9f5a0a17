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
from cablegram.campaigns import brought, compose, moves, store
from cablegram.campaigns.model import OUT_OF_FUNDS, Busy, Campaign, CampaignState, Done, Made, Stopped
from cablegram.consent.timing import AS_IT_COMES
from cablegram.contacts import audience
from cablegram.kit.ids import CampaignId
from cablegram.messages import hold, tally
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.pacing import five_minutes
from cablegram.pacing.five_minutes import FIVE_MINUTES
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

SLICE = 2_000

# Refusals that say something of the campaign and not of one person.
_OF_ALL = frozenset(
    {"sender_needed", "sender_invalid", "sender_not_owned", "sender_no_texts", "too_many_senders", "no_route"}
    | {"media_not_carried"}
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
                    made = await self._make(conn, campaign_id, limit, reason=reason, now=rt.clock.now())
            except _Short as short:
                reach("fan_out.short")
                limit, reason = short.covered, short.reason
            else:
                reach("fan_out.committed")
                if isinstance(made, Made | Done) and made.accepted + made.skipped:
                    _note(rt, campaign_id, made, began)
                return made

    async def _make(
        self, conn: Conn, campaign_id: CampaignId, limit: int, *, reason: str | None, now: datetime
    ) -> Made | Done | Stopped | Busy:
        campaign = await store.hold_campaign_if_free(conn, campaign_id)
        if campaign is None:
            return Busy()
        if campaign.state is not CampaignState.RUNNING:
            return Stopped(campaign.state)
        if campaign.is_fanned_out:
            return Done(0, 0)
        if reason:
            await hold.seize(conn, campaign.account_id, campaign.id)  # it pauses: locked before balances are
        if campaign.per_five_minutes:
            limit = min(limit, await _room(conn, campaign, campaign.per_five_minutes, now))
            if not limit:
                return Busy()
        drafts = await self._accept(conn, campaign, limit, now)
        reach("fan_out.made")
        skipped = sum(draft.refusal is not None for draft in drafts)
        made = Made(len(drafts) - skipped, skipped)
        if drafts:
            campaign.last_contact_id = drafts[-1].contact_id
        if reason:
            await moves.pause(conn, campaign, reason=reason, by=None, now=now)
            return Stopped(reason)
        campaign.is_fanned_out = len(drafts) < limit
        await store.save_campaign(conn, campaign)
        reach("fan_out.checkpoint_moved")
        return Done(made.accepted, made.skipped) if campaign.is_fanned_out else made

    async def _accept(self, conn: Conn, campaign: Campaign, limit: int, now: datetime) -> list[Draft]:
        people = await audience.people_after(
            conn, campaign.account_id, campaign.list_ids, after=campaign.last_contact_id, limit=limit
        )
        reach("fan_out.read")
        drafts = compose.write(letter_of(campaign), people)
        await accept(conn, drafts, prices=self._prices, now=now, keep_refused=True)
        _ensure_whole(drafts)
        return drafts


def letter_of(campaign: Campaign) -> compose.Letter:
    """Return what all messages of a campaign have in common."""
    return compose.Letter(
        account_id=campaign.account_id,
        campaign_id=campaign.id,
        template=compose.compiled(campaign.text),
        variables=campaign.variables,
        sender=campaign.sender,
        message_class=campaign.message_class,
        timing=None if campaign.timing == AS_IT_COMES else campaign.timing,
        smart_encoding=campaign.smart_encoding,
        media_url=campaign.media_url,
        brought=brought.compiled(campaign.provider_values) if campaign.provider_values else None,
    )


async def _room(conn: Conn, campaign: Campaign, most: int, now: datetime) -> int:
    lately, just_now = await tally.made_since(
        conn, campaign.account_id, campaign.id, now - FIVE_MINUTES, now - five_minutes.span(most)
    )
    return five_minutes.room(most, lately=lately, just_now=just_now)


def _ensure_whole(drafts: Sequence[Draft]) -> None:
    """Raise _Short at the first draft that has a reason to stop the campaign."""
    for covered, draft in enumerate(drafts):
        if draft.refusal is None:
            continue
        if draft.refusal.code == "insufficient_credit":
            raise _Short(covered, OUT_OF_FUNDS)
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
