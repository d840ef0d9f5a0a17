"""Who is at the panel: the session behind the cookie, and the way to the log-in page when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State as AppState
from litestar.exceptions import HTTPException

from cablegram.accounts import authenticate
from cablegram.accounts.access import Principal
from cablegram.accounts.model import Account, Session
from cablegram.kit.errors import NotAuthenticated
from cablegram.panel.parts import Parts

COOKIE: Final = "cablegram_session"
SEEN_FOR: Final = 14 * 24 * 3600  # seconds a browser keeps the cookie; the session itself ends by the database

Http = Request[object, object, AppState]


class NotLoggedIn(Exception):  # noqa: N818 - not an error: the way to the log-in page
    """Somebody came without a session; after logging in they go on where they wanted."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


@dataclass(slots=True)
class Visit:
    """A person with an account to act for."""

    session: Session
    account: Account
    who: Principal


async def visit(request: Http) -> Visit:
    """Return who is here; raises NotLoggedIn, or HTTPException 409 for a person without any account."""
    session = await session_of(request)
    if session.account is None or session.principal is None:
        raise HTTPException(status_code=409, detail="no_account")
    return Visit(session, session.account, session.principal)


async def session_of(request: Http) -> Session:
    """Return the session of the cookie; raises NotLoggedIn."""
    token = request.cookies.get(COOKIE)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not token:
        raise NotLoggedIn(wanted)
    try:
        return await authenticate.by_session(parts_of(request).rt, token)
    except NotAuthenticated:
        raise NotLoggedIn(wanted) from None


def parts_of(connection: ASGIConnection[object, object, object, AppState]) -> Parts:
    """Return what the application was built with."""
    return connection.app.state["parts"]


def login_address(wanted: str) -> str:
    """Return the log-in page that leads back to where somebody wanted to go."""
    return f"/login?next={quote(wanted, safe='')}"


def safe_next(address: str) -> str:
    """Return an address of this panel, whatever was asked for: never another host's."""
    parts = urlsplit(address)
    is_ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_ours else "/"
