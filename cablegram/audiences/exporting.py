"""Whom a filter finds, as a source of exports (contacts/export_jobs.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cablegram.accounts.access import Principal
from cablegram.audiences import filter_json, filters, store
from cablegram.audiences.compiling import compiled
from cablegram.audiences.filters import Given
from cablegram.contacts import export_jobs
from cablegram.contacts.export_jobs import Asked, Format
from cablegram.contacts.model import Person
from cablegram.kit.ids import AccountId, ContactId, JobId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

SOURCE: Final = "filter"
_LARGEST_STRIDE = 32_000


class OfFilter:
    """The people whom a settled filter finds: `{"filter": {...}}`."""

    async def begin(self, conn: Conn, account_id: AccountId, asked: Asked) -> tuple[list[str], int | None]:
        """Return all variables that people of the account may have."""
        return await export_jobs.SOURCES["everybody"].begin(conn, account_id, asked)

    async def after(
        self, conn: Conn, account_id: AccountId, asked: Asked, *, after: ContactId | None, limit: int
    ) -> Sequence[Person]:
        """Return the next of them."""
        now = await store.database_time(conn)
        condition = compiled(filter_json.read(asked["filter"]), now)
        found: list[Person] = []
        stride = limit
        while True:
            some = await store.people_of_account(conn, account_id, condition, after=after, until=now, limit=stride)
            found += some.people
            if len(found) >= limit or some.looked_at < stride:
                return found[:limit]
            after, stride = some.last, min(2 * stride, _LARGEST_STRIDE)


async def start(rt: Runtime, who: Principal, given: Given | None, *, name: str, form: Format = "csv") -> JobId:
    """Open the job that exports whom a filter finds; None: everybody. Raises BadFilter, Conflict (`too_many_jobs`)."""
    if not given:
        return await export_jobs.start(rt, who, "everybody", {}, name=name, form=form, with_statuses=True)
    async with rt.db.connection() as conn:
        found = await filters.read(conn, who.account_id, given)
    asked: dict[str, Any] = {"filter": filter_json.write(found)}
    return await export_jobs.start(rt, who, SOURCE, asked, name=name, form=form, with_statuses=True)
