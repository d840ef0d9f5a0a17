"""The operator's stock of numbers and their prices (R27, R58, R59)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.accounts.access import Scope
from cablegram.connectors import configure
from cablegram.kit.errors import CablegramError, Fault
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel.filters import phone
from cablegram.panel.forms import UPLOAD, Errors, errors_of, read_form, read_ids, read_upload, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.renting import TYPES
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.rentals import sheet, stock
from cablegram.rentals.model import Keeping, NewStock, Price, PriceLine
from cablegram.senders.model import Capability, NumberType

_STOCK, _PRICES = "/operator/numbers/stock", "/operator/numbers/prices"
_TABS = (("Given", "/operator/numbers"), ("Stock", _STOCK), ("Prices", _PRICES))
_SHOWN = ("number", "country", "type", "connector_id", "account", "setup", "monthly", "note", "file")
_MOST = 200
_LARGEST_FILE = stock.MOST_BYTES + (1 << 16)


@dataclass(slots=True)
class Form:
    """A number for the stock, as typed."""

    number: str = ""
    country: str = ""
    type: str = ""
    connector_id: str = ""
    setup: str = ""
    monthly: str = ""
    mms: bool = False
    note: str = ""


@dataclass(slots=True)
class PriceForm:
    """A price, as typed."""

    country: str = "US"
    type: str = NumberType.LOCAL.value
    account: str = ""
    setup: str = ""
    monthly: str = ""
    for_rented: bool = False


@get(_STOCK)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the stock."""
    return await _page(request, visit, Form())


@post(_STOCK, status_code=200)
async def add(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Put a number into the stock."""
    fields = await read_form(request)
    form = Form(
        *(fields.one(name).strip() for name in ("number", "country", "type", "connector_id", "setup", "monthly")),
        mms=fields.one("mms") == "on",
        note=fields.one("note").strip(),
    )
    try:
        added = await stock.add(parts_of(request).rt, visit.who, _new(form))
    except CablegramError as error:
        names = {"address": "number", "bad_amount": "setup", "connector_not_found": "connector_id"}
        return await _page(request, visit, form, errors=errors_of(error, names))
    return go(
        _STOCK, flash=("done", f"{phone(added.number)} is in the stock", "Accounts find it where it has a price.")
    )


@post(f"{_STOCK}/import", status_code=200, request_max_body_size=_LARGEST_FILE, opt=UPLOAD)
async def import_file(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Take the numbers of a file, all of them or none."""
    file = (await read_upload(request)).file("file")
    if file is None:
        return await _page(request, visit, Form(), errors={"file": "Choose a file first."})
    try:
        done = await stock.import_csv(parts_of(request).rt, visit.who, await file.read())
    except CablegramError as error:
        return await _page(request, visit, Form(), errors={"file": error.message}, faults=error.faults)
    body = f"{done.updated:,} were there and are now as the file says."
    return go(_STOCK, flash=("done", f"{done.added:,} new", body))


@post(f"{_STOCK}/{{number:str}}", status_code=303)
async def move(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Free a number before its time, or take it out of the stock."""
    rt, deed = parts_of(request).rt, (await read_form(request)).one("deed")
    try:
        if deed == "free":
            await stock.free(rt, visit.who, number)
            return go(
                _STOCK, flash=("done", f"{phone(number)} is free", "Whoever had it before may still get texts to it.")
            )
        await stock.remove(rt, visit.who, number)
    except CablegramError as error:
        return go(_STOCK, flash=("error", "It stays", error.message))
    return go(_STOCK, flash=("done", f"{phone(number)} is out of the stock", ""))


@get(_PRICES)
async def show_prices(request: Http, visit: Visitor) -> Response[str]:
    """Show what numbers cost."""
    return await _price_page(request, visit, PriceForm())


@post(_PRICES, status_code=200)
async def set_price(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set a price, or drop it."""
    fields, rt = await read_form(request), parts_of(request).rt
    form = PriceForm(
        *(fields.one(name).strip() for name in ("country", "type", "account", "setup", "monthly")),
        for_rented=fields.one("for_rented") == "on",
    )
    account_id = next((AccountId(one) for one in read_ids([form.account])), None)
    kind = NumberType(form.type) if form.type in set(NumberType) else NumberType.LOCAL
    try:
        if fields.one("deed") == "drop":
            await stock.drop_price(rt, visit.who, PriceLine(form.country, kind, Price(0, 0), account_id))
            return go(_PRICES, flash=("done", "The price is dropped", "What is rented stays at its price."))
        line = PriceLine(form.country, kind, sheet.read_price(form.setup, form.monthly), account_id)
        count = await stock.set_price(rt, visit.who, line, for_rented=form.for_rented)
    except CablegramError as error:
        names = {"bad_amount": "setup", "unknown_country": "country", "account_not_found": "account"}
        return await _price_page(request, visit, form, errors=errors_of(error, names))
    body = f"Rented numbers that cost it from their next charge on: {count}." if form.for_rented else ""
    return go(_PRICES, flash=("done", "The price is set", body))


def _new(form: Form) -> NewStock:
    """Return the number of a form. Raises InvalidInput (`bad_amount`)."""
    if bool(form.setup) != bool(form.monthly):
        raise stock.half_a_price()
    return NewStock(
        form.number.replace(" ", ""),
        form.country or None,
        NumberType(form.type) if form.type in set(NumberType) else None,
        (Capability.SMS, Capability.MMS) if form.mms else (Capability.SMS,),
        next((ConnectorId(one) for one in read_ids([form.connector_id])), None),
        sheet.read_price(form.setup, form.monthly) if form.setup else None,
        form.note,
    )


async def _page(
    request: Http,
    visit: Visit,
    form: Form,
    *,
    errors: Errors | None = None,
    faults: Sequence[Fault] = (),
) -> Response[str]:
    visit.who.needs(Scope.OPERATOR)
    rt, cursor, asked = parts_of(request).rt, Cursor.of(request), request.query_params
    state, q = asked.get("state", ""), asked.get("q", "").strip()
    found = await stock.page(
        rt,
        visit.who,
        state=Keeping(state) if state in set(Keeping) else None,
        digits="".join(filter(str.isdecimal, q)),
        after=cursor.after,
        limit=PAGE + 1,
    )
    listed = paged(_STOCK, [("q", q), ("state", state)], cursor, found, [one.id for one in found])
    ways = await configure.page(rt, visit.who, limit=_MOST)
    names = {one.id: one.name for one in ways}
    context: Context = {
        "tabs": tabs(_STOCK),
        "rows": [
            (one, TYPES[one.number_type], names.get(one.connector_id or ConnectorId(one.id), "")) for one in listed.rows
        ],
        "newer": listed.newer,
        "older": listed.older,
        "counts": await stock.counts(rt, visit.who),
        "q": q,
        "state": state,
        "states": [one.value for one in Keeping],
        "form": form,
        "types": [(kind.value, label) for kind, label in TYPES.items()],
        "countries": _countries(),
        "ways": [(str(one.id), one.name) for one in ways if one.account_id is None],
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "faults": list(faults)[:100],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/stock.html", title="Stock", here="stock", status=status, context=context
    )


async def _price_page(request: Http, visit: Visit, form: PriceForm, *, errors: Errors | None = None) -> Response[str]:
    rt = parts_of(request).rt
    accounts = await directory.page(rt, visit.who, limit=_MOST)
    lines = await stock.price_lines(rt, visit.who)
    context: Context = {
        "tabs": tabs(_PRICES),
        "rows": [(one, TYPES[one.number_type]) for one in lines],
        "form": form,
        "types": [(kind.value, label) for kind, label in TYPES.items()],
        "countries": _countries(),
        "accounts": [(str(one.id), one.name) for one in accounts],
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors else 200
    return await page(
        request,
        visit,
        "operator/number_prices.html",
        title="Prices of numbers",
        here="stock",
        status=status,
        context=context,
    )


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the operator's screens about numbers."""
    return [(label, href, href == current) for label, href in _TABS]


def _countries() -> list[tuple[str, str]]:
    return sorted(((one.iso, one.name) for one in COUNTRIES.values()), key=lambda one: one[1])


HANDLERS = (show, add, import_file, move, show_prices, set_price)
