"""A campaign's page: where it is, live while it runs, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from cablegram.campaigns import find, progress, report
from cablegram.campaigns.model import Campaign, CampaignState, Progress
from cablegram.contacts import members
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import CampaignId
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.panel import stream
from cablegram.panel.audience import names_of
from cablegram.panel.chart import chart_of
from cablegram.panel.cut import Sample
from cablegram.panel.filters import phone
from cablegram.panel.launching import UNDO, sender_of
from cablegram.panel.pages import Context, draw, frame_for, page, part, zone_of
from cablegram.panel.personal import samples_of
from cablegram.panel.reporting import tabs_of
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.text.segments import split

_EVERY = 1.0  # seconds between two looks; a page changes no oftener
_UNSETTLED = frozenset({State.SCHEDULED, State.QUEUED, State.SUBMITTING, State.SUBMITTED})
_PATIENCE = timedelta(minutes=2)  # how long receipts are watched for after the last message was handed over
_EXAMPLES = 5  # people of each list whose values are tried for the example
_MOVES = frozenset({CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED})


@get("/campaigns/{campaign_id:uuid}")
async def show(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str]:
    """Show a campaign."""
    rt = parts_of(request).rt
    now = await progress.now(rt, visit.who, CampaignId(campaign_id))
    campaign, is_watched = now.campaign, _is_watched(now, rt.clock.now())
    example = await _example(request, visit, campaign)
    context: Context = await _report(request, visit, campaign.id) | {
        "campaign": campaign,
        "progress": now,
        "is_watched": is_watched,
        "audience": await names_of(request, visit, campaign.audience),
        "tabs": tabs_of(campaign, "progress"),
        "sender": await sender_of(request, visit, campaign),
        "segments": split(example.text),
        "example_of": example.who,
        "undo": _undo(now, rt.clock.now()),
    }
    return await page(request, visit, "campaigns/show.html", title=campaign.name, here="campaigns", context=context)


@get("/campaigns/{campaign_id:uuid}/so-far")
async def show_report(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str]:
    """Answer with the part that tells what became of it so far."""
    context = await _report(request, visit, CampaignId(campaign_id))
    return part(request, visit.session, "campaigns/_report.html", context)


@get("/campaigns/{campaign_id:uuid}/live")
async def live(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Stream:
    """Send the part that lives, at most once a second, until the campaign is in another state or all is settled."""
    now = await progress.now(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    return stream.answer(_changes(request, visit, now), parts_of(request).closing)


async def _changes(request: Http, visit: Visit, first: Progress) -> stream.Changes:
    rt, state, shown = parts_of(request).rt, first.campaign.state, ""
    now = first
    while True:
        shell = await frame_for(request, visit, "campaigns")
        fresh = draw(request, visit.session, "campaigns/_live.html", {"progress": now, "shell": shell})
        if fresh != shown:
            yield stream.message(fresh)
        shown = fresh
        if now.campaign.state is not state or not _is_watched(now, rt.clock.now()):
            yield stream.message("", event="done")
            return
        await asyncio.sleep(_EVERY)
        now = await progress.now(rt, visit.who, first.campaign.id)


async def _example(request: Http, visit: Visit, campaign: Campaign) -> Sample:
    """Return the text as somebody of the audience gets it; with defaults, where nobody is left of it."""
    people: list[tuple[str, Mapping[str, str]]] = []
    for list_id in campaign.list_ids:
        with contextlib.suppress(NotFound):  # a list that was deleted since
            found = await members.page(parts_of(request).rt, visit.who, list_id, limit=_EXAMPLES)
            people += [(phone(one.number), {**one.variables, "number": f"+{one.number}"}) for one in found]
    return samples_of(campaign.text, people)[0]


async def _report(request: Http, visit: Visit, campaign_id: CampaignId) -> Context:
    """Return what became of it, and how it went."""
    rt = parts_of(request).rt
    seconds = await progress.line(rt, visit.who, campaign_id)
    pauses = _pauses(await find.story(rt, visit.who, campaign_id), rt.clock.now())
    grain = tally.grain(seconds[0].at, rt.clock.now()) if seconds else 1
    return {
        "report": await report.of_campaign(rt, visit.who, campaign_id),
        "chart": chart_of(seconds, pauses, zone=zone_of(request)[0], grain=grain),
    }


def _pauses(
    story: Sequence[tuple[datetime, str, dict[str, Any]]], now: datetime
) -> list[tuple[str, datetime, datetime]]:
    """Return when a campaign was paused, from its story."""
    found: list[tuple[str, datetime, datetime]] = []
    since: datetime | None = None
    for at, kind, _ in story:
        if kind == "campaign.paused":
            since = since or at
        elif since is not None:
            found.append(("paused", since, at))
            since = None
    return [*found, ("paused", since, now)] if since else found


def _is_watched(now: Progress, moment: datetime) -> bool:
    """Tell whether anything may still change while somebody looks."""
    campaign = now.campaign
    if campaign.state in _MOVES:
        return True
    ended = campaign.finished_at
    is_settled = not any(now.counts[state].n for state in _UNSETTLED if state in now.counts)
    return campaign.started_at is not None and not is_settled and (ended is None or moment - ended < _PATIENCE)


def _undo(now: Progress, moment: datetime) -> tuple[str, str, int] | None:
    """Return the bar that takes a launch back, while nothing of it has left."""
    campaign = now.campaign
    if campaign.state is not CampaignState.RUNNING or campaign.goes_at is None or campaign.goes_at <= moment:
        return None
    left = math.ceil((campaign.goes_at - moment).total_seconds())
    text = f"Launched to {campaign.recipients:,} people; it goes in {UNDO.seconds} seconds"
    return text, f"/campaigns/{campaign.id}/undo", min(left, UNDO.seconds)


HANDLERS = (show, show_report, live)
