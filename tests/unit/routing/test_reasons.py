"""Of each connector and each rule it is said what it is for a message, and why."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from cablegram.kit.ids import AccountId, ConnectorId, RouteId
from cablegram.routing import reasons
from cablegram.routing.choose import Way, Ways
from cablegram.routing.model import Option, Policy, Rule, Scope, Strategy
from cablegram.routing.reasons import Case, Known
from cablegram.routing.rulebook import Rulebook

US, THEM = AccountId(UUID(int=1)), AccountId(UUID(int=2))
A, B, C, OURS = (ConnectorId(UUID(int=10 + number)) for number in range(4))
CASE = Case(US, "34600000118", "ES", "Acme", "otp")
ALL = [Way(one, None, is_simulated=False) for one in (A, B, C)]


def rule(*ids: ConnectorId, strategy: Strategy = Strategy.IN_ORDER, position: int = 1, **scope: frozenset[str]) -> Rule:
    options = tuple(Option(one, weight=place, cost=place) for place, one in enumerate(ids, 1))
    return Rule(RouteId(UUID(int=position)), None, f"rule {position}", Scope(**scope), strategy, options, position)  # pyright: ignore[reportArgumentType]


def looks(
    ways: list[Way], *rules: Rule, case: Case = CASE, fails_over: bool = False, known: list[Known] | None = None
) -> list[tuple[str, str]]:
    """Return of each connector, in the order of ids, what it is and why."""
    book = Ways(ways, Rulebook(rules, Policy(fails_over=fails_over)))
    usual = book.choose(case.account_id, case.wanted)
    payer = usual.account_id if usual else None
    chooser = book.chooser(
        payer, case.account_id, sender=case.sender, message_class=case.message_class, wanted=case.wanted
    )
    everything = known or [Known(way.connector_id, way.account_id, "", True, "down" * way.is_away) for way in ways]
    return [(str(look.place), look.why) for look in reasons.connectors(case, everything, chooser, payer)]


def away(*ids: ConnectorId, ways: list[Way] = ALL) -> list[Way]:
    return [replace(way, is_away=way.connector_id in ids) for way in ways]


OLDER, AWAY = ("behind", "Older connectors go first."), ("out", "It is away: down.")
NO_RULE = ("taken", "No rule is about the message, and it goes before the others.")


def test_without_a_rule_it_is_said_why_one_goes_before_the_others() -> None:
    assert looks(ALL) == [NO_RULE, OLDER, OLDER]
    assert looks(away(A), fails_over=True) == [AWAY, NO_RULE, OLDER]
    assert looks(away(A))[0] == (
        "taken",
        f"{NO_RULE[1]} Messages wait for it, since there is no other: It is away: down.",
    )
    kinds = [ALL[0], replace(ALL[1], is_tested=False), replace(ALL[2], is_up=False)]
    assert [why for _, why in looks([*kinds, Way(OURS, None, is_simulated=True)])][1:] == [
        "Connectors whose provider took a test message go before others.",
        "Its link is down, and that of another one is up.",
        "Real connectors go before simulated ones.",
    ]


@pytest.mark.parametrize(
    ("strategy", "first", "second"),
    [
        (Strategy.IN_ORDER, "It is the first of the rule that can carry the message.", "It stands behind another one."),
        (Strategy.LEAST_COST, "It is the cheapest of the rule that can carry the message.", "Another one costs less."),
    ],
)
def test_of_a_rule_it_is_said_by_what_it_chose(strategy: Strategy, first: str, second: str) -> None:
    assert looks(ALL, rule(B, C, strategy=strategy)) == [
        ("out", "The rule does not name it."),
        ("taken", first),
        ("behind", second),
    ]


def test_those_that_share_are_told_with_their_shares() -> None:
    shared = rule(B, C, strategy=Strategy.BY_WEIGHT)
    assert looks(ALL, shared)[1:] == [
        ("shares", "It gets 1 of 3 such messages."),
        ("shares", "It gets 2 of 3 such messages."),
    ]
    assert looks(away(B), shared)[1:] == [
        AWAY,
        ("taken", "It is the only one of the rule that can carry the message."),
    ]


def test_of_one_that_a_rule_passes_over_it_is_said_what_it_lacks() -> None:
    short = replace(rule(A, B, C), unfit=frozenset({(A, "ES")}))
    ways = [ALL[0], replace(ALL[1], is_tested=False), ALL[2]]
    assert [why for _, why in looks(ways, short)] == [
        "It does worse in ES lately than the rule asks of it.",
        "Its provider has not taken a test message yet.",
        "It is the first of the rule that can carry the message.",
    ]
    waits = looks([*away(A, B), ALL[2]][:2], rule(A, B))
    assert waits[0][1].endswith("Messages wait for it, since there is no other: It is away: down.")
    assert waits[1] == AWAY


def test_of_one_that_can_t_carry_the_message_it_is_said_whatever_the_rules_say() -> None:
    bound = replace(CASE, wanted=(B,))
    known = [Known(A, None, "", True), Known(B, None, "", True), Known(C, None, "", False)]
    not_carried = ("out", "It does not carry the sender Acme.")
    assert looks(ALL, case=bound, known=known) == [not_carried, NO_RULE, ("out", "It is switched off.")]
    assert looks([], case=bound, known=known[:1]) == [not_carried]
    own = [*ALL[:1], Way(OURS, US, is_simulated=False)]
    assert looks(own) == [("out", "The account's own connectors go before the operator's."), NO_RULE]
    nameless = [Known(A, None, "", True), Known(B, None, "", True)]
    assert looks(away(A)[:2], fails_over=True, known=nameless)[0] == (
        "out",
        "It is away: it could carry nothing for a while.",
    )


def test_of_each_rule_it_is_said_why_it_counts_or_not() -> None:
    among = [
        replace(rule(A, position=1), is_enabled=False),
        rule(A, position=2, countries=frozenset({"FR"})),
        rule(A, position=3, senders=frozenset({"other"})),
        rule(A, position=4, classes=frozenset({"marketing"})),
        replace(rule(A, position=5), scope=Scope(accounts=frozenset({THEM}))),
        rule(OURS, position=6),
        rule(A, position=7, senders=frozenset({"acme"})),
        rule(A, position=8),
    ]
    assert [(look.place, look.why) for look in reasons.rules(CASE, among, ALL)] == [
        ("out", "It is switched off."),
        ("out", "It is about other destinations."),
        ("out", "It is about other senders."),
        ("out", "It is about messages of another class."),
        ("out", "It is about other accounts."),
        ("out", "None of its connectors can carry the message."),
        ("taken", "It is the first that is about the message and can carry it."),
        ("behind", "A rule before it counts."),
    ]
