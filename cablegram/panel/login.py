"""Log in, log out, choose the account to act for."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cablegram.accounts import authenticate
from cablegram.accounts.model import User
from cablegram.kit.errors import InvalidInput, NotAuthenticated
from cablegram.kit.ids import AccountId
from cablegram.panel.pages import go, render
from cablegram.panel.visit import COOKIE, SEEN_FOR, Http, Visit, parts_of, safe_next, session_of

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/login")
async def show(request: Http, next: str = "/") -> Response[str]:  # noqa: A002 - the name in the address
    """Show the form."""
    return _form(request, "", {}, safe_next(next))


@post("/login", status_code=303)
async def enter(request: Http, data: Form) -> Response[str] | Redirect:
    """Take login and password."""
    login, wanted = data.get("login", ""), safe_next(data.get("next", "/"))
    try:
        user = await authenticate.by_password(parts_of(request).rt, login, data.get("password", ""))
    except (NotAuthenticated, InvalidInput) as error:
        return _form(request, login, {"form": error.message}, wanted, status=401)
    return await _begin(request, user, wanted)


@get("/login/{token:str}")
async def enter_once(request: Http, token: str) -> Response[str] | Redirect:
    """Take a one-time login, as `cablegram up` prints it."""
    try:
        user = await authenticate.one_time(parts_of(request).rt, token)
    except NotAuthenticated as error:
        return _form(request, "", {"form": error.message}, "/", status=401)
    return await _begin(request, user, "/" if user.has_password else "/settings?first=1")


@post("/logout", status_code=303)
async def leave(request: Http) -> Redirect:
    """End the session."""
    await authenticate.close_session(parts_of(request).rt, await session_of(request))
    answer = go("/login")
    answer.cookies.append(Cookie(COOKIE, "", max_age=0, path="/"))
    return answer


@post("/account", status_code=303)
async def choose(request: Http, visit: Visit, data: Form) -> Redirect:
    """Act for another account, or (`operator`) for the installation."""
    if data.get("place") == "operator":
        return go("/operator")
    await authenticate.choose_account(parts_of(request).rt, visit.session, AccountId(UUID(data.get("place", ""))))
    return go("/")


def _form(request: Http, login: str, errors: dict[str, str], wanted: str, *, status: int = 200) -> Response[str]:
    given = {"login": "", "password": "", "form": ""} | errors
    return render(
        request, None, "login.html", title="Log in", status=status, login=login, errors=given, next=wanted
    )


async def _begin(request: Http, user: User, wanted: str) -> Redirect:
    token = await authenticate.open_session(parts_of(request).rt, user)
    answer = go(wanted)
    is_secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.cookies.append(
        Cookie(COOKIE, token, max_age=SEEN_FOR, path="/", httponly=True, samesite="lax", secure=is_secure)
    )
    return answer


HANDLERS = (show, enter, enter_once, leave, choose)
