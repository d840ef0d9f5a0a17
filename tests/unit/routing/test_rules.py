"""Rules choose among the connectors of one payer: the first that is about a message, and among its connectors one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TypedDict, Unpack
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import AccountId, ConnectorId, RouteId, uuid7s
from cablegram.routing import rulebook
from cablegram.routing.choose import Way, Ways, able_of
from cablegram.routing.model import Option, Policy, Rule, Scope, Strategy
from cablegram.routing.rulebook import Rulebook

US, THEM = AccountId(UUID(int=1)), AccountId(UUID(int=2))
A, B, C, OURS, OURS_TOO, SIMULATED = (ConnectorId(UUID(int=10 + number)) for number in range(6))
OPERATOR_S = [Way(one, None, is_simulated=False) for one in (A, B, C)] + [Way(SIMULATED, None, is_simulated=True)]
OWN = [Way(OURS, US, is_simulated=False), Way(OURS_TOO, US, is_simulated=False)]
SPAIN, FRANCE = ("34600000118", "ES"), ("33612345678", "FR")


class _Message(TypedDict, total=False):
    sender: str
    message_class: str
    wanted: tuple[ConnectorId, ...]
    with_media: bool
    lot: int


def rule(
    *options: ConnectorId | Option,
    scope: Scope = Scope(),  # noqa: B008 - a frozen value
    strategy: Strategy = Strategy.IN_ORDER,
    position: int = 0,
    account_id: AccountId | None = None,
) -> Rule:
    named = tuple(one if isinstance(one, Option) else Option(one) for one in options)
    return Rule(RouteId(UUID(int=position)), account_id, f"rule {position}", scope, strategy, named, position)


def chosen(
    ways: Ways, to: tuple[str, str] = SPAIN, who: AccountId = US, **message: Unpack[_Message]
) -> ConnectorId | None:
    wanted, with_media = message.get("wanted", ()), message.get("with_media", False)
    usual = ways.choose(who, wanted, with_media=with_media)
    if usual is None:
        return None
    chooser = ways.chooser(
        usual.account_id,
        who,
        sender=message.get("sender", "Acme"),
        message_class=message.get("message_class", "marketing"),
        wanted=wanted,
        with_media=with_media,
    )
    return chooser.choose(*to, message.get("lot", 0)).connector_id


def ways(*rules: Rule, among: list[Way] | None = None, fails_over: bool = False) -> Ways:
    return Ways(OPERATOR_S if among is None else among, Rulebook(rules, Policy(fails_over=fails_over)))


def away(*gone: ConnectorId, among: list[Way] = OPERATOR_S) -> list[Way]:
    return [replace(one, is_away=one.connector_id in gone) for one in among]


@pytest.mark.parametrize(
    ("scope", "fits", "fits_not"),
    [
        (Scope(), SPAIN, None),
        (Scope(prefixes=("346", "337")), SPAIN, FRANCE),
        (Scope(countries=frozenset({"ES"})), SPAIN, FRANCE),
        (Scope(prefixes=("3361",), countries=frozenset({"ES"})), SPAIN, ("33712345678", "FR")),
        (Scope(prefixes=("3361",), countries=frozenset({"ES"})), FRANCE, ("33712345678", "FR")),
    ],
)
def test_a_rule_is_about_numbers_of_a_prefix_or_of_a_country(
    scope: Scope, fits: tuple[str, str], fits_not: tuple[str, str] | None
) -> None:
    found = ways(rule(B, scope=scope))
    assert chosen(found, fits) == B
    assert fits_not is None or chosen(found, fits_not) == A


def test_a_rule_is_about_senders_classes_and_accounts_whatever_the_capitals_of_a_name() -> None:
    by_sender = ways(rule(B, scope=Scope(senders=frozenset({"acme", "34600000118"}))))
    assert [chosen(by_sender, sender=one) for one in ("ACME", "34600000118", "Other")] == [B, B, A]
    by_class = ways(rule(B, scope=Scope(classes=frozenset({"otp"}))))
    assert [chosen(by_class, message_class=one) for one in ("otp", "marketing")] == [B, A]
    by_account = ways(rule(B, scope=Scope(accounts=frozenset({THEM}))))
    assert [chosen(by_account, who=one) for one in (THEM, US)] == [B, A]


def test_the_first_rule_that_has_a_connector_for_the_message_counts() -> None:
    found = ways(rule(C, position=2), rule(B, position=1), replace(rule(A, position=0), is_enabled=False))
    assert chosen(found) == B
    assert chosen(found, wanted=(A, C)) == C, "the sender is not carried by the connector of the first"
    assert chosen(found, wanted=(A,)) == A, "no rule has one for it: as without rules"
    pictures = [replace(one, carries_media=one.connector_id == C) for one in OPERATOR_S]
    assert chosen(ways(rule(B), rule(A, C, position=1), among=pictures), with_media=True) == C


def test_in_order_the_first_that_is_not_away_is_taken_and_it_waits_at_the_first_where_all_are() -> None:
    both = rule(B, C)
    assert chosen(ways(both)) == B
    assert chosen(ways(both, among=away(B))) == C
    assert chosen(ways(both, among=away(B, C))) == B, "not at one that the rule does not name"
    untested = [replace(one, is_tested=one.connector_id == C) for one in OPERATOR_S]
    assert chosen(ways(both, among=untested)) == C
    assert chosen(ways(both, among=away(C, among=untested))) == B


def test_at_least_cost_the_cheapest_is_taken_and_of_equals_the_first_that_is_named() -> None:
    cheap = rule(Option(A, cost=9), Option(C, cost=5), Option(B, cost=5), strategy=Strategy.LEAST_COST)
    assert chosen(ways(cheap)) == C
    assert chosen(ways(cheap, among=away(C))) == B
    assert chosen(ways(cheap, among=away(B, C))) == A


def test_by_weight_each_gets_its_share_and_a_message_always_the_same() -> None:
    shared = ways(rule(Option(A, 1), Option(B, 3), strategy=Strategy.BY_WEIGHT))
    lots = [one.int for one in uuid7s(4_000)]
    first = [chosen(shared, lot=lot) for lot in lots]
    assert first == [chosen(shared, lot=lot) for lot in lots]
    counted = Counter(first)
    assert set(counted) == {A, B}
    assert 2_850 < counted[B] < 3_150
    without = ways(rule(Option(A, 1), Option(B, 3), strategy=Strategy.BY_WEIGHT), among=away(B))
    assert {chosen(without, lot=lot) for lot in lots[:50]} == {A}


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=4), st.integers(0, 2**128 - 1))
def test_whatever_the_weights_and_the_lot_one_of_them_is_taken(weights: list[int], lot: int) -> None:
    options = [Option(one, weight) for one, weight in zip((A, B, C, SIMULATED), weights, strict=False)]
    assert chosen(ways(rule(*options, strategy=Strategy.BY_WEIGHT)), lot=lot) in {one.connector_id for one in options}


def test_a_connector_that_falls_short_in_a_country_is_left_out_there() -> None:
    short = replace(rule(B, C), unfit=frozenset({(B, "ES")}))
    assert [chosen(ways(short), to) for to in (SPAIN, FRANCE)] == [C, B]
    none = replace(rule(B, C), unfit=frozenset({(B, "ES"), (C, "ES")}))
    assert [chosen(ways(none), to) for to in (SPAIN, FRANCE)] == [A, B]


def test_an_account_s_own_connectors_follow_its_own_rules_and_never_those_of_the_operator() -> None:
    everyone, ours = rule(B), rule(OURS_TOO, position=1, account_id=US)
    found = ways(everyone, ours, among=[*OPERATOR_S, *OWN])
    assert chosen(found) == OURS_TOO
    assert chosen(found, who=THEM) == B
    assert chosen(ways(everyone, ours, among=[*OPERATOR_S, *away(OURS_TOO, among=OWN)])) == OURS_TOO, "no other payer"
    assert chosen(found, wanted=(B,)) == B
    usual = found.choose(THEM)
    assert usual is not None
    assert (found.concerns(usual), ways(ours).concerns(usual)) == (True, False)


def test_without_a_rule_messages_wait_for_a_connector_that_is_away_unless_the_operator_said_otherwise() -> None:
    gone = away(A)
    assert chosen(ways(rule(B, scope=Scope(countries=frozenset({"FR"}))), among=gone)) == A
    assert chosen(ways(fails_over=True, among=gone)) == B
    assert chosen(ways(fails_over=True)) == A
    assert chosen(ways(fails_over=True, among=away(A, B, C))) == A, "and never to a simulated one"


def test_where_messages_of_many_kinds_come_what_is_remembered_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "_MOST_FRAMES", 2)
    monkeypatch.setattr(rulebook, "_MOST_DESTINATIONS", 2)
    found = ways(rule(B, scope=Scope(prefixes=("346",))), rule(C, position=1, scope=Scope(senders=frozenset({"c"}))))
    for _ in range(2):
        assert [chosen(found, sender=one) for one in ("a", "b", "c", "d")] == [B] * 4
        assert [chosen(found, (number, "FR"), sender="c") for number in ("331", "332", "333", "346")] == [C, C, C, B]


def test_one_who_chooses_for_a_batch_gives_each_destination_its_own() -> None:
    usual = ways().choose(US)
    assert usual is not None
    found = ways(rule(B, scope=Scope(prefixes=("346",))))
    chooser = found.chooser(usual.account_id, US, sender="Acme", message_class="otp")
    numbers = [SPAIN, ("34700000000", "ES"), ("34600000119", "ES"), FRANCE, ("34800000000", "ES")]
    assert [chooser.choose(*to, 0).connector_id for to in numbers] == [B, A, B, A, A]


def test_of_the_ways_that_rules_leave_open_all_are_told() -> None:
    def reachable(*rules: Rule, among: list[Way] = OPERATOR_S) -> list[ConnectorId]:
        found = ways(*rules, among=among)
        chooser = found.chooser(None, US, sender="Acme", message_class="otp")
        return [way.connector_id for way in chooser.reachable()]

    spain = rule(C, B, scope=Scope(countries=frozenset({"ES"})))
    assert reachable() == [A]
    assert reachable(spain) == [C, A]
    assert reachable(spain, among=away(C)) == [B, A]
    shared = rule(Option(A, 1), Option(B, 3), strategy=Strategy.BY_WEIGHT, position=1)
    assert reachable(spain, shared, rule(SIMULATED, position=2)) == [C, A, B]
    assert reachable(rule(OURS)) == [A]


def test_what_a_rule_may_take_stands_in_the_order_in_which_it_takes_it() -> None:
    cheap = rule(Option(A, cost=9), Option(C, cost=5), strategy=Strategy.LEAST_COST)
    assert [way.connector_id for _, way in able_of(cheap, OPERATOR_S, "ES")] == [C, A]
    assert able_of(cheap, [], "ES") == []


def test_what_a_segment_costs_over_own_connectors_is_known_of_those_alone() -> None:
    own = [Way(OURS, US, is_simulated=False, fee=7), Way(OURS_TOO, US, is_simulated=False)]
    assert Ways([*OPERATOR_S, *own]).fees == {OURS: 7, OURS_TOO: 0}
    assert [one.connector_id for one in Ways([*OPERATOR_S, *own]).of(US)] == [OURS, OURS_TOO]
