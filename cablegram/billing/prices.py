"""The tariff in memory, and how accounts pay: read once, and again only when the revision says that it changed."""

from __future__ import annotations

from datetime import datetime

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import store
from cablegram.billing.caps import Limits, limits
from cablegram.billing.tariffs import Current, TariffBook
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


class Prices:
    """Hands out the tariff in force; one of these a process."""

    def __init__(self) -> None:
        self._book: TariffBook | None = None
        self._in_force: Current | None = None
        self.limits = Limits()  # whom anything keeps from spending, as of the last `book`

    def ask(self, conn: Conn) -> Reply[int]:
        """Ask which tariffs there are, for `book`; the question goes along with the next that is awaited."""
        return store.tariff_revision(conn)

    async def book(self, conn: Conn, asked: Reply[int] | None = None, *, now: datetime) -> TariffBook:
        """Return the tariff in force at a moment, that of acceptance: one row is read, all rows only after a change.

        A version that begins at its date is known before, so whoever accepts at that date already pays by it.
        """
        book, known = self._book, self._in_force
        if (
            book is None
            or known is None
            or known.revision != await (asked or self.ask(conn))
            or not known.holds_at(now)
        ):
            known = self._in_force = await store.all_tariffs(conn, now)
            # Behind the revision, so never older than it says.
            self.limits = await limits(conn)
            book = self._book = TariffBook(known.tariffs, known.revision, await directory.segment_profiles(conn))
        return book

    async def show(self, rt: Runtime, who: Principal) -> TariffBook:
        """Return the tariff in force, for a screen or a list (R16)."""
        who.needs(Scope.READ)
        async with rt.db.connection() as conn:
            return await self.book(conn, now=rt.clock.now())
