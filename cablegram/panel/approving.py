"""Operator > Approvals: what waits for the operator's word, and the stock of short codes (R67, R68, R96, R125)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.connectors import configure
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import ConnectorId, ProgramId, ShortCodeId, TicketId
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel.filters import phone
from cablegram.panel.forms import Errors, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.rentals import hosting
from cablegram.sms_services import codes, content, deciding, promoting
from cablegram.stores import finding, opening
from cablegram.stores.model import Store
from cablegram.support import tickets
from cablegram.support.model import Ticket

_HERE = "/operator/approvals"
_SOME = 50


@dataclass(slots=True)
class Form:
    """A short code to add, as typed."""

    country: str = "US"
    digits: str = ""
    connector_id: str = ""
    note: str = ""


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what waits, and the short codes."""
    return await _page(request, visit, Form())


@post(f"{_HERE}/{{service_id:uuid}}", status_code=303)
async def decide(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Redirect:
    """Say yes or no to a service."""
    sent, rt = await read_form(request), parts_of(request).rt
    its_id, reason = ProgramId(service_id), sent.one("reason")
    try:
        if sent.one("deed") == "approve":
            one = await deciding.approve(rt, visit.who, its_id, reason=reason)
        else:
            one = await deciding.reject(rt, visit.who, its_id, reason=reason)
    except CablegramError as error:
        return go(_HERE, flash=("error", "Nothing was decided", error.message))
    return go(_HERE, flash=("done", f"{one.keyword} is {one.status}", "Its owner sees it on the service's page."))


@post(f"{_HERE}/stores/{{store_id:uuid}}", status_code=303)
async def decide_store(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Redirect:
    """Say yes or no to a store."""
    sent, rt = await read_form(request), parts_of(request).rt
    is_yes = sent.one("deed") == "approve"
    try:
        one = await opening.decide(rt, visit.who, store_id, is_approved=is_yes, note=sent.one("reason"))
    except CablegramError as error:
        return go(_HERE, flash=("error", "Nothing was decided", error.message))
    return go(_HERE, flash=("done", f"{one.name} is {one.state}", "Its owner sees it on the store's page."))


@post(f"{_HERE}/hosted/{{hosted_id:uuid}}", status_code=303)
async def decide_hosted(request: Http, visit: Visitor, hosted_id: FromPath[UUID]) -> Redirect:
    """Say yes or no to a number that is to be hosted."""
    sent, rt = await read_form(request), parts_of(request).rt
    reason = sent.one("reason")
    try:
        if sent.one("deed") == "approve":
            ways = [ConnectorId(one) for one in read_ids([sent.one("connector_id")])]
            one = await hosting.approve(rt, visit.who, hosted_id, connector_ids=ways, word=reason)
        else:
            one = await hosting.reject(rt, visit.who, hosted_id, word=reason)
    except CablegramError as error:
        return go(_HERE, flash=("error", "Nothing was decided", error.message))
    said = ("done", f"{phone(one.number)} is {one.state}", "The account is told by mail.")
    return go(_HERE, flash=said)


@post(f"{_HERE}/codes", status_code=200)
async def add_code(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Put a short code into the stock."""
    sent = await read_form(request)
    form = Form(*(sent.one(name).strip() for name in ("country", "digits", "connector_id", "note")))
    carriers = [ConnectorId(one) for one in read_ids([form.connector_id])]
    try:
        made = await codes.add(
            parts_of(request).rt,
            visit.who,
            country=form.country,
            digits=form.digits,
            connector_ids=carriers,
            note=form.note,
        )
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error))
    return go(_HERE, flash=("done", f"{made.digits} is in the stock", "Accounts can ask for keywords on it."))


@post(f"{_HERE}/codes/{{code_id:uuid}}/remove", status_code=303)
async def remove_code(request: Http, visit: Visitor, code_id: FromPath[UUID]) -> Redirect:
    """Take a short code out of the stock."""
    try:
        await codes.remove(parts_of(request).rt, visit.who, ShortCodeId(code_id))
    except CablegramError as error:
        return go(_HERE, flash=("info", "The code stays", error.message))
    return go(_HERE, flash=("done", "The code is out of the stock", ""))


async def _stores(request: Http, visit: Visit) -> list[tuple[Store, str]]:
    """Return the stores that wait, with the names of their accounts."""
    rt = parts_of(request).rt
    found = await finding.waiting(rt, visit.who, limit=_SOME)
    async with rt.db.connection() as conn:
        names = await directory.many(conn, list({one.account_id for one in found}))
    return [(one, names[one.account_id].name) for one in found]


async def _tickets(request: Http, visit: Visit, *, but: set[TicketId]) -> list[tuple[Ticket, str]]:
    """Return open tickets with their accounts' names, but those of what stands in the queue itself."""
    rt = parts_of(request).rt
    found = [one for one in await tickets.page_of_all(rt, visit.who, state="open", limit=_SOME) if one.id not in but]
    async with rt.db.connection() as conn:
        names = await directory.many(conn, list({one.account_id for one in found}))
    return [(one, names[one.account_id].name) for one in found]


async def _page(request: Http, visit: Visit, form: Form, *, errors: Errors | None = None) -> Response[str]:
    rt = parts_of(request).rt
    waiting = [
        (one, account, content.find(" ".join((one.keyword, *one.form.examples, *one.form.advertising))))
        for one, account in await deciding.requested(rt, visit.who)
    ]
    hosted = await hosting.waiting(rt, visit.who)
    ways = await configure.page(rt, visit.who, limit=200)
    context: Context = {
        "waiting": waiting,
        "stores": await _stores(request, visit),
        "hosted": [(one, account, rt.clock.now() > one.due_at) for one, account in hosted],
        "tickets": await _tickets(request, visit, but={one.ticket_id for one, _ in hosted}),
        "use": promoting.use_in_words,
        "codes": await codes.stock(rt, visit.who),
        "form": form,
        "countries": [(code, country.name) for code, country in COUNTRIES.items()],
        "ways": [(str(one.id), one.name) for one in ways if one.account_id is None],
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("country", "digits", "connector_id", "note")),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/approvals.html", title="Approvals", here="approvals", status=status, context=context
    )


HANDLERS = (show, decide, decide_store, decide_hosted, add_code, remove_code)
