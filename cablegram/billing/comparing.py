"""Two versions of a tariff beside each other, and what traffic would have cost by another one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cablegram.billing.margin_model import Weight
from cablegram.billing.tariffs import TariffBook
from cablegram.kit.ids import AccountId


class Change(StrEnum):
    """What became of a price."""

    DEARER = "dearer"
    CHEAPER = "cheaper"
    NEW = "new"  # could not be sent to before
    GONE = "gone"  # can't be sent to any more


@dataclass(frozen=True, slots=True)
class Difference:
    """A prefix whose numbers cost something else: micro-credits a segment (a carrier's: millionths), None for no price.

    `segments` is how many went to them, and `effect` what those would cost more (less: negative).
    """

    prefix: str
    country: str
    name: str
    change: Change
    old: int | None
    new: int | None
    segments: int
    effect: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs, the greatest effect first; `same` prefixes cost what they did."""

    differences: tuple[Difference, ...]
    counts: dict[Change, int]
    same: int
    effect: int


@dataclass(slots=True)
class Recost:
    """What traffic cost, and what it would: micro-credits; `without_price` segments could not have been sent."""

    messages: int = 0
    segments: int = 0
    paid: int = 0
    would: int = 0
    without_price: int = 0


class Heap:
    """Traffic added up by account and prefix, so that what is held grows with tariffs and not with numbers.

    Of the prefixes that fit a number in each book the longest stands for it: every book finds the same price by it.
    """

    def __init__(self, *books: TariffBook) -> None:
        self._books = books
        self._sums: dict[tuple[AccountId, str], list[int]] = {}

    def add(self, traffic: Sequence[Weight]) -> None:
        """Add traffic by its first digits."""
        for one in traffic:
            found = (book.find(one.head) for book in self._books)
            prefix = max((tariff.prefix for tariff in found if tariff), key=len, default="")
            sums = self._sums.setdefault((one.account_id, prefix), [0, 0, 0])
            for place, amount in enumerate((one.messages, one.segments, one.price)):
                sums[place] += amount

    def weights(self) -> list[Weight]:
        """Return all of it."""
        return [Weight(account_id, prefix, *sums) for (account_id, prefix), sums in self._sums.items()]


def compare(old: TariffBook, new: TariffBook, traffic: Sequence[Weight]) -> Comparison:
    """Compare what each prefix of both costs: a prefix that one of both has not costs there what a shorter one does."""
    weights: Counter[str] = Counter()
    for one in traffic:
        found = [tariff.prefix for tariff in (old.find(one.head), new.find(one.head)) if tariff]
        if found:
            weights[max(found, key=len)] += one.segments
    named = {one.prefix: one for book in (old, new) for one in book.tariffs}
    differences: list[Difference] = []
    for prefix, tariff in named.items():
        before, after = old.find(prefix), new.find(prefix)
        was, will = before.price if before else None, after.price if after else None
        if was == will:
            continue
        segments = weights[prefix]
        effect = segments * (will - was) if was is not None and will is not None else 0
        differences.append(
            Difference(prefix, tariff.country, tariff.name, _change(was, will), was, will, segments, effect)
        )
    differences.sort(key=lambda one: (-abs(one.effect), -one.segments, one.prefix))
    counts = Counter(one.change for one in differences)
    total = sum(one.effect for one in differences)
    return Comparison(tuple(differences), dict(counts), len(named) - len(differences), total)


def recost(book: TariffBook, traffic: Sequence[Weight]) -> dict[AccountId, Recost]:
    """Price traffic anew, by account."""
    found: dict[AccountId, Recost] = {}
    for one in traffic:
        line = found.setdefault(one.account_id, Recost())
        tariff = book.find(one.head)
        line.messages += one.messages
        line.segments += one.segments
        line.paid += one.price
        if tariff:
            line.would += one.segments * tariff.price
        else:
            line.without_price += one.segments
    return found


def _change(was: int | None, will: int | None) -> Change:
    if was is None or will is None:
        return Change.NEW if was is None else Change.GONE
    return Change.DEARER if will > was else Change.CHEAPER
