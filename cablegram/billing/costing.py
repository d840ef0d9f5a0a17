"""What carriers take for traffic, and what is left of it: the sums behind the margin report. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.billing.tariffs import TariffBook
from cablegram.billing.version_model import Version, in_force
from cablegram.kit.ids import AccountId, ConnectorId


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages of one account over one connector to one country whose numbers begin with the same digits.

    `messages` and `segments` are those that a carrier took; `revenue` is micro-credits; `open` may still move.
    """

    account_id: AccountId
    connector_id: ConnectorId
    country: str
    head: str
    messages: int
    segments: int
    revenue: int
    open: int


@dataclass(slots=True)
class Costed:
    """A day's sums: `cost` in millionths of the currency, `without_cost` segments that no prefix of a tariff fits."""

    messages: int = 0
    segments: int = 0
    revenue: int = 0
    cost: int = 0
    without_cost: int = 0


Key = tuple[AccountId, ConnectorId, str, str]


def boundaries(
    versions: Sequence[Version], since: datetime, until: datetime, hours: Sequence[datetime]
) -> list[datetime]:
    """Return the moments that part a span so that in each piece one version of each carrier's tariff is in force."""
    inside = {one.valid_from for one in versions if since < one.valid_from < until}
    return sorted({since, until, *inside, *hours})


def books_at(
    versions: Sequence[Version], books: Mapping[int, TariffBook], at: datetime
) -> dict[ConnectorId, tuple[str, TariffBook]]:
    """Return each carrier's currency and prices at a moment, of those that have any then."""
    by_connector: dict[ConnectorId, list[Version]] = {}
    for one in versions:
        if one.connector_id is not None:
            by_connector.setdefault(one.connector_id, []).append(one)
    found = {connector_id: in_force(own, at) for connector_id, own in by_connector.items()}
    return {
        connector_id: (one.currency, books[one.id])
        for connector_id, one in found.items()
        if one is not None and one.currency is not None
    }


def add(
    sums: dict[Key, Costed], traffic: Sequence[Traffic], prices: Mapping[ConnectorId, tuple[str, TariffBook]]
) -> int:
    """Add traffic to a day's sums; return how many messages of it may still move."""
    still = 0
    for one in traffic:
        still += one.open
        currency, book = prices.get(one.connector_id, ("", None))
        tariff = book.find(one.head) if book else None
        line = sums.setdefault((one.account_id, one.connector_id, one.country, currency), Costed())
        line.messages += one.messages
        line.segments += one.segments
        line.revenue += one.revenue
        if tariff:
            line.cost += one.segments * tariff.price
        else:
            line.without_cost += one.segments
    return still
