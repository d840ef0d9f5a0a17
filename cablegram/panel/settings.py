"""Settings: what a person chooses for themselves."""

from __future__ import annotations

from typing import Any, cast

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from cablegram.accounts import about_person, profile
from cablegram.accounts.access import Scope
from cablegram.kit.errors import InvalidInput, Unavailable
from cablegram.panel import rules
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import KEYS_OFF, go, page, render
from cablegram.panel.visit import Http, Visit, Visitor, address_of, parts_of
from cablegram.webhooks import callback

_FIELDS = {"old_password": "current", "new_password": "password", "too_many_attempts": "current"}
_SHOWN = ("current", "password", "again")
_A_YEAR = 365 * 24 * 3600


@get("/settings")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the page; who came by a one-time login is asked for a password, and may go on without."""
    return await _page(request, visit, is_first="first" in request.query_params)


@post("/settings/theme", status_code=303)
async def choose_theme(request: Http, visit: Visitor) -> Redirect:
    """Keep how the panel looks."""
    theme = (await read_form(request)).one("theme")
    await profile.set_theme(parts_of(request).rt, visit.session, cast("Any", theme))
    return go("/settings", flash=("done", "The look is kept", ""))


@post("/settings/keys", status_code=303)
async def choose_keys(request: Http, visit: Visitor) -> Redirect:  # noqa: ARG001 - only for somebody who is here
    """Keep, for this browser, whether single keys act."""
    is_on = (await read_form(request)).one("single_keys") == "on"
    answer = go("/settings#keys", flash=("done", "Single keys act" if is_on else "Single keys are off", ""))
    answer.cookies.append(
        Cookie(KEYS_OFF, value="1", max_age=0 if is_on else _A_YEAR, path="/", httponly=True, samesite="lax")
    )
    return answer


@post("/settings/password", status_code=200)
async def choose_password(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set or change the password; other sessions of the person end."""
    form = await read_form(request)
    is_first = form.one("first") == "1"
    if form.one("password") != form.one("again"):
        errors = {"again": "This is not the same as above. Type it once more."}
        return await _page(request, visit, is_first=is_first, errors=errors)
    try:
        await profile.change_password(
            parts_of(request).rt,
            visit.session,
            old=form.one("current"),
            new=form.one("password"),
            address=address_of(request),
        )
    except InvalidInput as error:
        return await _page(request, visit, is_first=is_first, errors=errors_of(error, _FIELDS))
    except Unavailable as error:
        if error.code != "too_many_attempts":
            raise
        answer = await _page(request, visit, is_first=is_first, errors=errors_of(error, _FIELDS), status=429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return go("/" if is_first else "/settings", flash=("done", "The password is set", "Other sessions have ended."))


async def _page(
    request: Http, visit: Visit, *, is_first: bool = False, errors: Errors | None = None, status: int = 422
) -> Response[str]:
    user, status, callback_url = visit.session.user, status if errors else 200, None
    if visit.session.account is not None and Scope.WEBHOOKS in visit.who.scopes:
        kept = await callback.show(parts_of(request).rt, visit.who)
        callback_url = kept.url if kept else ""
    context = {
        "tabs": rules.tabs("/settings") if visit.session.account else [],
        "user": user,
        "callback": callback_url,
        "about": await about_person.show(parts_of(request).rt, user),
        "time_zones": [(one, one) for one in about_person.time_zones()],
        "has_password": user.has_password,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    if is_first and not user.has_password:
        return render(
            request, visit.session, "settings/first.html", title="Choose a password", status=status, context=context
        )
    return await page(
        request, visit, "settings/profile.html", title="Settings", here="settings", status=status, context=context
    )


HANDLERS = (show, choose_theme, choose_keys, choose_password)
