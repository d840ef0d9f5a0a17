"""Errors as pages: what happened, why, the way on, the code. Never a stack, never a dead end."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from cablegram.kit.errors import (
    CablegramError,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    PaymentRequired,
    Refused,
    TooLarge,
    Unavailable,
)
from cablegram.panel.pages import render
from cablegram.panel.visit import Http, NotLoggedIn, login_address

_STATUSES: dict[type[CablegramError], int] = {
    InvalidInput: 400,
    NotAuthenticated: 401,
    PaymentRequired: 402,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    Refused: 422,
    Unavailable: 503,
}
_WORDS = {
    403: ("This was not done", "The page that sent it was open for too long. Go back, load it anew and try again."),
    404: ("There is no such page", "It may have moved, or the address has a typing mistake."),
    405: ("This can't be done here", "The address takes another kind of request."),
    409: ("Nothing to show yet", "You belong to no account. Ask the operator to add you to one."),
    413: ("The file is too large", "Import it in pieces, or with the command line: cablegram import."),
}


def to_login(_: Http, error: NotLoggedIn) -> Redirect:
    """Lead to the log-in page and back."""
    return Redirect(login_address(error.wanted), status_code=303)


def ours(request: Http, error: CablegramError) -> Response[str]:
    """Show an error of a room that no form of this page could show."""
    status = next((code for kind, code in _STATUSES.items() if isinstance(error, kind)), 500)
    return _page(request, status, error.code, error.message, "")


def theirs(request: Http, error: HTTPException) -> Response[str]:
    """Show an error of the web: no such page, a stale form."""
    what, why = _WORDS.get(error.status_code, ("This did not work", str(error.detail)))
    return _page(request, error.status_code, "", what, why)


def _page(request: Http, status: int, code: str, what: str, why: str) -> Response[str]:
    ways: list[Any] = [("Home", "/")]
    if request.headers.get("referer"):
        ways.insert(0, ("Back", request.headers["referer"]))
    return render(
        request, None, "error.html", title=what, status=status, code=code, what=what, why=why, ways=ways
    )
