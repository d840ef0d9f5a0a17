"""Between the stages of a campaign: a look at the canary, the choice of the best text; and what guards see.

Everything here is inside a transaction that holds the campaign's row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.campaigns import guards, moves, reactions, store, winning
from cablegram.campaigns.draw import Draw, Stage, first_stage, next_stage
from cablegram.campaigns.guards import Figures, Off
from cablegram.campaigns.model import CANARY, Campaign, CampaignState
from cablegram.campaigns.winning import Verdict
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import ContactId
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_REACHED = (State.SUBMITTED, State.DELIVERED)
_FAILED = (State.UNDELIVERED, State.REJECTED, State.FAILED)
_UNDER_WAY = frozenset({CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED})
_NOBODY = ContactId(UUID(int=0))


def is_under_way(campaign: Campaign) -> bool:
    """Tell whether anybody's turn may have come, in this stage or an earlier one. Pure."""
    first = first_stage(has_canary=campaign.canary is not None, has_winner=campaign.trial.winner is not None)
    return bool(
        campaign.last_contact_id or campaign.is_fanned_out or campaign.stage_made_at or campaign.stage is not first
    )


async def end(conn: Conn, campaign: Campaign, *, now: datetime) -> None:
    """Note that everybody of a stage was made; the caller saves the campaign.

    After the last stage `recipients` is how many there were: who left the audience on the way is none of them.
    """
    if next_stage(campaign.stage, has_winner=campaign.trial.winner is not None) is None:
        campaign.is_fanned_out = True
        counts = await tally.counts(conn, campaign.account_id, campaign.id)
        campaign.recipients = sum(count.n for count in counts.values())
        return
    if campaign.stage is Stage.CANARY:
        campaign.draw = replace(_draw(campaign), canary_last=campaign.last_contact_id or _NOBODY)
    campaign.stage_made_at = now


async def look(conn: Conn, campaign: Campaign, *, now: datetime) -> bool:
    """Let a running campaign whose stage is made go on, if it is time; tell whether it did.

    The time after a stage counts from when nothing of it waits for a link any more, so that what waits for its hours
    is known, too, before anything is judged by it.
    """
    if campaign.stage is Stage.SAMPLE and campaign.verdict is not None:
        await go_on(conn, campaign, by=campaign.verdict.decided_by, now=now)
        return True
    if not await moves.is_settled(conn, campaign):
        campaign.stage_made_at = now
        await store.save_campaign(conn, campaign)
        return False
    if campaign.stage is Stage.CANARY and campaign.canary_minutes is None:
        await moves.pause(conn, campaign, reason=CANARY, by=None, now=now)
        return False
    if campaign.goes_on_at is None or now < campaign.goes_on_at:
        return False
    if campaign.stage is Stage.CANARY and (off := await anything_off(conn, campaign, campaign.guards or guards.USUAL)):
        await moves.pause(conn, campaign, reason=off.reason, by=None, now=now, told=off.sentence)
        return False
    await go_on(conn, campaign, by=None, now=now)
    return True


async def go_on(conn: Conn, campaign: Campaign, *, by: str | None, now: datetime) -> None:
    """Begin the next stage; before the rest, the best text is chosen unless somebody did so."""
    following = next_stage(campaign.stage, has_winner=campaign.trial.winner is not None)
    if following is None:
        return
    if campaign.stage is Stage.SAMPLE and campaign.trial.winner is not None and campaign.verdict is None:
        tried = await reactions.tried(conn, campaign, campaign.trial.winner.by)
        await decide(conn, campaign, winning.decide(campaign.trial.winner.by, tried), now=now)
    campaign.stage, campaign.stage_made_at, campaign.last_contact_id = following, None, None
    await store.save_campaign(conn, campaign)
    reach("campaign.went_on")
    facts = {"name": campaign.name, "stage": following.value, "by": by}
    await record(conn, [Event(Kind.CAMPAIGN_WENT_ON, campaign.account_id, campaign.id, facts)], now=now)


async def bring_back(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """Let a paused campaign go on. Where one of its rates had paused it, these count from now on."""
    was = campaign.reason
    if was in guards.RATES:
        campaign.baseline = await figures(conn, campaign)
    await moves.resume(conn, campaign, by=by, now=now)
    is_canary = campaign.stage is Stage.CANARY and campaign.stage_made_at is not None
    if is_canary and (was == CANARY or was in guards.REASONS):
        await go_on(conn, campaign, by=by, now=now)


async def choose(conn: Conn, campaign: Campaign, name: str, *, by: str, now: datetime) -> None:
    """Note which text somebody chose; the caller saves the campaign. Raises as `lifecycle.choose`."""
    winner = campaign.trial.winner
    if winner is None or campaign.verdict is not None or campaign.state not in _UNDER_WAY:
        message = f"The campaign {campaign.name} has no text to choose now: {_why_none(campaign)}"
        raise Conflict("nothing_to_choose", message)
    names = [one.name.casefold() for one in campaign.trial.variants]
    if name.strip().casefold() not in names:
        there = ", ".join(one.name for one in campaign.trial.variants)
        raise NotFound("variant_not_found", f"The campaign {campaign.name} has no variant {name}; it has {there}.")
    place = names.index(name.strip().casefold())
    tried = tuple(await reactions.tried(conn, campaign, winner.by))
    sentence = f"{by} chose {campaign.trial.variants[place].name}."
    await decide(conn, campaign, Verdict(place, winning.Why.BY_HAND, sentence, winner.by, tried, by), now=now)


def _why_none(campaign: Campaign) -> str:
    if campaign.trial.winner is None:
        return "it does not look for the best of several."
    return "that is decided." if campaign.verdict else f"it is {campaign.state}."


async def decide(conn: Conn, campaign: Campaign, verdict: Verdict, *, now: datetime) -> None:
    """Note which text the rest gets, and say so; the caller saves the campaign."""
    campaign.verdict = verdict
    campaign.draw = replace(_draw(campaign), won=verdict.place)
    facts = {
        "name": campaign.name,
        "variant": campaign.trial.variants[verdict.place].name,
        "why": verdict.why.value,
        "sentence": verdict.sentence,
        "by": verdict.decided_by,
    }
    await record(conn, [Event(Kind.CAMPAIGN_DECIDED, campaign.account_id, campaign.id, facts)], now=now)


async def anything_off(conn: Conn, campaign: Campaign, limits: guards.Guards) -> Off | None:
    """Say which rate of a campaign is above its limit, counted since somebody last let it go on all the same."""
    if not limits.look_at_rates:
        return None
    return guards.judge(limits, (await figures(conn, campaign)).since(campaign.baseline))


async def figures(conn: Conn, campaign: Campaign) -> Figures:
    """Return what guards look at."""
    counts = await tally.counts(conn, campaign.account_id, campaign.id)
    return Figures(
        reached=sum(counts[state].n for state in _REACHED if state in counts),
        failed=sum(counts[state].n for state in _FAILED if state in counts),
        opt_outs=await reactions.opt_outs(conn, campaign),
    )


async def made(conn: Conn, campaign: Campaign) -> int:
    """Return how many messages of a campaign were accepted."""
    counts = await tally.counts(conn, campaign.account_id, campaign.id)
    return sum(count.n for state, count in counts.items() if state is not State.SKIPPED)


async def spent(conn: Conn, campaign: Campaign) -> int:
    """Return what a campaign has cost so far, less what was given back, in micro-credits."""
    sums = await ledger.sums_of_campaign(conn, campaign.account_id, campaign.id)
    return -sums.get(PostingKind.CHARGE, 0) - sums.get(PostingKind.REFUND, 0)


def _draw(campaign: Campaign) -> Draw:
    return campaign.draw or Draw(campaign.id)
