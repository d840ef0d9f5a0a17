"""Numbers > Hosted: numbers that stay with their telephone company and get texts here (R96)."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.panel import destinations
from cablegram.panel.filters import phone
from cablegram.panel.forms import UPLOAD, Errors, Fields, errors_of, read_form, read_upload, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.renting import TYPES
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.rentals import hosting, hosting_model
from cablegram.rentals.hosting_model import Wanted
from cablegram.senders.model import NumberType
from cablegram.support.files import MOST_BYTES
from cablegram.support.model import NewFile

_HERE = "/numbers/hosted"
_SHOWN = ("number", "type", "company", "signer", "authorization", "bill")
_LARGEST = 2 * MOST_BYTES + 100_000  # both papers, and what stands around them


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what was asked for, and the form."""
    return await _page(request, visit, dict.fromkeys(_SHOWN, ""))


@post(_HERE, status_code=200, request_max_body_size=_LARGEST, opt=UPLOAD)
async def ask(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Ask for a number to be hosted."""
    visit.who.needs(Scope.ACCOUNT)
    fields = await read_upload(request)
    form = {name: fields.one(name).strip() for name in _SHOWN}
    kind = NumberType(form["type"]) if form["type"] in set(NumberType) else None
    wanted = Wanted(form["number"], form["company"], form["signer"], kind)
    try:
        made = await hosting.request(
            parts_of(request).rt,
            visit.who,
            wanted,
            authorization=await _file(fields, "authorization"),
            bill=await _file(fields, "bill"),
        )
    except CablegramError as error:
        names = {"address": "number", "files": "bill", "file_too_large": "bill"}
        return await _page(request, visit, form, errors=errors_of(error, names))
    said = ("done", f"{phone(made.number)} is asked for", "The operator looks at the papers within 24 hours.")
    return go(_HERE, flash=said)


@post(_HERE + "/{hosted_id:uuid}/withdraw", status_code=303)
async def withdraw(request: Http, visit: Visitor, hosted_id: FromPath[UUID]) -> Redirect:
    """Take a request back."""
    await read_form(request)
    try:
        await hosting.withdraw(parts_of(request).rt, visit.who, hosted_id)
    except NotFound:
        raise
    except CablegramError as error:
        return go(_HERE, flash=("info", "The request stays", error.message))
    return go(_HERE, flash=("done", "The request is taken back", ""))


@get(_HERE + "/authorization.pdf")
async def form_to_sign(request: Http, visit: Visitor) -> Response[bytes]:
    """Hand out the authorization, to be signed."""
    data = await hosting.form(parts_of(request).rt, visit.who)
    headers = {"Content-Disposition": 'attachment; filename="authorization.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


async def _file(fields: Fields, name: str) -> NewFile | None:
    file = fields.file(name)
    return NewFile(file.filename, await file.read()) if file else None


async def _page(request: Http, visit: Visit, form: dict[str, str], *, errors: Errors | None = None) -> Response[str]:
    cursor, wrong = Cursor.of(request), errors or {}
    found = await hosting.page(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HERE, [], cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": destinations.tabs(_HERE),
        "rows": [(one, TYPES[one.number_type]) for one in listed.rows],
        "newer": listed.newer,
        "older": listed.older,
        "form": form,
        "types": [(kind.value, TYPES[kind]) for kind in hosting_model.TYPES],
        "may_ask": visit.who.is_operator or Scope.ACCOUNT in visit.who.scopes,
        "errors": wrong,
        "summary": summary_of(wrong, _SHOWN),
    }
    status = 422 if wrong else 200
    return await page(
        request, visit, "numbers/hosted.html", title="Hosted numbers", here="numbers", status=status, context=context
    )


HANDLERS = (show, ask, withdraw, form_to_sign)
