"""Settings > Security: the password, the second factor, and where the person is logged in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from cablegram.accounts import second_factor, sessions
from cablegram.accounts.second_factor import Offer
from cablegram.kit.errors import CablegramError, Conflict
from cablegram.panel import rules
from cablegram.panel.agents import told
from cablegram.panel.forms import Errors, errors_of, read_form
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, address_of, parts_of

_HERE = "/settings/security"


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show how the person logs in, and where they are."""
    return await _page(request, visit)


@post(f"{_HERE}/set-up", status_code=303)
async def offer(request: Http, visit: Visitor) -> Redirect:
    """Make a secret for a phone; the page shows it until its first code comes."""
    try:
        await second_factor.offer(parts_of(request).rt, visit.session)
    except Conflict as error:
        return go(_HERE, flash=("info", "Nothing has changed", error.message))
    return go(f"{_HERE}#second")


@post(f"{_HERE}/confirm", status_code=200)
async def confirm(request: Http, visit: Visitor) -> Response[str]:
    """Switch it on by its first code, and show the recovery codes, once."""
    code = (await read_form(request)).one("code")
    try:
        codes = await second_factor.confirm(parts_of(request).rt, visit.session, code, address=address_of(request))
    except CablegramError as error:
        return await _page(request, visit, errors=errors_of(error, {"too_many_attempts": "code"}))
    visit.session.user.has_second_factor = True
    return await _page(request, visit, codes=codes)


@post(f"{_HERE}/codes", status_code=200)
async def renew(request: Http, visit: Visitor) -> Response[str]:
    """Make new recovery codes, and show them, once."""
    code = (await read_form(request)).one("code")
    try:
        codes = await second_factor.renew_codes(parts_of(request).rt, visit.session, code, address=address_of(request))
    except CablegramError as error:
        return await _page(request, visit, errors=errors_of(error, {"too_many_attempts": "code"}))
    return await _page(request, visit, codes=codes)


@post(f"{_HERE}/off", status_code=200)
async def switch_off(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Ask for no second factor any more."""
    code = (await read_form(request)).one("code")
    try:
        await second_factor.switch_off(parts_of(request).rt, visit.session, code, address=address_of(request))
    except CablegramError as error:
        names = {"too_many_attempts": "code", "two_factor_required": "code"}
        return await _page(request, visit, errors=errors_of(error, names))
    return go(_HERE, flash=("done", "The second factor is off", "The password alone lets you in."))


@post(f"{_HERE}/sessions/{{session_id:uuid}}/end", status_code=303)
async def end(request: Http, visit: Visitor, session_id: FromPath[UUID]) -> Redirect:
    """Log out in one place."""
    await sessions.end(parts_of(request).rt, visit.session, session_id)
    return go(_HERE, flash=("done", "That session has ended", ""))


@post(f"{_HERE}/sessions/end", status_code=303)
async def end_others(request: Http, visit: Visitor) -> Redirect:
    """Log out everywhere but here."""
    await sessions.end_others(parts_of(request).rt, visit.session)
    return go(_HERE, flash=("done", "You are logged out everywhere else", ""))


def picture(offer: Offer) -> Markup:
    """Draw the address of a secret as a QR code: an SVG of ours, in which nothing of a user stands. Pure."""
    drawn = segno.make_qr(offer.address, error="m").svg_inline(
        scale=4, border=4, dark="#14242e", light="#ffffff", omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - segno draws squares; the text is in their places alone


async def _page(
    request: Http, visit: Visit, *, errors: Errors | None = None, codes: list[str] | None = None
) -> Response[str]:
    rt, user = parts_of(request).rt, visit.session.user
    waiting = None if user.has_second_factor else await second_factor.offered(rt, visit.session)
    rows: list[dict[str, Any]] = [
        {"line": one, "is_here": one.id == visit.session.id, "device": told(one.agent, one.kind)}
        for one in await sessions.listed(rt, visit.session)
    ]
    context: Context = {
        "tabs": rules.tabs(_HERE) if visit.session.account else [],
        "user": user,
        "must": user.is_operator and rt.settings.operator_two_factor and not user.has_second_factor,
        "left": await second_factor.left(rt, visit.session) if user.has_second_factor else 0,
        "offer": waiting,
        "picture": picture(waiting) if waiting else "",
        "codes": codes or [],
        "sessions": rows,
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "settings/security.html", title="Security", here="settings", status=status, context=context
    )


HANDLERS = (show, offer, confirm, renew, switch_off, end, end_others)
