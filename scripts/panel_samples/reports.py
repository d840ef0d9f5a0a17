"""Samples of reports, and of the operator's accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cablegram.kit.ids import AccountId, ConnectorId, SavedReportId, UserId
from cablegram.kit.money import MICRO
from cablegram.panel import summaries
from cablegram.reports.console_model import Customer, CustomerPage, OwnConnector, OwnSender, Person
from cablegram.reports.model import (
    Delay,
    Dimension,
    Grain,
    Kept,
    Kind,
    Line,
    Pace,
    Question,
    Report,
    Saved,
)
from panel_samples.frame import account, operator

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 21)
ZONE = ZoneInfo("Europe/Madrid")
ONE = UUID("01920000-0000-7000-8000-000000000001")
MADE = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)


def line(at: date | None, values: tuple[str, ...], messages: int) -> Line:
    """Make a line."""
    delivered, failed = messages * 94 // 100, messages * 4 // 100
    states = {"delivered": delivered, "undelivered": failed, "submitted": messages - delivered - failed}
    return Line(at, values, states, messages, messages * 3 // 2, messages // 40, messages // 40, messages * 60_000)


def report(by: tuple[Dimension, ...], values: tuple[str, ...]) -> Report:
    """Make a report of some days."""
    days = [SINCE + timedelta(days=n) for n in range(21)]
    lines = [line(day, values, 900 + 137 * (n % 5)) for n, day in enumerate(days)]
    total = Line(None, ())
    for one in lines:
        total.join(one)
    return Report(Question(SINCE, UNTIL, Grain.DAY, by), "Europe/Madrid", lines, total, names={str(ONE): "Carrier One"})


def context(kind: Kind, found: Report) -> dict[str, Any]:
    """Make what the page of a report reads."""
    wanted = summaries.Wanted(SINCE, UNTIL, Grain.DAY, found.question.by[0] if found.question.by else None, "")
    return {
        **summaries.frame(kind, wanted),
        "report": found,
        "rows": [summaries.Row(str(one.at), summaries.name_of(one, found), one) for one in found.lines],
        "chart": summaries.chart_of(wanted, ZONE, summaries.series_of(found, kind)),
        "zone_shown": "Europe/Madrid",
    }


CUSTOMERS = [
    Customer(AccountId(ONE), "Kiosko Luna", "ES", MADE, None, 1632 * MICRO, MADE, 12408, 11640, 12100, 312, 745 * MICRO,
             UNTIL, 4),
    Customer(AccountId(UUID(int=ONE.int + 1)), "A name of many words that a small screen has no room for", "MA", MADE,
             MADE, -2 * MICRO, None, 0, 0, 0, 0, 0, None, 0),
]  # fmt: skip
PAGE = CustomerPage(
    CUSTOMERS[0],
    [Person(UserId(ONE), "Inés Carrasco", "ines", "owner"), Person(UserId(ONE), "Omar Haddad", "omar", "marketer")],
    [OwnSender("34600000118", is_default=True), OwnSender("Kiosko", is_default=False)],
    [OwnConnector(ConnectorId(ONE), "Our Twilio", is_enabled=True)],
)
SAVED = Saved(
    SavedReportId(ONE), AccountId(ONE), "Countries, each week", Kept(Kind.SUMMARY, 7, Grain.DAY, (Dimension.COUNTRY,)),
    Pace.WEEKLY, [UserId(ONE)], MADE, MADE, "Inés Carrasco", MADE,
)  # fmt: skip
SUMMARY = report((Dimension.COUNTRY,), ("ES",))
EMPTY: dict[str, Any] = {"rows": [], "total": 0}
KEPT: dict[str, Any] = {
    "rows": [(SAVED, "/reports", ["Inés Carrasco"])],
    "kinds": [("summary", "Summary")],
    "paces": [("", "Never"), ("daily", "Daily")],
    "team": [(str(ONE), "Inés Carrasco")],
    "zone_shown": "Europe/Madrid",
    "errors": {},
}
WANTED = summaries.Wanted(SINCE, UNTIL, Grain.DAY, None, "")

PAGES = {
    "reports": ("reports/page.html", account("reports", "Reports", **context(Kind.SUMMARY, SUMMARY))),
    "reports-delivery": (
        "reports/page.html",
        account(
            "reports",
            "Reports",
            **context(Kind.DELIVERY, report((), ())) | {"delays": [("Carrier One", Delay(str(ONE), 20145, 3.2, 18.4))]},
        ),
    ),
    "reports-errors": (
        "reports/page.html",
        account(
            "reports",
            "Reports",
            **context(Kind.ERRORS, report((Dimension.CODE, Dimension.CONNECTOR), ("027", str(ONE)))),
        ),
    ),
    "reports-empty": (
        "reports/page.html",
        account("reports", "Reports", **summaries.frame(Kind.OPT_OUTS, WANTED) | EMPTY),
    ),
    "reports-saved": (
        "reports/saved.html",
        account(
            "reports",
            "Reports",
            **summaries.frame(None, WANTED) | KEPT,
        ),
    ),
    "accounts": (
        "operator/accounts.html",
        operator(
            "accounts",
            "Accounts",
            rows=CUSTOMERS,
            words="",
            newer="",
            older="",
            form=Row(name="", credits="", default_country="ES"),
            countries=[("ES", "Spain")],
            made=None,
        ),
    ),
    "account": (
        "operator/account.html",
        operator("accounts", "Kiosko Luna", found=PAGE, days=SUMMARY.lines[::-1], ledger=[], key="1"),
    ),
}
