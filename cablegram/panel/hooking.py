"""Developers > Webhooks: where events are sent, how each address fares, what was sent, and sending it again (R152)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts.access import Scope
from cablegram.kit.errors import CablegramError, Conflict, NotFound
from cablegram.panel import developers
from cablegram.panel.forms import Errors, errors_of, read_form, read_ids
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.webhooks import catalogue, endpoints, log
from cablegram.webhooks.model import Endpoint, EndpointChange, NewEndpoint, Pulse, Standing, Wanted

_HERE = "/developers/webhooks"
_PAGE = 30
_FAILURES = 5  # that the page begins with
Choice = tuple[str, str, str]  # a kind, its words, its sentence


@dataclass(slots=True)
class Form:
    """The form of a webhook, as typed."""

    name: str = ""
    url: str = ""
    kinds: list[str] = field(default_factory=lambda: list(catalogue.USUAL))


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show where events are sent."""
    return await _list(request, visit, Form())


@post(_HERE, status_code=303)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Make a webhook."""
    form = await _read(request)
    try:
        made, _ = await endpoints.create(parts_of(request).rt, visit.who, NewEndpoint(form.name, form.url, form.kinds))
    except CablegramError as error:
        return await _list(request, visit, form, errors=errors_of(error))
    return go(
        f"{_HERE}/{made.id}", flash=("done", "The webhook is made", "Send it a test: its program should say 200.")
    )


@get(_HERE + "/{webhook_id:uuid}")
async def show_one(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Response[str]:
    """Show a webhook, what it was sent and what came of it, failures first."""
    return await _one(request, visit, webhook_id)


@post(_HERE + "/{webhook_id:uuid}", status_code=303)
async def change(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change where it is sent, and what."""
    form, rt = await _read(request), parts_of(request).rt
    found = await endpoints.get(rt, visit.who, webhook_id)
    # What it hears of by a pattern stays a pattern, unless somebody chose otherwise.
    kinds = None if set(form.kinds) == _chosen(found) else form.kinds
    try:
        await endpoints.change(rt, visit.who, webhook_id, EndpointChange(name=form.name, url=form.url, kinds=kinds))
    except NotFound:
        raise
    except CablegramError as error:
        return await _one(request, visit, webhook_id, form=form, errors=errors_of(error))
    return go(f"{_HERE}/{webhook_id}", flash=("done", "Kept", "It counts for what happens from now on."))


@post(_HERE + "/{webhook_id:uuid}/test", status_code=303)
async def test(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Redirect:
    """Send it a test, and show what comes of it."""
    try:
        event_id = await endpoints.test(parts_of(request).rt, visit.who, webhook_id)
    except Conflict as error:
        return _not_done(webhook_id, error)
    word = ("done", "A test is on its way", "Load the page again in a moment to see the answer.")
    return go(f"{_HERE}/{webhook_id}?event={event_id}#sent", flash=word)


@post(_HERE + "/{webhook_id:uuid}/rotate", status_code=303)
async def rotate(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Redirect:
    """Give it another secret."""
    await endpoints.rotate(parts_of(request).rt, visit.who, webhook_id)
    word = ("done", "It has a new secret", "For a day the old one signs, too: change it in your program by then.")
    return go(f"{_HERE}/{webhook_id}", flash=word)


@post(_HERE + "/{webhook_id:uuid}/on", status_code=303)
async def switch_on(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Redirect:
    """Switch it on."""
    await endpoints.change(parts_of(request).rt, visit.who, webhook_id, EndpointChange(is_enabled=True))
    return go(f"{_HERE}/{webhook_id}", flash=("done", "It is on", "What came meanwhile can be sent now."))


@post(_HERE + "/{webhook_id:uuid}/off", status_code=303)
async def switch_off(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Redirect:
    """Switch it off."""
    await endpoints.change(parts_of(request).rt, visit.who, webhook_id, EndpointChange(is_enabled=False))
    word = ("done", "It is off", "Its events are kept, and can be sent when it is on again.")
    return go(f"{_HERE}/{webhook_id}", flash=word)


@post(_HERE + "/{webhook_id:uuid}/replay", status_code=303)
async def replay(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Redirect:
    """Send one event again, or all that was missed."""
    rt, who = parts_of(request).rt, visit.who
    ids = read_ids([(await read_form(request)).one("event")])
    try:
        if ids:
            await log.replay_one(rt, who, webhook_id, ids[0])
            word = ("done", "It is sent again", "With the id that it had.")
            return go(f"{_HERE}/{webhook_id}?event={ids[0]}#sent", flash=word)
        await log.replay(rt, who, webhook_id, Wanted(standing=Standing.MISSED))
    except Conflict as error:
        return _not_done(webhook_id, error)
    word = ("done", "All that was missed is sent again", "In its order, each with the id that it had.")
    return go(f"{_HERE}/{webhook_id}", flash=word)


@post(_HERE + "/{webhook_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, webhook_id: FromPath[UUID]) -> Redirect:
    """Delete it."""
    await endpoints.delete(parts_of(request).rt, visit.who, webhook_id)
    return go(_HERE, flash=("done", "The webhook is deleted", "What waited for it is forgotten."))


def _not_done(webhook_id: UUID, error: CablegramError) -> Redirect:
    return go(f"{_HERE}/{webhook_id}", flash=("error", "It was not done", error.message))


async def _read(request: Http) -> Form:
    fields = await read_form(request)
    return Form(fields.one("name"), fields.one("url"), fields.every("kind"))


async def _list(request: Http, visit: Visit, form: Form, *, errors: Errors | None = None) -> Response[str]:
    rt = parts_of(request).rt
    found = await endpoints.all_of(rt, visit.who)
    healths = await log.health(rt, visit.who, found)
    context: Context = {
        "tabs": developers.tabs(_HERE),
        "rows": [(one, _standing(one), healths[one.id], strip(healths[one.id].hours)) for one in found],
        "form": form,
        "groups": groups(),
        "errors": errors or {},
        "may": Scope.WEBHOOKS in visit.who.scopes,
    }
    return await page(
        request,
        visit,
        "developers/webhooks.html",
        title="Webhooks",
        here="developers",
        status=422 if errors else 200,
        context=context,
    )


async def _one(
    request: Http, visit: Visit, webhook_id: UUID, *, form: Form | None = None, errors: Errors | None = None
) -> Response[str]:
    rt, who, asked = parts_of(request).rt, visit.who, request.query_params
    found = await endpoints.get(rt, who, webhook_id)
    health = (await log.health(rt, who, [found]))[found.id]
    subject = (*read_ids([asked.get("q", "")]), None)[0]
    standing = next((one for one in Standing if one.value == asked.get("status")), None)
    before = int(text) if (text := asked.get("before", "")).isascii() and text.isdigit() and len(text) < 19 else None
    events = await log.page(
        rt, who, found.id, Wanted(subject=subject, standing=standing), before=before, limit=_PAGE + 1
    )
    chosen = (*read_ids([asked.get("event", "")]), None)[0]
    open_event = next((one for one in events if one.id == chosen), None)
    failures = await log.undelivered(rt, who, found.id, limit=_FAILURES)
    may = Scope.WEBHOOKS in who.scopes
    older = ""
    if len(events) > _PAGE:
        kept = f"q={subject or ''}&status={standing.value if standing else ''}"
        older = f"{_HERE}/{found.id}?{kept}&before={events[_PAGE - 1].sequence}#sent"
    context: Context = {
        "tabs": developers.tabs(_HERE),
        "place": f"{_HERE}/{found.id}",
        "hook": found,
        "standing": _standing(found),
        "health": health,
        "strip": strip(health.hours),
        "secret": await endpoints.secret(rt, who, found.id) if may else "",
        "form": form or Form(found.name, found.url, log.kinds_of(found.kinds)),
        "groups": groups(),
        "errors": errors or {},
        "failures": failures if not (subject or standing or before) else [],
        "rows": events[:_PAGE],
        "older": older,
        "q": asked.get("q", ""),
        "stands": standing.value if standing else "",
        "chosen": open_event,
        "told": msgspec.json.format(open_event.data, indent=2) if open_event else "",
        "attempts": await log.attempts(rt, who, open_event.id) if open_event else [],
        "days": rt.settings.webhook_days,
        "may": may,
    }
    return await page(
        request,
        visit,
        "developers/webhook.html",
        title=found.name,
        here="developers",
        status=422 if errors else 200,
        context=context,
    )


def groups() -> list[tuple[str, list[Choice]]]:
    """Return the kinds that can be chosen, by what they are about."""
    return [
        (
            group,
            [(one.kind, one.words, one.told) for one in catalogue.ALL if one.group == group and _is_chosen(one.kind)],
        )
        for group in catalogue.GROUPS
    ]


def _chosen(found: Endpoint) -> set[str]:
    return {kind for kind in log.kinds_of(found.kinds) if _is_chosen(kind)}


def _is_chosen(kind: str) -> bool:
    return kind != catalogue.TEST  # it comes to whom it is sent, whatever they chose


def strip(hours: Sequence[Pulse]) -> list[tuple[str, int]]:
    """Return the hours of a strip: all taken, some failed, all failed, nothing sent; each as wide as the others."""
    return [(_color(one), 1) for one in hours]


def _color(one: Pulse) -> str:
    if not one.failed:
        return "delivered" if one.taken else "skipped"
    return "expired" if one.taken else "undelivered"


def _standing(one: Endpoint) -> str:
    if not one.is_enabled:
        return "gone" if one.off_reason == "gone" else "stopped" if one.off_reason == "failing" else "off"
    return "failing" if one.failing_since else "on"


HANDLERS = (show, make, show_one, change, test, rotate, switch_on, switch_off, replay, delete)
