"""The customers of a store, and what went between them and it (R116, R124)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.kit.errors import CablegramError
from cablegram.panel.filters import phone
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.stores import HERE, STATUSES
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.stores import customers, finding, reports
from cablegram.stores.customers import SignUp
from cablegram.stores.model import Status
from cablegram.stores.reports import Span, Which

_DAYS = timedelta(days=30)
_LINES = 200
_SHOWN = ("number", "first_name", "last_name", "source")


@get(f"{HERE}/{{store_id:uuid}}/customers")
async def show(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str]:
    """Show customers, all or of one status."""
    return await _page(request, visit, store_id)


@post(f"{HERE}/{{store_id:uuid}}/customers", status_code=200)
async def sign_up(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Sign somebody up."""
    sent, parts = await read_form(request), parts_of(request)
    typed = {name: sent.one(name).strip() for name in _SHOWN}
    if not typed["source"]:
        told = "Say where the person agreed: it stands in the ledger of consent."
        return await _page(request, visit, store_id, typed=typed, errors={"source": told})
    try:
        one = await customers.opt_in(parts.rt, visit.who, store_id, SignUp(**typed), prices=parts.prices)
    except CablegramError as error:
        return await _page(request, visit, store_id, typed=typed, errors=errors_of(error, {"to": "number"}))
    told = "They were asked for a YES." if one.status is Status.PENDING else "They get what the store sends."
    back = f"{HERE}/{store_id}/customers"
    return go(back, flash=("done", f"{phone(one.number)} is {dict(STATUSES)[one.status]}", told))


@post(f"{HERE}/{{store_id:uuid}}/customers/{{number:str}}/remove", status_code=303)
async def take_out(request: Http, visit: Visitor, store_id: FromPath[UUID], number: FromPath[str]) -> Redirect:
    """Take somebody out."""
    parts, back = parts_of(request), f"{HERE}/{store_id}/customers"
    try:
        await customers.opt_out(parts.rt, visit.who, store_id, f"+{number}", prices=parts.prices, source="the panel")
    except CablegramError as error:
        return go(back, flash=("error", "Nobody was taken out", error.message))
    return go(
        back, flash=("done", f"{phone(number)} is out", "What waited for them was withdrawn, and they were told.")
    )


@get(f"{HERE}/{{store_id:uuid}}/texts")
async def show_texts(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str]:
    """Show what was written to customers and by them in the last thirty days."""
    rt = parts_of(request).rt
    whole = await finding.get(rt, visit.who, store_id)
    now = rt.clock.now()
    span = Span(now - _DAYS, now + timedelta(days=1), 0, _LINES)
    which = {"in": Which.INBOUND, "out": Which.OUTBOUND}.get(request.query_params.get("which", ""), Which.BOTH)
    found = await reports.lines(rt, visit.who, store_id, span, which=which)
    address = f"{HERE}/{store_id}/texts"
    context: Context = {
        "store": whole.shown.store,
        "rows": found,
        "most": _LINES,
        "sections": [
            ("all", address, which is Which.BOTH),
            ("from customers", f"{address}?which=in", which is Which.INBOUND),
            ("to customers", f"{address}?which=out", which is Which.OUTBOUND),
        ],
    }
    return await page(request, visit, "stores/texts.html", title="Texts", here="services", context=context)


async def _page(
    request: Http,
    visit: Visit,
    store_id: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Errors | None = None,
) -> Response[str]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    whole = await finding.get(rt, visit.who, store_id)
    known = {str(status.value): status for status, _ in STATUSES}
    wanted: Status | None = known.get(request.query_params.get("status", ""))
    found = await customers.page(rt, visit.who, store_id, status=wanted, after=cursor.after, limit=PAGE + 1)
    address = f"{HERE}/{store_id}/customers"
    kept = [("status", str(wanted.value))] if wanted else []
    listed = paged(address, kept, cursor, found, [one.contact_id for one in found])
    sections = [("all", address, wanted is None)]
    sections += [(label, f"{address}?status={status.value}", wanted is status) for status, label in STATUSES]
    context: Context = {
        "store": whole.shown.store,
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "sections": sections,
        "words": {status.value: label for status, label in STATUSES},
        "typed": typed or {},
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "stores/customers.html", title="Customers", here="services", status=status, context=context
    )


HANDLERS = (show, sign_up, take_out, show_texts)
