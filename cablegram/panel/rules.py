"""Settings > Quiet hours and caps: what the account asks of every message, whoever writes it (R109, R147, R148)."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.consent import policy, sending_rules
from cablegram.consent.policy import Standing
from cablegram.consent.sending_rules import SendingRules, Term
from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.panel import timed
from cablegram.panel.forms import Errors, Fields, read_form, summary_of
from cablegram.panel.pages import Context, go, page, part
from cablegram.panel.timing import Forecast, HoursForm
from cablegram.panel.timing import read_form as read_hours
from cablegram.panel.timing import show as show_hours
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/settings/rules"
_SHOWN = ("quiet", "late", "spread", "most", "dwell", "countries", "zone", "example")
_A_DAY = 24  # hours
_FIELDS = {
    "hours.quiet_hours": "quiet",
    "hours.late_after_minutes": "late",
    "hours.spread_minutes": "spread",
    "caps.marketing": "most",
    "countries": "countries",
    "default_zone": "zone",
}


@dataclass(slots=True)
class Form:
    """The rules as typed: texts, whatever the rule is."""

    quiet: HoursForm = field(default_factory=HoursForm)
    keeps_windows: bool = False
    closed: str = "delay"
    late: str = ""
    spread: str = ""
    most: str = ""
    days: str = ""
    dwell: str = ""
    unrecorded: str = "allowed"
    countries: str = ""
    zone: str = ""
    example: str = ""


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the settings."""
    named = (
        ("Profile", "/settings"),
        ("Security", "/settings/security"),
        ("Team", "/settings/team"),
        ("Spending cap", "/settings/spending"),
        ("Log", "/settings/log"),
        ("Notices", "/settings/notices"),
        ("Quiet hours and caps", _HERE),
        ("Short links", "/settings/links"),
    )
    return [(label, href, href == current) for label, href in named]


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the rules as they stand."""
    standing = await policy.show(parts_of(request).rt, visit.who)
    return await _page(request, visit, standing, _form_of(standing))


@post(_HERE, status_code=200)
async def save(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set the rules anew, or only look at the hours."""
    fields, rt = await read_form(request), parts_of(request).rt
    form, standing = _form(fields), await policy.show(rt, visit.who)
    if fields.one("deed") == "check":
        return await _page(request, visit, standing, form)
    try:
        await policy.change(rt, visit.who, _changes(form, standing))
    except InvalidInput as error:
        return await _page(request, visit, standing, form, errors=_errors(error))
    return go(_HERE, flash=("done", "The rules are saved", "They hold for what is handed in from now on."))


@post("/openings", status_code=200)
async def openings_of_schedule(request: Http, visit: Visitor) -> Response[str]:
    """Answer with when somebody could be written to under a schedule that is being typed, and the account's rules."""
    form = timed.read(await read_form(request))
    told = await timed.told(request, visit, form)
    return part(request, visit.session, "settings/_openings.html", {"told": told})


@post(f"{_HERE}/openings", status_code=200)
async def openings(request: Http, visit: Visitor) -> Response[str]:
    """Answer with when somebody could be written to under hours that are being typed."""
    form = _form(await read_form(request))
    told = _told(request, visit, form)
    return part(request, visit.session, "settings/_openings.html", {"told": told})


def _changes(form: Form, standing: Standing) -> dict[str, object]:
    """Return the rules of the form by their names; numbers that are none are left for the rules to name. Pure."""
    hours = standing.rules.hours | {
        "quiet_hours": form.quiet.written(),
        "calling_windows": form.keeps_windows,
        "when_closed": form.closed,
        "late_after_minutes": _number(form.late),
        "spread_minutes": _number(form.spread),
    }
    return {
        "hours": {name: value for name, value in hours.items() if value is not None},
        "caps": msgspec.to_builtins(standing.rules.caps) | {"marketing": _caps(form, standing.rules)},
        "unrecorded_subscription": form.unrecorded,
        "countries": form.countries.upper().replace(",", " ").split() or _unnamed(standing.rules),
        "default_zone": form.zone or None,
    }


def _unnamed(rules: SendingRules) -> list[str] | None:
    """Return the countries where none is typed: all, or none where an empty list stands, which came by API."""
    return rules.countries if rules.countries == [] else None


def _caps(form: Form, rules: SendingRules) -> dict[str, object]:
    _, kept = _terms(rules)
    typed = [{"most": _number(form.most), "hours": _hours(form.days)}] if form.most or form.days else []
    return {"terms": typed + msgspec.to_builtins(kept), "dwell_minutes": _number(form.dwell)}


def _terms(rules: SendingRules) -> tuple[Term | None, list[Term]]:
    """Return the term of marketing that the form shows, the first of whole days, and those that it keeps as they are.

    The others came by API, where there may be several, in any hours.
    """
    caps = rules.caps.get("marketing")
    terms = list(caps.terms) if caps else []
    shown = next((place for place, term in enumerate(terms) if not term.hours % _A_DAY), None)
    return (None if shown is None else terms.pop(shown)), terms


def _number(typed: str) -> int | str | None:
    return int(typed) if typed.isdecimal() else typed or None


def _hours(days: str) -> int | str | None:
    return int(days) * _A_DAY if days.isdecimal() else days or None


def _errors(error: CablegramError) -> Errors:
    found: Errors = {}
    for fault in error.faults:
        name = next((ours for theirs, ours in _FIELDS.items() if fault.field.startswith(theirs)), "form")
        name = "dwell" if "dwell" in fault.field else name
        found.setdefault(name, fault.message.removeprefix(f"{fault.field}: "))
    return found or {"form": error.message}


def _told(request: Http, visit: Visit, form: Form) -> Forecast | None:
    try:
        own = timed.hours_of(form.quiet, name="quiet", are_quiet=True)
    except InvalidInput:
        return None  # it is being typed; what is wrong is said when it is saved
    return timed.openings_under(request, visit, own, form.example, keeps_windows=form.keeps_windows)


async def _page(
    request: Http, visit: Visit, standing: Standing, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    form.example = form.example or timed.example_of(visit)
    context: Context = {
        "tabs": tabs(_HERE),
        "form": form,
        "standing": standing,
        "kept": _terms(standing.rules)[1],
        "told": _told(request, visit, form),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "settings/rules.html", title="Quiet hours", here="settings", status=status, context=context
    )


def _form(fields: Fields) -> Form:
    texts = ("closed", "late", "spread", "most", "days", "dwell", "unrecorded", "countries", "zone", "example")
    given = {name: fields.one(name).strip() for name in texts}
    return Form(read_hours(fields, name="quiet"), fields.one("windows") == "on", **given)


def _form_of(standing: Standing) -> Form:
    rules = standing.rules
    hours = sending_rules.hours(rules)
    caps = rules.caps.get("marketing")
    term, _ = _terms(rules)
    return Form(
        quiet=show_hours(hours.written) if hours.written else HoursForm(windows=[("21:00", "09:00")]),
        keeps_windows=hours.keeps_calling_windows,
        closed=hours.when_closed.value,
        late=str(int(hours.late_after.total_seconds()) // 60),
        spread=str(int(hours.spread.total_seconds()) // 60),
        most=str(term.most) if term else "",
        days=str(term.hours // _A_DAY) if term else "",
        dwell=str(caps.dwell_minutes or "") if caps else "",
        unrecorded=rules.unrecorded_subscription,
        countries=", ".join(rules.countries or ()),
        zone=rules.default_zone or "",
    )


HANDLERS = (show, save, openings, openings_of_schedule)
