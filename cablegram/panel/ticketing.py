"""Help > Tickets, and the same for the operator: what was asked, what was answered, with files."""

from __future__ import annotations

from typing import cast, get_args
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.accounts.access import Scope
from cablegram.billing import summary
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import AccountId, PostingId
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.panel.filters import money
from cablegram.panel.forms import (
    UPLOAD,
    Errors,
    Fields,
    errors_of,
    new_key,
    read_form,
    read_ids,
    read_key,
    read_upload,
    summary_of,
)
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.records import disputing
from cablegram.support import tickets
from cablegram.support.files import MOST_BYTES
from cablegram.support.model import About, NewFile, Ticket, TicketState

_HERE, _ALL = "/help/tickets", "/operator/tickets"
_LARGEST = MOST_BYTES + 100_000  # the file and what stands around it


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the account's tickets, and the form for a new one; ?about=message&id= names what is disputed."""
    return await _list(request, visit, {"title": "", "text": "", **_about(request.query_params)})


@post(_HERE, status_code=200, request_max_body_size=_LARGEST, opt=UPLOAD)
async def open_one(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Open a ticket."""
    fields, rt = await read_upload(request), parts_of(request).rt
    given = {"about": fields.one("about"), "id": fields.one("about_id")}
    form = {"title": fields.one("title"), "text": fields.one("text"), **_about(given)}
    try:
        ticket = await disputing.open_ticket(
            rt, visit.who, title=form["title"], text=form["text"], about=_disputed(form), files=await _files(fields)
        )
    except CablegramError as error:
        return await _list(request, visit, form, errors=errors_of(error, {"files": "file", "file_too_large": "file"}))
    return go(f"{_HERE}/{ticket.id}", flash=("done", "The ticket is open", "The operator is told."))


@get(f"{_HERE}/{{ticket_id:uuid}}")
async def show_one(request: Http, visit: Visitor, ticket_id: FromPath[UUID]) -> Response[str]:
    """Show a ticket to whoever opened it."""
    return await _one(request, visit, ticket_id)


@get(_ALL)
async def show_all(request: Http, visit: Visitor) -> Response[str]:
    """Show the tickets of all accounts to the operator."""
    visit.who.needs(Scope.OPERATOR)
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    state = _state(request.query_params.get("state", "open"))
    found = await tickets.page_of_all(rt, visit.who, state=state, after=cursor.after, limit=PAGE + 1)
    listed = paged(_ALL, [("state", state or "all")], cursor, found, [one.id for one in found])
    async with rt.db.connection() as conn:
        accounts = await directory.many(conn, [one.account_id for one in listed.rows])
    context: Context = {
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "state": state or "all",
        "names": {account_id: one.name for account_id, one in accounts.items()},
    }
    return await page(request, visit, "operator/tickets.html", title="Tickets", here="tickets", context=context)


@get(f"{_ALL}/{{ticket_id:uuid}}")
async def show_to_operator(request: Http, visit: Visitor, ticket_id: FromPath[UUID]) -> Response[str]:
    """Show any ticket to the operator."""
    visit.who.needs(Scope.OPERATOR)
    return await _one(request, visit, ticket_id)


@post(
    [f"{_HERE}/{{ticket_id:uuid}}", f"{_ALL}/{{ticket_id:uuid}}"],
    status_code=200,
    request_max_body_size=_LARGEST,
    opt=UPLOAD,
)
async def answer(request: Http, visit: Visitor, ticket_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Write in a ticket; with `close` it is closed."""
    fields, rt = await read_upload(request), parts_of(request).rt
    try:
        await tickets.answer(
            rt, visit.who, ticket_id, text=fields.one("text"), files=await _files(fields),
            close=fields.one("close") == "on",
        )  # fmt: skip
    except NotFound:
        raise
    except CablegramError as error:
        names = {"files": "file", "file_too_large": "file"}
        return await _one(request, visit, ticket_id, text=fields.one("text"), errors=errors_of(error, names))
    return go(request.url.path, flash=("done", "Your words are kept", "The other side is told by mail."))


@post(f"{_ALL}/{{ticket_id:uuid}}/bonus", status_code=200)
async def give_bonus(request: Http, visit: Visitor, ticket_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give credits back for what a ticket is about, say so, and close it."""
    visit.who.needs(Scope.OPERATOR)
    fields = await read_form(request)
    form = {name: fields.one(name) for name in ("credits", "word")}
    try:
        amount = credits_to_micro(form["credits"])
        await disputing.put_right(
            parts_of(request).rt, visit.who, ticket_id, amount=amount, text=form["word"], key=read_key(fields)
        )
    except NotFound:
        raise
    except CablegramError as error:
        names = {"bad_amount": "credits", "amount": "credits", "text": "word"}
        return await _one(request, visit, ticket_id, gift=form, errors=errors_of(error, names))
    said = ("done", f"{money(amount)} credits are given, and the ticket is closed", "The account is told by mail.")
    return go(f"{_ALL}/{ticket_id}", flash=said)


@post([f"{_HERE}/{{ticket_id:uuid}}/state", f"{_ALL}/{{ticket_id:uuid}}/state"], status_code=303)
async def put_state(request: Http, visit: Visitor, ticket_id: FromPath[UUID]) -> Redirect:
    """Close a ticket, or open it again."""
    state: TicketState = "closed" if (await read_form(request)).one("state") == "closed" else "open"
    await tickets.put_state(parts_of(request).rt, visit.who, ticket_id, state)
    return go(request.url.path.removesuffix("/state"), flash=("done", f"The ticket is {state}", ""))


@get(f"{_HERE}/{{ticket_id:uuid}}/files/{{file_id:uuid}}")
async def download(
    request: Http, visit: Visitor, ticket_id: FromPath[UUID], file_id: FromPath[UUID]
) -> Response[bytes]:
    """Hand a file out, as a download whatever it is."""
    name, kind, data = await tickets.file(parts_of(request).rt, visit.who, ticket_id, file_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=headers)


def _about(given: object) -> dict[str, str]:
    """Read which message or ledger's line is disputed."""
    query = cast("dict[str, str]", given)
    about, text = query.get("about", ""), query.get("id", "")
    is_known = about in {"message", "posting"} and read_ids([text])
    return {"about": about if is_known else "", "about_id": text if is_known else ""}


def _disputed(form: dict[str, str]) -> tuple[About, UUID] | None:
    if not form["about"]:
        return None
    return ("message" if form["about"] == "message" else "posting"), UUID(form["about_id"])


async def _files(fields: Fields) -> list[NewFile]:
    file = fields.file("file")
    return [NewFile(file.filename, await file.read())] if file else []


def _state(word: str) -> TicketState | None:
    return next((one for one in get_args(TicketState) if one == word), None)


async def _list(request: Http, visit: Visit, form: dict[str, str], *, errors: Errors | None = None) -> Response[str]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    found: list[Ticket] = []
    if visit.session.account is not None:
        found = await tickets.page(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HERE, [], cursor, found, [one.id for one in found])
    is_line = form["about"] == "posting" and visit.session.account is not None
    context: Context = {
        "tabs": help_tabs(_HERE),
        "line": await _line(request, visit.who.account_id, UUID(form["about_id"])) if is_line else None,
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "form": form,
        "may_open": visit.session.account is not None,
        "support": rt.settings.support_address,
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("title", "text", "file")),
    }
    status = 422 if errors else 200
    return await page(request, visit, "help/tickets.html", title="Tickets", here="help", status=status, context=context)


async def _one(
    request: Http,
    visit: Visit,
    ticket_id: UUID,
    *,
    text: str = "",
    gift: dict[str, str] | None = None,
    errors: Errors | None = None,
) -> Response[str]:
    rt = parts_of(request).rt
    talk = await tickets.show(rt, visit.who, ticket_id)
    is_all = request.url.path.startswith(_ALL)
    async with rt.db.connection() as conn:
        account = (await directory.many(conn, [talk.ticket.account_id])).get(talk.ticket.account_id)
    ticket = talk.ticket
    is_line = ticket.about == "posting" and ticket.about_id is not None
    context: Context = {
        "ticket": ticket,
        "line": await _line(request, ticket.account_id, cast("UUID", ticket.about_id)) if is_line else None,
        "entries": talk.entries,
        "account": account.name if account else "",
        "back": _ALL if is_all else _HERE,
        "is_operator": visit.who.is_operator,
        "text": text,
        "gift": await _gift(request, visit, ticket, gift) if is_all and ticket.state != "closed" else None,
        "key": new_key(),
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("text", "file", "credits", "word")),
    }
    here, status = ("tickets" if is_all else "help"), 422 if errors else 200
    return await page(
        request, visit, "help/ticket.html", title=talk.ticket.title, here=here, status=status, context=context
    )


async def _gift(request: Http, visit: Visit, ticket: Ticket, typed: dict[str, str] | None) -> dict[str, str]:
    """Return the form that gives credits: as typed, or what was charged."""
    if typed is not None:
        return typed
    charged = await disputing.disputed_credits(parts_of(request).rt, visit.who, ticket)
    return {"credits": micro_to_credits(charged) if charged else "", "word": ""}


async def _line(request: Http, account_id: AccountId, posting_id: UUID) -> int | None:
    """Return the number that a line of an account's ledger has there."""
    async with parts_of(request).rt.db.connection() as conn:
        found = await summary.lines(conn, account_id, [PostingId(posting_id)])
    return found[0].seq if found else None


def help_tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the help."""
    named = (
        ("Words and places", "/help"),
        ("Error codes", "/help/errors"),
        ("Tickets", _HERE),
        ("Versions", "/help/versions"),
    )
    return [(label, href, href == current) for label, href in named]


HANDLERS = (show, open_one, show_one, show_all, show_to_operator, answer, give_bonus, put_state, download)
