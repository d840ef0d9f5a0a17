"""The numbers that a simulated provider sells: the same ones each time, some of which have a fate by their last digits.

..07  somebody else buys it first: refused
..08  sold, and then the answer is an error 500
..09  not sold, and the answer is an error 500
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

# What the numbers of a country and type begin with; two more digits follow.
_STEMS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("US", "local"): ("130555501", "121255501", "141555501"),
    ("US", "toll_free"): ("180055501", "188855501"),
    ("ES", "mobile"): ("346000001",),
    ("ES", "local"): ("349100001",),
    ("GB", "mobile"): ("4474001234",),
    ("GB", "local"): ("4420794609",),
}
_EACH: Final = 30


class Sale(Enum):
    """What comes of an attempt to buy."""

    SOLD = "sold"
    GONE = "gone"  # somebody else has it
    BROKEN = "broken"  # an error is answered, whatever happened


@dataclass(slots=True)
class Shelf:
    """What is to be had, and what the one client has bought: number -> its name at the provider."""

    owned: dict[str, str] = field(default_factory=dict[str, str])

    def has(self, country: str, number_type: str) -> list[str]:
        """Return what is to be had of a kind, digits with the country code."""
        stems = _STEMS.get((country.upper(), number_type), ())
        found = (f"{stem}{last:02}" for stem in stems for last in range(_EACH))
        return [number for number in found if number not in self.owned]

    def buy(self, number: str, name: Callable[[], str]) -> Sale:
        """Sell a number, as its fate says."""
        if number in self.owned or number.endswith("07") or not self._is_known(number):
            return Sale.GONE
        if not number.endswith("09"):
            self.owned[number] = name()
        return Sale.BROKEN if number.endswith(("08", "09")) else Sale.SOLD

    def drop(self, number: str) -> bool:
        """Take a number back; False where the client has it not."""
        return self.owned.pop(number, None) is not None

    def _is_known(self, number: str) -> bool:
        return any(number.startswith(stem) for stems in _STEMS.values() for stem in stems)


def fitting(numbers: list[str], pattern: str, place: str) -> list[str]:
    """Return the numbers that have digits at a place: `start`, `end`, or anywhere."""
    if place == "start":
        return [one for one in numbers if one.startswith(pattern)]
    return [one for one in numbers if (one.endswith(pattern) if place == "end" else pattern in one)]
