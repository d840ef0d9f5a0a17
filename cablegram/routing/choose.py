"""Choose a connector: pure.

The sender's own connector if it has one; else the account's own before the operator's, real ones before simulated
ones, older before newer, so that the answer is the same for every message of a batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cablegram.kit.ids import AccountId, ConnectorId


@dataclass(frozen=True, slots=True)
class Way:
    """A connector that is switched on."""

    connector_id: ConnectorId
    account_id: AccountId | None
    is_simulated: bool


class Ways:
    """All connectors that are switched on, ready to choose from."""

    def __init__(self, ways: Iterable[Way]) -> None:
        # UUIDv7s sort by age.
        self._ways = sorted(ways, key=lambda way: (way.account_id is None, way.is_simulated, way.connector_id.int))

    def choose(self, account_id: AccountId, wanted: ConnectorId | None) -> ConnectorId | None:
        """Return the connector for a message of this account; None where there is none."""
        for way in self._ways:
            if way.account_id in (None, account_id) and wanted in (None, way.connector_id):
                return way.connector_id
        return None
