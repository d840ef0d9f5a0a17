"""Log in, with a code where a second factor is on; log out; choose the account to act for."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import authenticate, letting_in, sessions
from cablegram.accounts.model import Place, User
from cablegram.kit.errors import InvalidInput, NotAllowed, NotAuthenticated, NotFound, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import go, page, render, session_cookie
from cablegram.panel.visit import Http, Visitor, address_of, cookie_name, parts_of, safe_next, session_of

_SECONDS = int(sessions.LIFE.total_seconds())
_CODE_SECONDS = int(sessions.CODE_LIFE.total_seconds())


@get("/login")
async def show(request: Http) -> Response[str]:
    """Show the form."""
    return await _form(request, "", "", safe_next(request.query_params.get("next", "/")))


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
        return await _form(request, login, error.message, wanted, status=401)
    except Unavailable as error:
        return _waits(await _form(request, login, error.message, wanted, status=429), error)
    return await begin(request, user, wanted)


@get("/login/code")
async def show_code(request: Http) -> Response[str]:
    """Ask for the code of the second factor."""
    return _code(request, safe_next(request.query_params.get("next", "/")), "")


@post("/login/code", status_code=200)
async def enter_code(request: Http) -> Response[str] | Redirect:
    """Take the code, and let the person in."""
    form = await read_form(request)
    wanted = safe_next(form.one("next") or "/")
    half = request.cookies.get(cookie_name(request, "code"), "")
    rt = parts_of(request).rt
    try:
        token = await sessions.with_code(rt, half, form.one("code"), place=place_of(request))
    except NotAuthenticated as error:
        if error.code == "session_over":
            return await _form(request, "", "That took too long. Log in again.", wanted, status=401)
        return _code(request, wanted, error.message, status=401)
    except Unavailable as error:
        return _waits(_code(request, wanted, error.message, status=429), error)
    answer = go(wanted)
    answer.cookies.append(session_cookie(request, token, seconds=_SECONDS))
    answer.cookies.append(session_cookie(request, "", seconds=0, use="code"))
    return answer


@get("/login/{token:str}")
async def enter_once(request: Http, token: FromPath[str]) -> Response[str] | Redirect:
    """Take a one-time login, as `cablegram up` prints it; a password is the next thing to choose."""
    try:
        user = await authenticate.one_time(parts_of(request).rt, token)
    except NotAuthenticated as error:
        return await _form(request, "", error.message, "/", status=401)
    return await begin(request, user, "/" if user.has_password else "/settings?first=1")


@post("/logout", status_code=303)
async def leave(request: Http) -> Redirect:
    """End the session."""
    await sessions.close(parts_of(request).rt, await session_of(request))
    answer = go("/login")
    answer.cookies.append(session_cookie(request, "", seconds=0))
    return answer


@post("/place", status_code=303)
async def choose(request: Http, visit: Visitor) -> Redirect:
    """Act for another account, or (`operator`) for the installation; into a customer's one says why first."""
    place = (await read_form(request)).one("place")
    if place == "operator":
        return go("/operator")
    chosen = read_ids([place])
    if not chosen:
        raise NotFound("account_not_found", "There is no such account among yours.")
    try:
        await sessions.choose_account(parts_of(request).rt, visit.session, AccountId(chosen[0]))
    except NotAllowed:
        return go(f"/operator/visit/{chosen[0]}")
    return go("/")


@get("/operator/visit/{account_id:uuid}")
async def show_visit(request: Http, visit: Visitor, account_id: FromPath[UUID]) -> Response[str]:
    """Ask the operator why they act for a customer's account."""
    return await _visit_page(request, visit, account_id, "")


@post("/operator/visit/{account_id:uuid}", status_code=200)
async def begin_visit(request: Http, visit: Visitor, account_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Act for it, for an hour."""
    why = (await read_form(request)).one("why")
    try:
        await sessions.visit(parts_of(request).rt, visit.session, AccountId(account_id), why=why)
    except InvalidInput:
        return await _visit_page(request, visit, account_id, "Say why, in a line: the customer can read it.")
    return go("/")


@post("/visit/end", status_code=303)
async def end_visit(request: Http, visit: Visitor) -> Redirect:
    """Go back to the operator's own."""
    await sessions.leave(parts_of(request).rt, visit.session)
    return go("/operator/accounts", flash=("done", "The visit has ended", "What you did stands in the account's log."))


async def begin(request: Http, user: User, wanted: str) -> Redirect:
    """Let somebody in who is known, or ask for the second factor first."""
    token, is_half = await sessions.begin(parts_of(request).rt, user, place_of(request))
    if is_half:
        answer = go(f"/login/code?next={quote(wanted, safe='/')}")
        answer.cookies.append(session_cookie(request, token, seconds=_CODE_SECONDS, use="code"))
        return answer
    answer = go(wanted)
    answer.cookies.append(session_cookie(request, token, seconds=_SECONDS))
    return answer


def place_of(request: Http) -> Place:
    """Return where somebody comes from, and with what."""
    return Place(address_of(request), request.headers.get("user-agent", ""))


async def _form(request: Http, login: str, error: str, wanted: str, *, status: int = 200) -> Response[str]:
    context = {
        "login": login,
        "errors": {"login": "", "password": "", "form": error},
        "next": wanted,
        "sign_up": (await letting_in.policy(parts_of(request).rt)).sign_up == "open",
    }
    return render(request, None, "login.html", title="Log in", status=status, context=context)


def _code(request: Http, wanted: str, error: str, *, status: int = 200) -> Response[str]:
    context = {"next": wanted, "errors": {"code": error} if error else {}}
    return render(request, None, "entry/code.html", title="One more step", status=status, context=context)


def _waits(answer: Response[str], error: Unavailable) -> Response[str]:
    if error.code != "too_many_attempts":
        raise error
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


async def _visit_page(request: Http, visit: Visitor, account_id: UUID, error: str) -> Response[str]:
    known = {one.id: one for one in await sessions.accounts(parts_of(request).rt, visit.session)}
    account = known.get(AccountId(account_id)) if visit.who.is_operator else None
    if account is None:
        raise NotFound("account_not_found", "There is no such account among yours.")
    context = {"account": account, "errors": {"why": error} if error else {}}
    return await page(
        request,
        visit,
        "operator/visit.html",
        title=account.name,
        here="accounts",
        status=422 if error else 200,
        context=context,
    )


HANDLERS = (
    show, enter, show_code, enter_code, enter_once, leave, choose, show_visit, begin_visit, end_visit,
)  # fmt: skip
