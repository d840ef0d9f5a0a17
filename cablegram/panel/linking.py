"""Settings > Short links: what short links look like here, and for how long they lead anywhere."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.kit.errors import InvalidInput
from cablegram.links import codes, reading
from cablegram.links.model import LINK, MOST_DAYS, SAMPLES
from cablegram.panel import rules
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

HERE = "/settings/links"
_FIELDS = {"days": "days"}


@get(HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show how links are made."""
    return await _page(request, visit, str(await reading.days(parts_of(request).rt, visit.who)))


@post(HERE, status_code=200)
async def save(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Keep for how long links lead anywhere."""
    typed = (await read_form(request)).one("days").strip()
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
    try:
        await reading.set_days(parts_of(request).rt, visit.who, number)
    except InvalidInput as error:
        return await _page(request, visit, typed, errors=errors_of(error, _FIELDS))
    return go(HERE, flash=("done", "It is kept", "It holds for links that are made from now on."))


async def _page(request: Http, visit: Visit, days: str, *, errors: Errors | None = None) -> Response[str]:
    settings = parts_of(request).rt.settings
    shortener = codes.sampler(settings)
    context = {
        "tabs": rules.tabs(HERE),
        "days": days,
        "most_days": MOST_DAYS,
        "example": f"{shortener.base}/{LINK}/{SAMPLES[0]}",
        "length": shortener.length,
        "is_reachable": bool(settings.link_url or settings.public_url),
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("days",)),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "settings/links.html", title="Short links", here="settings", status=status, context=context
    )


HANDLERS = (show, save)
