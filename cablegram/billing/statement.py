"""An account's statement: its ledger by pages, what it comes to, and all of it as a file (R29)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.billing import statement_pdf, statement_store
from cablegram.billing.model import Posting
from cablegram.billing.statement_model import COLUMNS, Asked, Totals, cells
from cablegram.kit import csvio
from cablegram.kit.errors import InvalidInput, TooLarge
from cablegram.kit.ids import AccountId
from cablegram.runtime import paper_fonts
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_SLICE = 5_000
MOST_PRINTED = 5_000  # lines: about a hundred pages


async def page(
    rt: Runtime, who: Principal, asked: Asked, *, after: UUID | None = None, limit: int = 50
) -> list[Posting]:
    """Return the lines that are asked for, newest first; a next page starts after the last posting of this.

    A posting that is not the account's has nothing behind it. Raises InvalidInput (`bad_span`).
    """
    who.needs(Scope.READ)
    _check(asked)
    async with rt.db.connection() as conn:
        before = None
        if after is not None:
            before = await statement_store.place(conn, who.account_id, after) or 0
        return await statement_store.page(conn, who.account_id, asked, before=before, limit=limit)


async def totals(rt: Runtime, who: Principal, asked: Asked) -> Totals:
    """Return what the lines that are asked for come to. Raises InvalidInput (`bad_span`)."""
    who.needs(Scope.READ)
    _check(asked)
    async with rt.db.connection() as conn:
        return await statement_store.totals(conn, who.account_id, asked)


async def as_csv(rt: Runtime, who: Principal, asked: Asked) -> AsyncIterator[bytes]:
    """Return all the lines that are asked for as a file, newest first, piece by piece.

    Raises InvalidInput (`bad_span`), before the first piece.
    """
    who.needs(Scope.READ)
    _check(asked)
    return _pieces(rt, who.account_id, asked)


async def as_pdf(rt: Runtime, who: Principal, asked: Asked) -> bytes:
    """Return the lines that are asked for as pages to print, oldest first.

    Raises TooLarge (`statement_too_long`) beyond 5,000 lines, InvalidInput (`bad_span`).
    """
    who.needs(Scope.READ)
    _check(asked)
    account: Account = await directory.show(rt, who)
    async with rt.db.transaction() as conn:
        found = await statement_store.page(conn, who.account_id, asked, before=None, limit=MOST_PRINTED + 1)
        if len(found) > MOST_PRINTED:
            message = f"A printed statement has at most {MOST_PRINTED:,} lines. Choose a shorter time, or take the CSV."
            raise TooLarge("statement_too_long", message)
        sums = await statement_store.totals(conn, who.account_id, asked)
        names = await _names(conn, who.account_id, found)
    made = statement_pdf.Statement(account.name, asked, sums, found[::-1], names, rt.clock.now())
    return statement_pdf.write(made, paper_fonts.found())


async def _pieces(rt: Runtime, account_id: AccountId, asked: Asked) -> AsyncIterator[bytes]:
    yield csvio.write([COLUMNS])
    before: int | None = None
    while True:
        async with rt.db.connection() as conn:
            found = await statement_store.page(conn, account_id, asked, before=before, limit=_SLICE)
            names = await _names(conn, account_id, found)
        if found:
            rows = [cells(one, names.get(one.campaign_id, "") if one.campaign_id else "") for one in found]
            yield csvio.write([[csvio.guard(cell) for cell in row] for row in rows])
        if len(found) < _SLICE:
            return
        before = found[-1].seq


async def _names(conn: Conn, account_id: AccountId, found: Sequence[Posting]) -> dict[UUID, str]:
    ids = {one.campaign_id for one in found if one.campaign_id}
    return await statement_store.campaign_names(conn, account_id, list(ids)) if ids else {}


def _check(asked: Asked) -> None:
    if asked.since and asked.until and asked.until <= asked.since:
        raise InvalidInput("bad_span", "The end of the time you ask for is not after its beginning.")
