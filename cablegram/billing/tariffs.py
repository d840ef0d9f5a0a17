"""What a segment costs: the tariff of the longest prefix that a number begins with (R16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from cablegram.kit.ids import AccountId
from cablegram.text.profiles import Profile

# Numbers seen are remembered by their first digits. Fine-grained tariffs could make that many: then start anew.
_MEMO_LIMIT = 100_000
_NOBODY: Mapping[AccountId, Profile] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of one segment, in micro-credits, to numbers (E.164 digits, no plus) that begin with `prefix`."""

    prefix: str
    country: str
    name: str
    price: int
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Current:
    """The version in force at a moment: from `since` on (None: there is none yet) until `until` (None: open)."""

    revision: int
    version_id: int | None
    since: datetime | None
    until: datetime | None
    tariffs: list[Tariff]

    def holds_at(self, now: datetime) -> bool:
        """Tell whether it is still the one, at another moment."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class CountryTariffs:
    """All tariffs of a country (ISO 3166 alpha-2), the one of the shortest prefix first: it is the country's usual."""

    country: str
    name: str
    tariffs: tuple[Tariff, ...]

    @property
    def usual(self) -> Tariff:
        """Return the tariff to show when only the country is known."""
        return self.tariffs[0]

    @property
    def highest_price(self) -> int:
        """Return the price of the dearest prefix, in micro-credits a segment."""
        return max(tariff.price for tariff in self.tariffs)


class TariffBook:
    """Tariffs made ready for looking up: one dictionary access a number.

    `profiles` say how accounts pay for segments, of those that don't pay as the network cuts them (R42).
    """

    def __init__(
        self, tariffs: Iterable[Tariff], revision: int, profiles: Mapping[AccountId, Profile] = _NOBODY
    ) -> None:
        self.revision = revision
        self.profiles = profiles
        self.tariffs = tuple(sorted(tariffs, key=lambda tariff: tariff.prefix))
        self._memo = _Memo({tariff.prefix: tariff for tariff in self.tariffs})
        self._digits = self._memo.digits
        self._countries: dict[str, CountryTariffs] | None = None

    def __len__(self) -> int:
        """Count the prefixes."""
        return len(self.tariffs)

    @property
    def digits(self) -> int:
        """Return how many first digits of a number decide: as many as the longest prefix has."""
        return self._digits

    def find(self, number: str) -> Tariff | None:
        """Return the tariff of a number (E.164 digits without the plus), or None: it can't be sent to."""
        return self._memo[number[: self._digits]]

    def countries(self) -> list[CountryTariffs]:
        """Return the tariffs by country, in the order of the countries' names."""
        return sorted(self._by_country().values(), key=lambda one: (one.name, one.country))

    def of_country(self, country: str) -> CountryTariffs | None:
        """Return a country's tariffs, asked by ISO code in either case; None when it has none."""
        return self._by_country().get(country.upper())

    def _by_country(self) -> dict[str, CountryTariffs]:
        # Once a book, and for screens alone: of two hundred thousand prefixes it takes a while.
        if self._countries is None:
            own: dict[str, list[Tariff]] = {}
            for one in self.tariffs:
                own.setdefault(one.country, []).append(one)
            for tariffs in own.values():
                tariffs.sort(key=lambda one: (len(one.prefix), one.prefix))
            self._countries = {code: CountryTariffs(code, one[0].name, tuple(one)) for code, one in own.items()}
        return self._countries

    @property
    def is_demo(self) -> bool:
        """Tell whether any price is an invented one, so that screens can say so."""
        return any(tariff.is_demo for tariff in self.tariffs)


class _Memo(dict[str, Tariff | None]):
    """First digits -> tariff. As many digits as the longest prefix has decide, so the rest of a number never counts."""

    def __init__(self, by_prefix: dict[str, Tariff]) -> None:
        super().__init__()
        self._by_prefix = by_prefix
        self.digits = max(map(len, by_prefix), default=0)

    def __missing__(self, head: str) -> Tariff | None:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        lengths = range(len(head), 0, -1)
        found = next((self._by_prefix[head[:n]] for n in lengths if head[:n] in self._by_prefix), None)
        self[head] = found
        return found
