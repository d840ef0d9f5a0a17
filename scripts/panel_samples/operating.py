"""Sample pages of the operator's shell."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.accounts.model import Account
from cablegram.billing.comparing import Recost, compare
from cablegram.billing.credit_price import AccountPrices
from cablegram.billing.invoice_model import Invoice
from cablegram.billing.margin_model import Margin, Weight
from cablegram.billing.pricing import CreditPrices, Step
from cablegram.billing.reconciling import Difference as Doubt
from cablegram.billing.reconciling import Kind as Wrong
from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.billing.version_model import Version
from cablegram.billing.weighing import DryRun
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.panel import pricing
from cablegram.panel.figures import CommitRow, LaneRow, ProcessRow
from cablegram.panel.health import Sign
from panel_samples.frame import CREDIT, ago, operator
from panel_samples.rooms import BOOK, CONNECTOR, NEEDS, links

ACCOUNTS = [
    Row(
        account=Account(AccountId(UUID(int=i)), name, iso, False, ago(90_000)),
        balance=b * CREDIT,
        sent_today=s,
        users=u,
    )
    for i, (name, iso, b, s, u) in enumerate(
        [
            ("Mercado Luna", "ES", 18240, 12408, 3),
            ("Nordlys Bank", "NO", 401_000, 90210, 12),
            ("東海旅行", "JP", 12, 0, 1),
        ]
    )
]

ACCOUNT_ID = ACCOUNTS[0].account.id
CARRIER = ConnectorId(UUID(int=3))
NOW = ago(0)
CURRENT = Version(7, None, None, "", ago(8_640_000), 5, 5, True, ago(8_640_000), "Ann", None)
NEXT = Version(8, None, None, "Winter 2027", ago(-864_000), 214_031, 231, False, ago(600), "Ann", None)
COMPARED = compare(
    TariffBook(
        [Tariff("34", "ES", "Spain", 850_000, is_demo=False), Tariff("44", "GB", "UK", 900_000, is_demo=False)], 1
    ),
    TariffBook(
        [Tariff("34", "ES", "Spain", 910_000, is_demo=False), Tariff("49", "DE", "Germany", 1, is_demo=False)], 2
    ),
    [Weight(ACCOUNT_ID, "34", 12_000, 14_002, 11_901_700_000)],
)
RECOST = Recost(12_000, 14_002, 11_901_700_000, 12_741_820_000, 3)
CREDITS = CreditPrices("EUR", (Step(0, 12_000), Step(10_000_000_000, 10_500)), is_own=True)
INVOICE = Invoice(
    id=UUID(int=4),
    connector_id=CARRIER,
    name="Carrier One, October",
    made_at=ago(60),
    made_by="Ann",
    since=ago(5_184_000),
    until=ago(2_592_000),
    currency="EUR",
    lines=100_000,
    matched=99_997,
    differences=3,
    invoiced=1_000_012_000,
    expected=1_000_000_000,
)

SPARK = [78, 80, 74, 71, 77, 82, 80, 76, 79, 83, 81, 75, 70, 74, 78]

TILES = [
    Row(
        queued=1204,
        name=n,
        href="/connectors/1",
        state=s,
        detail=d,
        rates=[v * k / 80 for v in SPARK[:-4]] + ([0] * 4 if s == "down" else [v * k / 80 for v in SPARK[-4:]]),
        ceiling=c,
        in_flight=f,
        window=50,
    )
    for n, s, d, k, c, f in [
        ("Chunghwa TW", "down", "Refused login 3 times: invalid password. Next try 14:32:10", 18, 30, 0),
        ("Orange ES", "throttled", "ESME_RTHROTTLED 214 times in 5 min; slowed to 12 a second", 48, 50, 50),
        ("Telia SE · 1", "bound", "", 78, 100, 31),
        ("Telia SE · 2", "bound", "", 74, 100, 28),
        ("Kyivstar", "bound", "", 33, 60, 12),
    ]
]

LANES = [LaneRow("Kyivstar", "otp", 3, 0.4), LaneRow("Chunghwa TW", "marketing", 41_205, 316.0)]
COMMITS = [
    CommitRow("accept what was handed in", 81_204, 14.2, "5 ms", "25 ms"),
    CommitRow("record answers and receipts", 60_118, 21.0, "2.5 ms", "10 ms"),
]
PROCESSES = [
    ProcessRow("serve", "sms-1", 4121, ago(86_400), "alive"),
    ProcessRow("dispatch", "sms-1", 4120, ago(86_400), "alive"),
    ProcessRow("work", "sms-2", 907, ago(3_600), "gone"),
]

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "operator": (
        "operator/overview.html",
        operator(
            "overview",
            "Overview",
            numbers=Row(
                queued=41_208, in_flight=197, window=486, submitted=284.3, delivered_share=(961, 1000), unknown=14
            ),
            links=TILES,
            standstill=None,
            lanes=LANES,
            commits=COMMITS,
            processes=PROCESSES,
            dispatchers=1,
            needs=NEEDS,
            accounts=[
                ("Nordlys Bank", 118.0, (990, 1000)),
                ("Mercado Luna", 64.2, (969, 1000)),
                ("東海旅行", 27.0, (0, 0)),
            ],
        ),
    ),
    "links": (
        "connectors/list.html",
        operator(
            "links",
            "Links",
            rows=[(CONNECTOR, links("bound", "throttled"), "", "SMPP")],
            may_add=False,
            in_operator_shell=True,
            tabs=[],
            direct=[],
            kinds=[],
            presets=[],
        ),
    ),
    "prices": (
        "operator/prices.html",
        operator(
            "prices",
            "Prices",
            q="",
            countries=BOOK.countries(),
            is_demo=True,
            action="/operator/prices",
            tabs=pricing.tabs("/operator/prices"),
            prefixes=5,
            faults=[],
            versions=[NEXT, CURRENT],
            current=CURRENT,
            now=NOW,
        ),
    ),
    "version": (
        "operator/version.html",
        operator(
            "prices",
            "Version 8",
            version=NEXT,
            old=CURRENT,
            unit="cr",
            found=COMPARED,
            differences=COMPARED.differences,
            run=DryRun(NEXT, {ACCOUNT_ID: ("Acme", RECOST)}, RECOST),
            may_withdraw=True,
            back="/operator/prices",
        ),
    ),
    "credits": (
        "operator/credits.html",
        operator(
            "prices",
            "Prices",
            tabs=pricing.tabs("/operator/prices/credits"),
            usual=CREDITS,
            accounts=[(str(ACCOUNT_ID), "Acme")],
            chosen=str(ACCOUNT_ID),
            own=AccountPrices(CREDITS, 1_000_000),
            form={"currency": "EUR", "steps": pricing.written(CREDITS), "inbound": ""},
        ),
    ),
    "margins": (
        "operator/margins.html",
        operator(
            "prices",
            "Prices",
            tabs=pricing.tabs("/operator/prices/margins"),
            by="connector",
            ways=[("connector", "Connector"), ("day", "Day")],
            since="2026-10-23",
            until="2026-11-21",
            account="",
            rows=[
                Margin("Carrier One", "EUR", 128_201, 170_002, 150_000_000_000, 1_020_000_000, 0, 1_800_000_000),
                Margin("Carrier Two", "", 2_201, 2_402, 2_000_000_000, 0, 2_402, None),
            ],
        ),
    ),
    "health": (
        "operator/health.html",
        operator(
            "health",
            "Health",
            at=NOW,
            signs=[
                Sign("mail", "error", "/operator/mail", 12, "421 too busy"),
                Sign("waiting", "warn", "/operator", 3),
                Sign("process_serve", "ok", "/operator/system"),
                Sign("process_work", "ok", "/operator/system"),
                Sign("books", "ok", "/operator/system"),
            ],
        ),
    ),
    "invoices": (
        "operator/invoices.html",
        operator(
            "prices",
            "Prices",
            tabs=pricing.tabs("/operator/prices/invoices"),
            rows=[INVOICE],
            newer="",
            older="",
            connectors=[(str(ACCOUNT_ID), "Carrier One")],
        ),
    ),
    "invoice": (
        "operator/invoice.html",
        operator(
            "prices",
            "Carrier One, October",
            invoice=INVOICE,
            rows=[
                Doubt(Wrong.PRICE, 501, None, "34600000500", "1 segments, 0.012", "1 segments, 0.01", 2_000),
                Doubt(Wrong.MISSING_THERE, None, None, "34600001000", "", "1 segments, 0.01", -10_000),
            ],
            newer="",
            older="",
        ),
    ),
    "system": (
        "operator/system.html",
        operator(
            "system",
            "System",
            facts=[
                ("Version", "0.1.0"),
                ("PostgreSQL", "18.6, embedded"),
                ("Database", "212 MB"),
                ("Up since", "20 Nov, 09:00"),
            ],
            processes=[
                Row(name="dispatch", host="luna-1", pid=4211, since=ago(3600), state="alive"),
                Row(name="dispatch", host="luna-1", pid=4100, since=ago(90_000), state="gone"),
            ],
            letting_in=Row(sign_up="invited", is_chosen=False),
            default_sign_up="invited",
            audit=Row(
                at=ago(60),
                is_ok=True,
                sums=[
                    ("Accepted, by postings", "12,408"),
                    ("Accepted, by messages", "12,408"),
                    ("Accepted, by counters", "12,408"),
                ],
                faults=[],
            ),
        ),
    ),
}
