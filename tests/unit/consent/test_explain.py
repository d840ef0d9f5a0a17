from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cablegram.consent import explain, reasons, seen, sending_rules
from cablegram.consent.case import Case
from cablegram.consent.explain import Kept
from cablegram.consent.looks import Verdict
from cablegram.consent.reasons import CATALOG, STOPPED_BY
from cablegram.consent.rulebook import compiled
from cablegram.consent.rules import ORDER
from cablegram.consent.sending_rules import SendingRules

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
USUAL = compiled(None).written


def kept(case: Case, reason: str | None = None) -> Kept:
    # What comes back from a row has the bits, and not what else the case knew.
    bare = Case(case.number, case.country, case.sender, case.message_class)
    return Kept(bare, compiled(None).ruleset, seen.pack(case), reason, NOW)


def test_every_reason_is_of_a_rule() -> None:
    assert STOPPED_BY.keys() == CATALOG.keys()
    assert set(STOPPED_BY.values()) == {rule.id for rule in ORDER}


@pytest.mark.req("R91")
def test_what_stopped_a_message_stops_it_again_from_what_was_kept() -> None:
    case = Case("34600000118", "ES", "Acme", is_held=True)
    told = explain.retold(USUAL, kept(case, "held_for_review"))
    assert [look.rule for look in told.looks] == ["blacklist", "review"]
    assert told.stopped is not None
    assert told.stopped.reason is reasons.HELD_FOR_REVIEW
    assert explain.retold(USUAL, kept(Case("34600000118", "ES", "Acme"))).stopped is None


def test_what_the_row_does_not_keep_is_taken_from_the_reason() -> None:
    abroad = Case("34600000118", "ES", "25252", sender_country="US")
    told = explain.retold(USUAL, kept(abroad, "short_code_abroad"))
    assert [look.rule for look in told.looks] == [
        "blacklist", "review", "opt_out", "phone_status", "subscription", "range", "sender"
    ]  # fmt: skip
    assert told.looks[-1].verdict is Verdict.STOP
    late = explain.retold(USUAL, kept(Case("34600000118", "ES", "25252"), "frequency_cap"))
    assert (late.looks[-1].rule, late.looks[-1].reason) == ("frequency", reasons.FREQUENCY_CAP), "no caps any more"


def test_a_rule_is_told_with_the_version_it_had() -> None:
    old = USUAL.replace('"blacklist":1', '"blacklist":0')
    told = explain.retold(old, kept(Case("34600000118", "ES", "Acme")))
    assert [look.version for look in told.looks][:2] == [0, 1]
    guarded = sending_rules.write(SendingRules(duplicate_guard=True))
    case = Case("34600000118", "ES", "Acme", same_text_at=NOW)
    assert explain.retold(compiled(guarded).written, kept(case, "duplicate_text")).looks[-1].rule == "duplicate"
