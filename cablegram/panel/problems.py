"""Errors as pages: what happened, why, the way on, the code. Never a stack, never a dead end."""

from __future__ import annotations

from urllib.parse import urlsplit

from litestar import Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, PermissionDeniedException
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
from cablegram.panel.pages import Context, is_part, plain_frame, render
from cablegram.panel.shell import key_of
from cablegram.panel.visit import (
    SET_UP,
    Http,
    NoAccount,
    NotLoggedIn,
    SecondFactorNeeded,
    cookie_name,
    known,
    login_address,
    parts_of,
)

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
    413: ("The file is too large", "Import it in pieces, or with the command line: cablegram import."),
}
_BROKEN = ("Something failed inside Cablegram", "Its log says what. If it happens again, tell whoever runs it.")
# Whoever reads a page has a role, and no key that could be another one.
_NOT_OF_ROLE = ("This is not for your role", "An owner of the account can give you another one, under Settings, Team.")
_HOME = ("Home", "/")
_SECRET = ("/shared/", "/login/", "/confirm/", "/reset/", "/invitation/")

Ways = list[tuple[str, str]]


def all_texts() -> list[str]:
    """List what these pages say of themselves, for the catalogues."""
    told = (*_WORDS.values(), _BROKEN, _NOT_OF_ROLE)
    return [_HOME[0], "Back", *(text for pair in told for text in pair)]


def to_login(request: Http, error: NotLoggedIn) -> Response[str] | Redirect:
    """Lead to the log-in page and back."""
    address = login_address(error.wanted)
    if is_part(request):
        # A log-in form inside a page would be odd: the whole page goes there, and comes back to where it was.
        shown = urlsplit(request.headers.get("hx-current-url", "/"))
        address = login_address(shown.path + (f"?{shown.query}" if shown.query else ""))
        return Response("", status_code=401, headers={"HX-Redirect": address})
    return Redirect(address, status_code=303)


def to_set_up(request: Http, error: SecondFactorNeeded) -> Response[str] | Redirect:  # noqa: ARG001 - as all of these
    """Lead an operator to where the second factor is set up."""
    if is_part(request):
        return Response("", status_code=403, headers={"HX-Redirect": SET_UP})
    return Redirect(SET_UP, status_code=303)


def to_no_account(request: Http, error: NoAccount) -> Response[str]:
    """Say why there is nothing to show."""
    if error.is_operator:
        what, why = "There is no account yet", "Open the first one; then there is something to show."
        return _page(request, 409, "", what=what, why=why, ways=[("Open an account", "/operator/accounts")])
    why = "The operator of this installation can add you to one."
    return _page(request, 409, "", what="You belong to no account", why=why, ways=[("Try again", "/")])


def ours(request: Http, error: CablegramError) -> Response[str]:
    """Show an error of a room that no form of this page could show."""
    status = next((code for kind, code in _STATUSES.items() if isinstance(error, kind)), 500)
    what, why = _NOT_OF_ROLE if error.code == "scope_missing" else (error.message, "")
    answer = _page(request, status, error.code, what=what, why=why, ways=_ways(request))
    if isinstance(error, Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def theirs(request: Http, error: HTTPException) -> Response[str]:
    """Show an error of the web: no such page, a stale form, a form that is none."""
    what, why = _WORDS.get(error.status_code, ("This did not work", str(error.detail)))
    answer = _page(request, error.status_code, "", what=what, why=why, ways=_ways(request))
    if isinstance(error, PermissionDeniedException):
        # The next page brings a fresh token, should this one be of another time.
        answer.cookies.append(Cookie(cookie_name(request, "csrf"), value="", max_age=0, path="/"))
    return answer


def broken(request: Http, error: Exception) -> Response[str]:
    """Show that it is our fault, and nothing about how; the log says that."""
    # Whoever has such an address may open what is behind it, so no log has it.
    path = request.url.path
    path = f"/{path.split('/')[1]}/..." if path.startswith(_SECRET) else path
    parts_of(request).rt.log.error("page failed", path=path, exc_info=error)
    what, why = _BROKEN
    return _page(request, 500, "internal_error", what=what, why=why, ways=_ways(request))


def _ways(request: Http) -> Ways:
    came_from = urlsplit(request.headers.get("referer", ""))
    is_ours = came_from.netloc == request.headers.get("host") and came_from.path not in {"", request.url.path}
    back = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return [("Back", back), _HOME] if is_ours else [_HOME]


def _page(request: Http, status: int, code: str, *, what: str, why: str, ways: Ways) -> Response[str]:
    context: Context = {"code": code, "what": what, "why": why, "ways": ways}
    visit = known(request)
    session = visit.session if visit else None
    if not is_part(request):
        if visit:
            here = key_of(request.url.path, visit.who)
            context |= {"here": here, "shell": plain_frame(request, visit, here)}
        return render(request, session, "error.html", title=what, status=status, context=context)
    answer = render(request, session, "shell/_problem.html", title=what, status=status, context=context)
    if request.method == "GET":
        answer.headers["HX-Reswap"] = "none"  # what is on the screen stays; it asks again by itself
    else:
        answer.headers.update({"HX-Retarget": "#main", "HX-Reswap": "afterbegin"})
    return answer
