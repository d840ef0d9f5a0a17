from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.consent import rulebook, seen, sending_rules
from cablegram.consent.case import DUPLICATE_WINDOW, Case, Policy, Purpose
from cablegram.consent.sending_rules import SendingRules
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.kit.errors import InvalidInput
from cablegram.numbers.ranges import Line
from cablegram.pacing.caps import Cap, Capped, Caps

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.req("R56", "R144")
def test_who_never_changed_anything_has_the_defaults_of_the_rules() -> None:
    assert sending_rules.policy(SendingRules()) == Policy()


@pytest.mark.req("R148")
def test_what_is_written_is_what_the_rules_are_made_for() -> None:
    rules = sending_rules.change(
        SendingRules(),
        {
            "countries": ["ES", "PT"],
            "lines_off": ["premium"],
            "checks_senders": False,
            "strict_names": True,
            "registered_names": [{"country": "GB", "name": "Acme"}],
            "unrecorded_subscription": "none",
            "duplicate_guard": True,
            "caps": {"marketing": {"terms": [{"most": 3, "hours": 24}], "dwell_minutes": 60}, "otp": {}},
            "hours": {"quiet_hours": {"any_day": {"from": "21:00", "to": "08:00"}}},
            "default_zone": "Europe/Madrid",
        },
    )
    assert sending_rules.policy(sending_rules.read(sending_rules.write(rules))) == Policy(
        countries=frozenset({"ES", "PT"}),
        lines_off=frozenset({Line.PREMIUM}),
        duplicate_window=DUPLICATE_WINDOW,
        knows_senders=False,
        registered_names=frozenset({("GB", "acme")}),
        is_strict_about_names=True,
        is_silence_consent=False,
        caps={"marketing": Caps((Cap(3, timedelta(hours=24)),), timedelta(hours=1))},
    )


def test_a_change_leaves_the_rest_as_it_was() -> None:
    narrow = sending_rules.change(SendingRules(), {"countries": ["ES"]})
    wide = sending_rules.change(sending_rules.change(narrow, {"strict_names": True}), {"countries": None})
    assert wide == SendingRules(strict_names=True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"countries": ["ES", "XX"]}, "countries.1"),
        ({"countries": "ES"}, "countries"),
        ({"lines_off": ["everything"]}, "lines_off.0"),
        ({"lines": []}, "lines"),
        ({"registered_names": [{"country": "UK", "name": "Acme"}]}, "registered_names.0.country"),
        ({"registered_names": [{"country": "GB", "name": "A name of 17 ..."}]}, "registered_names.0.name"),
        ({"registered_names": [{"country": "GB", "name": "Acme"}] * 1001}, "registered_names"),
        ({"caps": {"adverts": {}}}, "caps"),
        ({"caps": {"otp": {"terms": [{"most": 0, "hours": 1}]}}}, "caps.otp"),
        ({"caps": {"otp": {"terms": [{"most": 1, "hours": 24 * 367}]}}}, "caps.otp"),
        ({"caps": {"otp": {"terms": [{"most": 1, "hours": 10**15}]}}}, "caps.otp"),
        ({"caps": {"otp": {"terms": [{"most": 1, "hours": 1}] * 6}}}, "caps.otp.terms"),
        ({"caps": {"otp": {"dwell_minutes": 4}}}, "caps.otp"),
        ({"hours": {"quiet_hours": {"any_day": {"from": "08:00", "to": "08:00"}}}}, "hours.quiet_hours.any_day.0"),
        ({"default_zone": "Mars/Base"}, "default_zone"),
    ],
)
def test_what_can_not_be_is_refused_with_its_place(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput, match="stay as they were") as caught:
        sending_rules.change(SendingRules(), changes)
    assert caught.value.code == "bad_sending_rules"
    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_rulebook_is_made_once_for_a_wording_and_its_number_tells_rules_apart() -> None:
    usual = rulebook.compiled(None)
    written = sending_rules.write(SendingRules(countries=["ES"]))
    narrow = rulebook.compiled(written)

    assert rulebook.compiled(written) is narrow
    assert rulebook.compiled(sending_rules.write(SendingRules())).ruleset == usual.ruleset != narrow.ruleset
    assert -(2**63) <= narrow.ruleset < 2**63
    ruleset, rules = rulebook.read_ruleset(narrow.written)
    assert ruleset.settings == narrow.settings
    assert rules.policy == narrow.rules.policy


@given(
    st.builds(
        Case,
        number=st.just("34600000118"),
        country=st.just("ES"),
        sender=st.just("Acme"),
        is_simulated=st.booleans(),
        is_blacklisted=st.booleans(),
        is_held=st.booleans(),
        is_opted_out=st.booleans(),
        same_text_at=st.none() | st.just(NOW),
        phone_status=st.sampled_from(PhoneStatus),
        subscription=st.none() | st.sampled_from(Subscription),
        capped=st.none() | st.sampled_from(Capped),
        purpose=st.sampled_from(Purpose),
    )
)
def test_what_was_seen_of_a_person_comes_back_out_of_fifteen_bits(case: Case) -> None:
    bits = seen.pack(case)
    assert 0 <= bits < 2**13
    assert seen.unpack(bits, Case("34600000118", "ES", "Acme"), same_text_at=NOW) == case
