"""Texts that may mean no, each with the two deeds that decide it; until then their number gets nothing (R62)."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.consent import blacklist
from cablegram.consent.model import Decided
from cablegram.inbound import reviewing
from cablegram.kit.errors import Conflict, InvalidInput, NotFound
from cablegram.numbers.format import international
from cablegram.panel.forms import read_form
from cablegram.panel.inbox import tabs
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visitor, parts_of

_HERE = "/inbox/review"


@get("/inbox/review")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the texts that nobody has read yet, or with `decided` those that somebody has."""
    rt, cursor, is_open = parts_of(request).rt, Cursor.of(request), "decided" not in request.query_params
    found = await reviewing.page(rt, visit.who, is_open=is_open, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HERE, [] if is_open else [("decided", "1")], cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": await tabs(request, visit, _HERE),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "is_open": is_open,
    }
    return await page(request, visit, "inbox/review.html", title="To review", here="inbox", context=context)


@post("/inbox/review/{text_id:uuid}", status_code=303)
async def decide(request: Http, visit: Visitor, text_id: FromPath[UUID]) -> Redirect:
    """Say what a text means: no, or nothing."""
    fields = await read_form(request)
    verdict = Decided.STOP if fields.one("verdict") == Decided.STOP else Decided.GO_ON
    try:
        done = await reviewing.decide(parts_of(request).rt, visit.who, text_id, verdict)
    except Conflict as error:
        return go(_HERE, flash=("info", "It was decided before", error.message))
    who = international(done.review.number)
    if verdict is Decided.STOP:
        body = "They stand on the blacklist, and what waited for them is withdrawn and refunded."
        return go(f"{_HERE}?decided=1", flash=("done", f"{who} gets no more texts", body))
    body = "Below it can be taken back."
    return go(f"{_HERE}?decided=1", flash=("done", f"Texts to {who} go on", body))


@post("/inbox/review/{text_id:uuid}/undo", status_code=303)
async def undo(request: Http, visit: Visitor, text_id: FromPath[UUID]) -> Redirect:
    """Take back what was decided: the text is open again, or the number off the blacklist."""
    rt = parts_of(request).rt
    try:
        again = await reviewing.take_back(rt, visit.who, text_id)
    except Conflict:
        number = (await read_form(request)).one("number")
        return await _free(request, visit, number)
    body = "Its number is held until somebody decides."
    return go(_HERE, flash=("done", f"The text of {international(again.review.number)} is open again", body))


async def _free(request: Http, visit: Visitor, number: str) -> Redirect:
    try:
        gone = await blacklist.remove(parts_of(request).rt, visit.who, f"+{number.lstrip('+')}")
    except (InvalidInput, NotFound) as error:
        return go(f"{_HERE}?decided=1", flash=("info", "Nothing stood against it", error.message))
    who = international(gone.number)
    return go(f"{_HERE}?decided=1", flash=("done", f"{who} is off the blacklist", "Texts go there again."))


HANDLERS = (show, decide, undo)
