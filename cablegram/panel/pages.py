"""Answer with a page, a part of one, or the way to another: the frame that all screens share."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from litestar import Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Redirect
from litestar.utils.scope.state import ScopeState

from cablegram.accounts import authenticate
from cablegram.billing import ledger
from cablegram.accounts.model import Session
from cablegram.panel import shell
from cablegram.panel.visit import Http, Visit, parts_of

FLASH: Final = "cablegram_flash"
_FLASH_SECONDS = 60
_NO_STORE = {"Cache-Control": "no-store"}

Flash = tuple[str, str, str]  # kind, title, body


async def page(
    request: Http, visit: Visit, template: str, *, title: str, here: str, status: int = 200, **context: Any  # noqa: ANN401
) -> Response[str]:
    """Render a page inside its frame; `here` is the key of the entry it belongs to."""
    frame = await frame_for(request, visit, here)
    return render(request, visit.session, template, title=title, here=here, status=status, shell=frame, **context)


def render(
    request: Http, session: Session | None, template: str, *, title: str, here: str = "", status: int = 200, **context: Any  # noqa: ANN401
) -> Response[str]:
    """Render a template with what every page reads; the flash of the last deed is shown once."""
    parts = parts_of(request)
    flash = _read_flash(request)
    values: dict[str, Any] = {
        "shell": None,
        "title": title,
        "here": here,
        "theme": session.user.theme if session else "system",
        "csrf_token": ScopeState.from_scope(request.scope).csrf_token or "",
        "now": parts.rt.clock.now(),
        "zone": UTC,
        "flash": flash,
        "undo": None,
        **context,
    }
    text = parts.templates.get_template(template).render(values)
    cookies = [Cookie(FLASH, "", max_age=0, path="/")] if flash else []
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=_NO_STORE, cookies=cookies)


async def frame_for(request: Http, visit: Visit, here: str) -> shell.Shell:
    """Make the frame: entries by role, account switcher, balance."""
    rt = parts_of(request).rt
    is_operator_page = any(entry.key == here for group in shell.OPERATOR for entry in group) and here not in _SHARED
    places = [
        shell.Place(str(account.id), account.name, account.id == visit.account.id)
        for account in await authenticate.accounts(rt, visit.session)
    ]
    if is_operator_page:
        groups = shell.groups_with(shell.OPERATOR, badges={})
        return shell.Shell(
            groups, shell.dock_of(groups, shell.OPERATOR_DOCK), "/operator", "Operator", places,
            visit.session.user.display_name,
        )  # fmt: skip
    groups = shell.groups_with(shell.ACCOUNT, badges={})
    balance, granted = await ledger.standing(rt, visit.who)
    return shell.Shell(
        groups, shell.dock_of(groups, shell.ACCOUNT_DOCK), "/", visit.account.name, places,
        visit.session.user.display_name, balance, granted,
    )  # fmt: skip


_SHARED = frozenset({"settings", "help"})


def is_fragment(request: Http) -> bool:
    """Tell whether htmx asks for a part of a page (and not to restore a whole one from history)."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"


def go(address: str, *, flash: Flash | None = None) -> Redirect:
    """Lead to another page after a deed (303), with a word about it."""
    cookies = [Cookie(FLASH, _write_flash([flash]), max_age=_FLASH_SECONDS, path="/", httponly=True, samesite="lax")]
    return Redirect(address, status_code=303, cookies=cookies if flash else [])


def errors_by_field(faults: Sequence[Any], code: str, message: str, renames: Mapping[str, str]) -> dict[str, str]:
    """Turn an error's faults into sentences by form field; an error without faults belongs to the form."""
    found = {renames.get(fault.field, fault.field): fault.message for fault in faults}
    return found or {renames.get(code, "form"): message}


def _write_flash(flashes: Sequence[Flash | None]) -> str:
    return base64.urlsafe_b64encode(json.dumps(flashes).encode()).decode()


def _read_flash(request: Http) -> list[Flash]:
    raw = request.cookies.get(FLASH)
    if not raw:
        return []
    try:
        return [(str(kind), str(title), str(body)) for kind, title, body in json.loads(base64.urlsafe_b64decode(raw))]
    except ValueError:
        return []  # somebody else wrote it: it is only a word about a deed
