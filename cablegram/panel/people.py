"""Contacts > People: everybody, whatever lists they are in, and the record of one (R89, R142-R144)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.consent import blacklist
from cablegram.consent.model import Entry
from cablegram.contacts import people
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.people import UNRECORDED, Change
from cablegram.kit.errors import CablegramError, InvalidInput, NotFound
from cablegram.numbers.format import international
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, Query, paged, without
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/contacts/people"
_SHOWN = ("number", "phone_status", "subscription", "source")


@dataclass(slots=True)
class Form:
    """A contact's record as typed; `variables` are (name, value) in their order."""

    number: str
    phone_status: str
    subscription: str
    source: str
    variables: list[tuple[str, str]]


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show everybody, or those of one status; a number that is searched leads to its record."""
    query = request.query_params
    phone, said, q = (query.get(name, "").strip() for name in ("phone", "subscription", "q"))
    rows, cursor = await _found(request, visit, q, phone=phone, said=said), Cursor.of(request)
    asked: Query = [(name, value) for name, value in (("phone", phone), ("subscription", said), ("q", q)) if value]
    listed = paged(_HERE, asked, cursor, rows, [one.id for one in rows])
    context: Context = {
        "tabs": tabs(_HERE),
        "q": q,
        "phone": phone,
        "subscription": said,
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "is_filtered": bool(asked),
        "clear": {name: without(_HERE, asked, name) for name in ("phone", "subscription")},
    }
    return await page(request, visit, "contacts/people.html", title="People", here="contacts", context=context)


@get(f"{_HERE}/{{number:str}}")
async def show_one(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Show the record of one person."""
    found = await _known(request, visit, number)
    return await _page(request, visit, found, _form_of(found))


@post(f"{_HERE}/{{number:str}}", status_code=200)
async def save(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str] | Redirect:
    """Change the record by hand."""
    rt, fields = parts_of(request).rt, await read_form(request)
    found = await _known(request, visit, number)
    form = _form(fields, found)
    try:
        changed = await people.change(rt, visit.who, _plus(number), _wanted(form, found))
    except CablegramError as error:
        return await _page(request, visit, found, form, errors=errors_of(error))
    body = "The new number is active." if changed.number != found.number else ""
    flash = ("done", f"The record of {international(changed.number)} is saved", body)
    return go(f"{_HERE}/{changed.number}", flash=flash)


async def _known(request: Http, visit: Visit, number: str) -> Contact:
    """Return the contact that an address names. Raises NotFound (`contact_not_found`)."""
    try:
        return await people.get(parts_of(request).rt, visit.who, _plus(number))
    except InvalidInput:
        raise NotFound("contact_not_found", "There is no such contact in this account.") from None


async def _found(request: Http, visit: Visit, q: str, *, phone: str, said: str) -> list[Contact]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    if q:
        try:
            return [await people.get(rt, visit.who, q)]
        except (InvalidInput, NotFound):
            return []
    return await people.page(
        rt,
        visit.who,
        phone_status=PhoneStatus(phone) if phone in set(PhoneStatus) else None,
        subscription=_subscription(said),
        after=cursor.after,
        limit=PAGE + 1,
    )


def _subscription(word: str) -> Subscription | Literal["unrecorded"] | None:
    if word == UNRECORDED:
        return "unrecorded"
    return Subscription(word) if word in set(Subscription) else None


async def _page(
    request: Http, visit: Visit, contact: Contact, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    context: dict[str, Any] = {
        "contact": contact,
        "barred": await _barred(request, visit, contact.number),
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    title = international(contact.number)
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/person.html", title=title, here="contacts", context=context, status=status
    )


async def _barred(request: Http, visit: Visit, number: str) -> Entry | None:
    try:
        return await blacklist.check(parts_of(request).rt, visit.who, _plus(number))
    except NotFound:
        return None


def _wanted(form: Form, known: Contact) -> Change:
    """Return what differs from the record: what stays as it was is not said again."""
    said = known.subscription.value if known.subscription else UNRECORDED
    is_new = form.subscription != said or form.source != (known.subscription_source or "")
    return Change(
        number=form.number,
        phone_status=_phone_status(form, known),
        subscription=Subscription(form.subscription) if is_new and form.subscription in set(Subscription) else None,
        source=form.source,
        variables={name: value for name, value in form.variables if known.variables.get(name) != value},
    )


def _phone_status(form: Form, known: Contact) -> PhoneStatus | None:
    is_word = form.phone_status in set(PhoneStatus)
    return PhoneStatus(form.phone_status) if is_word and form.phone_status != known.phone_status else None


def _form(fields: Fields, known: Contact) -> Form:
    return Form(
        fields.one("number"),
        fields.one("phone_status"),
        fields.one("subscription"),
        fields.one("source").strip(),
        [(name, fields.one(f"v_{place}")) for place, name in enumerate(known.variables)],
    )


def _form_of(known: Contact) -> Form:
    return Form(
        f"+{known.number}",
        known.phone_status.value,
        known.subscription.value if known.subscription else UNRECORDED,
        known.subscription_source or "",
        list(known.variables.items()),
    )


def _plus(number: str) -> str:
    return f"+{number.lstrip('+')}"


HANDLERS = (show, show_one, save)
