"""What a rule may say, and what is wrong with one that says something else. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from cablegram.kit.errors import Fault
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.numbers.countries import COUNTRIES
from cablegram.routing.model import Option, Rule, Scope, Strategy
from cablegram.senders.address import RULE, canonical

MOST_RULES = 200
"""Rules that the operator, or an account, may have."""

MOST_OPTIONS = 20
MOST_PREFIXES = 2_000
MOST_WEIGHT = 1_000
CLASSES = ("otp", "transactional", "marketing")

_PREFIX = re.compile(r"[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule as somebody wants it. `is_own`: for the account's own connectors; else for the operator's.

    Prefixes may have a plus; senders are as in `from`, countries ISO codes in capitals.
    """

    name: str
    options: Sequence[Option]
    is_own: bool = False
    strategy: Strategy = Strategy.IN_ORDER
    prefixes: Sequence[str] = ()
    countries: Sequence[str] = ()
    senders: Sequence[str] = ()
    classes: Sequence[str] = ()
    accounts: Sequence[AccountId] = ()
    is_enabled: bool = True

    def scope(self) -> Scope:
        """Return which messages it is about."""
        return Scope(
            tuple(dict.fromkeys(_bare(one) for one in self.prefixes)),
            frozenset(self.countries),
            frozenset((canonical(one) or one).lower() for one in self.senders),
            frozenset(self.classes),
            frozenset(self.accounts),
        )


def as_new(rule: Rule) -> NewRule:
    """Return a rule as somebody would have to ask for it, for whoever changes some of it."""
    scope = rule.scope
    return NewRule(
        name=rule.name,
        options=rule.options,
        is_own=rule.account_id is not None,
        strategy=rule.strategy,
        prefixes=scope.prefixes,
        countries=sorted(scope.countries),
        senders=sorted(scope.senders),
        classes=sorted(scope.classes),
        accounts=sorted(scope.accounts),
        is_enabled=rule.is_enabled,
    )


def faults(new: NewRule, known: Collection[ConnectorId], accounts: Collection[AccountId]) -> list[Fault]:
    """Return what is wrong with a rule: `known` are the connectors it may name, `accounts` those that there are."""
    return [*_of_destination(new), *_of_message(new, accounts), *_of_options(new, known)]


def _of_destination(new: NewRule) -> Iterable[Fault]:
    if len(new.prefixes) > MOST_PREFIXES:
        yield Fault(
            "prefixes", "too_many_prefixes", f"A rule has {MOST_PREFIXES} prefixes at most. Make several rules."
        )
    for place, prefix in enumerate(new.prefixes[:MOST_PREFIXES]):
        if not _PREFIX.fullmatch(_bare(prefix)):
            message = f"{prefix[:30]!r} is no prefix: write 1 to 15 digits with the country code, such as 3460."
            yield Fault(f"prefixes.{place}", "bad_prefix", message)
    for place, country in enumerate(new.countries):
        if country not in COUNTRIES:
            message = f"{country[:30]!r} is no country: write two capital letters of ISO 3166, such as ES."
            yield Fault(f"countries.{place}", "unknown_country", message)


def _of_message(new: NewRule, accounts: Collection[AccountId]) -> Iterable[Fault]:
    for place, sender in enumerate(new.senders):
        if canonical(sender) is None:
            yield Fault(f"senders.{place}", "sender_invalid", f"{sender[:30]!r} can't be a sender. {RULE}")
    for place, word in enumerate(new.classes):
        if word not in CLASSES:
            message = f"{word[:30]!r} is no class of messages: it is otp, transactional or marketing."
            yield Fault(f"classes.{place}", "bad_class", message)
    if new.is_own and new.accounts:
        message = "A rule for an account's own connectors is about that account's messages alone: name no accounts."
        yield Fault("accounts", "own_rule_of_others", message)
    for place, account_id in enumerate(new.accounts):
        if account_id not in accounts:
            yield Fault(f"accounts.{place}", "account_not_found", f"There is no account {account_id}.")


def _of_options(new: NewRule, known: Collection[ConnectorId]) -> Iterable[Fault]:
    if not new.options:
        yield Fault("connectors", "rule_empty", "A rule names at least one connector.")
    if len(new.options) > MOST_OPTIONS:
        yield Fault("connectors", "too_many_connectors", f"A rule names {MOST_OPTIONS} connectors at most.")
    seen: set[ConnectorId] = set()
    for place, option in enumerate(new.options):
        where = f"connectors.{place}"
        if option.connector_id not in known:
            whose = "the account's own" if new.is_own else "the operator's"
            message = f"There is no connector {option.connector_id} among {whose}."
            yield Fault(f"{where}.connector_id", "connector_unknown", message)
        elif option.connector_id in seen:
            message = f"The connector {option.connector_id} stands twice in the rule."
            yield Fault(f"{where}.connector_id", "connector_twice", message)
        seen.add(option.connector_id)
        yield from _of_figures(where, option, needs_cost=new.strategy is Strategy.LEAST_COST)


def _of_figures(where: str, option: Option, *, needs_cost: bool) -> Iterable[Fault]:
    if not 1 <= option.weight <= MOST_WEIGHT:
        message = f"A weight is a whole number from 1 to {MOST_WEIGHT:,}; leave the connector out to give it nothing."
        yield Fault(f"{where}.weight", "bad_weight", message)
    if option.cost is None and needs_cost:
        message = "To choose by cost, the rule has to say what a segment costs over each of its connectors."
        yield Fault(f"{where}.cost", "cost_needed", message)
    if option.cost is not None and option.cost < 0:
        yield Fault(f"{where}.cost", "bad_cost", "A cost is 0 micro-credits a segment or more.")
    for name, least in (("least_accepted", option.least_accepted), ("least_delivered", option.least_delivered)):
        if least is not None and not 1 <= least <= 100:
            message = "A share is a whole number of percent from 1 to 100; null: however few."
            yield Fault(f"{where}.{name}", "bad_share", message)


def _bare(prefix: str) -> str:
    return prefix.strip().removeprefix("+")
