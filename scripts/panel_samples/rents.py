"""Sample numbers to rent, the operator's stock with its prices, and plans."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Row
from typing import Any

from cablegram.kit.ids import AccountId, RentalId, SenderId, StockId
from cablegram.panel.billing import tabs_of
from cablegram.panel.destinations import tabs as number_tabs
from cablegram.panel.pricing import tabs as price_tabs
from cablegram.panel.renting import TYPES, Form
from cablegram.panel.stocking import Form as StockForm
from cablegram.panel.stocking import PriceForm, tabs
from cablegram.rentals.model import Found, Keeping, Price, PriceLine, Rental, SpamReport, State, StockNumber
from cablegram.rentals.plan_model import Membership, Plan, change
from cablegram.senders.model import Capability, NumberType
from panel_samples.frame import CREDIT, ID, NOW, account, ago, operator

PRICE = Price(5 * CREDIT, 2 * CREDIT)
SMS, MMS, VOICE = Capability
ENDS = {"newer": "", "older": ""}
KINDS = [(kind.value, label) for kind, label in TYPES.items()]
COUNTRIES = [("ES", "Spain"), ("US", "United States")]

RENTAL = Rental(
    RentalId(ID),
    AccountId(ID),
    StockId(ID),
    "34612440118",
    "ES",
    NumberType.MOBILE,
    SenderId(ID),
    State.ACTIVE,
    PRICE,
    ago(86_400 * 40),
    2,
    NOW + timedelta(days=21),
    None,
    None,
    "Inés Carrasco",
)
REPORTS = [SpamReport(ago(86_400 * 2), "Movistar", "34600000118", "Third this week", "Kwame Mensah")]
FOUND = [
    Found("34600000111", "ES", NumberType.MOBILE, (SMS,), PRICE),
    Found("34910000114", "ES", NumberType.LOCAL, (SMS, VOICE), Price(0, 5 * CREDIT // 2), place="Madrid"),
    Found("34910000115", "ES", NumberType.LOCAL, (SMS, MMS, VOICE), Price(0, 40_000 * CREDIT), place="Madrid"),
]
STOCK = [
    ("34600000111", Keeping.FREE, None, 0, ""),
    ("34612440118", Keeping.RENTED, None, 0, "Mercado Luna"),
    ("34600000113", Keeping.RESTING, NOW + timedelta(days=12), 3, ""),
]
FREE, TEAM = Plan("free", "Free", "No monthly fee.", 0), Plan("team", "Team", "For up to ten people", 20 * CREDIT)
FIRM = Plan("firm", "Firm", "With a person to call", 80 * CREDIT)
MEMBER = Membership(AccountId(ID), TEAM, ago(86_400 * 9), 1, TEAM.fee, NOW + timedelta(days=21))


def stocked(number: str, state: Keeping, until: Any, missed: int, who: str) -> StockNumber:  # noqa: ANN401 - a moment or none
    """Return a number of the sample stock."""
    price = PRICE if state is Keeping.FREE else None
    note, rents = "easy to remember" if price else "", AccountId(ID) if who else None
    is_bought = state is Keeping.RESTING
    return StockNumber(
        StockId(ID), number, "ES", NumberType.MOBILE, (SMS,), None, is_bought, price, state, until, missed, note,
        ago(86_400), rents, who,
    )  # fmt: skip


def find(**context: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind
    """Return the search with some of its context changed."""
    usual: dict[str, Any] = {
        "tabs": number_tabs("/numbers/find"), "form": Form("ES", "", "91"), "countries": COUNTRIES, "types": KINDS,
        "rows": [(one, TYPES[one.number_type]) for one in FOUND], "closed": [], "has_searched": True,
        "balance": 18_240 * CREDIT, "may_buy": True, "may_price": False, "newer": "", "older": "/numbers/find?page=2",
    }  # fmt: skip
    return account("numbers", "Find and buy", **{**usual, **context})


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "numbers-find": ("numbers/find.html", find()),
    "numbers-find-none": ("numbers/find.html", find(rows=[], closed=["Twilio"], older="")),
    "numbers-find-closed": ("numbers/find.html", find(countries=[], rows=[], has_searched=False)),
    "stock-numbers": (
        "operator/stock.html",
        operator(
            "stock",
            "Stock",
            tabs=tabs("/operator/numbers/stock"),
            rows=[(stocked(*one), "mobile number", "Twilio") for one in STOCK],
            counts={Keeping.FREE: 412, Keeping.RENTED: 88, Keeping.RESTING: 7, Keeping.LEAVING: 0},
            q="",
            state="",
            states=[one.value for one in Keeping],
            form=StockForm(),
            types=KINDS,
            countries=COUNTRIES,
            ways=[("1", "Twilio")],
            faults=[],
            **ENDS,
        ),
    ),
    "stock-prices": (
        "operator/number_prices.html",
        operator(
            "stock",
            "Numbers",
            tabs=tabs("/operator/numbers/prices"),
            rows=[
                (PriceLine("ES", NumberType.MOBILE, PRICE), "mobile number"),
                (PriceLine("ES", NumberType.MOBILE, Price(0, CREDIT), AccountId(ID), "Mercado Luna"), "mobile number"),
            ],
            form=PriceForm(country="ES"),
            types=KINDS,
            countries=COUNTRIES,
            accounts=[("1", "Mercado Luna")],
        ),
    ),
    "plans": (
        "operator/plans.html",
        operator(
            "prices",
            "Plans",
            tabs=price_tabs("/operator/plans"),
            rows=[(FREE, 210), (TEAM, 31), (FIRM, 0)],
            form=Row(code="", name="", fee="", about="", is_offered=True),
            free="free",
        ),
    ),
    "plan": (
        "billing/plan.html",
        account(
            "billing",
            "Billing",
            tabs=tabs_of("/billing/plan"),
            member=MEMBER,
            rows=[(one, change(MEMBER, one, NOW)) for one in (FREE, TEAM, FIRM)],
            balance=18_240 * CREDIT,
            may_choose=True,
        ),
    ),
}
