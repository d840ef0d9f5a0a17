"""Rules of routing at the command line."""

from __future__ import annotations

import pytest

from commanding import Cable

SMPP = ("connector", "add", "smpp", "--host", "127.0.0.1", "--system-id", "s", "--password", "p", "--json")


@pytest.fixture
def carriers(cable: Cable) -> None:
    cable(*SMPP, "--name", "First carrier")
    cable(*SMPP, "--name", "Second carrier")
    cable("account", "create", "Shop", "--country", "ES")


@pytest.mark.usefixtures("carriers")
def test_a_rule_is_added_listed_explained_and_removed(cable: Cable) -> None:
    first, second = "First carrier,weight=3,cost=0.02", "second carrier,delivered=70"
    said = cable("route", "add", "Spain", "--via", first, "--via", second, "--country", "es", "--class", "otp").out
    assert said.strip() == "Rule 1, Spain: ES, otp, in order: First carrier (0.02), Second carrier."
    shared = ("--by", "by_weight", "--prefix", "+336", "--from", "Acme", "--of", "Shop", "--at", "1")
    added = cable("route", "add", "Rest", "--via", first, "--via", second, *shared, "--json").facts
    assert (added["position"], added["connectors"][0]["weight"], added["connectors"][0]["cost"]) == (1, 3, 20_000)
    listed = cable("route", "list").out
    assert [line.split()[1] for line in listed.splitlines()[1:3]] == ["Rest", "Spain"]
    assert "+336, from acme, of 1 account" in listed
    assert "by weight: First carrier (3), Second carrier (1)" in listed
    assert "wait while their connector is away" in listed

    told = cable("route", "explain", "+34600000118", "--from", "Acme", "--class", "otp").out
    assert told.splitlines()[0] == "To +34600000118 (ES) from Acme it would go by First carrier, by the rule Spain."
    assert "- rule Rest: It is about other destinations." in told
    facts = cable("route", "explain", "+33612345678", "--from", "Acme", "--json").facts
    assert [one["verdict"] for one in facts["connectors"]] == ["shares", "shares"]

    assert cable("route", "remove", "spain", "--json").facts["name"] == "Spain"
    assert cable("route", "remove", "spain", status=1).error == "route_not_found"
    cable("route", "remove", added["route_id"])
    assert cable("route", "list").out.startswith("There is no rule.")


@pytest.mark.usefixtures("carriers")
def test_what_is_not_understood_is_named(cable: Cable) -> None:
    assert cable("route", "add", "X", "--via", "nobody", status=1).error == "connector_not_found"
    for word in ("weight=much", "colour=3", "cost=-1"):
        assert cable("route", "add", "X", "--via", f"First carrier,{word}", status=1).error in ("bad_value", "bad_cost")
    assert cable("route", "add", "X", "--via", "First carrier,weight=0", status=1).error == "bad_weight"
    assert cable("route", "add", "X", "--via", "First carrier", "--account", "Shop", status=1).error == (
        "connector_unknown"
    )


@pytest.mark.usefixtures("carriers")
def test_failover_is_set_and_health_shown(cable: Cable) -> None:
    assert cable("route", "failover", "--json").facts == {
        "fails_over": False,
        "patience_seconds": 30,
        "rest_seconds": 60,
    }
    assert cable("route", "failover", "--default", "--patience", "5", "--json").facts["patience_seconds"] == 5
    assert "move while their connector is away" in cable("route", "list").out
    assert cable("route", "failover", "--rest", "0", status=1).error == "bad_seconds"
    assert "Nothing was sent" in cable("route", "health", "First carrier").out
