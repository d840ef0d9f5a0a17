"""Samples of a campaign while it is written, and of what its links are about."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any, cast

from cablegram.campaigns.choices import Choices
from cablegram.links.codes import sampler
from cablegram.links.model import UNSUBSCRIBE
from cablegram.panel import rules
from cablegram.panel.bringing import Brought
from cablegram.panel.campaign_form import STEPS, Form
from cablegram.panel.cut import Sample, cut
from cablegram.panel.timed import TimeForm
from cablegram.runtime.settings import Settings
from panel_samples.frame import ID, SENDERS, account
from panel_samples.people import LISTS, SALE, TEMPLATES, TYPED

FORM = {
    "name": "Autumn sale, second call",
    "list_ids": [str(ID)],
    "sender": "MercadoLuna",
    "text": TYPED,
    "others": {"B": SALE},
    "shares": {"B": "50"},
    "pace": "9000",
    "canary": "200",
    "shorten": True,
    "guard_opt_outs": "3",
}

ANSWER = cut(
    TYPED,
    [
        Sample(f"{name}, +380 67 120 4518", TYPED.replace('{{ first_name | default: "there" }}', name), [name])
        for name in ("Zoe", "Олена", "Ana")
    ],
)


def _new(step: str) -> dict[str, Any]:
    return account(
        "campaigns",
        "New campaign",
        form=Form(
            step=step,
            time=TimeForm(example="+34600000118"),
            brought=Brought(["TemplateID+91", "TemplateVariables", "route"]),
            **cast("Any", FORM),
        ),
        steps=STEPS,
        choices=Choices(LISTS, cast("Any", SEGMENTS), cast("Any", PROGRAMS)),
        senders=SENDERS,
        told=None,
        is_long_code=True,
        zone_name="Europe/Madrid",
        templates=TEMPLATES,
        names=["first_name", "city", "points", UNSUBSCRIBE],
        link=sampler(Settings(link_url="https://t.mercadoluna.example")),
        cut=ANSWER,
        people=9987,
    )


SEGMENTS = [
    Row(segment=Row(id=ID, name="Bought this year"), text="last_order after 2026-01-01 and not tag is staff"),
    Row(segment=Row(id=ID, name="Sleepers"), text="never replied and joined before 2025-06-01"),
]

PROGRAMS = [(Row(id=ID, name="DEALS on 24680"), 4120)]

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "short-links": (
        "settings/links.html",
        account(
            "settings",
            "Short links",
            tabs=rules.tabs("/settings/links"),
            days="90",
            most_days=730,
            example="https://t.mercadoluna.example/l/xxxxxxx00",
            length=41,
            is_reachable=False,
        ),
    ),
    **{f"campaign-new-{step}": ("campaigns/new.html", _new(step)) for step in STEPS},
}
