"""All rules, compiled once for each revision: which of them are about a message is a look-up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cablegram.kit.ids import AccountId
from cablegram.routing.model import Policy, Rule, Strategy

_MOST_FRAMES = 4_096
_MOST_DESTINATIONS = 100_000

_Frames = dict[tuple[AccountId | None, AccountId, str, str], "Frame"]


class Frame:
    """The rules that are about messages of one account, sender and class, wherever they go; in their order."""

    __slots__ = ("_known", "_length", "_shared", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        # No rule looks at more of a number than this.
        self._length = max((len(prefix) for rule in rules for prefix in rule.scope.prefixes), default=0)
        self._known: dict[str, tuple[Rule, ...]] = {}
        self._shared: dict[tuple[Rule, ...], tuple[Rule, ...]] = {}

    def key(self, number: str, country: str) -> str:
        """Return what rules can tell of a destination: where it is equal, the same rules fit."""
        return country + number[: self._length]

    def fitting(self, number: str, country: str) -> tuple[Rule, ...]:
        """Return those that a destination fits, in their order; equal answers are the same object."""
        key = self.key(number, country)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_DESTINATIONS:
                self._known.clear()
            fitting = tuple(rule for rule in self.rules if rule.scope.covers(number, country))
            found = self._known[key] = self._shared.setdefault(fitting, fitting)
        return found


class Rulebook:
    """The rules that are switched on, and what holds for all routing."""

    def __init__(self, rules: Iterable[Rule] = (), policy: Policy = Policy()) -> None:  # noqa: B008 - a frozen value
        self.policy = policy
        self._rules: defaultdict[AccountId | None, list[Rule]] = defaultdict(list)
        for rule in sorted(rules, key=lambda rule: (rule.position, rule.id)):
            if rule.is_enabled:
                self._rules[rule.account_id].append(rule)
        self.draws_lots = any(rule.strategy is Strategy.BY_WEIGHT for each in self._rules.values() for rule in each)
        """Whether the choice among several depends on the message itself."""
        self._frames: _Frames = {}

    def concerns(self, payer: AccountId | None) -> bool:
        """Tell whether anything is said of connectors of the operator's (None) or of an account's own."""
        return self.policy.fails_over or payer in self._rules

    def frame(self, payer: AccountId | None, account_id: AccountId, sender: str, message_class: str) -> Frame:
        """Return the rules about messages of an account, for connectors of the operator's (None) or its own."""
        key = (payer, account_id, sender.lower(), message_class)
        found = self._frames.get(key)
        if found is None:
            if len(self._frames) >= _MOST_FRAMES:
                self._frames.clear()
            found = self._frames[key] = Frame(
                [rule for rule in self._rules.get(payer, ()) if _is_about(rule, *key[1:])]
            )
        return found


def _is_about(rule: Rule, account_id: AccountId, sender: str, message_class: str) -> bool:
    scope = rule.scope
    return (
        (not scope.accounts or account_id in scope.accounts)
        and (not scope.senders or sender in scope.senders)
        and (not scope.classes or message_class in scope.classes)
    )


NO_RULES = Rulebook()
"""What holds where nobody said anything."""
