"""Messages > Received, Refused, late: what people wrote, what was not accepted, and what waits for somebody's word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect, Stream

from cablegram.accounts.access import Scope
from cablegram.inbound import inbox
from cablegram.inbound.model import ReceivedText
from cablegram.kit import csvio
from cablegram.messages import refused, release
from cablegram.panel import sending
from cablegram.panel.forms import read_form
from cablegram.panel.messages import tabs
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, Query, address, paged, without
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.runtime import Runtime

_RECEIVED, _REFUSED, _LATE = "/messages/received", "/messages/refused", "/messages/late"
_COLUMNS = ("id", "received_at", "from", "to", "name", "parts", "what_was_done", "text")
_SLICE = 1_000


@get(_RECEIVED)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what people wrote."""
    (q, to), cursor = _asked(request), Cursor.of(request)
    parts = parts_of(request)
    found = await inbox.page(parts.rt, visit.who, after=cursor.after, q=q or None, address=to or None, limit=PAGE + 1)
    query: Query = [(name, value) for name, value in (("q", q), ("to", to)) if value]
    listed = paged(_RECEIVED, query, cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": tabs(_RECEIVED),
        "q": q,
        "to": to,
        "addresses": await sending.senders(parts, visit),
        "clear": without(_RECEIVED, query, "to"),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "note": "Newest first",
        "is_filtered": bool(query),
        # A text that comes in shows by itself; on an older page nothing new can stand.
        "refresh": "" if listed.newer else address(_RECEIVED, query),
        "file": address(f"{_RECEIVED}/export", query),
    }
    return await page(request, visit, "messages/received.html", title="Received", here="messages", context=context)


@get(f"{_RECEIVED}/export")
async def export(request: Http, visit: Visitor) -> Stream:
    """Give exactly the texts that fit the filters as a file, newest first; times are UTC."""
    visit.who.needs(Scope.READ)
    q, to = _asked(request)
    headers = {"Content-Disposition": 'attachment; filename="received.csv"', "Cache-Control": "no-store"}
    rows = _file(parts_of(request).rt, visit, q, to)
    return Stream(rows, media_type="text/csv; charset=utf-8", headers=headers)


@get(_REFUSED)
async def show_refused(request: Http, visit: Visitor) -> Response[str]:
    """Show what programs handed in that was not accepted, for a week."""
    code, cursor = request.query_params.get("code", "").strip(), Cursor.of(request)
    rt = parts_of(request).rt
    found = await refused.page(rt, visit.who, code=code or None, after=cursor.after, limit=PAGE + 1)
    query: Query = [("code", code)] if code else []
    listed = paged(_REFUSED, query, cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": tabs(_REFUSED),
        "code": code,
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "days": refused.KEPT.days,
    }
    return await page(request, visit, "messages/refused.html", title="Refused", here="messages", context=context)


@get(_LATE)
async def show_late(request: Http, visit: Visitor) -> Response[str]:
    """Show how many messages were due while nothing ran, and ask what becomes of them."""
    context: Context = {"late": await release.late(parts_of(request).rt, visit.who)}
    return await page(request, visit, "messages/late.html", title="Late messages", here="messages", context=context)


@post(_LATE, status_code=303)
async def decide_late(request: Http, visit: Visitor) -> Redirect:
    """Let late messages go, or withdraw them."""
    rt, deed = parts_of(request).rt, (await read_form(request)).one("deed")
    if deed == "cancel":
        gone = await release.cancel_late(rt, visit.who)
        return go(_LATE, flash=("done", f"{gone:,} are withdrawn", "They are refunded."))
    found = await release.release_late(rt, visit.who)
    body = f"{found.held:,} wait for their next hours, {found.expired:,} were not worth sending any more."
    return go(_LATE, flash=("done", f"{found.queued:,} go now", body))


def _asked(request: Http) -> tuple[str, str]:
    query = request.query_params
    return query.get("q", "").strip(), query.get("to", "").strip()


async def _file(rt: Runtime, visit: Visit, q: str, to: str) -> AsyncIterator[bytes]:
    yield csvio.write([list(_COLUMNS)])
    after: UUID | None = None
    while found := await inbox.page(rt, visit.who, q=q or None, address=to or None, after=after, limit=_SLICE):
        yield csvio.write([_row(one) for one in found])
        after = found[-1].id


def _row(text: ReceivedText) -> list[str]:
    return [
        str(text.id),
        text.received_at.isoformat(timespec="milliseconds"),
        f"+{text.source}" if text.source.isdecimal() else text.source,
        text.destination,
        text.caller_name or "",
        str(text.parts),
        text.why or "",
        text.text,
    ]


HANDLERS = (show, export, show_refused, show_late, decide_late)
