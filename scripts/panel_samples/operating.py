"""Sample pages of the operator's shell."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.accounts.model import Account
from cablegram.kit.ids import AccountId
from cablegram.panel.figures import CommitRow, LaneRow, ProcessRow
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
    "accounts": (
        "operator/accounts.html",
        operator(
            "accounts",
            "Accounts",
            rows=ACCOUNTS,
            newer="",
            older="",
            form=Row(name="", credits="", default_country="ES"),
            countries=[("ES", "Spain")],
            made=None,
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
            prefixes=5,
            faults=[],
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
