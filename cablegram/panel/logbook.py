"""Settings > Log, and the same for the operator: who did what, to be filtered and taken along as a file."""

from __future__ import annotations

from litestar import Response, get
from litestar.response import Stream

from cablegram.accounts import action_log, directory
from cablegram.accounts.access import Scope
from cablegram.accounts.model import Sought
from cablegram.panel import deeds, rules
from cablegram.panel.pages import Context, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE, _ALL = "/settings/log", "/operator/log"
_SHOWN = ("name", "what", "why", "login", "role", "state", "title", "address", "hint", "number")


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what was done in the account."""
    return await _page(request, visit, of_all=False)


@get(_ALL)
async def show_all(request: Http, visit: Visitor) -> Response[str]:
    """Show what was done everywhere."""
    visit.who.needs(Scope.OPERATOR)
    return await _page(request, visit, of_all=True)


@get([f"{_HERE}.csv", f"{_ALL}.csv"])
async def export(request: Http, visit: Visitor) -> Stream:
    """Hand it out as CSV, with the same filters."""
    of_all = request.url.path.startswith(_ALL)
    visit.who.needs(Scope.OPERATOR if of_all else Scope.USERS)
    pieces = action_log.as_csv(parts_of(request).rt, visit.who, _sought(request), of_all=of_all)
    return Stream(pieces, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="log.csv"'})


def _sought(request: Http) -> Sought:
    query = request.query_params
    return Sought(query.get("q", "").strip()[:60], query.get("by", "").strip()[:100])


async def _page(request: Http, visit: Visit, *, of_all: bool) -> Response[str]:
    rt, cursor, sought = parts_of(request).rt, Cursor.of(request), _sought(request)
    here = _ALL if of_all else _HERE
    found = await action_log.page(rt, visit.who, sought, of_all=of_all, after=cursor.after, limit=PAGE + 1)
    query = [(name, value) for name, value in (("q", sought.kind), ("by", sought.done_by)) if value]
    listed = paged(here, query, cursor, found, [one.id for one in found])
    async with rt.db.connection() as conn:
        accounts = await directory.many(conn, [one.account_id for one in listed.rows if one.account_id])
    context: Context = {
        "tabs": [] if of_all else rules.tabs(_HERE),
        "rows": [(one, deeds.done(one.kind), _told(one.facts)) for one in listed.rows],
        "names": {account_id: one.name for account_id, one in accounts.items()} if of_all else {},
        "newer": listed.newer,
        "older": listed.older,
        "sought": sought,
        "here_path": here,
    }
    title = "Log" if of_all else "Settings"
    return await page(
        request, visit, "settings/log.html", title=title, here="log" if of_all else "settings", context=context
    )


def _told(facts: dict[str, object]) -> str:
    """Return the few facts that tell what it was about. Pure."""
    return " · ".join(str(facts[name])[:80] for name in _SHOWN if facts.get(name) not in (None, ""))


HANDLERS = (show, show_all, export)
