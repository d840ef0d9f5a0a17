"""Reports: how much went out and came in over any days, was it delivered, why not, and who said no; kept and mailed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.accounts import members
from cablegram.kit import csvio
from cablegram.kit.errors import CablegramError
from cablegram.messages import wording
from cablegram.messages.model import State
from cablegram.panel.filters import country, phone
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.reports import answer, files, saved
from cablegram.reports.calendar import begin, buckets
from cablegram.reports.model import (
    MOST_DAYS,
    OTHERS,
    Dimension,
    Filters,
    Grain,
    Kept,
    Kind,
    Line,
    Pace,
    Question,
    Report,
    Saved,
)
from cablegram.runtime.runtime import Runtime

_DAYS = 30
_MOST_ROWS = 200
_TABS = (
    ("Summary", "/reports", Kind.SUMMARY),
    ("Delivery", "/reports/delivery", Kind.DELIVERY),
    ("Errors", "/reports/errors", Kind.ERRORS),
    ("Opt-outs", "/reports/opt-outs", Kind.OPT_OUTS),
    ("Saved", "/reports/saved", None),
)
_BY = {
    "": "Time alone",
    Dimension.COUNTRY: "Country",
    Dimension.CONNECTOR: "Connector",
    Dimension.SENDER: "Sender",
    Dimension.CAMPAIGN: "Campaign",
    Dimension.CLASS: "Class",
    Dimension.STATE: "State",
}
_GRAINS = {
    Grain.HOUR: "Hour",
    Grain.DAY: "Day",
    Grain.WEEK: "Week",
    Grain.MONTH: "Month",
    Grain.TOTAL: "All of it",
}
_HOWS = {"text": "By text", "page": "On a page", "carrier": "Told by the carrier", "provider": "Told by the provider"}


def all_texts() -> list[str]:
    """List what can be chosen and how people said no, for the catalogues."""
    paces = [text for pace in Pace for text in (pace.value, pace.value.capitalize())]
    lines = ("sent", "delivered", "received", "people")
    return [*lines, *_BY.values(), *_GRAINS.values(), *_HOWS.values(), *(title for title, _, _ in _TABS), *paces]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, as typed where it can't be read."""

    since: date
    until: date
    grain: Grain
    by: Dimension | None
    country: str

    def query(self) -> str:
        """Return it as an address has it."""
        named = {
            "since": self.since.isoformat(), "until": self.until.isoformat(), "grain": self.grain.value,
            "by": self.by or "", "country": self.country,
        }  # fmt: skip
        return urlencode({name: value for name, value in named.items() if value})

    def question(self) -> Question:
        """Return it as a question."""
        filters = Filters(countries=(self.country,)) if self.country else Filters()
        return Question(self.since, self.until, self.grain, (self.by,) if self.by else (), filters)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: when and what it is about, in words."""

    at: str
    name: str
    line: Line


@get("/reports")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show how much went out and came in."""
    return await _report(request, visit, Kind.SUMMARY)


@get("/reports/delivery")
async def show_delivery(request: Http, visit: Visitor) -> Response[str]:
    """Show what was delivered, beside what gateways bill."""
    return await _report(request, visit, Kind.DELIVERY)


@get("/reports/errors")
async def show_errors(request: Http, visit: Visitor) -> Response[str]:
    """Show what did not arrive, and why."""
    return await _report(request, visit, Kind.ERRORS)


@get("/reports/opt-outs")
async def show_opt_outs(request: Http, visit: Visitor) -> Response[str]:
    """Show who said no."""
    rt, wanted = parts_of(request).rt, await wanted_of(request, visit)
    context = frame(Kind.OPT_OUTS, wanted)
    try:
        found, zone = await answer.opt_outs(rt, visit.who, wanted.question())
    except CablegramError as error:
        return await _page(request, visit, context | {"problem": error.message, "rows": []})
    rows = [(one.day.isoformat(), _HOWS.get(one.how, one.how.replace("_", " ")), one.n) for one in found]
    total = sum(one.n for one in found)
    days = {one.day: 0 for one in found}
    for one in found:
        days[one.day] += one.n
    chart = chart_of(
        wanted, ZoneInfo(zone), [("people", "undelivered", {day.isoformat(): n for day, n in days.items()})]
    )
    return await _page(request, visit, context | {"rows": rows, "total": total, "chart": chart, "zone_shown": zone})


@get("/reports.csv")
async def fetch(request: Http, visit: Visitor) -> Response[bytes]:
    """Answer with a report as a file."""
    rt, wanted = parts_of(request).rt, await wanted_of(request, visit)
    asked, kind = wanted.question(), request.query_params.get("kind", "")
    rows: Iterable[Sequence[str]]
    if kind == Kind.DELIVERY:
        rows = files.delay_rows(*await answer.delivery(rt, visit.who, asked))
    elif kind == Kind.ERRORS:
        rows = files.rows(await answer.errors(rt, visit.who, asked))
    elif kind == Kind.OPT_OUTS:
        rows = files.opt_out_rows((await answer.opt_outs(rt, visit.who, asked))[0])
    else:
        rows = files.rows(await answer.summary(rt, visit.who, asked))
    headers = {"Content-Disposition": 'attachment; filename="report.csv"', "Cache-Control": "no-store"}
    return Response(csvio.write(rows), media_type="text/csv; charset=utf-8", headers=headers)


@get("/reports/saved")
async def show_saved(request: Http, visit: Visitor) -> Response[str]:
    """Show the reports that are kept, and make one."""
    return await _saved(request, visit, {})


@post("/reports/saved", status_code=200)
async def save(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Keep a report."""
    fields, rt = await read_form(request), parts_of(request).rt
    kind, grain, by, pace = (fields.one(name) for name in ("kind", "grain", "by", "pace"))
    kept = Kept(
        Kind(kind) if kind in set(Kind) else Kind.SUMMARY,
        int(days) if (days := fields.one("days")).isdecimal() and len(days) < 4 else _DAYS,
        Grain(grain) if grain in set(Grain) else Grain.DAY,
        (Dimension(by),) if by in set(Dimension) else (),
    )
    try:
        await saved.save(
            rt,
            visit.who,
            fields.one("name"),
            kept,
            pace=Pace(pace) if pace in set(Pace) else None,
            user_ids=read_ids(fields.every("user")),
        )
    except CablegramError as error:
        return await _saved(request, visit, {"form": error.message})
    told = "It goes out by itself, in the morning." if pace else "It stands in the list."
    return go("/reports/saved", flash=("done", "The report is kept", told))


@post("/reports/saved/{report_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, report_id: FromPath[UUID]) -> Redirect:
    """Forget a report."""
    await saved.delete(parts_of(request).rt, visit.who, report_id)
    return go("/reports/saved", flash=("done", "The report is deleted", "It is not mailed any more."))


@post("/reports/zone", status_code=303)
async def choose_zone(request: Http, visit: Visitor) -> Redirect:
    """Choose where the account's days begin."""
    zone = (await read_form(request)).one("zone").strip()
    try:
        await answer.choose_zone(parts_of(request).rt, visit.who, zone)
    except CablegramError as error:
        return go("/reports/saved", flash=("error", "The time zone stays as it was", error.message))
    return go(
        "/reports/saved", flash=("done", f"Days begin at midnight of {zone}", "They are counted anew in seconds.")
    )


async def wanted_of(request: Http, visit: Visit) -> Wanted:
    """Read what an address asks for; what can't be read is what is usual: the last thirty days, by day."""
    given, rt = request.query_params, parts_of(request).rt
    zone = ZoneInfo(await answer.zone_of(rt, visit.who))
    today = rt.clock.now().astimezone(zone).date()
    until = _day(str(given.get("until", ""))) or today
    since = _day(str(given.get("since", ""))) or until - timedelta(days=_DAYS - 1)
    grain, by = str(given.get("grain", "")), str(given.get("by", ""))
    return Wanted(
        since,
        until,
        Grain(grain) if grain in set(Grain) else Grain.DAY,
        Dimension(by) if by in set(Dimension) else None,
        str(given.get("country", ""))[:3].upper(),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


async def _report(request: Http, visit: Visit, kind: Kind) -> Response[str]:
    rt, wanted = parts_of(request).rt, await wanted_of(request, visit)
    context = frame(kind, wanted)
    try:
        found, more = await _asked(rt, visit, kind, wanted)
    except CablegramError as error:
        return await _page(request, visit, context | {"problem": error.message, "rows": []})
    rows = [Row(_when(line.at, found), name_of(line, found), line) for line in found.lines]
    context |= {
        "report": found,
        "rows": rows[:_MOST_ROWS],
        "left_out": len(rows) - _MOST_ROWS,
        "chart": chart_of(wanted, ZoneInfo(found.zone), series_of(found, kind)),
        "zone_shown": found.zone,
        **more,
    }
    return await _page(request, visit, context)


async def _asked(rt: Runtime, visit: Visit, kind: Kind, wanted: Wanted) -> tuple[Report, Context]:
    asked = wanted.question()
    if kind is Kind.DELIVERY:
        found, delays = await answer.delivery(rt, visit.who, asked)
        return found, {"delays": [(found.names.get(one.connector_id, "deleted since"), one) for one in delays]}
    if kind is Kind.ERRORS:
        return await answer.errors(rt, visit.who, asked), {}
    return await answer.summary(rt, visit.who, asked), {}


def name_of(line: Line, report: Report) -> str:
    """Say in words what a line is about. Pure."""
    said: list[str] = []
    for by, value in zip(report.question.by, line.values, strict=True):
        if value == OTHERS:
            said.append("all others")
        elif by is Dimension.COUNTRY:
            said.append(country(value) if value else "unknown")
        elif by is Dimension.SENDER:
            said.append(phone(value))
        elif by is Dimension.CODE:
            said.append(wording.reason(value) or "no reason was given")
        elif by in (Dimension.CONNECTOR, Dimension.CAMPAIGN):
            said.append(report.names.get(value, "none" if not value else "deleted since"))
        else:
            said.append(value or "none")
    return " · ".join(said)


def _when(at: date | datetime | None, report: Report) -> str:
    if isinstance(at, datetime):
        return at.astimezone(ZoneInfo(report.zone)).strftime("%Y-%m-%d %H:%M")
    return at.isoformat() if at else ""


def series_of(report: Report, kind: Kind) -> list[tuple[str, str, dict[str, int]]]:
    """Return what the chart draws: a name, the state whose color it has, and the number of each span of time. Pure."""
    sums: dict[str, tuple[int, int, int]] = {}
    for line in report.lines:
        key = line.at.isoformat() if line.at else ""
        sent, delivered, received = sums.get(key, (0, 0, 0))
        sums[key] = (sent + line.messages, delivered + line.delivered, received + line.received)
    if kind is Kind.ERRORS:
        return [("not delivered", State.FAILED, {key: one[0] for key, one in sums.items()})]
    return [
        ("sent", State.SUBMITTED, {key: one[0] for key, one in sums.items()}),
        ("delivered", State.DELIVERED, {key: one[1] for key, one in sums.items()}),
        ("received", State.SCHEDULED, {key: one[2] for key, one in sums.items()}),
    ]


def chart_of(
    wanted: Wanted, zone: ZoneInfo, series: Sequence[tuple[str, str, dict[str, int]]]
) -> dict[str, Any] | None:
    """Return what the chart draws over the spans of time of a report; None where there is one span at most. Pure."""
    spans = (
        buckets(wanted.since, wanted.until, wanted.grain, zone)
        if (wanted.until - wanted.since).days < MOST_DAYS
        else []
    )
    if len(spans) < 2 or not any(any(values.values()) for *_, values in series):
        return None
    times = [one if isinstance(one, datetime) else begin(one, zone) for one in spans]
    return {
        "times": [one.isoformat() for one in times],
        "series": [
            {"name": name, "state": state, "values": [values.get(one.isoformat(), 0) for one in spans]}
            for name, state, values in series
        ],
        "bands": [],
    }


def frame(kind: Kind | None, wanted: Wanted) -> Context:
    """Return what every page of reports reads. Pure."""
    return {
        "kind": kind.value if kind else "saved",
        "tabs": [
            (title, f"{href}?{wanted.query()}" if its else href, its is kind) for title, href, its in _TABS
        ],
        "wanted": wanted,
        "grains": [(grain.value, word) for grain, word in _GRAINS.items()],
        "bys": [(str(by), word) for by, word in _BY.items()],
        "file": f"/reports.csv?kind={kind.value if kind else ''}&{wanted.query()}",
        "problem": "",
        "chart": None,
        "report": None,
        "zone_shown": "",
        "left_out": 0,
        "delays": [],
    }  # fmt: skip


async def _page(request: Http, visit: Visit, context: Context) -> Response[str]:
    return await page(request, visit, "reports/page.html", title="Reports", here="reports", context=context)


async def _saved(request: Http, visit: Visit, errors: dict[str, str]) -> Response[str]:
    rt = parts_of(request).rt
    team = await members.team(rt, visit.who)
    names = {one.user.id: one.user.display_name for one in team}
    kept = await saved.page(rt, visit.who)
    today = rt.clock.now().date()
    context: Context = {
        **frame(None, await wanted_of(request, visit)),
        "rows": [(one, _address(one, today), [names[each] for each in one.user_ids if each in names]) for one in kept],
        "kinds": [(kind.value, title) for title, _, kind in _TABS if kind],
        "paces": [("", "Never"), *((pace.value, pace.value.capitalize()) for pace in Pace)],
        "team": [(str(one.user.id), one.user.display_name) for one in team if one.user.email],
        "zone_shown": await answer.zone_of(rt, visit.who),
        "errors": errors,
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "reports/saved.html", title="Reports", here="reports", status=status, context=context
    )


def _address(one: Saved, today: date) -> str:
    """Return where a kept report stands as it is today."""
    asked = saved.question_of(one.kept, today)
    wanted = Wanted(asked.since, asked.until, asked.grain, asked.by[0] if asked.by else None, "")
    href = next(href for _, href, kind in _TABS if kind is one.kept.kind)
    return f"{href}?{wanted.query()}"


HANDLERS = (
    show, show_delivery, show_errors, show_opt_outs, fetch, show_saved, save, delete, choose_zone,
)  # fmt: skip
