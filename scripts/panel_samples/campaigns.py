"""Sample campaigns in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace as Row
from typing import Any

from cablegram.campaigns.model import (
    Campaign,
    CampaignState,
    CountryForecast,
    CountryReport,
    Forecast,
    Progress,
    Report,
)
from cablegram.kit.ids import AccountId, CampaignId, ListId
from cablegram.messages.model import Count, MessageClass, State
from cablegram.panel.bringing import Brought
from cablegram.panel.cut import Sample, cut
from cablegram.panel.timed import TimeForm
from cablegram.text.segments import split
from panel_samples.frame import CREDIT, ID, NOW, SENDERS, account, ago
from panel_samples.people import CAMPAIGN_TABS, LISTS, SALE, TEMPLATES, TYPED


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

LIVE = campaign("Autumn sale, second call", CampaignState.RUNNING, 13212)

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

REPORT = Report(
    LIVE,
    COUNTS,
    [
        CountryReport(iso, {State.DELIVERED: d, State.SUBMITTED: s, State.UNDELIVERED: u}, made, d, made, made * CREDIT)
        for iso, d, s, u, made in [
            ("ES", 4610, 812, 64, 9591),
            ("PT", 891, 216, 22, 1874),
            ("MA", 262, 148, 30, 702),
            ("UA", 108, 28, 2, 221),
        ]
    ],
    {"no_tariff": 412, "number_landline": 188, "missing_variable": 204},
    15205,
    16_317_600_000,
    61_800_000,
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

FORECAST = Forecast(
    13212,
    12408,
    15205,
    16_317_600_000,
    18_240_500_000,
    2797,
    {"no_tariff": 412, "missing_variable": 204, "number_landline": 188},
    {},
    [
        CountryForecast("ES", 9611, 9611, 9_611_000_000, CREDIT),
        CountryForecast("PT", 1874, 3748, 3_560_600_000, 950_000),
        CountryForecast("MA", 702, 1404, 2_527_200_000, None),
        CountryForecast("UA", 221, 442, 618_800_000, 1_400_000),
        *[CountryForecast(iso, 9, 9, 9_000_000, CREDIT) for iso in ("TW", "TH", "IN", "IE", "ET", "PL")],
    ],
)

LAUNCH = {
    "campaign": campaign("Autumn sale, second call", CampaignState.READY, 13212, started_at=None),
    "lists": ["Newsletter ES", "Kiosko regulars"],
    "sender": "34612440118",
    "forecast": FORECAST,
    "rate": 30.0,
    "seconds": 414,
    "segments": split(
        "Hola Ana: otoño en Mercado Luna, -20 % en todo hasta el domingo con OTOÑO. luna.example/o20 BAJA para salir"
    ),
    "example_of": "Ana, +34 600 000 118",
    "warnings": [("Some prices are demo prices", "They were invented, so that the first messages cost something.")],
    "blocks": [],
    "must_type": True,
    "typed": "",
    "error": "",
}

ANSWER = cut(
    TYPED,
    [
        Sample(f"{name}, +380 67 120 4518", TYPED.replace('{{ first_name | default: "there" }}', name), [name])
        for name in ("Zoe", "Олена", "Ana")
    ],
)

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
    "campaign-new": (
        "campaigns/new.html",
        account(
            "campaigns",
            "New campaign",
            form=Row(
                name="Autumn sale, second call",
                list_ids=[str(ID)],
                sender="MercadoLuna",
                picture="",
                pace="",
                time=TimeForm(example="+34600000118"),
                brought=Brought(["TemplateID+91", "TemplateVariables", "route"]),
                template_id="",
                text=TYPED,
                message_class="marketing",
            ),
            lists=LISTS,
            senders=SENDERS,
            told=None,
            is_long_code=True,
            zone_name="Europe/Madrid",
            templates=TEMPLATES,
            names=["first_name", "city", "points"],
            cut=ANSWER,
            people=9987,
        ),
    ),
    "launch": ("campaigns/launch.html", account("campaigns", "Launch", **LAUNCH)),
    "launch-blocked": (
        "campaigns/launch.html",
        account(
            "campaigns",
            "Launch",
            **{
                **LAUNCH,
                "forecast": replace(FORECAST, balance=15_403_600_000),
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
            lists=[("Newsletter ES", "/contacts/1")],
            sender="34612440118",
            is_watched=True,
            progress=PROGRESS,
            report=REPORT,
            chart=CHART,
            segments=split(TYPED),
            example_of="+34 612 44 01 18",
            undo=("Launched to 12,408 people", "/campaigns/1/cancel", 7),
        ),
    ),
    "campaign-paused": (
        "campaigns/show.html",
        account(
            "campaigns",
            "Autumn sale",
            campaign=PAUSED,
            lists=[("Newsletter ES", "/contacts/1")],
            sender="34612440118",
            is_watched=False,
            progress=replace(PROGRESS, campaign=PAUSED, rate=None, seconds_left=None, done_at=None),
            report=replace(REPORT, countries=[], skipped={}),
            chart=None,
            segments=split(SALE),
            example_of="",
        ),
    ),
    "stop": (
        "campaigns/stop.html",
        account("campaigns", "Stop", campaign=LIVE, left=5109, in_flight=48, refund=6_718_000_000, not_made=0),
    ),
}
