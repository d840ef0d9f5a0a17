"""What the rules see of a message, in words to keep and to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cablegram.consent.case import Case, Policy
from cablegram.consent.sender_rules import SENDER_RULES
from cablegram.numbers.ranges import line


def told(policy: Policy, case: Case) -> Mapping[str, str]:
    """Return the values by the names that the sentences of rules and reasons have for them."""
    rule = SENDER_RULES.get(case.country)
    window = policy.duplicate_window
    return {
        "number": f"+{case.number}",
        "country": case.country,
        "line": line(case.number, case.country),
        "class": case.message_class,
        "sender": case.sender,
        "sender_country": case.sender_country,
        "subscription": case.subscription or "nothing recorded",
        "phone_status": case.phone_status,
        "source": rule.source if rule else "",
        "seen": rule.seen if rule else "",
        "window": f"{window.total_seconds() / 3600:g} hours" if window else "",
        "same_text_at": _moment(case.same_text_at),
        "cap": _cap(policy, case.message_class),
        "earliest_at": _moment(case.earliest_at),
        "expires_at": _moment(case.expires_at),
    }


def _cap(policy: Policy, message_class: str) -> str:
    caps = policy.caps.get(message_class)
    if caps is None:
        return ""
    terms = [f"{cap.most} in {cap.term.total_seconds() / 3600:g} hours" for cap in caps.terms]
    dwell = [f"{caps.dwell.total_seconds() / 60:g} minutes between two"] if caps.dwell else []
    return ", ".join([*terms, *dwell])


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
