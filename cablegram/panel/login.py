"""Log in, log out, choose the account to act for."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import authenticate, sessions
from cablegram.accounts.model import User
from cablegram.kit.errors import NotAuthenticated, NotFound, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import go, render, session_cookie
from cablegram.panel.visit import Http, Visitor, address_of, parts_of, safe_next, session_of

_SECONDS = int(sessions.LIFE.total_seconds())


@get("/login")
async def show(request: Http) -> Response[str]:
    """Show the form."""
    return _form(request, "", "", safe_next(request.query_params.get("next", "/")))


@post("/login", status_code=200)
async def enter(request: Http) -> Response[str] | Redirect:
    """Take login and password."""
    form = await read_form(request)
    login, wanted = form.one("login"), safe_next(form.one("next") or "/")
    try:
        user = await authenticate.by_password(
            parts_of(request).rt, login, form.one("password"), address=address_of(request)
        )
    except NotAuthenticated as error:
        return _form(request, login, error.message, wanted, status=401)
    except Unavailable as error:
        if error.code != "too_many_attempts":
            raise
        answer = _form(request, login, error.message, wanted, status=429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return await _begin(request, user, wanted)


@get("/login/{token:str}")
async def enter_once(request: Http, token: FromPath[str]) -> Response[str] | Redirect:
    """Take a one-time login, as `cablegram up` prints it; a password is the next thing to choose."""
    try:
        user = await authenticate.one_time(parts_of(request).rt, token)
    except NotAuthenticated as error:
        return _form(request, "", error.message, "/", status=401)
    return await _begin(request, user, "/" if user.has_password else "/settings?first=1")


@post("/logout", status_code=303)
async def leave(request: Http) -> Redirect:
    """End the session."""
    await sessions.close(parts_of(request).rt, await session_of(request))
    answer = go("/login")
    answer.cookies.append(session_cookie(request, "", seconds=0))
    return answer


@post("/place", status_code=303)
async def choose(request: Http, visit: Visitor) -> Redirect:
    """Act for another account, or (`operator`) for the installation."""
    place = (await read_form(request)).one("place")
    if place == "operator":
        return go("/operator")
    chosen = read_ids([place])
    if not chosen:
        raise NotFound("account_not_found", "There is no such account among yours.")
    await sessions.choose_account(parts_of(request).rt, visit.session, AccountId(chosen[0]))
    return go("/")


def _form(request: Http, login: str, error: str, wanted: str, *, status: int = 200) -> Response[str]:
    context = {"login": login, "errors": {"login": "", "password": "", "form": error}, "next": wanted}
    return render(request, None, "login.html", title="Log in", status=status, context=context)


async def _begin(request: Http, user: User, wanted: str) -> Redirect:
    token = await sessions.open_session(parts_of(request).rt, user)
    answer = go(wanted)
    answer.cookies.append(session_cookie(request, token, seconds=_SECONDS))
    return answer


HANDLERS = (show, enter, enter_once, leave, choose)
