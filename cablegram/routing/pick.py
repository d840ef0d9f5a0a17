"""Find the ways out that accounts may use, and the rules that choose among them, inside the caller's transaction."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterable
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.routing import store
from cablegram.routing.choose import Way, Ways
from cablegram.routing.rulebook import NO_RULES, Rulebook
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn

_KEPT: OrderedDict[UUID, Rulebook] = OrderedDict()
"""Rules as they were compiled, by their revision: that is another one after each change, whatever the database."""

_MOST_KEPT = 8


class Asked:
    """Ways that were asked for: awaited once, with the rules of the revision that holds by then."""

    __slots__ = ("_conn", "_reply")

    def __init__(self, conn: Conn, reply: Reply[tuple[list[Way], UUID | None]]) -> None:
        self._conn = conn
        self._reply = reply

    def __await__(self) -> Generator[Any, Any, Ways]:
        """Return what there is to choose from. Rules are read only after a change."""
        ways, revision = yield from self._reply.__await__()
        if revision is None:
            return Ways(ways)
        book = _KEPT.get(revision)
        if book is None:
            book = yield from rules(self._conn).__await__()
        return Ways(ways, book)


def routes(conn: Conn, account_ids: Iterable[AccountId]) -> Asked:
    """Return what these accounts can choose from. The question goes along with the next that is awaited."""
    return Asked(conn, store.ways(conn, account_ids))


async def rules(conn: Conn) -> Rulebook:
    """Return the rules in force, compiled."""
    policy, revision = await store.policy(conn)
    if revision is None:
        return NO_RULES
    # Read behind the revision: never older than it says. What is newer is read again after its own.
    book = Rulebook(await store.rules(conn), policy)
    _KEPT[revision] = book
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.popitem(last=False)
    return book
