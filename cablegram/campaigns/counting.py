"""Count campaigns' messages for their reports, behind the page's back, and keep the sums.

A count looks at each message once. While a campaign runs it is made again and again, and takes no more than a twentieth
of the time; afterwards ever more seldom, and only where something moved or people may still answer: what the log of
counts says by state tells whether the sums still hold.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cablegram.campaigns import goal_store, reactions, report_store, store
from cablegram.campaigns.counted import Counted
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.campaigns.report_store import Due
from cablegram.kit.errors import Unavailable
from cablegram.links import reading as links
from cablegram.links.model import Clicks
from cablegram.messages import breakdown, tally
from cablegram.messages.breakdown import WITHIN
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

IDLE = 2.0  # seconds until the next look when there was nothing to do
_SOONEST = timedelta(seconds=5)
_REST = 20  # times as long as it took, it is left alone
_LONGEST = timedelta(days=10)  # after its end nothing moves any more
_AT_ONCE = 20  # campaigns
_AFTER_FAULT = timedelta(minutes=5)
_IN_PAUSE = timedelta(minutes=5)
_ENDED = frozenset({CampaignState.FINISHED, CampaignState.CANCELLED})


async def step(rt: Runtime) -> float:
    """Count the campaigns whose turn it is; return after how many seconds to look again.

    One that can't be counted is logged and left alone for a while, so that it holds up no other and nothing else.
    Raises Unavailable (`database_unreachable`, `outcome_unknown`).
    """
    async with rt.db.connection() as conn:
        due = await report_store.due_reports(conn, rt.clock.now(), limit=_AT_ONCE)
    for one in due:
        try:
            await _look(rt, one)
        except Unavailable:
            raise
        except Exception:  # whatever it is, it belongs to this campaign alone
            rt.log.exception("a campaign could not be counted", campaign=str(one.campaign_id))
            await _put_off(rt, one)
    return 0.0 if len(due) == _AT_ONCE else IDLE


async def _put_off(rt: Runtime, due: Due) -> None:
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        await report_store.ask_for_report(conn, due.account_id, due.campaign_id, now=now)
        await report_store.put_off_report(conn, due.campaign_id, now + _AFTER_FAULT)


async def _look(rt: Runtime, due: Due) -> None:
    now, began = rt.clock.now(), rt.clock.monotonic()
    async with rt.db.transaction() as conn:
        campaign = await store.get_campaign(conn, due.account_id, due.campaign_id)
        if campaign is None:
            return
        if due.counted is None:
            await report_store.ask_for_report(conn, due.account_id, due.campaign_id, now=now)
        if not await report_store.hold_report(conn, due.campaign_id):
            return
        if due.counted is not None and not await _has_moved(conn, due, campaign, now):
            look_at = next_look(now, campaign, took=timedelta(milliseconds=due.took_ms), has_moved=False)
            await report_store.put_off_report(conn, due.campaign_id, look_at)
            return
        counted = await count(conn, campaign, with_rates=campaign.state in _ENDED)
        took = rt.clock.monotonic() - began
        await report_store.put_report(
            conn,
            due,
            counted=counted,
            counted_at=now,
            took_ms=round(took * 1000),
            look_at=next_look(rt.clock.now(), campaign, took=timedelta(seconds=took), has_moved=counted != due.counted),
        )


async def count(conn: Conn, campaign: Campaign, *, with_rates: bool = False) -> Counted:
    """Count a campaign; reads each of its messages."""
    cells = await breakdown.of_campaign(conn, campaign.account_id, campaign.id, reactions.texts_of(campaign))
    answers = await reactions.answered(conn, campaign)
    rates = await breakdown.rates(conn, campaign.account_id, campaign.id) if with_rates else {}
    clicks = Clicks()
    if campaign.shorten:
        clicks = await links.of_campaign(conn, campaign.account_id, campaign.id, reactions.texts_of(campaign))
    goal = None
    if campaign.goal is not None and campaign.started_at is not None:
        goal = await goal_store.outcome(
            conn, campaign.account_id, campaign.id, campaign.goal, since=campaign.started_at
        )
    return Counted(cells, answers, rates, clicks, goal)


def next_look(now: datetime, campaign: Campaign, *, took: timedelta, has_moved: bool) -> datetime | None:
    """Say when to look at a campaign again; None: not any more, unless somebody asks. Pure."""
    ended = campaign.finished_at if campaign.state in _ENDED else None
    wait = max(_SOONEST, _REST * took)
    if ended is None:
        # Nothing is made while it is paused: what still moves are the last receipts and answers.
        return now + (wait if has_moved or campaign.state is not CampaignState.PAUSED else max(wait, _IN_PAUSE))
    age = now - ended
    longest = _LONGEST + timedelta(days=campaign.goal.days) if campaign.goal else _LONGEST
    if age > longest and not has_moved:
        return None
    return now + max(wait, age / _REST)


async def _has_moved(conn: Conn, due: Due, campaign: Campaign, now: datetime) -> bool:
    if due.counted is None or campaign.finished_at is None or now - campaign.finished_at < WITHIN:
        return True  # people may still answer, which no count of states tells
    if campaign.shorten or campaign.goal is not None:
        return True  # links are opened for weeks, and goals are reached
    counts = await tally.counts(conn, due.account_id, due.campaign_id)
    return {state: one.n for state, one in counts.items()} != due.counted.states
