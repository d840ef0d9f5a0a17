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
    """A connector that is switched on, whether a link of it is up, and what is special about it.

    `usable_characters` is by how many its gateway bills a text (R43); None: as the network cuts it.
    """

    connector_id: ConnectorId
    account_id: AccountId | None
    is_simulated: bool
    is_up: bool = True
    carries_media: bool = False
    usable_characters: int | None = None


class Ways:
    """All connectors that are switched on, ready to choose from."""

    def __init__(self, ways: Iterable[Way]) -> None:
        self._ways = sorted(ways, key=_rank)
        self.usable_characters = {
            way.connector_id: way.usable_characters for way in self._ways if way.usable_characters is not None
        }
        """By how many characters gateways bill, of those connectors that don't bill as the network cuts."""

    def choose(
        self, account_id: AccountId, wanted: Collection[ConnectorId] = (), *, with_media: bool = False
    ) -> Way | None:
        """Return the way of a message of this account, by one of the `wanted` if there are any; None where none is.

        `with_media`: only one that carries pictures will do (R55).
        """
        for way in self._ways:
            if (
                way.account_id in (None, account_id)
                and (not wanted or way.connector_id in wanted)
                and (way.carries_media or not with_media)
            ):
                return way
        return None

    def carries_media(self, account_id: AccountId) -> bool:
        """Tell whether any way of an account carries pictures."""
        return self.choose(account_id, with_media=True) is not None


def _rank(way: Way) -> tuple[bool, bool, bool, int]:
    # UUIDv7s sort by age.
    return way.account_id is None, way.is_simulated, not way.is_up, way.connector_id.int
