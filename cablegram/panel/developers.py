"""Developers: keys for programs, and the characters that fit a GSM segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import keys
from cablegram.accounts.access import Scope
from cablegram.accounts.model import ApiKey
from cablegram.kit.errors import CablegramError, Conflict, NotFound
from cablegram.panel.forms import Errors, errors_of, read_form
from cablegram.panel.pages import go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.text import gsm0338

_MOST = 200
_OVERLAP = 24  # hours that a key works on beside its successor
_LIVES = ("30", "90", "365")  # days after which a key ends by itself
_BASIC = [one for one in gsm0338.characters() if one.septets == 1]
_EXTENSION = [one for one in gsm0338.characters() if one.septets > 1]
_SCOPES = (
    (Scope.SEND, "Send", "messages and campaigns"),
    (Scope.READ, "Read", "messages, campaigns, contacts, ledger"),
    (Scope.CONTACTS, "Change contacts", "lists and templates too"),
    (Scope.ACCOUNT, "Change the account", "keys, access list, settings"),
    (Scope.BILLING, "Pay", "cards, recharges, spending caps"),
    (Scope.WEBHOOKS, "Webhooks", "where events are sent"),
    (Scope.USERS, "People", "roles and invitations"),
)


@dataclass(slots=True)
class Form:
    """The form for a new key, as typed."""

    name: str = ""
    scopes: list[str] = field(default_factory=list[str])
    days: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A key just made; its text is shown this once."""

    name: str
    key: str
    is_successor: bool = False


def all_texts() -> list[str]:
    """List what keys may, for the catalogues."""
    return [text for _, label, told in _SCOPES for text in (label, told)]


@get("/developers")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the keys."""
    return await _page(request, visit, Form(scopes=[Scope.SEND.value, Scope.READ.value]))


@post("/developers", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str]:
    """Make a key and show it, once: this answer is the only place it is ever written."""
    fields = await read_form(request)
    days = fields.one("days")
    form = Form(fields.one("name"), fields.every("scope"), days if days in _LIVES else "")
    known = {scope.value for scope, _, _ in _SCOPES}
    scopes = [Scope(word) for word in form.scopes if word in known]
    rt = parts_of(request).rt
    ends = rt.clock.now() + timedelta(days=int(form.days)) if form.days else None
    try:
        key, text = await keys.create(rt, visit.who, name=form.name, scopes=scopes, expires_at=ends)
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error, {"scopes": "scope"}))
    return await _page(request, visit, Form(), made=Made(key.name, text))


@post("/developers/{key_id:uuid}/rotate", status_code=200)
async def rotate(request: Http, visit: Visitor, key_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Make a key's successor and show it, once; the old one works on for a day."""
    try:
        key, text = await keys.rotate(parts_of(request).rt, visit.who, key_id, overlap_hours=_OVERLAP)
    except (Conflict, NotFound) as error:
        return go("/developers", flash=("info", "No key was made", error.message))
    return await _page(request, visit, Form(), made=Made(key.name, text, is_successor=True))


@post("/developers/{key_id:uuid}/revoke", status_code=303)
async def revoke(request: Http, visit: Visitor, key_id: FromPath[UUID]) -> Redirect:
    """Make a key worthless."""
    await keys.revoke(parts_of(request).rt, visit.who, key_id)
    return go("/developers", flash=("done", "The key is revoked", "Within five seconds nobody can use it any more."))


@get("/developers/gsm")
async def show_characters(request: Http, visit: Visitor) -> Response[str]:
    """Show the characters of GSM 03.38; one that is not among them makes a text Unicode (R35)."""
    context = {"tabs": tabs("/developers/gsm"), "basic": _BASIC, "extension": _EXTENSION}
    return await page(request, visit, "developers/gsm.html", title="GSM characters", here="developers", context=context)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of this room."""
    named = (
        ("API keys", "/developers"),
        ("Webhooks", "/developers/webhooks"),
        ("Access list", "/developers/access"),
        ("GSM characters", "/developers/gsm"),
    )
    return [(label, href, href == current) for label, href in named]


async def _page(
    request: Http, visit: Visit, form: Form, *, errors: Errors | None = None, made: Made | None = None
) -> Response[str]:
    rt = parts_of(request).rt
    may_make = Scope.ACCOUNT in visit.who.scopes
    found: list[ApiKey] = await keys.page(rt, visit.who, limit=_MOST) if may_make else []
    context = {
        "tabs": tabs("/developers"),
        "keys": found,
        "made": made,
        "form": form,
        "errors": errors or {},
        "scopes": [(scope.value, label, hint) for scope, label, hint in _SCOPES],
        "lives": _LIVES,
        "base_url": rt.settings.public,
        "may_make": may_make,
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "developers/keys.html", title="Developers", here="developers", status=status, context=context
    )


HANDLERS = (show, make, rotate, revoke, show_characters)
