"""Operator > Mail: what waits, what failed and why, a test of the mail server, and how every kind of letter looks."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.alerts import outbox
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import LetterId
from cablegram.mail.catalogue import CATALOGUE
from cablegram.mail.model import LANGUAGES, LetterState
from cablegram.mail.render import write_out
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.support import by_mail

_HERE = "/operator/mail"
_KINDS = f"{_HERE}/kinds"
_CAME = f"{_HERE}/received"
_STATES: tuple[LetterState, ...] = ("waiting", "sent", "failed")


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the outbox, and how the mail server does."""
    return await _page(request, visit)


@post(f"{_HERE}/test", status_code=200)
async def try_out(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Send a test letter."""
    to = (await read_form(request)).one("to").strip()
    try:
        letter_id = await outbox.send_test(parts_of(request).rt, visit.who, to)
    except InvalidInput as error:
        return await _page(request, visit, to=to, errors=errors_of(error, {"email": "to"}))
    return go(f"{_HERE}/{letter_id}", flash=("done", "The test is on its way", "This page says what came of it."))


@get(f"{_HERE}/{{letter_id:uuid}}")
async def show_one(request: Http, visit: Visitor, letter_id: FromPath[UUID]) -> Response[str]:
    """Show one letter."""
    rt = parts_of(request).rt
    shown = await outbox.show(rt, visit.who, LetterId(letter_id))
    context: Context = {"letter": shown.letter, "state": shown.state, "is_hidden": shown.is_hidden}
    return await page(request, visit, "operator/letter.html", title=shown.letter.subject, here="mail", context=context)


@post(f"{_HERE}/{{letter_id:uuid}}/again", status_code=303)
async def again(request: Http, visit: Visitor, letter_id: FromPath[UUID]) -> Redirect:
    """Send a letter again that failed or waits."""
    try:
        await outbox.send_again(parts_of(request).rt, visit.who, LetterId(letter_id))
    except NotFound as error:
        return go(_HERE, flash=("info", "It can't be sent again", error.message))
    return go(f"{_HERE}/{letter_id}", flash=("done", "It is tried again at once", ""))


@get(_KINDS)
async def show_kinds(request: Http, visit: Visitor) -> Response[str]:
    """List the kinds of letters."""
    visit.who.needs(Scope.OPERATOR)
    context: Context = {"tabs": _tabs(_KINDS), "kinds": list(CATALOGUE.values())}
    return await page(request, visit, "operator/letters.html", title="Letters", here="mail", context=context)


@get(f"{_KINDS}/{{name:str}}")
async def show_kind(request: Http, visit: Visitor, name: FromPath[str]) -> Response[str]:
    """Show a kind of letter as it looks, in each language, with made-up facts."""
    visit.who.needs(Scope.OPERATOR)
    kind = CATALOGUE.get(name)
    if kind is None:
        raise NotFound("letter_not_found", "There is no kind of letter of this name.")
    where = f"{parts_of(request).rt.settings.public}/settings/notices"
    written = [(one, write_out(kind, one, kind.sample, notices_url=where)) for one in LANGUAGES]
    context: Context = {"kind": kind, "written": written}
    return await page(request, visit, "operator/letter_kind.html", title=kind.name, here="mail", context=context)


@get(_CAME)
async def show_received(request: Http, visit: Visitor) -> Response[str]:
    """List the messages that came in, and what became of them."""
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    found = await by_mail.page(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(_CAME, [], cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": _tabs(_CAME),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "support": rt.settings.support_address,
    }
    return await page(request, visit, "operator/received.html", title="Mail", here="mail", context=context)


async def _page(request: Http, visit: Visit, *, to: str = "", errors: Errors | None = None) -> Response[str]:
    rt, cursor, word = parts_of(request).rt, Cursor.of(request), request.query_params.get("state", "")
    state: LetterState | None = next((one for one in _STATES if one == word), None)
    after = LetterId(cursor.after) if cursor.after else None
    found = await outbox.page(rt, visit.who, state, after=after, limit=PAGE + 1)
    listed = paged(_HERE, [("state", word)] if state else [], cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": _tabs(_HERE),
        "about": await outbox.look(rt, visit.who),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "state": state or "",
        "to": to,
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("to",)),
    }
    status = 422 if errors else 200
    return await page(request, visit, "operator/mail.html", title="Mail", here="mail", status=status, context=context)


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    named = (("Outbox", _HERE), ("What came in", _CAME), ("How letters look", _KINDS))
    return [(label, href, href == current) for label, href in named]


HANDLERS = (show, try_out, show_one, again, show_kinds, show_kind, show_received)
