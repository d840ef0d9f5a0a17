from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.consent import reasons, rules
from cablegram.consent.before import Before
from cablegram.consent.case import DUPLICATE_WINDOW, Case, Policy, Purpose
from cablegram.consent.duplicates import fingerprint
from cablegram.consent.looks import Decision, Verdict
from cablegram.consent.rules import ORDER, Rules, takes_sender
from cablegram.consent.sender_rules import SENDER_RULES, Names, SenderRule
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.numbers.ranges import Line
from cablegram.pacing.caps import Cap, Caps
from cablegram.programs.model import Standing

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
STRICT = Policy(duplicate_window=DUPLICATE_WINDOW, countries=frozenset({"ES", "US", "GB"}))


def case(**known: object) -> Case:
    return replace(Case("34600000118", "ES", "34911222333"), **known)  # type: ignore[arg-type]  a test names fields


def verdict(one: Case, policy: Policy | None = None) -> str | None:
    """Return the code of what stops a case, after looking that the explanation says the same."""
    made = Rules(policy or Policy())
    (stop,) = made.judge([one], now=NOW)
    told = made.explain(one, now=NOW).stopped
    assert (stop and (stop.rule, stop.version, stop.reason)) == (told and (told.rule, told.version, told.reason))
    return stop.reason.code if stop else None


@pytest.mark.req("R143", "R144")
def test_of_the_18_cases_four_send() -> None:
    found = {
        (phone, subscription, is_marketing): verdict(
            case(
                phone_status=phone,
                subscription=subscription,
                message_class="marketing" if is_marketing else "transactional",
            )
        )
        for phone, subscription, is_marketing in product(PhoneStatus, Subscription, (True, False))
    }

    assert len(found) == 18
    assert {key for key, stop in found.items() if stop is None} == {
        (PhoneStatus.ACTIVE, Subscription.SUBSCRIBED, True),
        (PhoneStatus.ACTIVE, Subscription.SUBSCRIBED, False),
        (PhoneStatus.ACTIVE, Subscription.NOT_SUBSCRIBED, False),
        (PhoneStatus.ACTIVE, Subscription.NONE, False),
    }
    assert found[PhoneStatus.ACTIVE, Subscription.NOT_SUBSCRIBED, True] == "not_subscribed"
    assert found[PhoneStatus.ACTIVE, Subscription.NONE, True] == "consent_unknown"
    assert {found[PhoneStatus.BOUNCED, one, flag] for one in Subscription for flag in (True, False)} == {
        "number_bounced"
    }
    assert {found[PhoneStatus.PAUSED, one, flag] for one in Subscription for flag in (True, False)} == {"number_paused"}


@pytest.mark.req("R91", "R105")
@given(
    st.builds(
        case,
        is_blacklisted=st.just(value=True),
        is_held=st.booleans(),
        is_opted_out=st.booleans(),
        message_class=st.sampled_from(["marketing", "transactional", "otp"]),
        phone_status=st.sampled_from(PhoneStatus),
        subscription=st.sampled_from(Subscription),
        purpose=st.sampled_from([Purpose.MESSAGE, Purpose.ALERT, Purpose.AUTOMATIC]),
        country=st.sampled_from(["ES", "US", "GB"]),
    )
)
def test_the_blacklist_beats_everything(one: Case) -> None:
    assert verdict(one, STRICT) == "blacklisted"


@pytest.mark.req("R62")
def test_only_the_confirmation_of_an_opt_out_reaches_whom_it_blacklisted() -> None:
    out = case(is_blacklisted=True, is_opted_out=True, is_held=True, purpose=Purpose.CONFIRMATION)

    assert verdict(out, STRICT) is None
    assert verdict(replace(out, purpose=Purpose.AUTOMATIC), STRICT) == "blacklisted"
    assert verdict(replace(out, country="US", sender="Acme"), STRICT) == "sender_name_not_carried"


@pytest.mark.req("R62")
def test_a_number_in_review_gets_nothing_and_one_that_opted_out_neither() -> None:
    assert verdict(case(is_held=True, is_opted_out=True)) == "held_for_review"
    assert verdict(case(is_opted_out=True)) == "opted_out"


@pytest.mark.req("R145")
def test_an_alert_goes_whatever_the_statuses_are() -> None:
    alert = case(
        purpose=Purpose.ALERT,
        message_class="marketing",
        phone_status=PhoneStatus.BOUNCED,
        subscription=Subscription.NOT_SUBSCRIBED,
    )

    assert verdict(alert) is None
    assert verdict(replace(alert, is_blacklisted=True)) == "blacklisted"


def test_an_account_may_narrow_its_countries() -> None:
    assert verdict(case(), Policy(countries=frozenset({"FR"}))) == "country_not_allowed"
    assert verdict(case(), Policy(countries=frozenset({"FR", "ES"}))) is None
    assert verdict(case()) is None


def test_premium_and_satellite_numbers_are_off_until_they_are_wanted() -> None:
    premium, satellite = case(number="34803123456"), case(number="881612345678", country="001")

    assert [verdict(premium), verdict(satellite)] == ["range_not_allowed", "range_not_allowed"]
    assert verdict(satellite, Policy(lines_off=frozenset({Line.PREMIUM}))) is None
    assert verdict(premium, Policy(lines_off=frozenset())) is None
    told = Rules(Policy()).explain(premium, now=NOW).stopped
    assert told
    assert told.sentence == "+34803123456 is a premium number, a kind that the account does not send to."


@pytest.mark.req("R65")
def test_a_short_code_works_in_its_own_country_only() -> None:
    assert verdict(case(sender="25252", sender_country="ES")) is None
    assert verdict(case(sender="25252", sender_country="FR")) == "short_code_abroad"
    assert verdict(case(sender="25252")) is None  # nobody knows whose code it is
    assert verdict(case(sender="25252", sender_country="FR", is_simulated=True)) == "short_code_abroad"


def test_the_simulated_carrier_takes_every_name_and_number() -> None:
    assert verdict(case(country="US", sender="Acme", is_simulated=True)) is None
    assert verdict(case(country="GB", sender="34911222333", is_simulated=True)) is None
    assert takes_sender("Acme", "", "US", is_simulated=True)
    assert not takes_sender("Acme", "", "US")
    assert takes_sender("Acme", "", "SG"), "of what is only warned of, carriers take some"
    assert not takes_sender("25252", "FR", "ES")


@pytest.mark.parametrize(
    ("country", "sender", "policy", "stop"),
    [
        ("US", "Acme", Policy(), "sender_name_not_carried"),
        ("CA", "Acme", Policy(), "sender_name_not_carried"),
        ("US", "Acme", Policy(knows_senders=False), None),
        ("US", "12025550100", Policy(), None),
        ("ES", "Acme", Policy(), None),
        ("SG", "Acme", Policy(), None),  # a warning
        ("SG", "Acme", Policy(is_strict_about_names=True), "sender_name_not_registered"),
        ("SG", "Acme", Policy(is_strict_about_names=True, registered_names=frozenset({("SG", "acme")})), None),
        ("GB", "Info", Policy(), "sender_name_blocked"),
        ("GB", "34911222333", Policy(), "sender_number_foreign"),
        ("GB", "447700900123", Policy(), None),
    ],
)
def test_senders_are_judged_by_the_rules_of_the_country(
    country: str, sender: str, policy: Policy, stop: str | None
) -> None:
    assert verdict(case(country=country, sender=sender), policy) == stop


def test_a_warning_is_told_and_lets_the_message_go() -> None:
    made = Rules(Policy())
    told = made.explain(case(country="SG", sender="Acme"), now=NOW)

    (warning,) = [look for look in told.looks if look.verdict is Verdict.WARN]
    assert warning.reason is reasons.SENDER_NAME_NOT_REGISTERED
    assert warning.sentence.startswith("Names have to be registered in SG, and Acme is not (AWS")
    assert told.stopped is None
    # Twice from memory, twice the same.
    assert made.explain(case(country="SG", sender="Acme"), now=NOW) == told


def test_a_country_whose_line_takes_any_name_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SENDER_RULES", {**SENDER_RULES, "ES": SenderRule(Names.ANY, "nobody", "2026-11")})
    assert verdict(case(sender="Acme"), Policy(is_strict_about_names=True)) is None


@pytest.mark.req("R56")
def test_the_same_text_goes_once_in_twelve_hours() -> None:
    made = Rules(Policy(duplicate_window=DUPLICATE_WINDOW))
    mark = fingerprint(b"store", "34600000118", "Sale today")
    for age, stop in (
        (timedelta(), "duplicate_text"),
        (12 * HOUR - timedelta(minutes=1), "duplicate_text"),
        (12 * HOUR, None),
    ):
        (found,) = made.judge([case(fingerprint=mark)], now=NOW, before=Before({mark: NOW - age}))
        assert (found.reason.code if found else None) == stop
    assert made.judge([case(fingerprint=mark)], now=NOW) == [None]
    assert verdict(case(fingerprint=mark, same_text_at=NOW)) is None  # off for accounts by default


@pytest.mark.req("R56")
def test_of_the_same_texts_in_one_batch_the_first_goes_and_one_that_was_refused_counts_for_nothing() -> None:
    made = Rules(Policy(duplicate_window=DUPLICATE_WINDOW))
    mark = fingerprint(b"store", "34600000118", "Sale today")
    batch = [
        case(fingerprint=mark, is_held=True),
        case(fingerprint=mark, purpose=Purpose.AUTOMATIC),
        case(fingerprint=mark),
        case(fingerprint=mark),
        case(fingerprint=mark, purpose=Purpose.AUTOMATIC),
    ]

    stops = made.judge(batch, now=NOW)
    assert [stop and stop.rule for stop in stops] == ["review", None, None, "duplicate", None]
    told = made.explain(batch[3], now=NOW).stopped
    assert told
    assert told.sentence == "+34600000118 was sent this very text less than 12 hours before; in that time it goes once."
    assert told.values["same_text_at"] == "2026-11-22T08:00:00+00:00"


@pytest.mark.req("R56")
@given(
    st.lists(
        st.tuples(
            st.binary(min_size=16, max_size=16), st.text("12", max_size=3), st.text(max_size=4), st.text(max_size=3)
        )
    )
)
def test_fingerprints_differ_exactly_when_owner_number_text_or_media_do(
    all_known: list[tuple[bytes, str, str, str]],
) -> None:
    assert len({fingerprint(*known) for known in all_known}) == len(set(all_known))


CAPS = {"marketing": Caps(terms=(Cap(2, 24 * HOUR),), dwell=HOUR)}


@pytest.mark.req("R148")
def test_a_person_gets_no_more_of_a_class_than_its_cap_allows_also_within_one_batch() -> None:
    made = Rules(Policy(caps=CAPS))
    before = Before(sent={("34600000118", "marketing"): [NOW - 3 * HOUR, NOW - 25 * HOUR]})
    advert = case(message_class="marketing")
    batch = [case(), advert, replace(advert), replace(advert, purpose=Purpose.AUTOMATIC), replace(advert, number="1")]

    stops = made.judge(batch, now=NOW, before=before)
    assert [stop and stop.reason.code for stop in stops] == [None, None, "frequency_cap", None, None]
    told = made.explain(batch[2], now=NOW).stopped
    assert told
    assert told.sentence == (
        "+34600000118 got as many marketing texts as the account allows one person (2 in 24 hours, 60 minutes between "
        "two)."
    )


@pytest.mark.req("R148")
def test_two_texts_of_a_class_are_never_closer_than_its_dwell_time() -> None:
    made = Rules(Policy(caps={"otp": Caps(dwell=HOUR)}))
    code = case(message_class="otp")
    for ago, stop in ((HOUR - timedelta(seconds=1), "dwell_time"), (HOUR, None)):
        (found,) = made.judge([code], now=NOW, before=Before(sent={("34600000118", "otp"): [NOW - ago]}))
        assert (found and found.reason.code) == stop


@pytest.mark.req("R144")
def test_of_whom_nobody_ever_said_anything_the_account_s_rule_decides() -> None:
    advert = case(message_class="marketing")
    assert verdict(advert) is None
    assert verdict(advert, Policy(is_silence_consent=False)) == "consent_unknown"
    assert verdict(replace(advert, subscription=Subscription.NONE)) == "consent_unknown"
    assert verdict(case(), Policy(is_silence_consent=False)) is None


@pytest.mark.req("R78", "R144")
def test_who_said_yes_to_a_program_gets_its_marketing_unless_they_said_no() -> None:
    advert = case(message_class="marketing", membership=Standing.IN)
    strict = Policy(is_silence_consent=False)
    assert verdict(advert, strict) is None
    assert verdict(replace(advert, subscription=Subscription.NONE), strict) is None
    assert verdict(replace(advert, subscription=Subscription.NOT_SUBSCRIBED)) == "not_subscribed"
    assert verdict(replace(advert, is_blacklisted=True)) == "blacklisted"
    assert verdict(replace(advert, membership=Standing.OUT)) == "not_a_subscriber"
    assert verdict(replace(advert, membership=None), strict) == "consent_unknown"


def test_a_verdict_about_a_sender_is_remembered_for_some_thousands_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_MOST_SENDERS", 2)
    made = Rules(Policy())
    stops = made.judge([case(sender=f"Name {n}", country="US") for n in range(5)], now=NOW)
    assert {stop and stop.reason.code for stop in stops} == {"sender_name_not_carried"}


def test_what_expires_before_it_may_go_does_not_go() -> None:
    assert verdict(case(expires_at=NOW)) == "validity_over"
    assert verdict(case(expires_at=NOW + HOUR)) is None
    assert verdict(case(expires_at=NOW + HOUR, earliest_at=NOW + HOUR)) == "window_missed"
    assert verdict(case(expires_at=NOW + 2 * HOUR, earliest_at=NOW + HOUR)) is None


def test_an_explanation_lists_every_rule_up_to_the_one_that_stops() -> None:
    made = Rules(STRICT)
    free, stopped = made.explain(case(), now=NOW), made.explain(case(phone_status=PhoneStatus.PAUSED), now=NOW)

    without_caps_and_program = [rule.id for rule in ORDER if rule.id not in {"frequency", "program"}]
    assert [look.rule for look in free.looks] == without_caps_and_program
    assert free.stopped is None
    assert [look.verdict for look in stopped.looks] == [Verdict.PASS] * 3 + [Verdict.STOP]
    assert stopped.stopped == stopped.looks[-1]
    assert stopped.looks[-1].values["phone_status"] == "paused"
    assert {look.version for look in free.looks} == {1, 2}
    assert Decision(()).stopped is None
    assert free.looks[4].sentence == (
        "The subscription (nothing recorded), or the one to what sends it, allows this class of text (transactional)."
    )


CASES = st.builds(
    Case,
    number=st.sampled_from(["34600000118", "34803123456", "12025550123", "447700900123"]),
    country=st.sampled_from(["ES", "US", "GB", "SG"]),
    sender=st.sampled_from(["Acme", "Info", "25252", "34911222333", "447700900123"]),
    message_class=st.sampled_from(["marketing", "transactional", "otp"]),
    purpose=st.sampled_from(Purpose),
    sender_country=st.sampled_from(["", "ES", "US"]),
    is_blacklisted=st.booleans(),
    is_held=st.booleans(),
    is_opted_out=st.booleans(),
    phone_status=st.sampled_from(PhoneStatus),
    subscription=st.none() | st.sampled_from(Subscription),
    same_text_at=st.none() | st.just(NOW - HOUR),
    earliest_at=st.none() | st.just(NOW + HOUR),
    expires_at=st.none() | st.sampled_from([NOW, NOW + HOUR, NOW + 2 * HOUR]),
)
POLICIES = st.builds(
    Policy,
    countries=st.none() | st.just(frozenset({"ES", "GB"})),
    lines_off=st.sampled_from([frozenset[Line](), frozenset({Line.PREMIUM})]),
    knows_senders=st.booleans(),
    is_strict_about_names=st.booleans(),
)


@given(CASES, POLICIES)
def test_a_decision_can_be_made_again_from_what_was_kept(one: Case, policy: Policy) -> None:
    verdict(one, policy)


@given(CASES, POLICIES)
def test_every_sentence_can_be_said_and_every_stop_says_what_would_change_it(one: Case, policy: Policy) -> None:
    for look in Rules(policy).explain(one, now=NOW).looks:
        assert "{" not in look.sentence
        assert look.verdict is Verdict.PASS or (look.reason and look.reason.remedy)


def test_every_reason_is_in_the_catalog_once_with_a_place_in_the_documentation() -> None:
    listed = [one for one in vars(reasons).values() if isinstance(one, reasons.Reason)]

    assert len(listed) == len(reasons.CATALOG) == 22
    assert not [one.code for one in listed if "{" in one.remedy]  # it is said of any message, as it is
    assert reasons.CATALOG["blacklisted"].anchor == "reference/errors.md#blacklisted"
