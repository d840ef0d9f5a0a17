"""Answer with a page, a part of one, or the way to another: the frame that all screens share."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Redirect
from litestar.utils.scope.state import ScopeState

from cablegram.accounts import sessions
from cablegram.accounts.model import Session
from cablegram.billing import summary
from cablegram.overview import look
from cablegram.panel import language, shell
from cablegram.panel.visit import Http, Visit, cookie_name, parts_of

FLASH: Final = "cablegram_flash"
KEYS_OFF: Final = "cablegram_keys_off"  # shortcuts of one letter are a matter of the keyboard one sits at
_ZONE = "zone"  # written by frontend/src/js/zone.js
_FLASH_SECONDS = 60
_NO_STORE = {"Cache-Control": "no-store"}
_OPERATOR: Final = "operator"  # the operator's place in the switcher
_SHARED = frozenset({"settings", "help"})  # in both shells; they keep the account's

Flash = tuple[str, str, str]  # kind, title, body
Context = dict[str, Any]  # what a template reads; its first comment says what that is


async def page(
    request: Http,
    visit: Visit,
    template: str,
    *,
    title: str,
    here: str,
    context: Context,
    status: int = 200,
    flash: Flash | None = None,
) -> Response[str]:
    """Render a page inside its frame; `here` is the key of the entry it belongs to."""
    framed = {**context, "here": here, "shell": await frame_for(request, visit, here)}
    if "tabs" in context:
        framed["tabs"] = [tab for tab in context["tabs"] if shell.is_for(tab[1], visit.who)]
    return render(request, visit.session, template, title=title, context=framed, status=status, flash=flash)


def render(
    request: Http,
    session: Session | None,
    template: str,
    *,
    title: str,
    context: Context,
    status: int = 200,
    flash: Flash | None = None,
) -> Response[str]:
    """Render a template with what every page reads; the flash of the last deed is shown once."""
    flashes = _read_flash(request)
    cookies = [Cookie(FLASH, value="", max_age=0, path="/")] if flashes else []
    if flash:
        flashes.append(flash)
    text = draw(request, session, template, {**context, "title": title, "status": status, "flash": flashes})
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=_NO_STORE, cookies=cookies)


def part(request: Http, session: Session, template: str, context: Context) -> Response[str]:
    """Answer with a part of a page, for htmx."""
    text = draw(request, session, template, context)
    return Response(text, media_type=MediaType.HTML, headers={**_NO_STORE, "Vary": "HX-Request"})


def draw(request: Http, session: Session | None, template: str, context: Context) -> str:
    """Render a template to text, with what every template may read."""
    parts = parts_of(request)
    zone, zone_name = zone_of(request)
    values: Context = {
        "shell": None,
        "here": "",
        "theme": session.user.theme if session else "system",
        "csrf_token": _csrf_token(request),
        "now": parts.rt.clock.now(),
        "zone": zone,
        "zone_name": zone_name,
        "undo": None,
        "errors": {},
        "summary": [],
        **context,
    }
    accepted = request.headers.get("accept-language", "")
    with language.spoken(session.user.language if session else language.of_browser(accepted)):
        return parts.templates.get_template(template).render(values)


async def frame_for(request: Http, visit: Visit, here: str) -> shell.Shell:
    """Make the frame: entries, account switcher, balance."""
    rt, session = parts_of(request).rt, visit.session
    plain = plain_frame(request, visit, here)
    is_operator_page = plain.home != "/"
    chosen = None if is_operator_page or session.account is None else session.account.id
    places = [
        shell.Place(str(one.id), one.name, is_current=one.id == chosen) for one in await sessions.accounts(rt, session)
    ]
    places += [one for one in plain.places if one.id == _OPERATOR]
    stopped = await look.stopped(rt, visit.who)
    if is_operator_page:
        return replace(plain, places=places, stopped=stopped)
    standing = await summary.standing(rt, visit.who)
    return replace(plain, places=places, stopped=stopped, balance=standing.balance, last_grant=standing.last_grant)


def plain_frame(request: Http, visit: Visit, here: str) -> shell.Shell:
    """Make the frame of what is known without asking the database: no balance, and no other account to choose."""
    session, who = visit.session, visit.who
    is_operator_page = here in shell.OPERATOR_KEYS - _SHARED or session.account is None
    groups = shell.groups_with(
        shell.OPERATOR if is_operator_page else shell.ACCOUNT, badges={}, hidden=shell.hidden_from(who)
    )
    places = (
        []
        if session.account is None
        else [shell.Place(str(session.account.id), session.account.name, is_current=not is_operator_page)]
    )
    if who.is_operator:
        places.append(shell.Place(_OPERATOR, "Operator", is_current=is_operator_page))
    return shell.Shell(
        groups,
        shell.dock_of(groups, shell.OPERATOR_DOCK if is_operator_page else shell.ACCOUNT_DOCK),
        "/operator" if is_operator_page else "/",
        "Operator" if session.account is None or is_operator_page else session.account.name,
        places,
        session.user.display_name,
        is_operator=who.is_operator,
        visiting=session.visiting,
        is_suspended=session.account is not None and session.account.suspended_at is not None,
        single_keys=KEYS_OFF not in request.cookies,
    )


def is_part(request: Http) -> bool:
    """Tell whether htmx asks for a part of a page (and not to restore a whole one from history)."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"


def go(address: str, *, flash: Flash | None = None) -> Redirect:
    """Lead to another page after a deed (303), with a word about it."""
    cookies = [
        Cookie(FLASH, value=_write_flash([flash]), max_age=_FLASH_SECONDS, path="/", httponly=True, samesite="lax")
    ]
    return Redirect(address, status_code=303, cookies=cookies if flash else [])


def zone_of(request: Http) -> tuple[tzinfo, str]:
    """Return the zone the person sits in, as the browser told it, with its name; UTC until it did."""
    name = unquote(request.cookies.get(_ZONE, ""))
    try:
        return (ZoneInfo(name), name) if name else (UTC, "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC, "UTC"  # a name of no zone, or no name at all: cookies are anybody's to write


def midnight(request: Http) -> datetime:
    """Return when today began where the person sits."""
    now = parts_of(request).rt.clock.now().astimezone(zone_of(request)[0])
    return now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def is_secure(request: Http) -> bool:
    """Tell whether the person came over TLS, here or at a proxy in front."""
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"


def session_cookie(request: Http, token: str, *, seconds: int, use: str = "session") -> Cookie:
    """Make the cookie that holds a session, or (`code`) one whose second factor is still to come."""
    return Cookie(
        cookie_name(request, use),
        value=token,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )


def _csrf_token(request: Http) -> str:
    """Return the token of this answer's forms; routes that check it themselves have only the cookie's."""
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else request.cookies.get(cookie_name(request, "csrf"), "")


def _write_flash(flashes: list[Flash | None]) -> str:
    return base64.urlsafe_b64encode(json.dumps(flashes).encode()).decode()


def _read_flash(request: Http) -> list[Flash]:
    raw = request.cookies.get(FLASH)
    if not raw:
        return []
    try:
        found = json.loads(base64.urlsafe_b64decode(raw))
        return [(_kind(kind), str(title), str(body)) for kind, title, body in found]
    except (ValueError, TypeError):
        return []  # somebody else wrote it: it is only a word about a deed


def _kind(word: object) -> str:
    return word if word in ("error", "warn", "info", "done") else "info"
