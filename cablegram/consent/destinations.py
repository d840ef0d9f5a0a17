"""Where an account may send to: every prefix that has a price, and whether its rules allow the country (R16, R34)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.billing.tariffs import Tariff
from cablegram.consent import policy
from cablegram.consent.sending_rules import SendingRules
from cablegram.kit.money import micro_to_credits
from cablegram.runtime.runtime import Runtime

SortBy = Literal["destination", "prefix", "price"]
Order = Literal["asc", "desc"]
SORTS: tuple[SortBy, ...] = ("destination", "prefix", "price")
COLUMNS = ("prefix", "country", "name", "price", "is_allowed")


@dataclass(frozen=True, slots=True)
class Destination:
    """A prefix that has a price: `price` in micro-credits a segment. `is_allowed`: the account may send there."""

    prefix: str
    country: str
    name: str
    price: int
    is_allowed: bool


_BY: dict[SortBy, Callable[[Destination], tuple[str | int, ...]]] = {
    "destination": lambda one: (one.name, one.prefix),
    "prefix": lambda one: (one.prefix,),
    "price": lambda one: (one.price, one.prefix),
}


async def page(
    rt: Runtime,
    who: Principal,
    prices: Prices,
    *,
    sort_by: SortBy = "destination",
    order: Order = "asc",
) -> list[Destination]:
    """Return all destinations, in the order asked for."""
    book = await prices.show(rt, who)
    standing = await policy.show(rt, who)
    found = listed(book.tariffs, standing.rules)
    return sorted(found, key=_BY[sort_by], reverse=order == "desc")


def listed(tariffs: Iterable[Tariff], rules: SendingRules) -> list[Destination]:
    """Return what each tariff is to an account with these rules. Pure."""
    countries = None if rules.countries is None else frozenset(rules.countries)
    return [
        Destination(
            one.prefix, one.country, one.name, one.price, is_allowed=countries is None or one.country in countries
        )
        for one in tariffs
    ]


async def export_csv(rt: Runtime, who: Principal) -> AsyncIterator[bytes]:
    """Write all destinations as CSV, sorted by name; the price in credits."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in await page(rt, who, Prices()):
        writer.writerow((one.prefix, one.country, one.name, micro_to_credits(one.price), str(one.is_allowed).lower()))
    yield out.getvalue().encode()
