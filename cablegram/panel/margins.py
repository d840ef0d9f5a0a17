"""Margins and carriers' invoices, for the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.billing import invoices, margins
from cablegram.billing.invoice_csv import FIELDS
from cablegram.billing.invoice_model import NewInvoice
from cablegram.billing.margin_model import By, Margin, Span
from cablegram.connectors import configure
from cablegram.jobs import files
from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.panel.forms import UPLOAD, Errors, read_ids, read_upload
from cablegram.panel.pages import Context, go, midnight, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.pricing import HERE, tabs
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_MARGINS: Final = f"{HERE}/margins"
_INVOICES: Final = f"{HERE}/invoices"
_LARGEST = 256 << 20
_PIECE = 1 << 20
_MONTH = timedelta(days=30)
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)  # beyond them nothing was sent, and a day more may be none


@get(_MARGINS)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what is left, by connector, country, account or day."""
    today = midnight(request).date()
    query = request.query_params
    by = By(query["by"]) if query.get("by") in set(By) else By.CONNECTOR
    since, until = _day(query.get("since"), today - _MONTH), _day(query.get("until"), today)
    account_id = next((AccountId(one) for one in read_ids([query.get("account", "")])), None)
    errors: dict[str, str] = {}
    rows: list[Margin] = []
    span = Span(since, until + timedelta(days=1), account_id=account_id)
    try:
        rows = await margins.report(parts_of(request).rt, visit.who, by, span)
    except InvalidInput as error:
        errors["until"] = error.message
    context: Context = {
        "tabs": tabs(_MARGINS),
        "by": by.value,
        "ways": [(one.value, one.value.capitalize()) for one in By],
        "since": since.isoformat(),
        "until": until.isoformat(),
        "account": str(account_id or ""),
        "rows": rows,
        "errors": errors,
    }
    return await page(request, visit, "operator/margins.html", title="Prices", here="prices", context=context)


@get(_INVOICES)
async def show_invoices(request: Http, visit: Visitor) -> Response[str]:
    """Show the invoices that were compared."""
    return await _invoices(request, visit)


@post(_INVOICES, status_code=200, request_max_body_size=_LARGEST, opt=UPLOAD)
async def compare(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Bring an invoice, and open the job that compares it."""
    fields, rt = await read_upload(request), parts_of(request).rt
    file, chosen = fields.file("file"), (*read_ids([fields.one("connector")]), None)[0]
    if file is None or chosen is None:
        missing = {"file": "Choose a file first."} if file is None else {"connector": "Choose a connector first."}
        return await _invoices(request, visit, errors=missing)
    try:
        await configure.get(rt, visit.who, chosen)
        kept = await files.receive(rt, visit.who, _pieces(file), name=file.filename, media_type="text/csv")
        columns = {name: given for name in FIELDS if (given := fields.one(f"column_{name}").strip())}
        new = NewInvoice(ConnectorId(chosen), fields.one("name").strip()[:100] or file.filename[:100], columns)
        await invoices.start(rt, visit.who, kept.id, new)
    except CablegramError as error:
        return await _invoices(request, visit, errors={"file": error.message})
    words = "It stands here when it is done; what went wrong stands under Jobs."
    return go(_INVOICES, flash=("done", "The invoice is being compared", words))


@get(f"{_INVOICES}/{{invoice_id:uuid}}")
async def show_invoice(request: Http, visit: Visitor, invoice_id: FromPath[UUID]) -> Response[str]:
    """Show an invoice, line by line where it differs."""
    rt = parts_of(request).rt
    asked = request.query_params.get("skip", "")
    skip = int(asked) if asked.isdecimal() and len(asked) < len(str(_LARGEST)) else 0
    one = await invoices.get(rt, visit.who, invoice_id)
    found = await invoices.differences(rt, visit.who, invoice_id, after=skip, limit=PAGE + 1)
    here = f"{_INVOICES}/{invoice_id}"
    context: Context = {
        "invoice": one,
        "rows": found[:PAGE],
        "newer": f"{here}?skip={max(skip - PAGE, 0)}" if skip else "",
        "older": f"{here}?skip={skip + PAGE}" if len(found) > PAGE else "",
    }
    return await page(request, visit, "operator/invoice.html", title="Invoice", here="prices", context=context)


async def _invoices(request: Http, visit: Visit, *, errors: Errors | None = None) -> Response[str]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    found = await invoices.page(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(_INVOICES, [], cursor, found, [one.id for one in found])
    connectors = await configure.page(rt, visit.who, limit=100)
    context: Context = {
        "tabs": tabs(_INVOICES),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "connectors": [(str(one.id), one.name) for one in connectors],
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/invoices.html", title="Prices", here="prices", status=status, context=context
    )


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while data := await file.read(_PIECE):
        yield data


def _day(text: str | None, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return found if _FIRST <= found <= _LAST else otherwise


HANDLERS = (show, show_invoices, compare, show_invoice)
