"""Settings > Spending cap: what the account may spend on messages a day and a month."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.billing import caps
from cablegram.kit.errors import CablegramError
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.panel import rules
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/settings/spending"


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the caps and what was spent of them."""
    found = await caps.show(parts_of(request).rt, visit.who)
    return await _page(request, visit, _written(found and found.per_day), _written(found and found.per_month))


@post(_HERE, status_code=200)
async def save(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Keep the caps; an empty field takes one away."""
    form = await read_form(request)
    day, month = form.one("per_day").strip(), form.one("per_month").strip()
    try:
        await caps.change(parts_of(request).rt, visit.who, per_day=_read(day), per_month=_read(month))
    except CablegramError as error:
        return await _page(request, visit, day, month, errors=errors_of(error, {"bad_amount": "form"}))
    return go(_HERE, flash=("done", "The caps are kept", "They count from the next message on."))


def _read(text: str) -> int | None:
    return credits_to_micro(text) if text else None


def _written(amount: int | None) -> str:
    return "" if amount is None else micro_to_credits(amount)


async def _page(
    request: Http, visit: Visit, per_day: str, per_month: str, *, errors: Errors | None = None
) -> Response[str]:
    context: Context = {
        "tabs": rules.tabs(_HERE),
        "cap": await caps.show(parts_of(request).rt, visit.who),
        "form": {"per_day": per_day, "per_month": per_month},
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("per_day", "per_month")),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "settings/spending.html", title="Spending cap", here="settings", status=status, context=context
    )


HANDLERS = (show, save)
