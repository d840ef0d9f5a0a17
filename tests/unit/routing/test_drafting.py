"""What a rule may say, and what is wrong with one that says something else."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from cablegram.kit.ids import AccountId, ConnectorId, RouteId
from cablegram.routing.drafting import NewRule, as_new, faults
from cablegram.routing.model import Option, Rule, Scope, Strategy

US, A, B = AccountId(UUID(int=1)), ConnectorId(UUID(int=10)), ConnectorId(UUID(int=11))
GOOD = NewRule("Spain", [Option(A), Option(B, weight=1000, cost=0, least_accepted=1, least_delivered=100)])


@pytest.mark.parametrize(
    ("rule", "field", "code"),
    [
        (replace(GOOD, options=[]), "connectors", "rule_empty"),
        (replace(GOOD, options=[Option(A)] * 21), "connectors", "too_many_connectors"),
        (replace(GOOD, options=[Option(A), Option(A)]), "connectors.1.connector_id", "connector_twice"),
        (replace(GOOD, options=[Option(ConnectorId(UUID(int=9)))]), "connectors.0.connector_id", "connector_unknown"),
        (
            replace(GOOD, options=[Option(ConnectorId(UUID(int=9)))], is_own=True),
            "connectors.0.connector_id",
            "connector_unknown",
        ),
        (replace(GOOD, options=[Option(A, weight=0)]), "connectors.0.weight", "bad_weight"),
        (replace(GOOD, options=[Option(A, weight=1001)]), "connectors.0.weight", "bad_weight"),
        (replace(GOOD, strategy=Strategy.LEAST_COST), "connectors.0.cost", "cost_needed"),
        (replace(GOOD, options=[Option(A, cost=-1)]), "connectors.0.cost", "bad_cost"),
        (replace(GOOD, options=[Option(A, least_accepted=0)]), "connectors.0.least_accepted", "bad_share"),
        (replace(GOOD, options=[Option(A, least_delivered=101)]), "connectors.0.least_delivered", "bad_share"),
        (replace(GOOD, prefixes=["346", "O46"]), "prefixes.1", "bad_prefix"),
        (replace(GOOD, prefixes=["0034"]), "prefixes.0", "bad_prefix"),
        (replace(GOOD, prefixes=[""]), "prefixes.0", "bad_prefix"),
        (replace(GOOD, prefixes=["34"] * 2001), "prefixes", "too_many_prefixes"),
        (replace(GOOD, countries=["es"]), "countries.0", "unknown_country"),
        (replace(GOOD, senders=["No/Name"]), "senders.0", "sender_invalid"),
        (replace(GOOD, classes=["urgent"]), "classes.0", "bad_class"),
        (replace(GOOD, accounts=[AccountId(UUID(int=2))]), "accounts.0", "account_not_found"),
        (replace(GOOD, accounts=[US], is_own=True), "accounts", "own_rule_of_others"),
    ],
)
def test_what_can_t_be_is_found_with_its_place(rule: NewRule, field: str, code: str) -> None:
    found = faults(rule, [A, B], [US])
    assert (field, code) in [(one.field, one.code) for one in found]
    assert all(one.message for one in found)


def test_a_good_rule_has_no_faults_and_is_kept_as_messages_are_compared_with_it() -> None:
    good = replace(
        GOOD,
        prefixes=["+346", " 337 ", "346"],
        countries=["ES"],
        senders=["+34600000118", "ACME"],
        classes=["otp"],
        accounts=[US],
    )
    assert faults(good, [A, B], [US]) == []
    assert good.scope() == Scope(
        ("346", "337"), frozenset({"ES"}), frozenset({"34600000118", "acme"}), frozenset({"otp"}), frozenset({US})
    )


def test_a_rule_can_be_asked_for_as_it_stands() -> None:
    scope = Scope(("346",), frozenset({"ES"}), frozenset({"acme"}), frozenset({"otp"}))
    rule = Rule(RouteId(UUID(int=7)), US, "Spain", scope, Strategy.BY_WEIGHT, (Option(A, 3),), is_enabled=False)
    again = as_new(rule)
    assert (again.scope(), again.is_own, again.is_enabled) == (scope, True, False)
    assert (again.name, again.options, again.strategy) == ("Spain", (Option(A, 3),), Strategy.BY_WEIGHT)
