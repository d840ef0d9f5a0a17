"""Reports of campaigns: what became of everybody, by everything that tells messages apart; and links to share them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Credits, Id, Moment
from cablegram.api.goals import GoalResultView, result_view
from cablegram.api.operation import Can, Export, Resource
from cablegram.campaigns import report, report_file, sharing
from cablegram.campaigns.counted import DIMENSIONS
from cablegram.campaigns.percentiles import SHOWN, Delays
from cablegram.campaigns.reported import Line, Report, Share
from cablegram.campaigns.sharing import MOST_DAYS, USUAL_DAYS
from cablegram.kit import csvio
from cablegram.kit.ids import CampaignId, ShareId
from cablegram.links.model import Clicks
from cablegram.runtime.runtime import Runtime

campaign_reports = Resource("Campaign reports", "What became of campaigns, and links to share it.")

NO_CAMPAIGN = Can(404, "campaign_not_found", "the account has no such campaign")
Counts = Annotated[dict[str, int], Meta(description="Messages by state; states without any are left out.")]


class DelaysView(msgspec.Struct):
    """How long messages took from the carrier's yes to the receipt: within so many seconds half of them, and so on."""

    p50: Annotated[float | None, Meta(description="Seconds; null where none was delivered.", examples=[6.7])]
    p90: Annotated[float | None, Meta(description="Seconds.")]
    p99: Annotated[float | None, Meta(description="Seconds.")]


class LineView(msgspec.Struct, kw_only=True):
    """What became of messages that have something in common."""

    by: Annotated[str, Meta(description="country, connector, sender, segments, variant.", examples=["country"])]
    value: Annotated[
        str,
        Meta(
            description="The country's two letters, the connector's id, the sender, the number of segments, or the "
            "place of the text from 0; empty: not known; `*`: all beyond the longest list.",
            examples=["ES"],
        ),
    ]
    counts: Counts
    messages: Annotated[int, Meta(description="How many were accepted.")]
    delivered: Annotated[int, Meta(description="How many arrived.")]
    segments: Annotated[int, Meta(description="Their segments, as gateways bill them.")]
    charged: Credits
    seconds: Annotated[DelaysView | None, Meta(description="How long they took; of countries and connectors.")]
    replies: Annotated[int, Meta(description="People who wrote back within three days; of countries and variants.")]
    opt_outs: Annotated[int, Meta(description="People who said no within three days; of countries and variants.")]
    clicked: Annotated[int, Meta(description="People who opened a short link; of countries and variants.")]


class TargetView(msgspec.Struct, kw_only=True):
    """An address that a campaign's short links lead to, and who opened them."""

    url: Annotated[
        str,
        Meta(description="Without what stands behind its question mark.", examples=["https://shop.example/sale"]),
    ]
    people: Annotated[int, Meta(description="How many people opened it.")]
    clicks: Annotated[int, Meta(description="How often they did.")]
    by_machines: Annotated[int, Meta(description="How often previews, filters and programs did; counted apart.")]


class HourView(msgspec.Struct, kw_only=True):
    """How many people opened their first short link within an hour."""

    at: Moment
    people: Annotated[int, Meta(description="How many people.")]


class ClicksView(msgspec.Struct, kw_only=True):
    """Who opened a campaign's short links."""

    people: Annotated[int, Meta(description="How many people opened any.")]
    clicks: Annotated[int, Meta(description="How often they did.")]
    by_machines: Annotated[int, Meta(description="How often previews, filters and programs did; counted apart.")]
    links: Annotated[list[TargetView], Meta(description="By where they lead, most people first; at most 100.")]
    hours: Annotated[list[HourView], Meta(description="By hour of their first click, in order.")]


class ReportView(msgspec.Struct, kw_only=True):
    """What became of a campaign: `counts` and money of this moment, the lines of `counted_at`."""

    counts: Counts
    messages: Annotated[int, Meta(description="How many were accepted: recipients less those skipped.")]
    segments: Annotated[int, Meta(description="Segments of all messages, as gateways bill them (two counts).")]
    charged: Credits
    refunded: Credits
    seconds: DelaysView
    replies: Annotated[
        int, Meta(description="People who wrote back within three days, before they got another campaign.")
    ]
    opt_outs: Annotated[int, Meta(description="People who said no within three days.")]
    clicks: ClicksView
    goal: Annotated[
        GoalResultView | None, Meta(description="Who did what it is for; null: it has no goal, or is being counted.")
    ]
    reasons: Annotated[
        dict[str, dict[str, int]], Meta(description="By state, how many for which reason; `skipped` among them.")
    ]
    lines: Annotated[list[LineView], Meta(description="The same by what tells messages apart.")]
    counted_at: Annotated[Moment | None, Meta(description="When the lines were counted; null: they are being counted.")]
    is_exact: Annotated[bool, Meta(description="Whether the lines add up to `counts`: nothing moved since.")]


class ShareBody(msgspec.Struct, forbid_unknown_fields=True):
    """For how long a link is open."""

    days: Annotated[int, Meta(ge=1, le=MOST_DAYS, description="Days from now.")] = USUAL_DAYS


class ShareView(msgspec.Struct, kw_only=True):
    """A link to a report; anybody who has it can open it."""

    id: Id
    created_by: Annotated[str, Meta(description="Who made it.")]
    created_at: Moment
    expires_at: Moment
    revoked_at: Annotated[Moment | None, Meta(description="When it was closed, if it was.")]


class NewShareView(ShareView, kw_only=True):
    """A link that was just made."""

    path: Annotated[
        str, Meta(description="Where it leads, on the panel's address. Told once.", examples=["/shared/m3Zx0p-4aQ"])
    ]


class SharePage(msgspec.Struct):
    """Links to a report, newest first."""

    items: list[ShareView]


async def _csv(rt: Runtime, who: Principal, campaign_id: UUID) -> AsyncIterator[bytes]:
    found = await report.of_campaign(rt, who, CampaignId(campaign_id))
    yield csvio.write(report_file.rows(found, await report.names(rt, who, found)))


_CSV = Export(
    media_type="text/csv",
    description="The report as CSV: a row for all messages, then one for each line and each reason.",
    name="report.csv",
    write=_csv,
)


@campaign_reports.call(
    "GET", "/v1/campaigns/{campaign_id}/report", "getReport", scope=Scope.READ, errors=(NO_CAMPAIGN,), export=_CSV
)
async def show(rt: Runtime, who: Principal, campaign_id: Id) -> ReportView:
    """Get a campaign's report.

    States, delays, money, replies, opt-outs and clicks, by country, connector, sender, number of segments and text.
    Of a large campaign the lines are counted now and then while it runs, and once more after its end: `counted_at`
    says when. With `Accept: text/csv` as a file.
    """
    return _report(await report.of_campaign(rt, who, CampaignId(campaign_id)))


@campaign_reports.call(
    "GET", "/v1/campaigns/{campaign_id}/shares", "listShares", scope=Scope.READ, errors=(NO_CAMPAIGN,)
)
async def page(rt: Runtime, who: Principal, campaign_id: Id) -> SharePage:
    """List the links to a campaign's report.

    The newest hundred, closed ones too. What they lead to can't be read again.
    """
    return SharePage([_share(one) for one in await sharing.shares(rt, who, CampaignId(campaign_id))])


@campaign_reports.call(
    "POST",
    "/v1/campaigns/{campaign_id}/shares",
    "createShare",
    scope=Scope.SEND,
    status=201,
    errors=(
        NO_CAMPAIGN,
        Can(409, "campaign_not_started", "it has not started: there is nothing to share"),
        Can(409, "too_many_shares", "twenty links to it are open"),
    ),
)
async def create(rt: Runtime, who: Principal, campaign_id: Id, body: ShareBody) -> NewShareView:
    """Share a campaign's report.

    Makes a link that anybody may open who has it. It shows sums: no number and no name of a person, no sender, no
    connector.
    """
    made, token = await sharing.share(rt, who, CampaignId(campaign_id), days=body.days)
    return NewShareView(
        id=made.id,
        created_by=made.created_by,
        created_at=made.created_at,
        expires_at=made.expires_at,
        revoked_at=made.revoked_at,
        path=f"/shared/{token}",
    )


@campaign_reports.call(
    "DELETE",
    "/v1/campaigns/{campaign_id}/shares/{share_id}",
    "revokeShare",
    scope=Scope.SEND,
    status=204,
    errors=(NO_CAMPAIGN, Can(404, "share_not_found", "there is no such link to this report")),
)
async def revoke(rt: Runtime, who: Principal, campaign_id: Id, share_id: Id) -> None:
    """Close a link to a report at once."""
    await sharing.revoke(rt, who, CampaignId(campaign_id), ShareId(share_id))


def _report(one: Report) -> ReportView:
    counts = {state.value: count.n for state, count in one.counts.items()}
    return ReportView(
        counts=counts,
        messages=sum(n for state, n in counts.items() if state != "skipped"),
        segments=one.segments,
        charged=one.charged,
        refunded=one.refunded,
        seconds=_delays(one.delays),
        replies=one.replies,
        opt_outs=one.opt_outs,
        clicks=_clicks(one.clicks),
        goal=result_view(one.goal),
        reasons={state.value: dict(reasons) for state, reasons in one.reasons.items()},
        lines=[_line(by, line) for by in DIMENSIONS for line in one.lines.get(by, ())],
        counted_at=one.counted_at,
        is_exact=one.is_exact,
    )


def _line(by: str, line: Line) -> LineView:
    return LineView(
        by=by,
        value=line.value,
        counts={state.value: n for state, n in line.counts.items()},
        messages=line.messages,
        delivered=line.delivered,
        segments=line.segments,
        charged=line.charged,
        seconds=_delays(line.delays) if line.delays else None,
        replies=line.replies,
        opt_outs=line.opt_outs,
        clicked=line.clicked,
    )


def _clicks(one: Clicks) -> ClicksView:
    return ClicksView(
        people=one.people,
        clicks=one.clicks,
        by_machines=one.by_machines,
        links=[
            TargetView(url=each.url, people=each.people, clicks=each.clicks, by_machines=each.by_machines)
            for each in one.targets
        ],
        hours=[HourView(at=at, people=people) for at, people in one.hours],
    )


def _delays(delays: Delays) -> DelaysView:
    return DelaysView(*(None if (at := delays.percentile(one)) is None else round(at, 3) for one in SHOWN))


def _share(one: Share) -> ShareView:
    return ShareView(
        id=one.id,
        created_by=one.created_by,
        created_at=one.created_at,
        expires_at=one.expires_at,
        revoked_at=one.revoked_at,
    )
