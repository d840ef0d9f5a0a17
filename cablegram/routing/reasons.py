"""Why a message would go by one connector, and why not by each other one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.routing.choose import Chooser, Drawn, Way, able_of
from cablegram.routing.model import Rule, Strategy


class Place(StrEnum):
    """What a connector is for a message, or a rule."""

    TAKEN = "taken"
    SHARES = "shares"  # one of several that each get a share of such messages
    BEHIND = "behind"  # it could, but another one goes first
    OUT = "out"  # it can't, or is not about it


@dataclass(frozen=True, slots=True)
class Known:
    """A connector that an account may use, switched on or not; `away` says why it is away, "" where it is not."""

    connector_id: ConnectorId
    account_id: AccountId | None
    name: str
    is_enabled: bool
    away: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorLook:
    """What a connector is for the message, and why."""

    connector: Known
    place: Place
    why: str


@dataclass(frozen=True, slots=True)
class RuleLook:
    """What a rule is for the message, and why."""

    rule: Rule
    place: Place
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """A message of which it is asked: where it goes, what it is, and which connectors carry its sender (none: all)."""

    account_id: AccountId
    number: str
    country: str
    sender: str
    message_class: str
    wanted: Collection[ConnectorId] = ()


def connectors(case: Case, known: Iterable[Known], chooser: Chooser, payer: AccountId | None) -> list[ConnectorLook]:
    """Say of each connector what it is for a message; `chooser` chooses among those of `payer` that can carry it."""
    if not chooser.ways:
        return [ConnectorLook(one, Place.OUT, _unfit_for(case, one)) for one in known]
    drawn = chooser.draw(case.number, case.country)
    ways = {way.connector_id: way for way in chooser.ways}
    return [_look(case, one, ways.get(one.connector_id), drawn, payer) for one in known]


def _look(case: Case, one: Known, way: Way | None, drawn: Drawn, payer: AccountId | None) -> ConnectorLook:
    if why := _unfit_for(case, one):
        return ConnectorLook(one, Place.OUT, why)
    if way is None or one.account_id != payer:
        return ConnectorLook(one, Place.OUT, "The account's own connectors go before the operator's.")
    if way in drawn.ways:
        return _taken(one, way, drawn)
    if drawn.rule is not None:
        return _passed_over(case, one, way, drawn.rule)
    if way.is_away and not drawn.ways[0].is_away:
        return ConnectorLook(one, Place.OUT, _away(one))
    return ConnectorLook(one, Place.BEHIND, _behind(way, drawn.ways[0]))


def _unfit_for(case: Case, one: Known) -> str:
    """Say why a connector can't carry a message whatever the rules say; "" where it can."""
    if not one.is_enabled:
        return "It is switched off."
    if case.wanted and one.connector_id not in case.wanted:
        return f"It does not carry the sender {case.sender}."
    return ""


def _taken(one: Known, way: Way, drawn: Drawn) -> ConnectorLook:
    waits = f" Messages wait for it, since there is no other: {_away(one)}" if way.is_away else ""
    if drawn.bounds:
        place = drawn.ways.index(way)
        share = drawn.bounds[place] - (drawn.bounds[place - 1] if place else 0)
        return ConnectorLook(one, Place.SHARES, f"It gets {share} of {drawn.bounds[-1]} such messages.{waits}")
    if drawn.rule is None:
        return ConnectorLook(one, Place.TAKEN, f"No rule is about the message, and it goes before the others.{waits}")
    why = {
        Strategy.IN_ORDER: "It is the first of the rule that can carry the message.",
        Strategy.BY_WEIGHT: "It is the only one of the rule that can carry the message.",
        Strategy.LEAST_COST: "It is the cheapest of the rule that can carry the message.",
    }
    return ConnectorLook(one, Place.TAKEN, why[drawn.rule.strategy] + waits)


def _passed_over(case: Case, one: Known, way: Way, rule: Rule) -> ConnectorLook:
    if one.connector_id not in {option.connector_id for option in rule.options}:
        return ConnectorLook(one, Place.OUT, "The rule does not name it.")
    if rule.is_unfit(one.connector_id, case.country):
        return ConnectorLook(one, Place.OUT, f"It does worse in {case.country} lately than the rule asks of it.")
    if way.is_away:
        return ConnectorLook(one, Place.OUT, _away(one))
    if not way.is_tested:
        return ConnectorLook(one, Place.OUT, "Its provider has not taken a test message yet.")
    why = "Another one costs less." if rule.strategy is Strategy.LEAST_COST else "It stands behind another one."
    return ConnectorLook(one, Place.BEHIND, why)


def _away(one: Known) -> str:
    return f"It is away: {one.away or 'it could carry nothing for a while'}."


def _behind(way: Way, first: Way) -> str:
    """Say why one connector goes behind another where no rule is about the message; as they are ranked (choose.py)."""
    if way.is_simulated is not first.is_simulated:
        return "Real connectors go before simulated ones."
    if way.is_tested is not first.is_tested:
        return "Connectors whose provider took a test message go before others."
    if way.is_up is not first.is_up:
        return "Its link is down, and that of another one is up."
    return "Older connectors go first."


def rules(case: Case, among: Sequence[Rule], ways: Iterable[Way]) -> list[RuleLook]:
    """Say of each rule of a payer, in their order, what it is for a message; the first that is taken counts."""
    looks: list[RuleLook] = []
    ways, is_taken = list(ways), False
    for rule in among:
        why = _not_about(case, rule)
        if why is None and not is_taken and able_of(rule, ways, case.country):
            is_taken = True
            looks.append(RuleLook(rule, Place.TAKEN, "It is the first that is about the message and can carry it."))
        elif why is None and is_taken:
            looks.append(RuleLook(rule, Place.BEHIND, "A rule before it counts."))
        else:
            looks.append(RuleLook(rule, Place.OUT, why or "None of its connectors can carry the message."))
    return looks


def _not_about(case: Case, rule: Rule) -> str | None:
    scope = rule.scope
    if not rule.is_enabled:
        return "It is switched off."
    if not scope.covers(case.number, case.country):
        return "It is about other destinations."
    if scope.senders and case.sender.lower() not in scope.senders:
        return "It is about other senders."
    if scope.classes and case.message_class not in scope.classes:
        return "It is about messages of another class."
    if scope.accounts and case.account_id not in scope.accounts:
        return "It is about other accounts."
    return None
