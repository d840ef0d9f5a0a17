"""Who is at the panel: the session behind the cookie, and the way to the log-in page when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State as AppState
from litestar.di import NamedDependency

from cablegram.accounts import sessions
from cablegram.accounts.access import Principal
from cablegram.accounts.model import Account, Session
from cablegram.kit.errors import NotAuthenticated
from cablegram.kit.networks import Network, caller, read_networks
from cablegram.panel.parts import Parts

# Where a proxy of this machine calls from. One elsewhere has to be named: CABLEGRAM_TRUSTED_PROXIES.
_OWN_PROXIES = ("127.0.0.1", "::1")

SET_UP = "/settings/security"

Http = Request[Any, Any, AppState]


class NotLoggedIn(Exception):
    """Somebody came without a session; after logging in they go on where they wanted."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class SecondFactorNeeded(Exception):
    """This installation asks a second factor of its operators, and one has none yet."""


class NoAccount(Exception):
    """A page of an account was asked for by somebody who can act for none."""

    def __init__(self, *, is_operator: bool) -> None:
        super().__init__(is_operator)
        self.is_operator = is_operator


@dataclass(slots=True)
class Visit:
    """A person who may act: for the account they chose, or as the operator for none."""

    session: Session
    who: Principal

    @property
    def account(self) -> Account:
        """Return the account. Raises NoAccount when the operator has not opened one yet."""
        if self.session.account is None:
            raise NoAccount(is_operator=True)
        return self.session.account


Visitor = NamedDependency[Visit]
"""How a handler asks for the person who is here."""


async def visit(request: Http) -> Visit:
    """Return who is here.

    Raises NotLoggedIn, SecondFactorNeeded, or NoAccount for a person who was let go from all accounts.
    """
    session = await session_of(request)
    must = session.user.is_operator and parts_of(request).rt.settings.operator_two_factor
    if must and not session.user.has_second_factor and not request.url.path.startswith(SET_UP):
        raise SecondFactorNeeded
    if session.principal is None:
        raise NoAccount(is_operator=False)
    found = Visit(session, session.principal)
    request.state.visit = found  # for the page that says what went wrong, should something
    return found


def known(request: Http) -> Visit | None:
    """Return who is here, where that was asked for by now; None: nobody knows."""
    return request.state.get("visit")


async def session_of(request: Http) -> Session:
    """Return the session of the cookie. Raises NotLoggedIn."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        raise NotLoggedIn(_wanted(request))
    try:
        return await sessions.by_token(parts_of(request).rt, token)
    except NotAuthenticated:
        raise NotLoggedIn(_wanted(request)) from None


def parts_of(connection: ASGIConnection[Any, Any, Any, AppState]) -> Parts:
    """Return what the application was built with."""
    return connection.app.state["parts"]


def cookie_name(request: Http, use: str = "session") -> str:
    """Name a cookie after this installation: browsers share cookies among all ports of a machine."""
    return f"cablegram_{use}_{parts_of(request).rt.seal.derive('panel cookies')[:8]}"


def login_address(wanted: str) -> str:
    """Return the log-in page that leads back to where somebody wanted to go."""
    return f"/login?next={quote(wanted, safe='')}"


def address_of(request: Http) -> str:
    """Return where somebody comes from; of a proxy on this machine, or one we trust, whom it says it speaks for.

    A proxy adds to `X-Forwarded-For` at its end. What stands before, anybody can write; from elsewhere, all of it.
    """
    peer = request.client.host if request.client else ""
    trusted = _proxies(tuple(parts_of(request).rt.settings.trusted_proxies))
    return caller(peer, request.headers.get("x-forwarded-for"), trusted)


@cache
def _proxies(named: tuple[str, ...]) -> tuple[Network, ...]:
    return read_networks((*_OWN_PROXIES, *named))


def safe_next(address: str) -> str:
    """Return an address of this panel, whatever was asked for: never another host's.

    Browsers read a backslash as a slash and drop control characters, so neither may be in it.
    """
    is_plain = address.isprintable() and "\\" not in address
    parts = urlsplit(address) if is_plain else None
    is_ours = parts is not None and not parts.scheme and not parts.netloc and address.startswith("/")
    return address if is_ours and not address.startswith("//") else "/"


def _wanted(request: Http) -> str:
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
