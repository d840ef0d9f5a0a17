"""The report of a campaign: what became of everybody, as pictures and tables, as a file, and for whoever has a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.campaigns import find, report, report_file, sharing
from cablegram.campaigns.counted import CONNECTOR, COUNTRY, OTHERS, SEGMENTS, SENDER, VARIANT
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.percentiles import SHOWN, Delays
from cablegram.campaigns.reported import Line, Point, Report
from cablegram.kit import csvio
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import CampaignId, MessageId, ShareId
from cablegram.messages.model import State
from cablegram.panel.filters import country, phone
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import Context, go, page, render
from cablegram.panel.paging import PAGE
from cablegram.panel.visit import Http, Visitor, parts_of

_SPANS = (
    (2.0, "2 s"),
    (5.0, "5 s"),
    (10.0, "10 s"),
    (30.0, "30 s"),
    (60.0, "1 min"),
    (300.0, "5 min"),
    (3600.0, "1 h"),
)
_PICTURED = (
    State.QUEUED, State.SUBMITTED, State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED,
    State.UNKNOWN,
)  # fmt: skip
_WAYS = (
    (VARIANT, "By text", "Text"),
    (COUNTRY, "By country", "Country"),
    (CONNECTOR, "By connector", "Connector"),
    (SENDER, "By sender", "Sender"),
    (SEGMENTS, "By number of segments", "Segments"),
)
_MOST_ROWS = 40  # of the table of states over time


@dataclass(frozen=True, slots=True)
class Part:
    """One way to cut a report: its title, what a line is called, and each line with its name and its share."""

    key: str
    title: str
    column: str
    lines: Sequence[tuple[str, Line]]


@dataclass(frozen=True, slots=True)
class Multiple:
    """One small picture: how many messages were in a state as time went by."""

    state: str
    values: Sequence[int]
    last: int


@get("/campaigns/{campaign_id:uuid}/report")
async def show(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str]:
    """Show what became of a campaign."""
    rt = parts_of(request).rt
    found = await report.of_campaign(rt, visit.who, CampaignId(campaign_id))
    campaign = found.campaign
    context: Context = {
        **_drawn(found, await report.over_time(rt, visit.who, campaign.id), await report.names(rt, visit.who, found)),
        "campaign": campaign,
        "tabs": tabs_of(campaign, "report"),
        "shares": [one for one in await sharing.shares(rt, visit.who, campaign.id) if one.is_open(rt.clock.now())],
        "new_link": "",
        "is_public": False,
    }
    return await page(request, visit, "campaigns/report.html", title=campaign.name, here="campaigns", context=context)


@get("/campaigns/{campaign_id:uuid}/report.csv")
async def fetch(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[bytes]:
    """Answer with the report as a file."""
    rt = parts_of(request).rt
    found = await report.of_campaign(rt, visit.who, CampaignId(campaign_id))
    names = {**await report.names(rt, visit.who, found), **_texts(found.campaign)}
    headers = {"Content-Disposition": 'attachment; filename="report.csv"', "Cache-Control": "no-store"}
    return Response(csvio.write(report_file.rows(found, names)), media_type="text/csv; charset=utf-8", headers=headers)


@get("/campaigns/{campaign_id:uuid}/people")
async def show_people(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str]:
    """Show whose messages are in a state for a reason."""
    rt, asked = parts_of(request).rt, request.query_params
    state = str(asked.get("state", ""))
    if state not in set(State):
        state = State.SKIPPED.value
    reason, after = str(asked.get("reason", "")), read_ids([str(asked.get("after", ""))])
    campaign = await find.get(rt, visit.who, CampaignId(campaign_id))
    people, last = await report.people(
        rt,
        visit.who,
        campaign.id,
        state=State(state),
        reason=reason,
        after=MessageId(after[0]) if after else None,
        limit=PAGE,
    )
    base = f"/campaigns/{campaign.id}/people?{urlencode({'state': state, 'reason': reason})}"
    context: Context = {
        "campaign": campaign,
        "tabs": tabs_of(campaign, "report"),
        "state": state,
        "reason": reason,
        "people": people,
        "newer": base if after else "",
        "older": f"{base}&after={last}" if last else "",
    }
    return await page(request, visit, "campaigns/people.html", title="People", here="campaigns", context=context)


@post("/campaigns/{campaign_id:uuid}/shares", status_code=200)
async def share(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Make a link to the report, and show it once."""
    rt, days = parts_of(request).rt, (await read_form(request)).one("days")
    try:
        _, token = await sharing.share(
            rt, visit.who, CampaignId(campaign_id), days=int(days) if days.isdecimal() and len(days) < 4 else 0
        )
    except CablegramError as error:
        return go(f"/campaigns/{campaign_id}/report", flash=("error", "No link was made", error.message))
    campaign = await find.get(rt, visit.who, CampaignId(campaign_id))
    context = {"campaign": campaign, "link": f"{str(request.base_url).rstrip('/')}/shared/{token}"}
    return await page(request, visit, "campaigns/shared_link.html", title="Link", here="campaigns", context=context)


@post("/campaigns/{campaign_id:uuid}/shares/{share_id:uuid}/revoke", status_code=303)
async def revoke(request: Http, visit: Visitor, campaign_id: FromPath[UUID], share_id: FromPath[UUID]) -> Redirect:
    """Close a link."""
    await sharing.revoke(parts_of(request).rt, visit.who, CampaignId(campaign_id), ShareId(share_id))
    return go(f"/campaigns/{campaign_id}/report", flash=("done", "The link is closed", "It leads nowhere any more."))


@get("/shared/{token:str}")
async def show_shared(request: Http, token: FromPath[str]) -> Response[str]:
    """Show a report to whoever has its link: sums alone, no numbers, no names of people, senders or connectors."""
    rt = parts_of(request).rt
    try:
        account_id, campaign_id, until = await sharing.behind(rt, token)
    except NotFound as error:
        context: Context = {"message": error.message}
        answer = render(request, None, "campaigns/shared_gone.html", title="Report", context=context, status=404)
    else:
        found = await report.of_account(rt, account_id, campaign_id)
        drawn = _drawn(found, await report.points(rt, account_id, campaign_id), {})
        context = {**drawn, "campaign": found.campaign, "until": until, "is_public": True}
        context["cuts"] = [one for one in drawn["cuts"] if one.key in {COUNTRY, SEGMENTS, VARIANT}]
        answer = render(request, None, "campaigns/shared.html", title="Report", context=context)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def tabs_of(campaign: Campaign, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of a campaign."""
    base = f"/campaigns/{campaign.id}"
    return [
        ("Progress", base, current == "progress"),
        ("Report", f"{base}/report", current == "report"),
        ("People", f"/messages?campaign={campaign.id}", False),
        ("Money", f"/billing?campaign={campaign.id}", False),
    ]


def _drawn(found: Report, points: Sequence[Point], names: Mapping[str, str]) -> Context:
    campaign = found.campaign
    named = {**names, **_texts(campaign)}
    messages = sum(count.n for state, count in found.counts.items() if state is not State.SKIPPED)
    return {
        "report": found,
        "messages": messages,
        "percentiles": [(percent, found.delays.percentile(percent)) for percent in SHOWN],
        "spans": _spans(found.delays),
        "multiples": _multiples(points),
        "points": _thinned(points),
        "pictured": [state.value for state in _PICTURED if any(point.counts.get(state) for point in points)],
        "cuts": _cuts(found, named),
    }


def _texts(campaign: Campaign) -> dict[str, str]:
    """Return the names of a campaign's texts, by their places as cells hold them."""
    return {str(place): one.name for place, one in enumerate(campaign.trial.variants)}


def _cuts(found: Report, names: Mapping[str, str]) -> list[Part]:
    return [
        Part(key, title, column, [(_name(key, line.value, names), line) for line in lines])
        for key, title, column in _WAYS
        if (lines := [line for line in found.lines.get(key, ()) if line.messages])
    ]


def _name(key: str, value: str, names: Mapping[str, str]) -> str:
    if value == OTHERS:
        return "all others"
    if key == COUNTRY:
        return country(value) if value else "unknown"
    if key == SENDER:
        return phone(value)
    return names.get(value, "deleted since" if key == CONNECTOR else value)


def _spans(delays: Delays) -> list[tuple[str, int]]:
    """Return how many were delivered within each span, beyond the one before it."""
    counts = delays.spread([seconds for seconds, _ in _SPANS])
    words = [f"within {word}" for _, word in _SPANS] + ["later"]
    return list(zip(words, counts, strict=True))


def _multiples(points: Sequence[Point]) -> list[Multiple]:
    found = [(state, [point.counts.get(state, 0) for point in points]) for state in _PICTURED]
    return [Multiple(state.value, values, values[-1]) for state, values in found if any(values)]


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Return some of the points, evenly, the last among them."""
    step = -(-len(points) // _MOST_ROWS) or 1
    return list(points[::-1][::step][::-1])


HANDLERS = (show, show_people, fetch, share, revoke, show_shared)
