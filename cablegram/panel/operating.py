"""The operator's shell: what the whole installation does, its accounts, its prices, its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from cablegram.accounts import directory, letting_in
from cablegram.accounts.access import Scope
from cablegram.audit.model import Report, Sum
from cablegram.audit.prove import audit
from cablegram.connectors import configure
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.kit.errors import Conflict
from cablegram.overview import look
from cablegram.overview.model import Load, Pulse
from cablegram.panel.connectors import links_of, show_list
from cablegram.panel.figures import ProcessRow, commit_rows, lane_rows, process_rows
from cablegram.panel.filters import money, number
from cablegram.panel.forms import read_form
from cablegram.panel.pages import Context, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.safety import resume, switch

_BUSIEST = 8
_WORST = ("refused", "down", "throttled", "connecting", "binding", "stopped", "bound")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The installation in six numbers; `submitted` a second, `delivered_share` (delivered, with a last word)."""

    queued: int
    in_flight: int
    window: int
    submitted: float
    delivered_share: tuple[int, int]
    unknown: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A connector on the overview."""

    name: str
    href: str
    state: str
    detail: str
    queued: int
    in_flight: int
    window: int


@dataclass(frozen=True, slots=True)
class AuditView:
    """What the audit found, ready to be drawn."""

    at: Any
    is_ok: bool
    sums: list[tuple[str, str]]
    faults: list[str]


@get("/operator")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show what moves, what waits, and what needs somebody."""
    rt = parts_of(request).rt
    pulse, seen = await look.pulse(rt, visit.who), await look.watched(rt, visit.who)
    found = await configure.page(rt, visit.who, limit=200)
    links = await configure.links(rt, visit.who, [one.id for one in found])
    tiles = sorted(
        (tile(one, links_of(one, links), pulse.loads.get(one.id, Load())) for one in found),
        key=lambda one: (_WORST.index(one.state), one.name),
    )
    names = {one.id: one.name for one in await directory.page(rt, visit.who, limit=200)}
    context: Context = {
        "numbers": numbers_of(pulse, sum(one.window for one in tiles)),
        "links": tiles,
        "needs": needs_of(tiles, sum(load.unknown for load in pulse.loads.values())),
        "accounts": [
            (names.get(one.account_id, "an account"), one.submitted / pulse.seconds, (one.delivered, one.handled))
            for one in pulse.traffic[:_BUSIEST]
        ],
        "standstill": await resume.standing(rt, visit.who),
        "lanes": lane_rows(seen),
        "commits": commit_rows(seen.reports),
        "processes": process_rows(seen.reports),
        "dispatchers": seen.dispatchers,
    }
    return await page(request, visit, "operator/overview.html", title="Overview", here="overview", context=context)


@post("/operator/resume", status_code=200)
async def go_on(request: Http, visit: Visitor) -> Redirect:
    """Give the word after a restore: what is held is sent, or cancelled."""
    cancels = (await read_form(request)).one("held") == "cancel"
    try:
        gone = await resume.resume(parts_of(request).rt, visit.who, cancels=cancels)
    except Conflict as error:
        return go("/operator", flash=("info", "Nothing is held", error.message))
    if cancels:
        what, why = f"Cancelled and refunded: {number(gone.cancelled)}", "Campaigns that were running stay paused."
    else:
        what, why = f"Messages that go on: {number(gone.released)}", f"Campaigns with them: {number(gone.campaigns)}."
    return go("/operator", flash=("done", what, why))


@post("/operator/sending", status_code=200)
async def switch_sending(request: Http, visit: Visitor) -> Redirect:
    """Stop all sending, or let it go on."""
    fields, rt = await read_form(request), parts_of(request).rt
    if fields.one("sending") == "stop":
        await switch.stop(rt, visit.who, why=fields.one("why"))
        return go("/operator", flash=("done", "All sending is stopped", "What was already with a carrier stays there."))
    try:
        await switch.go_on(rt, visit.who)
    except Conflict as error:
        return go("/operator", flash=("info", "Sending was not stopped", error.message))
    return go("/operator", flash=("done", "Sending goes on", "Each message that waits goes out once."))


@get("/operator/links")
async def show_links(request: Http, visit: Visitor) -> Response[str]:
    """Show the connectors and their links."""
    visit.who.needs(Scope.OPERATOR)
    return await show_list(request, visit, in_operator_shell=True)


@get("/operator/system")
async def show_system(request: Http, visit: Visitor) -> Response[str]:
    """Show what runs here."""
    return await _system(request, visit, None)


@post("/operator/audit", status_code=200)
async def prove(request: Http, visit: Visitor) -> Response[str]:
    """Run the audit and show what it found."""
    visit.who.needs(Scope.OPERATOR)
    return await _system(request, visit, view_of(await audit(parts_of(request).rt)))


def tile(connector: Connector, links: Sequence[LinkStatus], load: Load) -> Tile:
    """Draw a connector up for the overview; trouble is named first. Pure."""
    words = {one.state for one in links}
    state = next((word for word in _WORST if word in words), "down" if connector.is_enabled else "stopped")
    detail = next((one.detail for one in links if one.state == state and state != "bound"), "")
    window = connector.room
    return Tile(connector.name, f"/connectors/{connector.id}", state, detail, load.queued, load.in_flight, window)


def numbers_of(pulse: Pulse, window: int) -> Numbers:
    """Add a pulse up. Pure."""
    loads, traffic = pulse.loads.values(), pulse.traffic
    return Numbers(
        queued=sum(one.queued for one in loads),
        in_flight=sum(one.in_flight for one in loads),
        window=window,
        submitted=sum(one.submitted for one in traffic) / pulse.seconds,
        delivered_share=(sum(one.delivered for one in traffic), sum(one.handled for one in traffic)),
        unknown=sum(one.unknown for one in loads),
    )


def needs_of(tiles: Sequence[Tile], unknown: int) -> list[tuple[str, str, str, str]]:
    """List what waits for the operator: (what, why, deed, where). Pure."""
    found = [
        (f"{one.name} is {one.state}", one.detail or "No link of it is up.", "Look", one.href)
        for one in tiles
        if one.state in {"refused", "down"}
    ]
    found += [
        (f"{one.name} is off", f"{one.queued:,} wait for it, and leave when it is switched on.", "Look", one.href)
        for one in tiles
        if one.state == "stopped" and one.queued
    ]
    if unknown:
        why = "Nobody can say whether the carrier took them; a receipt may tell, else they fail after three days."
        found.append((f"{unknown:,} in question", why, "Links", "/operator/links"))
    return found


def view_of(report: Report) -> AuditView:
    """Draw an audit up. Pure."""
    accepted = sum((one.accepted for one in report.sums), Sum())
    refunded = sum((one.refunded for one in report.sums), Sum())
    sums = [
        ("Accepted, by postings", _sum(accepted)),
        ("Refunded, by postings", _sum(refunded)),
        *((f"Messages {state}", _sum(some)) for state, some in sorted(report.totals().items())),
    ]
    faults = [f"{check.sentence} Not so: {check.count:,}. {row}" for check in report.checks for row in check.rows]
    return AuditView(report.at, report.is_ok, sums, faults)


def _sum(some: Sum) -> str:
    return f"{number(some.n)} · {money(some.amount)} cr"


async def _system(request: Http, visit: Visit, found: AuditView | None) -> Response[str]:
    rt = parts_of(request).rt
    facts = await look.facts(rt, visit.who)
    seen = await look.watched(rt, visit.who)
    processes = process_rows(one for one in seen.reports if one.name != "dispatch")
    processes += [
        ProcessRow("dispatch", one.host, one.pid, one.since, "alive" if one.is_alive else "gone")
        for one in await look.processes(rt, visit.who)
    ]
    context: Context = {
        "facts": [
            ("Version", version("cablegram")),
            ("PostgreSQL", facts.version),
            ("Database", f"{facts.size / 1e6:,.0f} MB"),
            ("Address", rt.settings.public),
            ("Data folder", str(rt.settings.data_dir)),
        ],
        "processes": processes,
        "audit": found,
        "letting_in": await letting_in.policy(rt),
        "default_sign_up": rt.settings.sign_up,
    }
    return await page(request, visit, "operator/system.html", title="System", here="system", context=context)


HANDLERS = (
    show, go_on, switch_sending, show_links, show_system, prove,
)  # fmt: skip
