"""What events of each kind that people are told of bring along, as the rooms write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cablegram.events.model import Kind
from cablegram.kit.money import MICRO

DATA: Mapping[Kind, dict[str, Any]] = {
    Kind.ACCOUNT_CREATED: {"name": "x", "credits": 5 * MICRO, "by": "Inés"},
    Kind.BALANCE_LOW: {"balance": 9_400_000, "threshold": 10 * MICRO},
    Kind.BALANCE_EMPTY: {"balance": 0},
    Kind.SPENDING_CAP_NEAR: {"period": "day", "cap": 100 * MICRO, "spent": 81 * MICRO},
    Kind.PROFILE_CHANGED: {"what": "time_zone", "by": "Inés"},
    Kind.PASSWORD_CHANGED: {"login": "ines"},
    Kind.TWO_FACTOR_CHANGED: {"what": "on"},
    Kind.ACCESS_LIST_CHANGED: {"entries": 2, "by": "Inés"},
    Kind.ACCOUNT_SUSPENDED: {"reason": "unpaid", "by": "Operator"},
    Kind.CREDITS_GRANTED: {"amount": 25 * MICRO, "note": "For Monday", "by": "Operator"},
    Kind.RECHARGE_PAID: {"credits": 9 * MICRO, "amount": 5000, "currency": "eur", "is_automatic": False, "by": "Inés"},
    Kind.AUTO_RECHARGE_FAILED: {"reason": "card_declined"},
    Kind.CARD_EXPIRING: {"brand": "Visa", "last4": "4242", "expires": "2026-03"},
    Kind.NUMBER_ASSIGNED: {"number": "34600000001", "country": "ES", "type": "mobile", "by": "Inés"},
    Kind.NUMBER_RELEASED: {"number": "34600000001", "reason": "by_hand", "by": None},
    Kind.NUMBER_CHARGED: {"number": "34600000001", "amount": MICRO, "what": "monthly", "until": "2026-02-15"},
    Kind.NUMBER_CHARGE_FAILED: {"number": "34600000001", "amount": MICRO, "grace_until": "2026-01-22"},
    Kind.FEE_CHARGED: {"plan": "Business", "amount": MICRO, "month": "2026-01"},
    Kind.FEE_CHARGE_FAILED: {"plan": "Business", "amount": MICRO, "month": "2026-01"},
    Kind.SERVICE_APPROVED: {"keyword": "COFFEE", "short_code": "24420", "status": "open", "by": "Operator"},
    Kind.SERVICE_REJECTED: {"keyword": "TEA", "short_code": "24420", "status": "rejected", "reason": "No terms"},
    Kind.STORE_DECIDED: {"name": "Café", "state": "open", "by": "Operator", "note": ""},
    Kind.SUBSCRIBER_OPTED_IN: {"number": "34600000002", "how": "text"},
    Kind.SUBSCRIBER_OPTED_OUT: {"number": "34600000002", "how": "text"},
    Kind.JOB_FINISHED: {"kind": "import", "state": "finished", "about": "customers.csv", "by": "Inés"},
    Kind.CALLS_STOPPED: {"campaign": "Reminders", "ner": "16 %"},
    Kind.SPAM_REPORTED: {"number": "34600000001", "source": "7726"},
    Kind.WEBHOOK_DISABLED: {"url": "https://shop.example.com/news", "reason": "failing"},
    Kind.SERVICE_REQUESTED: {"keyword": "COFFEE", "by": "Inés"},
    Kind.STORE_CREATED: {"name": "Café", "state": "waiting", "by": "Inés"},
    Kind.CONNECTOR_PAUSED: {"name": "Carrier One", "reason": "login refused"},
    Kind.TASK_FAILING: {"task": "closing of days", "error": "ValueError: 1 is not 2", "count": 3},
    Kind.PAYMENT_DISPUTED: {"credits": MICRO, "amount": 5000, "currency": "eur", "state": "needs_response"},
}
