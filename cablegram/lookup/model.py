"""Mobile networks, and in which order a list of them is wanted (R32)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from cablegram.numbers import countries

SortBy = Literal["mcc", "mnc", "name", "country"]
Order = Literal["asc", "desc"]
SORTS: tuple[SortBy, ...] = ("mcc", "mnc", "name", "country")

Key = tuple[str, str]
"""MCC and MNC."""


@dataclass(frozen=True, slots=True)
class Network:
    """A mobile network, an operator's own or a virtual one's; `country` "" is none, as of a satellite's."""

    mcc: str
    mnc: str
    name: str
    country: str

    @property
    def key(self) -> Key:
        """Return what names it."""
        return self.mcc, self.mnc

    @property
    def country_name(self) -> str:
        """Return what to call its country, "" where it has none."""
        return countries.name(self.country) if self.country else ""


_BY: dict[SortBy, Callable[[Network], tuple[str, ...]]] = {
    "mcc": lambda one: one.key,
    "mnc": lambda one: (one.mnc, one.mcc),
    "name": lambda one: (one.name.lower(), *one.key),
    "country": lambda one: (one.country_name, *one.key),
}


def in_order(networks: Iterable[Network], by: SortBy = "mcc", order: Order = "asc") -> list[Network]:
    """Return networks sorted; those alike in what is sorted by stand by their codes."""
    return sorted(networks, key=_BY[by], reverse=order == "desc")


def fitting(networks: Iterable[Network], *, q: str = "", country: str = "", mcc: str = "") -> list[Network]:
    """Return the networks of a country, of an MCC, and with `q` in the name, the country's name or the codes."""
    words, digits = q.lower().strip(), q.replace(" ", "").replace("-", "")
    return [
        one
        for one in networks
        if (not country or one.country == country.upper())
        and (not mcc or one.mcc == mcc)
        and (not words or words in one.name.lower() or words in one.country_name.lower() or _begins(one, digits))
    ]


def _begins(network: Network, digits: str) -> bool:
    return digits.isdecimal() and f"{network.mcc}{network.mnc}".startswith(digits)
