"""Sample pages about payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, CardId, ReceiptId, RechargeId
from cablegram.panel.paying import Line, Purchase, Wish
from cablegram.panel.payments import Row
from cablegram.payments.auto_model import AutoRecharge
from cablegram.payments.model import (
    Address,
    Card,
    Facts,
    Party,
    Payer,
    Receipt,
    Recharge,
    RechargeState,
    Seller,
)
from panel_samples.frame import CREDIT, ID, NOW, account, ago, operator

TABS = [
    ("Balance and ledger", "/billing", False),
    ("Recharge and cards", "/billing/recharge", True),
    ("Tariffs", "/billing/tariffs", False),
]
HOLDER = Address("Inés Carrasco", "Calle Mayor 1", "Madrid", "", "28013", "ES")
VISA = Card(CardId(ID), AccountId(ID), "pm_1", "visa", "4242", date(2030, 12, 31), HOLDER, True, NOW)
OLD = replace(
    VISA, id=CardId(UUID(int=7)), brand="mastercard", last4="4444", expires=date(2026, 9, 30), is_default=False
)
SELLER = Seller(
    Party("Cable Norte SL", "Gran Vía 2\n28013 Madrid", "ESB12345678"),
    "VAT included at 21 %.",
    "Transfer to ES00 1234, and write your account's name into it.",
)
PAYER = Payer(Party("Mercado Luna SL", "Calle Mayor 1\n28013 Madrid", "ESB87654321"), "cuentas@mercadoluna.example")
BOUGHT = Recharge(
    RechargeId(ID), AccountId(ID), "stripe", VISA.id, 1_000 * CREDIT, 2_500, "EUR", RechargeState.PAID, "", "", "pi_1",
    True, None, False, None, "", "", "Inés Carrasco", ago(7_200), ago(7_190), 0, 0,
)  # fmt: skip
RECEIPT = Receipt(
    ReceiptId(ID), AccountId(ID), "2026-000017", "receipt", BOUGHT.id, NOW,
    Facts(SELLER.party, PAYER.party, SELLER.note, BOUGHT.credits, 2_500, "EUR", "Visa 4242"),
)  # fmt: skip


def _as(state: RechargeState, place: int, **changed: Any) -> Recharge:  # noqa: ANN401 - any field
    return replace(BOUGHT, id=RechargeId(UUID(int=place)), state=state, created_at=ago(90_000.0 * place), **changed)


DECLINED = _as(RechargeState.FAILED, 2, reason="card_declined", explained="Your card was declined.")
ASKED = _as(
    RechargeState.NEEDS_ACTION, 3, is_auto=True, started_by="auto-recharge", action_url="https://hooks.stripe.com/x"
)
SILENT = _as(RechargeState.UNKNOWN, 4, explained="The processor gave no answer. We ask until we know.")
ENTERED = _as(
    RechargeState.REFUNDED, 5, processor="manual", card_id=None, reference="Transfer 2026-11-17", returned=2_500
)
LINES = [
    Line(BOUGHT, "25.00 EUR", "Visa 4242", [RECEIPT]),
    Line(DECLINED, "25.00 EUR", "Mastercard 4444", []),
    Line(ASKED, "25.00 EUR", "Visa 4242", []),
    Line(SILENT, "25.00 EUR", "Visa 4242", []),
    Line(ENTERED, "25.00 EUR", "Transfer 2026-11-17", [RECEIPT]),
]
AUTO = AutoRecharge(
    AccountId(ID), True, 500 * CREDIT, 1_000 * CREDIT, None, None, 20_000, True, None, 1, NOW,
    "No card paid. The last one: Your card was declined.",
)  # fmt: skip


def _recharge(title: str = "Recharge and cards", **changed: object) -> tuple[str, dict[str, Any]]:
    context: dict[str, object] = {
        "tabs": TABS,
        "takes_cards": True,
        "how_to_pay": "",
        "balance": 18_240_500_000,
        "cards": [VISA, OLD],
        "choices": [(str(VISA.id), VISA.label), (str(OLD.id), OLD.label)],
        "today": NOW.date(),
        "credits": "1000",
        "card": str(VISA.id),
        "purchase": Purchase(1_000 * CREDIT, "25.00 EUR", VISA, 19_240_500_000, "k"),
        "problem": "",
        "currency": "EUR",
        "wish": Wish(True, "500", "credits", "1000", "", "200.00"),
        "auto": AUTO,
        "said": {"below": "500", "credits": "1,000", "price": "25.00 EUR"},
        "lines": LINES,
        "newer": "",
        "older": "",
        "payer": PAYER,
        "errors": {},
        "summary": [],
    }
    return "billing/recharge.html", account("billing", title, **(context | changed))


def _one(line: Line) -> tuple[str, dict[str, Any]]:
    is_open = line.recharge.state in {RechargeState.STARTED, RechargeState.UNKNOWN}
    context = account("billing", "Recharge", tabs=TABS, line=line, balance=18_240_500_000, is_open=is_open)
    return "billing/one_recharge.html", context


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "recharge": _recharge(),
    "recharge-no-card": _recharge(cards=[], purchase=None, auto=None, said=None, lines=[], wish=Wish(amount="1000")),
    "recharge-by-hand": _recharge(takes_cards=False, how_to_pay=SELLER.how_to_pay, lines=LINES[-1:]),
    "recharge-paid": _one(LINES[0]),
    "recharge-failed": _one(LINES[1]),
    "recharge-asked": _one(LINES[2]),
    "recharge-unknown": _one(LINES[3]),
    "operator-payments": (
        "operator/payments.html",
        operator(
            "payments",
            "Payments",
            takes_cards=True,
            has_webhook=False,
            hook="https://sms.example.com/callbacks/stripe",
            rows=[
                Row(line.recharge, name, line.price, line.price if line.recharge is BOUGHT else "")
                for line, name in zip(LINES, ("Mercado Luna", "Baraka Foods", "Nordlys", "Acme", "Acme"), strict=True)
            ],
            newer="",
            older="",
            state="",
            states=[one.value for one in RechargeState],
            accounts=[("1", "Mercado Luna"), ("2", "Baraka Foods")],
            key="1",
            form=dict.fromkeys(("account", "credits", "amount", "currency", "reference", "note"), ""),
            seller=SELLER,
            errors={},
            summary=[],
        ),
    ),
}
