"""Ask carriers what became of messages whose receipt is overdue (query_sm), a few at a time.

Where each round of questions has come to is committed before its questions go out: what a death or a lost connection
leaves unasked, the next round meets again. What carriers say goes the way of receipts (`record.replies`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from cablegram.connectors.contract import Link, Question, Reply
from cablegram.connectors.model import Connector
from cablegram.dispatch import overdue, store
from cablegram.kit.ids import ConnectorId
from cablegram.runtime import Runtime

_REST = 30.0  # seconds until the next look, once all that is overdue has been asked
_REFUSALS = 2  # in a row: this carrier knows no such questions


class Asker:
    """Asks over the links of one dispatcher. `connectors` are those that are on, as they were read last."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self.connectors: dict[ConnectorId, Connector] = {}
        self._rests_until: dict[tuple[ConnectorId, int], float] = {}  # of a connector as it is configured now
        self._refusals: Counter[ConnectorId] = Counter()

    async def turn(self, links: Iterable[Link]) -> int:
        """Ask as many questions as links have room for now; return how many."""
        asked = 0
        room: dict[ConnectorId, list[tuple[Link, int]]] = {}
        for link in links:
            if self._is_due(link.connector_id) and (free := link.room_to_ask()):
                room.setdefault(link.connector_id, []).append((link, free))
        for connector_id, places in room.items():
            connector = self.connectors[connector_id]
            found, is_done = await find(self._rt, connector, most=sum(free for _, free in places))
            if is_done:
                self._rests_until[connector_id, connector.revision] = self._rt.clock.monotonic() + _REST
            asked += _ask(places, found)
        if asked:
            self._rt.log.info("carriers asked about overdue receipts", questions=asked)
        return asked

    def hear(self, connector_id: ConnectorId, replies: Sequence[Reply]) -> bool | None:
        """Take note of replies; return whether the carrier answers questions, if that is news."""
        for reply in replies:
            if reply.is_understood is not None:
                self._refusals[connector_id] = 0 if reply.is_understood else self._refusals[connector_id] + 1
        connector = self.connectors.get(connector_id)
        known = connector.answers_queries if connector else None
        if self._refusals[connector_id] >= _REFUSALS:
            self._refusals[connector_id] = 0
            self._rt.log.warning("carrier answers no questions about messages", connector=str(connector_id))
            return False
        return True if known is not True and any(reply.is_understood for reply in replies) else None

    def _is_due(self, connector_id: ConnectorId) -> bool:
        connector = self.connectors.get(connector_id)
        return (
            connector is not None
            and connector.smpp is not None
            and connector.smpp.query_after_hours > 0
            and connector.answers_queries is not False
            and self._rests_until.get((connector_id, connector.revision), 0.0) <= self._rt.clock.monotonic()
        )


def _ask(places: Sequence[tuple[Link, int]], questions: Sequence[Question]) -> int:
    asked = 0
    for link, free in places:
        asked += link.ask(questions[asked : asked + free])
    return asked


async def find(rt: Runtime, connector: Connector, *, most: int) -> tuple[list[Question], bool]:
    """Walk on by a slice of messages a round; return whom to ask about, and whether no round has more to look at now.

    Finds nothing while sending is stopped.
    """
    found: list[Question] = []
    is_done = True
    patience = timedelta(hours=connector.smpp.query_after_hours if connector.smpp else 0)
    if not patience:
        return [], True
    async with rt.db.transaction() as conn:
        for one in overdue.rounds(rt.clock.now(), patience):
            after = await store.begin_round(conn, connector.id, one.number, one.begin)
            if after is None:
                return [], True
            left = most - len(found)
            if not left:
                return found, False
            if after < one.end:
                seen = await store.overdue(conn, connector.id, one, after=after, limit=left)
                place, is_end = overdue.reached(seen, one, most=left)
                await store.end_round(conn, connector.id, one.number, place)
                found += seen.questions
                is_done = is_done and is_end
    return found, is_done
