"""Choose one of several senders for each message (R48, R102). Pure.

A sender that the person already talks with, so that a conversation keeps its number; else one of the destination's
country, so that an answer costs its writer little; else any that reaches it. Of several that are as good, the one that
was not used for longest: over a batch of strangers they take turns, and so each gets the same share to within one.
Where none reaches a country they take turns all the same, and the rules say of each message why it can't go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heapreplace

from cablegram.kit.ids import SenderId
from cablegram.senders.model import Usable

Reaches = Callable[[Usable, str], bool]
"""Says whether a sender can reach a country (ISO code)."""


class Chooser:
    """Several senders, of which each message gets one; it remembers for a batch whose turn it is.

    `senders` stand in the order of their turns: the one that was not used for longest first.
    """

    def __init__(self, senders: Sequence[Usable], *, reaches: Reaches) -> None:
        if not senders:
            raise ValueError("of no senders none can be chosen")
        self._senders = senders
        self._reaches = reaches
        self._places = {sender.id: place for place, sender in enumerate(senders) if sender.id is not None}
        self._used = list(range(len(senders)))  # when each had its turn
        self._turn = len(senders)
        self._pools: dict[str, list[tuple[int, int]]] = {}

    def choose(self, country: str, kept: SenderId | None) -> int:
        """Return the place of the sender for a message to a country; `kept` is whom the person talks with."""
        place = None if kept is None else self._places.get(kept)
        if place is not None and self._reaches(self._senders[place], country):
            self._take(place)
            return place
        pool = self._pools.get(country) or self._pool(country)
        while True:
            used, place = pool[0]
            if used == self._used[place]:
                break
            heapreplace(pool, (self._used[place], place))  # it had a turn elsewhere meanwhile
        self._take(place)
        heapreplace(pool, (self._turn, place))
        return place

    def _take(self, place: int) -> None:
        self._turn += 1
        self._used[place] = self._turn

    def _pool(self, country: str) -> list[tuple[int, int]]:
        """Return the best senders for a country, as a heap by their turns."""
        everyone = range(len(self._senders))
        reaching = [place for place in everyone if self._reaches(self._senders[place], country)]
        at_home = [place for place in reaching if self._senders[place].country == country]
        pool = [(self._used[place], place) for place in at_home or reaching or everyone]
        heapify(pool)
        self._pools[country] = pool
        return pool
