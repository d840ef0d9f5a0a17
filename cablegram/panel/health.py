"""Operator > Health: whether all that should run does, and what is in the way, in one look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from litestar import Response, get

from cablegram.accounts.access import Scope
from cablegram.alerts import outbox
from cablegram.alerts.outbox import Outbox
from cablegram.billing import closing
from cablegram.overview import look
from cablegram.overview.model import Watched
from cablegram.panel.pages import Context, page
from cablegram.panel.visit import Http, Visitor, parts_of
from cablegram.payments import recharging
from cablegram.payments.model import RechargeState

Level = Literal["ok", "warn", "error"]
NEEDED = ("serve", "work")  # besides dispatchers, which are counted by their locks
_SLOW = timedelta(minutes=5)  # that an urgent message may wait for a link that is up
_SOME = 50


@dataclass(frozen=True, slots=True)
class Sign:
    """How one part does: `what` names it for the page, `n` is what the page says of it, `href` where to look."""

    what: str
    level: Level
    href: str
    n: int = 0
    detail: str = ""


@get("/operator/health")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show how all parts do, the worst first."""
    visit.who.needs(Scope.OPERATOR)
    rt = parts_of(request).rt
    seen = await look.watched(rt, visit.who)
    open_payments = await recharging.page_of_all(rt, visit.who, state=RechargeState.UNKNOWN, limit=_SOME)
    signs = [
        *of_processes(seen),
        *of_ways(seen),
        of_mail(await outbox.look(rt, visit.who)),
        of_books(await closing.last_closed(rt, visit.who), rt.clock.now()),
        Sign("payments", "warn" if open_payments else "ok", "/operator/payments?state=unknown", len(open_payments)),
    ]
    context: Context = {"signs": worst_first(signs), "at": seen.at}
    return await page(request, visit, "operator/health.html", title="Health", here="health", context=context)


def of_processes(seen: Watched) -> list[Sign]:
    """Judge what runs. Pure."""
    living = {one.name for one in seen.reports if one.lives}
    found = [Sign(f"process_{name}", "ok" if name in living else "error", "/operator/system") for name in NEEDED]
    found.append(Sign("process_dispatch", "ok" if seen.dispatchers else "error", "/operator/system", seen.dispatchers))
    if seen.stopped is not None:
        found.append(Sign("stopped", "warn", "/operator", detail=seen.stopped.why))
    return found


def of_ways(seen: Watched) -> list[Sign]:
    """Judge what goes out: links that are up, and how long the oldest message waits for one. Pure."""
    up = {connector_id for connector_id, _, state in seen.links if state == "bound"}
    down = {connector_id for connector_id, _, state in seen.links if state != "bound"} - up
    late = [one for one in seen.lanes if one.connector_id in up and one.lane == 0 and seen.at - one.oldest > _SLOW]
    unknown = sum(load.unknown for load in seen.loads.values())
    return [
        Sign("links", _level(down), "/operator/links", len(down)),
        Sign("waiting", _level(late), "/operator", sum(one.waiting for one in late)),
        Sign("unknown", "warn" if unknown else "ok", "/operator/links", unknown),
    ]


def of_mail(found: Outbox) -> Sign:
    """Judge whether letters leave. Pure."""
    if not found.server:
        return Sign("mail_none", "warn", "/operator/mail", found.counts.waiting)
    if found.standing.failing_since is not None:
        return Sign("mail", "error", "/operator/mail", found.counts.waiting, found.standing.verdict)
    return Sign("mail", "ok", "/operator/mail", found.counts.waiting)


def of_books(closed: date | None, now: datetime) -> Sign:
    """Judge whether the days that are over are closed; a day has until two in the morning. Pure."""
    due = (now - timedelta(hours=2)).date() - timedelta(days=1)
    late = (due - closed).days if closed is not None else 0
    return Sign("books", "warn" if late > 0 else "ok", "/operator/system", max(late, 0), str(closed or ""))


def worst_first(signs: Collection[Sign]) -> list[Sign]:
    """Order signs by how bad they are. Pure."""
    return sorted(signs, key=lambda one: ("error", "warn", "ok").index(one.level))


def _level(bad: Collection[object]) -> Level:
    return "warn" if bad else "ok"


HANDLERS = (show,)
