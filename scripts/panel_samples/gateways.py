"""Sample gateways: the gallery, the form of a kind, the description of a request, and one that was refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cablegram.connectors import advice, registry
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.connectors.model import Connector, IdForm
from cablegram.connectors.providers.contract import Context
from cablegram.connectors.providers.generic.presets import choose
from cablegram.connectors.providers.generic.settings import GenericSettings
from cablegram.connectors.trial import Outcome
from cablegram.kit.ids import AccountId, ConnectorId, MessageId
from cablegram.panel import connecting, generic_form
from cablegram.panel.connecting import Form
from cablegram.panel.generic_form import GenericForm
from panel_samples.frame import ID, NOW, account, ago
from panel_samples.rooms import CONNECTOR, SIMULATED, links

GENERIC = registry.KINDS["generic"]
TYPED = GenericForm(
    url="https://sms.depot.example/v2/bulk",
    auth="basic",
    username="mercadoluna",
    headers="X-Campaign: $$CampaignID",
    payload='{\n  "campaign": "$$CampaignID",\n  "route": "$$route",\n  "msgs": [\n    {"to": "$$To", "text": "$$Body",'
    ' "ref": "$$MessageID"}\n  ]\n}',
    batch_key="msgs",
    batch_size="500",
    number_form="plus",
    http="200, 202",
    items="results[*]",
    id="id",
    words="error",
    kept=("password",),
)
REQUESTS = generic_form.preview_of(TYPED, Context(now=datetime(2026, 11, 22, tzinfo=UTC)), MessageId(ID))
DEPOT = Connector(
    ConnectorId(ID), AccountId(ID), "generic", "Depot phone", GenericSettings(url="https://sms.depot.example/v2/bulk"),
    is_simulated=False, is_enabled=True, receipt_id_form=IdForm.UNKNOWN, created_at=ago(3600), revision=1,
)  # fmt: skip
PAUSED = replace(DEPOT, name="Twilio", account_id=None, paused_at=ago(300), paused_reason="20003: Authenticate")
SAID = Exchange(
    ID, DEPOT.id, Kind.TEST, NOW, 212, [], "POST", "https://sms.depot.example/v2/bulk",
    'Authorization: [sealed]\nContent-Type: application/json\n\n{"msgs": [{"to": "+34655020771"}]}', 401,
    'Content-Type: application/json\n\n{"error": "unknown user"}', "turned_away",
)  # fmt: skip
REFUSED = Outcome(
    DEPOT, False, "turned_away", "401", "unknown user", "The provider refuses this account.", exchanges=[SAID]
)


def _described(**more: object) -> dict[str, Any]:
    return {
        "kind": GENERIC, "preset": None, "form": Form("Depot phone", generic=TYPED), "errors": {}, "summary": [],
        "fields": connecting.fields_of(GENERIC, Form(generic=TYPED)), "console": advice.console(GENERIC, ""),
        "help_url": GENERIC.help_url, "marks": generic_form.MARKS, "requests": REQUESTS, "wrong": [], **more,
    }  # fmt: skip


def _new(name: str, **more: object) -> dict[str, Any]:
    kind, preset = registry.KINDS[name], choose.PRESETS.get(str(more.get("preset_name", "")))
    of = preset or kind
    return {
        "kind": kind, "preset": preset, "form": Form(), "errors": {}, "summary": [],
        "fields": connecting.fields_of(kind, Form(), preset), "console": advice.console(kind, "") if not preset else
        list(preset.console), "help_url": of.help_url, "senders": of.senders,
        "notices": [advice.length(None), advice.quota(kind)], "may_share": True, "may_own": True,
        "requests": [], "wrong": [],
    }  # fmt: skip


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "gallery": (
        "connectors/list.html",
        account(
            "connectors",
            "Connectors",
            rows=[
                (CONNECTOR, links("bound", "bound"), "96.4 % delivered today", "SMPP · smpp.kyivstar.example:2775"),
                (DEPOT, links("bound"), "Needs one good test before campaigns may use it", "Any HTTP provider"),
                (PAUSED, links("paused"), "Paused: 20003: Authenticate", "Twilio"),
                (SIMULATED, links("bound"), "Nothing leaves this machine", "simulated, on this machine"),
            ],
            may_add=True,
            kinds=[one for one in registry.KINDS.values() if one.name not in {"smpp", "generic"}],
            direct=[registry.KINDS["smpp"], GENERIC],
            presets=list(choose.PRESETS.values()),
            in_operator_shell=False,
        ),
    ),
    "gateway-new": ("connectors/new.html", account("connectors", "Twilio", **_new("twilio"))),
    "gateway-preset": ("connectors/new.html", account("connectors", "MSG91", **_new("generic", preset_name="msg91"))),
    "gateway-described": (
        "connectors/new.html",
        account(
            "connectors",
            "Any HTTP provider",
            **_described(senders=GENERIC.senders, notices=[advice.quota(GENERIC)], may_share=True, may_own=True),
        ),
    ),
    "gateway": (
        "connectors/show.html",
        account(
            "connectors",
            "Depot phone",
            **_described(
                connector=DEPOT, where="Any HTTP provider", links=links("bound"), may_change=True, is_new=False,
                id_form="", asking="", queued=0, in_flight=0, unknown=0, notices=advice.notices(DEPOT),
                asked={"to": "+34 655 020 771", "text": "Hello", "sender": "", "template_id": ""}, tested=REFUSED,
                test_errors={}, sealed="", callback_url="https://sms.luna.example/callbacks/9fXb", exchanges=[SAID],
                consequences=advice.CONSEQUENCES,
            ),
        ),
    ),
    "said": (
        "connectors/exchanges.html",
        account(
            "connectors", "What was said", connector=DEPOT, address="/connectors/x/exchanges", q="", kind="",
            kinds=["send", "test", "callback", "login"], rows=[SAID], newer="", older="", days=7,
        ),
    ),
}  # fmt: skip
