"""Sample pages of the other rooms, the log-in and the problems."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.accounts.access import Scope
from cablegram.accounts.model import ApiKey, Profile, User
from cablegram.billing.credit_price import AccountPrices
from cablegram.billing.model import Posting, PostingKind
from cablegram.billing.pricing import CreditPrices, Step
from cablegram.billing.statement_model import Totals
from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.connectors import registry
from cablegram.connectors.model import Connector, IdForm, LinkStatus, SmppSettings
from cablegram.kit.ids import CampaignId, ConnectorId, KeyId, PostingId, UserId
from cablegram.panel.billing import Wanted
from cablegram.text import gsm0338
from panel_samples.frame import CREDIT, ID, ZONE, account, ago, outside

BILLING_TABS = [("Balance and ledger", "/billing", True), ("Tariffs", "/billing/tariffs", False)]

TARIFF_TABS = [("Balance and ledger", "/billing", False), ("Tariffs", "/billing/tariffs", True)]

SMPP = Row(
    name="Kyivstar",
    host="smpp.kyivstar.example",
    port="2775",
    system_id="mluna",
    password="",
    system_type="",
    mode="transceiver",
    binds="2",
    window="50",
    throughput="60",
    enquire_link_seconds="30",
    response_seconds="30",
    query_after_hours="24",
    notices_from="",
    media_tlv="",
    segment_limit="127",
    segment_overhead="7",
    segment_usable="120",
)

CONNECTOR = Connector(
    ConnectorId(ID),
    None,
    "smpp",
    "Kyivstar",
    SmppSettings(host="smpp.kyivstar.example", system_id="mluna", binds=2, throughput=60),
    is_simulated=False,
    is_enabled=True,
    receipt_id_form=IdForm.HEX_THEN_DECIMAL,
    created_at=ago(90_000),
    revision=1,
)

SIMULATED = replace(CONNECTOR, name="Simulated carrier", is_simulated=True)

DOWN = replace(CONNECTOR, name="Chunghwa TW")


def links(*states: str) -> list[LinkStatus]:
    """Make a connector's links."""
    why = {
        "throttled": "ESME_RTHROTTLED 214 times in 5 min; slowed to 12 a second",
        "refused": "login refused: invalid password; next try 14:32:10",
    }
    return [LinkStatus(ConnectorId(ID), i, state, why.get(state, ""), ago(600)) for i, state in enumerate(states, 1)]


KEYS_TABS = [("API keys", "/developers", True), ("GSM characters", "/developers/gsm", False)]
KEYS = [
    ApiKey(KeyId(ID), "Shop backend", "sk_5b1f0c", frozenset({Scope.SEND, Scope.READ}), ago(90_000), ago(13), None),
    ApiKey(KeyId(UUID(int=2)), "Old cron job", "sk_91aa07", frozenset(Scope), ago(90_000), None, ago(3600)),
]

POSTINGS = [
    Posting(
        PostingId(ID),
        seq,
        ago(at),
        PostingKind(kind),
        count,
        amount,
        after,
        CampaignId(ID) if kind in ("charge", "refund") else None,
        note,
    )
    for seq, at, kind, count, amount, after, note in [
        (5, 13, "refund", 47, 61_800_000, 1_984_700_000, ""),
        (4, 60, "charge", 12408, -16_317_600_000, 1_922_900_000, ""),
        (3, 600, "inbound", 1, -CREDIT, 18_240_500_000, ""),
        (2, 90_000, "charge", 1, -1_315_432, 18_241_500_000, ""),
        (1, 91_000, "grant", 0, 25_000_000_000, 25_000_000_000, "First credit"),
    ]
]

BOOK = TariffBook(
    [
        Tariff("34", "ES", "Spain", CREDIT, True),
        Tariff("3460", "ES", "Spain mobile", 1_200_000, True),
        Tariff("351", "PT", "Portugal", 950_000, True),
        Tariff("380", "UA", "Ukraine", 1_400_000, True),
        Tariff("886", "TW", "Taiwan", 75_000, True),
    ],
    1,
)

USER = User(UserId(ID), "ines", "Inés Carrasco", is_operator=True, has_password=True, theme="system")

NEEDS = [
    ("Chunghwa TW cannot log in", "invalid password since 14:17", "Fix", "/connectors/1"),
    ("14 messages in question", "claimed, outcome unknown after a restart", "Look", "/messages?state=unknown"),
]


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "parts": ("parts.html", account("settings", "Parts")),
    "login": ("login.html", outside("Log in", login="", next="/", sign_up=True)),
    "login-refused": (
        "login.html",
        outside("Log in", login="ines", errors={"form": "Login or password is not right."}, next="/", sign_up=False),
    ),
    "error": (
        "error.html",
        account(
            "",
            "Not found",
            status=404,
            code="campaign_not_found",
            what="There is no such campaign here",
            why="It may belong to another account, or the address is cut off.",
            ways=[("Campaigns", "/campaigns"), ("Home", "/")],
        ),
    ),
    "error-outside": (
        "error.html",
        outside(
            "Not now",
            status=503,
            code="database_unreachable",
            what="The database does not answer",
            why="Nothing is lost. Messages that were accepted wait, and go on when it is back.",
            ways=[("Try again", "/")],
        ),
    ),
    "connector-new": (
        "connectors/new_smpp.html",
        account(
            "connectors",
            "Connect by SMPP",
            form=SMPP,
            is_new=True,
            is_own=False,
            may_share=True,
            may_own=True,
            fee="",
            errors={"port": "65536 is no port: 1 to 65535."},
            summary=[("port", "65536 is no port: 1 to 65535.")],
        ),
    ),
    "connector": (
        "connectors/show.html",
        account(
            "connectors",
            "Kyivstar",
            connector=CONNECTOR,
            links=links("bound", "throttled"),
            form=SMPP,
            is_new=False,
            may_change=True,
            sets_fee=False,
            fee="",
            kind=registry.KINDS["smpp"],
            where="SMPP · smpp.kyivstar.example:2775",
            notices=[],
            fared=[],
            sealed="",
            id_form="hexadecimal in answers, decimal in receipts",
            asking="asked for after 24 h; it answers",
            queued=4186,
            in_flight=48,
            unknown=2,
        ),
    ),
    "gsm": (
        "developers/gsm.html",
        account(
            "developers",
            "GSM characters",
            tabs=KEYS_TABS,
            basic=[one for one in gsm0338.characters() if one.septets == 1],
            extension=[one for one in gsm0338.characters() if one.septets == 2],
        ),
    ),
    "keys": (
        "developers/keys.html",
        account(
            "developers",
            "Developers",
            tabs=KEYS_TABS,
            keys=KEYS,
            made=None,
            form=Row(name="", scopes=["send", "read"], days=""),
            lives=("30", "90", "365"),
            scopes=[
                ("send", "Send", "messages and campaigns"),
                ("read", "Read", "messages, campaigns, contacts, ledger"),
                ("contacts", "Change contacts", "lists and templates too"),
                ("account", "Change the account", "keys and users"),
            ],
            base_url="http://127.0.0.1:8080",
            may_make=True,
        ),
    ),
    "keys-made": (
        "developers/keys.html",
        account(
            "developers",
            "Developers",
            tabs=KEYS_TABS,
            keys=KEYS,
            made=Row(name="Shop backend", key="sk_5b1f0c9d27ae41d0b3c8f6a2e9d4570b1c6e8f20", is_successor=True),
            form=Row(name="", scopes=[], days="90"),
            lives=("30", "90", "365"),
            scopes=[("send", "Send", "messages and campaigns")],
            base_url="http://127.0.0.1:8080",
            may_make=True,
        ),
    ),
    "ledger": (
        "billing/ledger.html",
        account(
            "billing",
            "Billing",
            tabs=BILLING_TABS,
            balance=1_984_700_000,
            rows=POSTINGS,
            newer="",
            older="",
            campaigns={ID: "Autumn sale, second call"},
            campaign="",
            wanted=Wanted("", "2026-11-01", "2026-11-22", None, ""),
            errors={},
            clear={"kind": "/billing", "campaign": "/billing", "days": "/billing"},
            totals=Totals(37, 20_000_000_000, -18_015_300_000, 0, 1_984_700_000, is_final=False),
            is_narrowed=True,
            files=[("csv", "/billing/statement.csv"), ("pdf", "/billing/statement.pdf")],
            spent_today=16_255_800_000,
            spent_month=23_015_300_000,
            in_question=2_800_000,
            resent=0,
        ),
    ),
    "tariffs": (
        "billing/tariffs.html",
        account(
            "billing",
            "Tariffs",
            tabs=TARIFF_TABS,
            prices=AccountPrices(CreditPrices("EUR", (Step(0, 12_000), Step(10_000_000_000, 10_500))), 1_000_000),
            q="",
            countries=BOOK.countries(),
            is_demo=True,
            action="/billing/tariffs",
        ),
    ),
    "settings": (
        "settings/profile.html",
        account(
            "settings",
            "Settings",
            tabs=[],
            user=USER,
            about=Profile(
                "Inés",
                "Carrasco",
                "Kiosko Luna",
                "ines@example.com",
                is_confirmed=False,
                language="es",
                time_zone="Europe/Madrid",
                comes_back="550 5.1.1 No such user",
            ),
            callback="https://shop.example.com/news",
            time_zones=[("Europe/Madrid", "Europe/Madrid"), ("UTC", "UTC")],
            has_password=True,
            zone_name=ZONE,
        ),
    ),
    "versions": (
        "help/versions.html",
        account(
            "help",
            "Versions",
            tabs=[],
            versions=[("Cablegram", "0.1.0"), ("Python", "3.13.1"), ("PostgreSQL", "18.6"), ("psycopg", "3.2.10")],
        ),
    ),
    "help": (
        "help/page.html",
        account(
            "help",
            "Help",
            tabs=[],
            trade=[("A2P", "application to person: texts from a program, as opposed to P2P", "")],
            words=[
                ("account", "the customer who pays; every row of customer data belongs to one", "workspace, client"),
                ("campaign", "one text to many people, with a beginning, an end and a state", "blast, bulk send"),
                ("segment", "one of the parts that a text is cut into, and what is charged for", "part, SMS unit"),
            ],
            places=[
                ("Engage > Channels > SMS", "Connectors", "/connectors"),
                ("gateways, provider list", "Connectors", "/connectors"),
                ("API key", "Developers", "/developers"),
            ],
            version="0.1.0",
        ),
    ),
    "help-errors": (
        "help/errors.html",
        account(
            "help",
            "Errors",
            tabs=[],
            codes=[
                (
                    "text_too_short",
                    "The text has under 5 characters.",
                    "Such texts are almost always mistakes.",
                    "Write more.",
                ),
                (
                    "no_tariff",
                    "There is no price for this country.",
                    "Without a price nothing is sent.",
                    "The operator imports one.",
                ),
            ],
        ),
    ),
}
