"""One SMS service: where it stands, its people, its texts, what carriers said, and how it is made known (R69-R82)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import ProgramId
from cablegram.panel.filters import phone
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.programs.model import MEMBERS, Standing
from cablegram.sms_services import noticing, promoting, reading, requesting, subscribing
from cablegram.sms_services import texts as service_texts
from cablegram.sms_services.model import Says, Service
from cablegram.sms_services.subscribing import Shown

_SHOWN = ("number", "words", "source")
LABELS = {
    Says.WELCOME: ("Welcome", "to a keyword without a clear wish, and to who has to say YES"),
    Says.OPT_IN: ("Subscribed", "to who says yes"),
    Says.HELP: ("Help", "to HELP and the keyword"),
    Says.REMINDER: ("Reminder", "to each subscriber every 30 days"),
    Says.OPT_OUT: ("Unsubscribed", "to who opts out"),
}


@get("/services/{service_id:uuid}")
async def show(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str]:
    """Show what was asked for and where it stands."""
    one = await _one(request, visit, service_id)
    rt = parts_of(request).rt
    counts = (await reading.counts(rt, visit.who, [one.id]))[one.id]
    overdone = await reading.overdone(rt, visit.who, one)
    context: Context = {
        "members": sum(counts.get(standing, 0) for standing in MEMBERS),
        "counts": {standing.value: counts.get(standing, 0) for standing in Standing},
        "checklist": promoting.checklist(one, overdone),
        "overdone": overdone,
    }
    return await _page(request, visit, one, "show", context)


@get("/services/{service_id:uuid}/subscribers")
async def show_people(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str]:
    """Show its subscribers, or who stands elsewhere."""
    return await _people(request, visit, await _one(request, visit, service_id))


@post("/services/{service_id:uuid}/subscribers", status_code=200)
async def add(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Subscribe somebody who agreed elsewhere."""
    sent = await read_form(request)
    one = await _one(request, visit, service_id)
    shown = Shown(sent.one("words"), source=sent.one("source"))
    try:
        done = await subscribing.subscribe(
            parts_of(request).rt, visit.who, one.id, number=sent.one("number").strip(), shown=shown
        )
    except CablegramError as error:
        typed = {name: sent.one(name) for name in _SHOWN}
        return await _people(request, visit, one, errors=errors_of(error, {"to": "number"}), typed=typed)
    word = "is subscribed" if done.standing in MEMBERS else "was asked by text, and is in with a YES"
    return go(f"/services/{one.id}/subscribers", flash=("done", f"{phone(done.number)} {word}", ""))


@post("/services/{service_id:uuid}/subscribers/remove", status_code=303)
async def remove(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Redirect:
    """Take somebody out who asked for it."""
    number = (await read_form(request)).one("number")
    back = f"/services/{service_id}/subscribers"
    try:
        await subscribing.unsubscribe(parts_of(request).rt, visit.who, ProgramId(service_id), number=number)
    except CablegramError as error:
        return go(back, flash=("info", "Nobody was taken out", error.message))
    return go(back, flash=("done", f"{phone(number.lstrip('+'))} is out", "What waited for them is cancelled."))


@get("/services/{service_id:uuid}/subscribers.csv")
async def export(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Stream:
    """Give the subscribers as a file."""
    one = await _one(request, visit, service_id)
    headers = {"Content-Disposition": 'attachment; filename="subscribers.csv"', "Cache-Control": "no-store"}
    rows = reading.export(parts_of(request).rt, visit.who, one.id)
    return Stream(rows, media_type="text/csv; charset=utf-8", headers=headers)


@get("/services/{service_id:uuid}/texts")
async def show_texts(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str]:
    """Show what it sends by itself, each text with its segments."""
    return await _texts(request, visit, await _one(request, visit, service_id))


@post("/services/{service_id:uuid}/texts", status_code=200)
async def save_texts(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give it texts of its own."""
    sent = await read_form(request)
    one = await _one(request, visit, service_id)
    own = {says: sent.one(says.value) for says in Says}
    try:
        await requesting.change_texts(parts_of(request).rt, visit.who, one.id, own)
    except CablegramError as error:
        errors = {name.removeprefix("texts."): text for name, text in errors_of(error).items()}
        return await _texts(request, visit, one, typed=own, errors=errors)
    return go(f"/services/{one.id}/texts", flash=("done", "The texts are saved", "They are sent from now on."))


@get("/services/{service_id:uuid}/notices")
async def show_notices(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str]:
    """Show what carriers said of its people."""
    one, cursor = await _one(request, visit, service_id), Cursor.of(request)
    found = await noticing.of_service(parts_of(request).rt, visit.who, one.id, after=cursor.after, limit=PAGE + 1)
    listed = paged(f"/services/{one.id}/notices", [], cursor, found, [each.id for each in found])
    context: Context = {"rows": listed.rows, "newer": listed.newer, "older": listed.older}
    return await _page(request, visit, one, "notices", context)


@get("/services/{service_id:uuid}/promote")
async def promote(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Response[str]:
    """Show the disclosure and the page where people subscribe."""
    one = await _one(request, visit, service_id)
    context: Context = {
        "disclosure": promoting.disclosure(one, carriers=parts_of(request).rt.settings.short_code_carriers),
        "warning": promoting.WARNING,
        "advice": promoting.advice(one),
        "link": f"{parts_of(request).rt.settings.public}/join/{one.id}",
        "words": subscribing.page_words(one),
    }
    return await _page(request, visit, one, "promote", context)


@post("/services/{service_id:uuid}/close", status_code=303)
async def close(request: Http, visit: Visitor, service_id: FromPath[UUID]) -> Redirect:
    """End a service whose keyword was typed once more."""
    one = await _one(request, visit, service_id)
    if (await read_form(request)).one("keyword").strip().upper() != one.keyword:
        return go(f"/services/{one.id}", flash=("info", "Nothing was closed", f"Type {one.keyword} to close it."))
    await requesting.close(parts_of(request).rt, visit.who, one.id)
    return go("/services", flash=("done", f"{one.keyword} is closed", "Nobody gets anything of it any more."))


async def _people(
    request: Http, visit: Visit, one: Service, *, errors: Errors | None = None, typed: Mapping[str, str] | None = None
) -> Response[str]:
    cursor, which = Cursor.of(request), request.query_params.get("standing", "subscribed")
    standings = {Standing(which)} if which in {each.value for each in Standing} else set(MEMBERS)
    found = await reading.subscribers(
        parts_of(request).rt, visit.who, one.id, standings=standings, after=cursor.after, limit=PAGE + 1
    )
    here = f"/services/{one.id}/subscribers"
    listed = paged(here, [("standing", which)], cursor, found, [each.contact_id for each in found])
    context: Context = {
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "which": which,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "typed": typed or {},
    }
    return await _page(request, visit, one, "subscribers", context, status=422 if errors else 200)


async def _texts(
    request: Http, visit: Visit, one: Service, *, typed: dict[Says, str] | None = None, errors: Errors | None = None
) -> Response[str]:
    said = {each.says: each for each in service_texts.all_of(one.keyword, one.form, one.texts)}
    context: Context = {
        "rows": [
            (says, label, about, (typed or {}).get(says) or said[says].template, said[says])
            for says, (label, about) in LABELS.items()
        ],
        "errors": errors or {},
        "summary": summary_of(errors or {}, tuple(says.value for says in Says)),
    }
    return await _page(request, visit, one, "texts", context, status=422 if errors else 200)


async def _one(request: Http, visit: Visit, service_id: UUID) -> Service:
    return await requesting.get(parts_of(request).rt, visit.who, ProgramId(service_id))


async def _page(
    request: Http, visit: Visit, one: Service, name: str, context: Context, *, status: int = 200
) -> Response[str]:
    base = f"/services/{one.id}"
    tabs = [
        ("Overview", base, name == "show"),
        ("Subscribers", f"{base}/subscribers", name == "subscribers"),
        ("Texts", f"{base}/texts", name == "texts"),
        ("Notices", f"{base}/notices", name == "notices"),
        ("Promote", f"{base}/promote", name == "promote"),
    ]
    framed: Context = {**context, "one": one, "tabs": tabs, "base": base}
    return await page(
        request, visit, f"services/{name}.html", title=one.keyword, here="services", status=status, context=framed
    )


HANDLERS = (
    show, show_people, add, remove, export, show_texts, save_texts, show_notices, promote, close,
)  # fmt: skip
