"""The catalogue of notices: the 22 events of R151, texts that come in (R66), and what waits for operators. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from cablegram.alerts.model import NoticeKind, To
from cablegram.events.model import Kind, Told

_OWNERS = frozenset({"owner", "admin"})
_MONEY = _OWNERS | {"billing"}
_PEOPLE = _OWNERS | {"marketer"}
_TECH = _OWNERS | {"developer"}
_BILLING, _NUMBERS, _SERVICES, _SETTINGS = "/billing", "/numbers", "/services", "/settings"
_OPERATOR = "/operator"


def _is_waiting(event: Told) -> bool:
    return event.data.get("state") == "waiting"


def _is_a_gift(event: Told) -> bool:
    amount = event.data.get("amount")
    return isinstance(amount, int) and amount > 0


def _money(name: str, event: Kind, title: str) -> NoticeKind:
    return NoticeKind(name, event, title, To.ROLES, _BILLING, _MONEY)


def _mine(name: str, event: Kind, title: str) -> NoticeKind:
    """Make a kind that is told to the person it happened to; of what happened to the account, to its owners."""
    return NoticeKind(name, event, title, To.SUBJECT, _SETTINGS, _OWNERS, is_fixed=True)


def _ours(name: str, event: Kind, title: str, path: str) -> NoticeKind:
    return NoticeKind(name, event, title, To.OPERATORS, f"{_OPERATOR}{path}")


_GIFT = NoticeKind(
    "bonus", Kind.CREDITS_GRANTED, "The operator gave credits", To.ROLES, _BILLING, _MONEY, counts=_is_a_gift
)
_OPENED = NoticeKind(
    "account_opened",
    Kind.ACCOUNT_CREATED,
    "The account was opened",
    To.ROLES,
    "/",
    frozenset({"owner"}),
    waits=timedelta(days=7),
)
_TEXTS = NoticeKind(
    "text_received",
    Kind.TEXT_RECEIVED,
    "Somebody wrote to a number of the account",
    To.ROLES,
    "/inbox",
    _OWNERS | _PEOPLE,
    pace="off",
    lore="text",
    quiet=timedelta(seconds=30),
)
_STORE_WAITING = NoticeKind(
    "store_waiting",
    Kind.STORE_CREATED,
    "A store waits for your word",
    To.OPERATORS,
    f"{_OPERATOR}/approvals",
    counts=_is_waiting,
)

KINDS: tuple[NoticeKind, ...] = (
    _OPENED,
    _money("credit_low", Kind.BALANCE_LOW, "Credit is low"),
    _money("credit_empty", Kind.BALANCE_EMPTY, "There is no credit left"),
    NoticeKind(
        "spending_cap_near",
        Kind.SPENDING_CAP_NEAR,
        "A spending cap is nearly reached",
        To.ROLES,
        "/settings/spending",
        _MONEY | _TECH,
    ),
    _mine("profile_changed", Kind.PROFILE_CHANGED, "Your profile was changed"),
    _mine("password_changed", Kind.PASSWORD_CHANGED, "Your password was changed"),
    _mine("two_factor_changed", Kind.TWO_FACTOR_CHANGED, "Your second factor was changed"),
    NoticeKind(
        "access_list_changed", Kind.ACCESS_LIST_CHANGED, "The access list was changed", To.ROLES, "/developers", _TECH
    ),
    NoticeKind("account_suspended", Kind.ACCOUNT_SUSPENDED, "The account is suspended", To.ROLES, "/help", _OWNERS),
    _GIFT,
    _money("recharge", Kind.RECHARGE_PAID, "A payment went through"),
    _money("auto_recharge_failed", Kind.AUTO_RECHARGE_FAILED, "An automatic recharge failed"),
    _money("card_expiring", Kind.CARD_EXPIRING, "A card expires soon"),
    NoticeKind("number_assigned", Kind.NUMBER_ASSIGNED, "A number was assigned", To.ROLES, _NUMBERS, _PEOPLE | _MONEY),
    NoticeKind(
        "number_released", Kind.NUMBER_RELEASED, "A number was given back", To.ROLES, _NUMBERS, _PEOPLE | _MONEY
    ),
    _money("number_charged", Kind.NUMBER_CHARGED, "A number was charged"),
    _money("number_charge_failed", Kind.NUMBER_CHARGE_FAILED, "A number is not paid for"),
    _money("fee_charged", Kind.FEE_CHARGED, "The monthly fee was charged"),
    _money("fee_charge_failed", Kind.FEE_CHARGE_FAILED, "The monthly fee is not paid"),
    NoticeKind("service_approved", Kind.SERVICE_APPROVED, "An SMS service was approved", To.ROLES, _SERVICES, _PEOPLE),
    NoticeKind("service_rejected", Kind.SERVICE_REJECTED, "An SMS service was rejected", To.ROLES, _SERVICES, _PEOPLE),
    NoticeKind("store_decided", Kind.STORE_DECIDED, "The operator decided on a store", To.ROLES, "/stores", _PEOPLE),
    NoticeKind(
        "opted_in",
        Kind.SUBSCRIBER_OPTED_IN,
        "Somebody opted in",
        To.ROLES,
        _SERVICES,
        _PEOPLE,
        pace="daily",
        lore="program",
    ),
    NoticeKind(
        "opted_out",
        Kind.SUBSCRIBER_OPTED_OUT,
        "Somebody opted out",
        To.ROLES,
        _SERVICES,
        _PEOPLE,
        pace="daily",
        lore="program",
    ),
    NoticeKind(
        "job_finished", Kind.JOB_FINISHED, "A job of yours is done", To.STARTER, "/messages/jobs/{subject}", lore="job"
    ),
    NoticeKind("calls_stopped", Kind.CALLS_STOPPED, "Calls were stopped", To.ROLES, "/campaigns", _PEOPLE),
    NoticeKind("spam_reported", Kind.SPAM_REPORTED, "A text was reported as spam", To.ROLES, _NUMBERS, _PEOPLE | _TECH),
    NoticeKind("webhook_disabled", Kind.WEBHOOK_DISABLED, "A webhook was switched off", To.ROLES, "/developers", _TECH),
    _TEXTS,
    _ours("service_requested", Kind.SERVICE_REQUESTED, "An account asks for an SMS service", "/approvals"),
    _STORE_WAITING,
    _ours("connector_paused", Kind.CONNECTOR_PAUSED, "A connector is paused", "/links"),
    _ours("payment_disputed", Kind.PAYMENT_DISPUTED, "A payment is disputed", "/accounts"),
    _ours("task_failing", Kind.TASK_FAILING, "A background task fails again and again", "/system"),
)
BY_NAME: Mapping[str, NoticeKind] = {kind.name: kind for kind in KINDS}
BY_EVENT: Mapping[str, NoticeKind] = {kind.event.value: kind for kind in KINDS}
