"""Choose a connector: pure.

One of those that can carry the sender, if it names any; the account's own before the operator's, always. Among them the
first rule that is about the message and has a connector that can carry it says which. Where none is: real ones before
simulated ones, those whose provider took a test before others, older before newer, so that the answer is the same for
every message of a batch. Of several that are equal but for their age, one whose link is up goes before one whose link
is down.

A connector that is away (`standing.py`) is left out while another of its rule can carry the message; without a rule
only where the operator said so, and never more than that: a real carrier that is away has its messages wait, and not
go to the simulated one. Where nothing else is left, messages wait for it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.routing.model import Option, Rule, Strategy
from cablegram.routing.rulebook import NO_RULES, Frame, Rulebook

_MIX = 0x9E3779B1  # odd, near 2**32 divided by the golden ratio: numbers in a row end up far apart


@dataclass(frozen=True, slots=True)
class Way:
    """A connector that is switched on, whether a link of it is up, and what is special about it.

    `usable_characters` is by how many its gateway bills a text (R43); None: as the network cuts it. `fee` is
    micro-credits a segment over an account's own (R171). `needs` are the names of what each message must bring along.
    """

    connector_id: ConnectorId
    account_id: AccountId | None
    is_simulated: bool
    is_up: bool = True
    carries_media: bool = False
    usable_characters: int | None = None
    is_tested: bool = True
    is_away: bool = False
    fee: int | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was chosen for a destination: one way, or several among which each message's own lot decides.

    `rule` None: no rule was about it. `bounds` are the shares of `ways`, added up.
    """

    rule: Rule | None
    ways: tuple[Way, ...]
    bounds: tuple[int, ...] = ()

    def by_lot(self, lot: int) -> Way:
        """Return the way of a message: the same for the same lot."""
        if not self.bounds:
            return self.ways[0]
        return self.ways[bisect(self.bounds, ((lot * _MIX & 0xFFFFFFFF) * self.bounds[-1]) >> 32)]


class Chooser:
    """Chooses for messages of one account, sender and class: a look-up for each. `ways` can carry them, best first."""

    __slots__ = ("_by_rules", "_drawn", "fails_over", "frame", "ways")

    def __init__(self, ways: Sequence[Way], frame: Frame, *, fails_over: bool) -> None:
        self.ways = ways
        self.frame = frame
        self.fails_over = fails_over
        self._drawn: dict[str, Drawn] = {}
        self._by_rules: dict[tuple[int, str], Drawn] = {}

    def choose(self, number: str, country: str, lot: int) -> Way:
        """Return the way of a message to a number (digits) of a country, whose own lot is its id."""
        return self.draw(number, country).by_lot(lot)

    def draw(self, number: str, country: str) -> Drawn:
        """Return what is chosen for a destination."""
        key = self.frame.key(number, country)
        drawn = self._drawn.get(key)
        if drawn is None:
            rules = self.frame.fitting(number, country)
            own = (id(rules), country)  # the frame keeps them: what is equal is the same object
            drawn = self._by_rules.get(own)
            if drawn is None:
                drawn = self._by_rules[own] = self._draw(rules, country)
            self._drawn[key] = drawn
        return drawn

    def reachable(self) -> list[Way]:
        """Return the ways that messages may take as things are, wherever they go."""
        found: dict[ConnectorId, Way] = {}
        for rule in self.frame.rules:
            able = able_of(rule, self.ways, "")
            if able:
                found |= {way.connector_id: way for way in _among(rule, able).ways}
                if not rule.scope.prefixes and not rule.scope.countries:
                    return list(found.values())  # no rule behind it, and nothing without one, is ever reached
        usual = self._usual()
        return list({**found, usual.connector_id: usual}.values())

    def _draw(self, rules: Iterable[Rule], country: str) -> Drawn:
        for rule in rules:
            if able := able_of(rule, self.ways, country):
                return _among(rule, able)
        return Drawn(None, (self._usual(),))

    def _usual(self) -> Way:
        best = self.ways[0]
        if not (self.fails_over and best.is_away):
            return best
        return next((way for way in self.ways if not way.is_away and way.is_simulated is best.is_simulated), best)


class Ways:
    """All connectors that are switched on, ready to choose from."""

    def __init__(self, ways: Iterable[Way], book: Rulebook = NO_RULES) -> None:
        self._ways = sorted(ways, key=_rank)
        self.book = book
        self.usable_characters = {
            way.connector_id: way.usable_characters for way in self._ways if way.usable_characters is not None
        }
        """By how many characters gateways bill, of those connectors that don't bill as the network cuts."""
        self.needs = {way.connector_id: way.needs for way in self._ways if way.needs}
        """What messages must bring along over those connectors that want anything (R132)."""
        self.fees = {way.connector_id: way.fee or 0 for way in self._ways if way.account_id is not None}
        """What a segment costs in place of the tariff, of accounts' own connectors (R171): micro-credits."""

    def of(self, payer: AccountId | None) -> list[Way]:
        """Return those of the operator's (None) or of an account, best first."""
        return [way for way in self._ways if way.account_id == payer]

    def choose(
        self, account_id: AccountId, wanted: Collection[ConnectorId] = (), *, with_media: bool = False
    ) -> Way | None:
        """Return the usual way of this account, by one of the `wanted` if there are any; None where none is.

        `with_media`: only one that carries pictures will do (R55). Where `concerns` says so, rules choose for each
        message (`chooser`).
        """
        for way in self._ways:
            if _can_carry(way, account_id, wanted, with_media=with_media):
                return way
        return None

    def concerns(self, way: Way) -> bool:
        """Tell whether a rule may choose another way of the same payer's than this one."""
        return self.book.concerns(way.account_id)

    def chooser(
        self,
        payer: AccountId | None,
        account_id: AccountId,
        *,
        sender: str,
        message_class: str,
        wanted: Collection[ConnectorId] = (),
        with_media: bool = False,
    ) -> Chooser:
        """Return who chooses for messages, among the operator's connectors (`payer` None) or the account's own.

        Its `ways` are those that can carry them; where there are none, there is nothing to choose.
        """
        ways = [way for way in self.of(payer) if _can_carry(way, account_id, wanted, with_media=with_media)]
        frame = self.book.frame(payer, account_id, sender, message_class)
        return Chooser(ways, frame, fails_over=self.book.policy.fails_over)

    def carries_media(self, account_id: AccountId) -> bool:
        """Tell whether any way of an account carries pictures."""
        return self.choose(account_id, with_media=True) is not None


def able_of(rule: Rule, ways: Iterable[Way], country: str) -> list[tuple[Option, Way]]:
    """Return the connectors of a rule that can carry messages to a country, in the order in which it takes them.

    Of those that can: the tested ones that are not away; where there are none, those that are not away; else all, since
    messages have to wait somewhere. None where the rule has no connector for it.
    """
    known = {way.connector_id: way for way in ways}
    fit = [
        (option, known[option.connector_id])
        for option in rule.options
        if option.connector_id in known and not rule.is_unfit(option.connector_id, country)
    ]
    if rule.strategy is Strategy.LEAST_COST:
        fit.sort(key=lambda pair: pair[0].cost or 0)  # of the same cost, the one that is named first
    here = [(option, way) for option, way in fit if not way.is_away]
    return [(option, way) for option, way in here if way.is_tested] or here or fit


def _among(rule: Rule, able: Sequence[tuple[Option, Way]]) -> Drawn:
    if rule.strategy is not Strategy.BY_WEIGHT or len(able) == 1:
        return Drawn(rule, (able[0][1],))
    return Drawn(rule, tuple(way for _, way in able), tuple(accumulate(option.weight for option, _ in able)))


def _can_carry(way: Way, account_id: AccountId, wanted: Collection[ConnectorId], *, with_media: bool) -> bool:
    return (
        way.account_id in (None, account_id)
        and (not wanted or way.connector_id in wanted)
        and (way.carries_media or not with_media)
    )


def _rank(way: Way) -> tuple[bool, bool, bool, bool, int]:
    # UUIDv7s sort by age.
    return way.account_id is None, way.is_simulated, not way.is_tested, not way.is_up, way.connector_id.int
