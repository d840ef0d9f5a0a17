"""Choose a connector: pure.

One of those that can carry the sender, if it names any; else the account's own before the operator's, real ones before
simulated ones, older before newer, so that the answer is the same for every message of a batch. Of several that are
equal but for their age, one whose link is up goes before one whose link is down. Never more than that: a real carrier
that is away has its messages wait, and not go to the simulated one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cablegram.kit.ids import AccountId, ConnectorId


@dataclass(frozen=True, slots=True)
class Way:
    """A connector that is switched on, and whether a link of it is up."""

    connector_id: ConnectorId
    account_id: AccountId | None
    is_simulated: bool
    is_up: bool = True


class Ways:
    """All connectors that are switched on, ready to choose from."""

    def __init__(self, ways: Iterable[Way]) -> None:
        self._ways = sorted(ways, key=_rank)

    def choose(self, account_id: AccountId, wanted: Collection[ConnectorId] = ()) -> Way | None:
        """Return the way of a message of this account, by one of the `wanted` if there are any; None where none is."""
        for way in self._ways:
            if way.account_id in (None, account_id) and (not wanted or way.connector_id in wanted):
                return way
        return None


def _rank(way: Way) -> tuple[bool, bool, bool, int]:
    # UUIDv7s sort by age.
    return way.account_id is None, way.is_simulated, not way.is_up, way.connector_id.int
