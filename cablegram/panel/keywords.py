"""Services: the account's SMS services, and the form that asks the operator for one (R68, R80, R81)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.kit.errors import CablegramError
from cablegram.numbers.countries import COUNTRIES
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.programs.model import MEMBERS
from cablegram.sms_services import codes, content, reading, requesting
from cablegram.sms_services.model import Form, OptInMode, Use

_HERE = "/services"


@dataclass(slots=True)
class Wish:
    """The request as typed."""

    country: str = ""
    keyword: str = ""
    name: str = ""
    minimum_age: str = "18"
    opt_in: str = OptInMode.DOUBLE.value
    use: str = Use.MARKETING.value
    frequency: str = "4"
    terms_url: str = ""
    phone: str = ""
    email: str = ""
    examples: str = ""
    advertising: str = ""


SHOWN = tuple(one.name for one in fields(Wish))


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the account's services, newest first."""
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    found = await requesting.page(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HERE, [], cursor, found, [one.id for one in found])
    counts = await reading.counts(rt, visit.who, [one.id for one in listed.rows])
    context: Context = {
        "rows": [(one, sum(counts[one.id].get(standing, 0) for standing in MEMBERS)) for one in listed.rows],
        "newer": listed.newer,
        "older": listed.older,
    }
    return await page(request, visit, "services/list.html", title="Services", here="services", context=context)


@get(f"{_HERE}/new")
async def begin(request: Http, visit: Visitor) -> Response[str]:
    """Show the empty form."""
    return await _form_page(request, visit, Wish())


@post(f"{_HERE}/new", status_code=200)
async def ask(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Ask for the service, or only look at what may be wrong with it."""
    sent = await read_form(request)
    wish = Wish(**{name: sent.one(name).strip() for name in SHOWN})
    if sent.one("deed") == "check":
        return await _form_page(request, visit, wish, is_checked=True)
    try:
        made = await requesting.request(
            parts_of(request).rt, visit.who, country=wish.country, keyword=wish.keyword, form=form_of(wish)
        )
    except CablegramError as error:
        found = errors_of(error)
        named = {name.split(".")[0] if name.split(".")[0] in SHOWN else name: text for name, text in found.items()}
        return await _form_page(request, visit, wish, errors=named)
    told = "The operator looks at it. People can subscribe once it is approved."
    return go(f"{_HERE}/{made.id}", flash=("done", f"{made.keyword} is asked for on {made.code.digits}", told))


async def _form_page(
    request: Http, visit: Visit, wish: Wish, *, errors: Errors | None = None, is_checked: bool = False
) -> Response[str]:
    rt = parts_of(request).rt
    countries = await codes.countries_with_codes(rt, visit.who)
    context: Context = {
        "wish": wish,
        "countries": [(one, COUNTRIES[one].name) for one in countries if one in COUNTRIES],
        "errors": errors or {},
        "summary": summary_of(errors or {}, SHOWN),
        "findings": content.find(f"{wish.keyword} {wish.examples} {wish.advertising}"),
        "is_checked": is_checked,
        "classes": [one.name for one in content.CLASSES],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "services/new.html", title="Request a service", here="services", status=status, context=context
    )


def form_of(wish: Wish) -> Form:
    """Return what is typed as the room has it; what is no number becomes one that is refused beside its field."""
    return Form(
        name=wish.name,
        minimum_age=_whole(wish.minimum_age),
        opt_in=OptInMode.SINGLE if wish.opt_in == OptInMode.SINGLE else OptInMode.DOUBLE,
        use=Use.NOTIFICATIONS if wish.use == Use.NOTIFICATIONS else Use.MARKETING,
        frequency=_whole(wish.frequency),
        terms_url=wish.terms_url,
        phone=wish.phone,
        email=wish.email,
        examples=_lines(wish.examples),
        advertising=_lines(wish.advertising),
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


HANDLERS = (show, begin, ask)
