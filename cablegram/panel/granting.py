"""The operator's numbers: give accounts what they send from, one by one or from a file (R49, R58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.connectors import configure
from cablegram.kit.errors import CablegramError, Fault, NotFound
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel import stocking
from cablegram.panel.filters import phone
from cablegram.panel.forms import UPLOAD, Errors, Fields, errors_of, read_form, read_ids, read_upload, summary_of
from cablegram.panel.numbers import what
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.senders import grant, importing
from cablegram.senders.grant import NewSender
from cablegram.senders.model import Capability, NumberType

_MOST = 200
_SHOWN = ("address", "country", "type", "connector_id", "file")
_FIELDS = {"connector_not_found": "connector_id", "capabilities": "address"}
_LARGEST_FILE = importing.MOST_BYTES + (1 << 16)


@dataclass(slots=True)
class Form:
    """A sender to give, as typed; what is empty is read off its address."""

    address: str = ""
    type: str = ""
    country: str = ""
    connector_id: str = ""
    mms: bool = False
    is_default: bool = False


@get("/operator/numbers")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the senders of an account, and the forms that give it more."""
    return await _page(request, visit, Form(), request.query_params.get("account", ""))


@post("/operator/numbers", status_code=200)
async def give(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Give an account a sender."""
    fields, rt = await read_form(request), parts_of(request).rt
    form, account_id = _form(fields), fields.one("account")
    who = _acting(visit.who, account_id)
    try:
        sender = await grant.add(rt, who, _wanted(form))
    except CablegramError as error:
        return await _page(request, visit, form, account_id, errors=errors_of(error, _FIELDS))
    flash = ("done", f"{phone(sender.address)} is given", f"It is a {what(sender)}.")
    return go(f"/operator/numbers?account={account_id}", flash=flash)


@post("/operator/numbers/import", status_code=200, request_max_body_size=_LARGEST_FILE, opt=UPLOAD)
async def import_file(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Give the senders of a file, all of them or none."""
    fields = await read_upload(request)
    file, account_id = fields.file("file"), fields.one("account")
    if file is None:
        return await _page(request, visit, Form(), account_id, errors={"file": "Choose a file first."})
    try:
        found = await importing.import_csv(parts_of(request).rt, _acting(visit.who, account_id), await file.read())
    except CablegramError as error:
        errors = {"file": error.message}
        return await _page(request, visit, Form(), account_id, errors=errors, faults=error.faults)
    flash = ("done", f"{found.added:,} new", f"{found.updated:,} were known and are now as the file says.")
    return go(f"/operator/numbers?account={account_id}", flash=flash)


def _acting(who: Principal, account_id: str) -> Principal:
    """Return the operator, acting for the chosen account."""
    who.needs(Scope.OPERATOR)
    chosen = read_ids([account_id])
    if not chosen:
        raise NotFound("account_not_found", "There is no such account.")
    return replace(who, account_id=AccountId(chosen[0]))


async def _page(
    request: Http,
    visit: Visit,
    form: Form,
    account_id: str,
    *,
    errors: Errors | None = None,
    faults: Sequence[Fault] = (),
) -> Response[str]:
    visit.who.needs(Scope.OPERATOR)
    rt = parts_of(request).rt
    accounts = await directory.page(rt, visit.who, limit=_MOST)
    account = _chosen(accounts, read_ids([account_id]))
    found = await grant.page(rt, replace(visit.who, account_id=account.id), limit=_MOST) if account else []
    ways = await configure.page(rt, visit.who, limit=_MOST)
    names = {one.id: one.name for one in ways}
    context: Context = {
        "tabs": stocking.tabs("/operator/numbers"),
        "accounts": [(str(one.id), one.name) for one in accounts],
        "account": account,
        "rows": [(one, what(one), ", ".join(names.get(way, "?") for way in one.connector_ids)) for one in found],
        "form": form,
        "types": [(one.value, one.value.replace("_", "-")) for one in NumberType],
        "countries": sorted(((one.iso, one.name) for one in COUNTRIES.values()), key=lambda one: one[1]),
        "ways": [(str(one.id), one.name) for one in ways],
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "faults": list(faults)[:100],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "operator/numbers.html", title="Numbers", here="stock", status=status, context=context
    )


def _chosen(accounts: Sequence[Account], wanted: Sequence[UUID]) -> Account | None:
    return next((one for one in accounts if one.id in wanted), accounts[0] if accounts else None)


def _wanted(form: Form) -> NewSender:
    return NewSender(
        form.address,
        number_type=NumberType(form.type) if form.type in set(NumberType) else None,
        country=form.country or None,
        capabilities=(Capability.SMS, Capability.MMS) if form.mms else (Capability.SMS,),
        connector_ids=[ConnectorId(one) for one in read_ids([form.connector_id])],
        is_default=form.is_default,
    )


def _form(fields: Fields) -> Form:
    return Form(
        fields.one("address").strip(),
        fields.one("type"),
        fields.one("country"),
        fields.one("connector_id"),
        fields.one("mms") == "on",
        fields.one("is_default") == "on",
    )


HANDLERS = (show, give, import_file)
