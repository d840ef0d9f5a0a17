"""Services > Stores: the account's stores, the form for a new one, and the page of each (R112-R125, R169)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import about_person
from cablegram.accounts.access import Scope
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import ProgramId, UserId
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.talks import team
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.stores import changing, credentials, finding, opening, posts
from cablegram.stores.changing import Change
from cablegram.stores.credentials import NewCredential
from cablegram.stores.finding import Whole
from cablegram.stores.model import PACIFIC, KeywordKind, NewStore, OptIn, Status, Store, Text
from cablegram.stores.texts import pieces

HERE = "/stores"
TABS = (("SMS services", "/services"), ("Stores", HERE))
STATUSES = (
    (Status.IN, "opted in"),
    (Status.PENDING, "pending"),
    (Status.GUEST, "new guests"),
    (Status.OUT, "opted out"),
)
_POSTS = 10
_LABELS = {
    Text.OPT_IN_REQUEST: ("Opt-in request", "asks who is signed up, where the store asks"),
    Text.OPT_IN_CONFIRMATION: ("Opt-in confirmation", "to who joins"),
    Text.OPT_OUT_CONFIRMATION: ("Opt-out confirmation", "to whom you take out"),
    Text.STOP: ("Stop", "to who texts STOP or QUIT"),
    Text.HELP: ("Help", "to who texts HELP"),
}


@dataclass(slots=True)
class Wish:
    """A new store as typed."""

    name: str = ""
    keyword: str = ""
    phone: str = ""
    time_zone: str = PACIFIC
    callback: str = ""
    user_id: str = ""


SHOWN = tuple(one.name for one in fields(Wish))
PACES = ("one_off_pace", "campaign_pace")
_DIGITS = 9


@get(HERE)
async def show_all(request: Http, visit: Visitor) -> Response[str]:
    """Show the account's stores, newest first; the operator those that wait as well."""
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    found = await finding.page(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(HERE, [], cursor, found, [one.store.id for one in found])
    context: Context = {
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "statuses": STATUSES,
        "waiting": await finding.waiting(rt, visit.who) if visit.who.is_operator else [],
        "tabs": tabs(HERE),
    }
    return await page(request, visit, "stores/list.html", title="Stores", here="services", context=context)


@get(f"{HERE}/new")
async def begin(request: Http, visit: Visitor) -> Response[str]:
    """Show the empty form."""
    return await _form_page(request, visit, Wish(user_id=str(visit.who.user_id or "")))


@post(f"{HERE}/new", status_code=200)
async def ask(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Open a store; it waits for the operator."""
    sent = await read_form(request)
    wish = Wish(**{name: sent.one(name).strip() for name in SHOWN})
    new = NewStore(
        wish.name,
        wish.keyword,
        wish.phone,
        wish.time_zone or PACIFIC,
        callback=wish.callback,
        user_id=_user(wish.user_id),
    )
    try:
        made = await opening.create(parts_of(request).rt, visit.who, new, is_approved=visit.who.is_operator)
    except CablegramError as error:
        return await _form_page(request, visit, wish, errors=errors_of(error))
    told = "People can text its keyword now." if made.is_open else "The operator looks at it; nothing goes until then."
    return go(f"{HERE}/{made.id}", flash=("done", f"{made.name} has the keyword {made.keyword}", told))


@get(f"{HERE}/{{store_id:uuid}}")
async def show(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str]:
    """Show one store."""
    return await _page(request, visit, store_id)


@post(f"{HERE}/{{store_id:uuid}}", status_code=200)
async def save(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change its name, phone, zone, callback and texts."""
    sent = await read_form(request)
    wanted = Change(
        name=sent.one("name"),
        phone=sent.one("phone"),
        time_zone=sent.one("time_zone"),
        callback=sent.one("callback"),
        user_id=_user(sent.one("user_id")),
        texts={kind: sent.one(kind.value) for kind in Text if sent.one(kind.value)},
    )
    return await _change(request, visit, store_id, wanted, sent)


@post(f"{HERE}/{{store_id:uuid}}/switches", status_code=200)
async def switch(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Set what is the operator's: whether it asks, the guard against saying it twice, and the paces."""
    sent = await read_form(request)
    opt_in = OptIn.DOUBLE if sent.one("opt_in") == OptIn.DOUBLE else OptIn.SINGLE
    one_off, campaign = (_whole(sent.one(name)) for name in PACES)
    wanted = Change(
        opt_in=opt_in, has_guard=sent.one("has_guard") == "on", one_off_pace=one_off, campaign_pace=campaign
    )
    return await _change(request, visit, store_id, wanted, sent)


@post(f"{HERE}/{{store_id:uuid}}/decide", status_code=303)
async def decide(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Redirect:
    """Say, as the operator, whether it may begin."""
    sent = await read_form(request)
    is_approved = sent.one("deed") == "approve"
    try:
        made = await opening.decide(
            parts_of(request).rt, visit.who, store_id, is_approved=is_approved, note=sent.one("note")
        )
    except NotFound:
        raise
    except CablegramError as error:
        return go(HERE, flash=("error", "Nothing was decided", error.message))
    return go(HERE, flash=("done", f"{made.name} is {made.state}", "Its owner sees it on the store's page."))


@post(f"{HERE}/{{store_id:uuid}}/logins", status_code=200)
async def add_login(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Response[str]:
    """Make a login for programs that call for this store, and show its password this once."""
    sent = await read_form(request)
    new = NewCredential(sent.one("login").strip(), store_id=ProgramId(store_id))
    try:
        made, password = await credentials.add(parts_of(request).rt, visit.who, new)
    except CablegramError as error:
        return await _page(request, visit, store_id, errors=errors_of(error))
    return await _page(request, visit, store_id, made=(made.login, password))


@post(f"{HERE}/{{store_id:uuid}}/logins/{{login_id:uuid}}/renew", status_code=200)
async def renew_login(
    request: Http, visit: Visitor, store_id: FromPath[UUID], login_id: FromPath[UUID]
) -> Response[str]:
    """Give a login another password, and show it this once."""
    rt = parts_of(request).rt
    password = await credentials.renew(rt, visit.who, login_id)
    login = next(one.login for one in await credentials.page(rt, visit.who) if one.id == login_id)
    return await _page(request, visit, store_id, made=(login, password))


@post(f"{HERE}/{{store_id:uuid}}/logins/{{login_id:uuid}}/remove", status_code=303)
async def remove_login(request: Http, visit: Visitor, store_id: FromPath[UUID], login_id: FromPath[UUID]) -> Redirect:
    """Delete a login: its programs can't call any more."""
    await credentials.remove(parts_of(request).rt, visit.who, login_id)
    return go(f"{HERE}/{store_id}", flash=("done", "The login is deleted", "Programs that had it can't call any more."))


@post(f"{HERE}/{{store_id:uuid}}/keywords", status_code=303)
async def add_keyword(request: Http, visit: Visitor, store_id: FromPath[UUID]) -> Redirect:
    """Give it one more keyword, or a responder other words."""
    sent, rt = await read_form(request), parts_of(request).rt
    told = {"in_text": sent.one("in_text"), "other_text": sent.one("other_text")}
    kind = KeywordKind.OPT_IN if sent.one("kind") == KeywordKind.OPT_IN else KeywordKind.RESPONDER
    back = f"{HERE}/{store_id}"
    try:
        made = await changing.add_keyword(rt, visit.who, store_id, sent.one("keyword"), kind=kind, **told)
    except CablegramError as error:
        return go(back, flash=("error", "The keyword was not taken", error.message))
    return go(back, flash=("done", f"{made.keyword} is this store's", "It is heard from now on."))


@post(f"{HERE}/{{store_id:uuid}}/keywords/{{keyword:str}}/remove", status_code=303)
async def remove_keyword(request: Http, visit: Visitor, store_id: FromPath[UUID], keyword: FromPath[str]) -> Redirect:
    """Give a keyword up."""
    back = f"{HERE}/{store_id}"
    try:
        await changing.remove_keyword(parts_of(request).rt, visit.who, store_id, keyword)
    except CablegramError as error:
        return go(back, flash=("error", "The keyword stays", error.message))
    return go(back, flash=("done", f"{keyword.upper()} is free", "Anybody may have it now."))


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return the two kinds of services, and which is shown. Pure."""
    return [(label, href, href == here) for label, href in TABS]


async def _change(
    request: Http, visit: Visit, store_id: UUID, wanted: Change, sent: Fields
) -> Response[str] | Redirect:
    try:
        changed = await changing.change(parts_of(request).rt, visit.who, store_id, wanted)
    except CablegramError as error:
        found = {name.removeprefix("texts."): text for name, text in errors_of(error).items()}
        return await _page(request, visit, store_id, errors=found, typed=sent)
    return go(f"{HERE}/{store_id}", flash=("done", f"{changed.name} is set", "It holds for what is sent from now on."))


async def _form_page(request: Http, visit: Visit, wish: Wish, *, errors: Errors | None = None) -> Response[str]:
    context: Context = {
        "wish": wish,
        "errors": errors or {},
        "summary": summary_of(errors or {}, SHOWN),
        "must_wait": not visit.who.is_operator,
        "team": await _team(request, visit),
        "zones": [(one, one) for one in about_person.time_zones()],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "stores/new.html", title="Open a store", here="services", status=status, context=context
    )


async def _page(
    request: Http,
    visit: Visit,
    store_id: UUID,
    *,
    errors: Errors | None = None,
    typed: Fields | None = None,
    made: tuple[str, str] | None = None,
) -> Response[str]:
    rt = parts_of(request).rt
    whole = await finding.get(rt, visit.who, store_id)
    posted = await posts.page(rt, visit.who, store_id, limit=_POSTS)
    store = whole.shown.store
    context: Context = {
        "whole": whole,
        "store": store,
        "counts": [(label, whole.shown.counts[status], status.value) for status, label in STATUSES],
        "texts": _texts(store, typed),
        "form": {
            name: typed.one(name) if typed else str(getattr(store, name) or "") for name in SHOWN if name != "keyword"
        },
        "posts": posted,
        "is_operator": visit.who.is_operator,
        "team": await _team(request, visit),
        "zones": [(one, one) for one in about_person.time_zones()],
        "logins": [one for one in await credentials.page(rt, visit.who) if one.store_id in {None, store.id}],
        "may_make": Scope.ACCOUNT in visit.who.scopes,
        "made": made,
        "how": _how(whole),
        "errors": errors or {},
        "summary": summary_of(errors or {}, (*SHOWN, *(kind.value for kind in Text), *PACES)),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "stores/show.html", title=store.name, here="services", status=status, context=context
    )


def _texts(store: Store, typed: Fields | None) -> list[tuple[str, str, str, str, int]]:
    """Return each text: its field, label, when it goes out, the words, and what it costs in started 160 characters."""
    told: list[tuple[str, str, str, str, int]] = []
    for kind, (label, when) in _LABELS.items():
        words = (typed.one(kind.value) if typed else "") or store.texts[kind]
        told.append((kind.value, label, when, words, pieces(words)))
    return told


async def _team(request: Http, visit: Visit) -> list[tuple[str, str]]:
    return [(str(user_id), name) for user_id, name in (await team(request, visit)).items()]


def _user(text: str) -> UserId | None:
    found = read_ids([text])
    return UserId(found[0]) if found else None


def _whole(text: str) -> int | None:
    """Return a number as it was typed, None for nothing, and 0, which is no pace, for what is none."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


def _how(whole: Whole) -> str:
    """Say in words how people come in."""
    store = whole.shown.store
    asked = "is asked for a YES first" if store.opt_in is OptIn.DOUBLE else "is in at once"
    return f"Who texts {store.keyword} is in at once; whom you sign up {asked}."


HANDLERS = (
    show_all, begin, ask, show, save, switch, decide, add_keyword, remove_keyword, add_login, renew_login, remove_login,
)  # fmt: skip
