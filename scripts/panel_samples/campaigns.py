"""Sample campaigns in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace as Row
from typing import Any

from cablegram.campaigns.foreseen import LeftOut
from cablegram.campaigns.goals import Goal, GoalBy, Outcome
from cablegram.campaigns.model import Campaign, CampaignState, Progress
from cablegram.campaigns.percentiles import SHOWN, Delays, step_of
from cablegram.campaigns.reported import Line, Point, Report, Share
from cablegram.campaigns.variants import By, Trial, Variant, Winner
from cablegram.kit.ids import AccountId, CampaignId, ContactId, ListId, MessageId, ShareId
from cablegram.links.model import Clicks, Target
from cablegram.messages.model import Count, MessageClass, State
from cablegram.panel.reporting import Multiple, Part, tabs_of
from cablegram.text.segments import split
from panel_samples.forecasts import DEAR, FORECAST, NAMES
from panel_samples.frame import CREDIT, ID, NOW, account, ago, outside
from panel_samples.people import CAMPAIGN_TABS, SALE, TYPED


def campaign(name: str, state: CampaignState, recipients: int, **more: Any) -> Campaign:  # noqa: ANN401
    """Make a campaign."""
    row = Campaign(
        id=CampaignId(ID),
        account_id=AccountId(ID),
        name=name,
        description="",
        list_ids=[ListId(ID)],
        sender="34612440118",
        template_id=None,
        text=TYPED,
        variables={},
        message_class=MessageClass.MARKETING,
        state=state,
        reason=None,
        last_contact_id=None,
        is_fanned_out=True,
        recipients=recipients,
        created_by="Inés Carrasco",
        created_at=ago(900),
        started_at=ago(254),
        finished_at=None,
    )
    return replace(row, **more)


COUNTS = {
    s: Count(n, n * CREDIT)
    for s, n in {
        State.DELIVERED: 5871,
        State.SUBMITTED: 1204,
        State.SUBMITTING: 48,
        State.QUEUED: 5109,
        State.UNDELIVERED: 118,
        State.EXPIRED: 9,
        State.REJECTED: 31,
        State.FAILED: 4,
        State.CANCELLED: 12,
        State.UNKNOWN: 2,
        State.SKIPPED: 804,
    }.items()
}

DONE = {
    s: Count(n, n * CREDIT)
    for s, n in {State.DELIVERED: 9611, State.UNDELIVERED: 204, State.REJECTED: 12, State.SKIPPED: 173}.items()
}

AIM = Goal(GoalBy.EVENT, 7, "purchase")
LIVE = campaign("Autumn sale, second call", CampaignState.RUNNING, 13212, shorten=True, goal=AIM)

PAUSED = campaign("Autumn sale, second call", CampaignState.PAUSED, 13212, reason="out_of_funds")

PROGRESS = Progress(
    LIVE,
    COUNTS,
    handled=7299,
    left=5109,
    not_made=0,
    rate=29.68,
    seconds_left=141,
    done_at=NOW + timedelta(seconds=141),
    charged=16_317_600_000,
    refunded=61_800_000,
    in_question=2_800_000,
    resent=0,
)

DELAYS = Delays({step_of(0.6 * 1.11**n): max(1, 900 - 25 * abs(n - 22)) for n in range(58)})


def line(value: str, made: int, delivered: int, submitted: int, undelivered: int, **more: Any) -> Line:  # noqa: ANN401
    """Make a line of a report."""
    counts = {State.DELIVERED: delivered, State.SUBMITTED: submitted, State.UNDELIVERED: undelivered}
    return Line(value, counts, made, delivered, made, made * CREDIT, DELAYS, **more)


CABLES = ("0197a5c2-e41b-7d0e-9a63-5b1f0c9d27a1", "0197a5c2-e41b-7d0e-9a63-5b1f0c9d27a2")

CLICKS = Clicks(
    people=618,
    clicks=871,
    by_machines=94,
    of=[("ES", 0, 604), ("PT", 1, 14)],
    targets=[
        Target("https://mercadoluna.example/autumn/second-call", 731, 540, 71),
        Target("https://mercadoluna.example/stores", 140, 96, 23),
    ],
    hours=[(ago(7200), 402), (ago(3600), 216)],
)

REPORT = Report(
    campaign=LIVE,
    counts=COUNTS,
    lines={
        "country": [
            line("ES", 9591, 4610, 812, 64, replies=31, opt_outs=9, clicked=512),
            line("PT", 1874, 891, 216, 22, replies=4, opt_outs=2),
            line("MA", 702, 262, 148, 30, replies=2, opt_outs=1),
            line("UA", 221, 108, 28, 2),
        ],
        "connector": [line(CABLES[0], 9812, 4718, 840, 66), line(CABLES[1], 2576, 1153, 364, 52)],
        "sender": [line("34612440118", 6194, 2936, 602, 59), line("34612440119", 6194, 2935, 602, 59)],
        "segments": [line("1", 9591, 4610, 812, 64), line("2", 2797, 1261, 392, 54)],
        "variant": [line("0", 6198, 2931, 610, 60, replies=12, opt_outs=7), line("1", 6190, 2940, 594, 58, replies=25)],
    },
    reasons={
        State.SKIPPED: {"opted_out": 412, "missing_variable": 204, "number_landline": 188},
        State.UNDELIVERED: {"": 118},
    },
    delays=DELAYS,
    segments=15205,
    charged=16_317_600_000,
    refunded=61_800_000,
    replies=37,
    opt_outs=12,
    clicks=CLICKS,
    goal=Outcome(7299, 402, 1468, 51),
    counted_at=ago(4),
    is_exact=False,
)

TIMES = [ago(250 - 5 * i).isoformat() for i in range(50)]

RATES = [min(30, i * 16) + (i * 7 % 3) - (17 if 24 < i < 31 else 0) for i in range(50)]

CHART = Row(
    data={
        "times": TIMES,
        "series": [
            {"name": "submitted", "state": "submitted", "values": RATES},
            {"name": "delivered", "state": "delivered", "values": [0, 0, *RATES[:-2]]},
        ],
        "bands": [{"name": "Orange ES throttled", "from": TIMES[24], "to": TIMES[31]}],
    },
    sentence="About 30 a second since 14:14; a dip at 14:16 while Orange ES throttled",
    table=[(ago(240), 1780, 1504), (ago(180), 1802, 1795), (ago(120), 1120, 1240), (ago(60), 1790, 1701)],
)

TRIAL = Trial((Variant("A", 50, TYPED), Variant("B", 50, SALE)), 5, Winner(By.REPLIES, 60, 20))

LAUNCH = {
    "campaign": campaign(
        "Autumn sale, second call", CampaignState.READY, 13212, started_at=None, trial=TRIAL, canary=200
    ),
    "audience": NAMES,
    "sender": "34612440118",
    "forecast": FORECAST,
    "segments": split(DEAR),
    "example_of": "+380 67 120 4518",
    "warnings": [(one.title, one.body) for one in FORECAST.advice],
    "blocks": [],
    "must_type": True,
    "typed": "",
    "error": "",
    "undo_seconds": 10,
}

CURVE = [min(12_408, round(12_408 * (n / 52) ** 1.2)) for n in range(61)]

POINTS = [
    Point(
        ago(240 - 4 * n),
        {
            State.QUEUED: 12_408 - sent,
            State.SUBMITTED: max(0, round(sent * 0.3) - 12 * n),
            State.DELIVERED: round(sent * 0.68),
            State.UNDELIVERED: sent // 105,
            State.REJECTED: sent // 400,
        },
    )
    for n, sent in enumerate(CURVE)
]

DRAWN = {
    "report": REPORT,
    "messages": 12_408,
    "percentiles": [(percent, DELAYS.percentile(percent)) for percent in SHOWN],
    "spans": [("within 2 s", 1204), ("within 5 s", 2931), ("within 10 s", 1140), ("within 30 s", 502), ("later", 94)],
    "multiples": [
        Multiple(state.value, [point.counts[state] for point in POINTS], POINTS[-1].counts[state])
        for state in POINTS[0].counts
    ],
    "points": POINTS[::6],
    "pictured": [state.value for state in POINTS[0].counts],
    "cuts": [
        Part("variant", "By text", "Text", list(zip(("A", "B"), REPORT.lines["variant"], strict=True))),
        Part("country", "By country", "Country", [(one.value, one) for one in REPORT.lines["country"]]),
        Part(
            "connector",
            "By connector",
            "Connector",
            list(zip(("Orange ES", "Vodafone PT"), REPORT.lines["connector"], strict=True)),
        ),
        Part("sender", "By sender", "Sender", [("+34 612 44 01 18", REPORT.lines["sender"][0])]),
        Part("segments", "By number of segments", "Segments", [(one.value, one) for one in REPORT.lines["segments"]]),
    ],
}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "campaigns": (
        "campaigns/list.html",
        account(
            "campaigns",
            "Campaigns",
            tabs=CAMPAIGN_TABS,
            rows=[
                (LIVE, COUNTS),
                (campaign("Stock clearance", CampaignState.PAUSED, 10_000, reason="out_of_funds"), DONE),
                (campaign("Winter opening hours", CampaignState.READY, 214, started_at=None), dict[State, Count]()),
                (campaign("Summer sale", CampaignState.FINISHED, 10_000, started_at=ago(9_000_000)), DONE),
            ],
            newer="",
            older="",
        ),
    ),
    "campaigns-empty": (
        "campaigns/list.html",
        account("campaigns", "Campaigns", tabs=CAMPAIGN_TABS, rows=[], newer="", older=""),
    ),
    "launch": ("campaigns/launch.html", account("campaigns", "Launch", **LAUNCH)),
    "launch-blocked": (
        "campaigns/launch.html",
        account(
            "campaigns",
            "Launch",
            **{
                **LAUNCH,
                "forecast": replace(FORECAST, balance=15_403_600_000, advice=[]),
                "warnings": [],
                "blocks": [
                    (
                        "914.00 credits are missing",
                        "It would stop after about 11,700 people. The operator gives credit; then come back.",
                        "insufficient_credit",
                        "Billing",
                        "/billing",
                    )
                ],
            },
        ),
    ),
    "campaign": (
        "campaigns/show.html",
        account(
            "campaigns",
            "Autumn sale",
            campaign=LIVE,
            audience=NAMES,
            tabs=tabs_of(LIVE, "progress"),
            sender="34612440118",
            is_watched=True,
            progress=PROGRESS,
            report=REPORT,
            chart=CHART,
            segments=split(TYPED),
            example_of="+34 612 44 01 18",
            undo=("Launched to 12,408 people; it goes in 10 seconds", "/campaigns/1/undo", 7),
        ),
    ),
    "campaign-paused": (
        "campaigns/show.html",
        account(
            "campaigns",
            "Autumn sale",
            campaign=PAUSED,
            audience=NAMES,
            tabs=tabs_of(LIVE, "progress"),
            sender="34612440118",
            is_watched=False,
            progress=replace(PROGRESS, campaign=PAUSED, rate=None, seconds_left=None, done_at=None),
            report=replace(REPORT, lines={}, reasons={}),
            chart=None,
            segments=split(SALE),
            example_of="",
        ),
    ),
    "campaign-report": (
        "campaigns/report.html",
        account(
            "campaigns",
            "Autumn sale",
            campaign=LIVE,
            tabs=tabs_of(LIVE, "report"),
            shares=[Share(ShareId(ID), LIVE.id, "Inés Carrasco", ago(4000), NOW + timedelta(days=29), None)],
            is_public=False,
            **DRAWN,
        ),
    ),
    "campaign-shared": (
        "campaigns/shared.html",
        outside("Report", campaign=LIVE, until=NOW + timedelta(days=29), **{**DRAWN, "is_public": True}),
    ),
    "campaign-shared-gone": (
        "campaigns/shared_gone.html",
        outside("Report", message="This link leads nowhere: it was revoked, has expired, or never was."),
    ),
    "campaign-shared-link": (
        "campaigns/shared_link.html",
        account("campaigns", "Link", campaign=LIVE, link="https://texts.example/shared/m3Zx0p-4aQ"),
    ),
    "campaign-left-out": (
        "campaigns/left_out.html",
        account(
            "campaigns",
            "Left out",
            campaign=LAUNCH["campaign"],
            reason="opted_out",
            people=[
                LeftOut(ContactId(ID), "34600000118", "ES", "opted_out", "Ana Ferreira replied STOP on 14 November."),
                LeftOut(ContactId(ID), "351912345678", "PT", "opted_out", "They replied BAJA on 2 November."),
            ],
            newer="",
            older="/campaigns/1/left-out?reason=opted_out&after=1",
        ),
    ),
    "campaign-people": (
        "campaigns/people.html",
        account(
            "campaigns",
            "People",
            campaign=LIVE,
            tabs=tabs_of(LIVE, "report"),
            state="skipped",
            reason="opted_out",
            people=[(MessageId(ID), "34600000118", "ES"), (MessageId(ID), "351912345678", "PT")],
            newer="",
            older="",
        ),
    ),
    "stop": (
        "campaigns/stop.html",
        account("campaigns", "Stop", campaign=LIVE, left=5109, in_flight=48, refund=6_718_000_000, not_made=0),
    ),
}
