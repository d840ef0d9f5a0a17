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
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId, RouteId
from cablegram.overview.firewall import Direction, Opening, Protocol
from cablegram.panel import connecting, generic_form, routing
from cablegram.panel.connecting import Form
from cablegram.panel.generic_form import GenericForm
from cablegram.routing.explain import Explained
from cablegram.routing.health import Fared
from cablegram.routing.model import Option, Policy, Rule, Scope, Strategy
from cablegram.routing.reasons import Case, ConnectorLook, Known, Place, RuleLook
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
REQUESTS = generic_form.preview_of(
    TYPED, Context(now=datetime(2026, 11, 22, tzinfo=UTC)), MessageId(ID), CampaignId(ID)
)
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


FARED = Fared(DEPOT.id, "ES", 1200, 1188, 1100, 1072, [0, 0, 200, 700, 100, 50, 22, 0, 0, 0, 0, 0, 0])
RULE = Rule(
    RouteId(ID), None, "Iberia by two", Scope(("3466",), frozenset({"ES", "PT"}), classes=frozenset({"marketing"})),
    Strategy.BY_WEIGHT, (Option(CONNECTOR.id, weight=3), Option(DEPOT.id)), position=1,
)  # fmt: skip
LOOKS = [
    ConnectorLook(Known(CONNECTOR.id, None, "Kyivstar", is_enabled=True), Place.SHARES, "It gets 3 of 4 of them."),
    ConnectorLook(Known(DEPOT.id, None, "Depot phone", is_enabled=False), Place.OUT, "It is switched off."),
]
CASE = Case(AccountId(ID), "34660000118", "ES", "Luna", "marketing")
EXPLAINED = Explained(
    CASE, LOOKS[0], RULE, is_operator_s=False, rules=[RuleLook(RULE, Place.TAKEN, "It is the first that is about it.")],
    connectors=LOOKS,
)  # fmt: skip
OPENINGS = [
    Opening(Direction.IN, Protocol.TCP, ("sms.luna.example",), ("443",), "API, panel, and providers' calls"),
    Opening(Direction.OUT, Protocol.TCP, ("smpp.kyivstar.example",), ("2775",), "connector Kyivstar", ("203.0.113.7",)),
    Opening(Direction.OUT, Protocol.UDP, (), ("10000-20000",), "calls: this version makes none", is_in_use=False),
]
STRATEGIES = {Strategy.IN_ORDER: "the first that can", Strategy.BY_WEIGHT: "each its share"}


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
            tabs=routing.tabs("/connectors"),
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
                sets_fee=True, fee="0.002",
                id_form="", asking="", queued=0, in_flight=0, unknown=0, notices=advice.notices(DEPOT),
                asked={"to": "+34 655 020 771", "text": "Hello", "sender": "", "template_id": ""}, tested=REFUSED,
                test_errors={}, sealed="", callback_url="https://sms.luna.example/callbacks/9fXb", exchanges=[SAID],
                consequences=advice.CONSEQUENCES,
                fared=[FARED],
            ),
        ),
    ),
    "routes": (
        "connectors/routes.html",
        account(
            "connectors",
            "Connectors",
            tabs=routing.tabs("/connectors/routes"),
            groups=[("Of the operator's connectors", [RULE])],
            names={CONNECTOR.id: "Kyivstar"},
            strategies=STRATEGIES,
            policy=Policy(),
            may_rule=True,
            may_add=True,
            asked={"to": "+34 660 000 118", "from": "", "class": "marketing"},
            classes=["otp", "transactional", "marketing"],
            explained=EXPLAINED,
        ),
    ),
    "route": (
        "connectors/route.html",
        account(
            "connectors",
            "Iberia by two",
            form=routing.Form("Iberia by two", countries="ES, PT", rows=[routing.Row(str(ID), "Kyivstar", "1", "3")]),
            rule_id=None,
            classes=["otp", "transactional", "marketing"],
            strategies=STRATEGIES,
            may_choose=True,
            may_rule=True,
        ),
    ),
    "firewall": (
        "connectors/firewall.html",
        account("connectors", "Connectors", tabs=routing.tabs("/connectors/firewall"), rows=OPENINGS),
    ),
    "said": (
        "connectors/exchanges.html",
        account(
            "connectors", "What was said", connector=DEPOT, address="/connectors/x/exchanges", q="", kind="",
            kinds=["send", "test", "callback", "login"], rows=[SAID], newer="", older="", days=7,
        ),
    ),
}  # fmt: skip
