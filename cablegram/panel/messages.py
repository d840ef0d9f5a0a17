"""Messages: every attempt with all that happened to it, and the texts that came in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from cablegram.accounts.access import Scope
from cablegram.campaigns import find
from cablegram.connectors import configure
from cablegram.kit import csvio
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import CampaignId, ConnectorId, time_of
from cablegram.kit.money import micro_to_credits
from cablegram.messages import search, story, why
from cablegram.messages.model import FINAL, Message, State
from cablegram.panel.filters import phone
from cablegram.panel.forms import read_ids
from cablegram.panel.pages import Context, is_part, page, part, zone_of
from cablegram.panel.paging import PAGE, Cursor, Query, address, page_of, without
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.runtime import Runtime
from cablegram.text.segments import split

_COLUMNS = (
    *("id", "accepted_at", "to", "country", "from", "class", "state", "reason", "segments", "credits"),
    *("campaign_id", "client_ref", "text"),
)
_SLICE = 1_000
_SOON, _LATER = 2, 20  # seconds between looks at a message that is on its way; most arrive soon or late
_FRESH = timedelta(minutes=2)
_NOWHERE = UUID(int=0)  # no message is of this campaign


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list, as it stands in the address."""

    q: str
    state: tuple[State, ...]
    country: str
    campaign: str
    since: str
    until: str

    @classmethod
    def read(cls, request: Http) -> Filters:
        """Read the filters of an address; a word that is none of ours filters nothing."""
        query = request.query_params
        known = {state.value for state in State}
        states = tuple(State(word) for word in dict.fromkeys(query.getall("state", [])) if word in known)
        given = {name: query.get(name, "").strip() for name in ("q", "country", "campaign", "since", "until")}
        return cls(state=states, **given)

    def query(self) -> Query:
        """Write them as an address has them."""
        states = [("state", state.value) for state in self.state]
        rest = [(name, getattr(self, name)) for name in ("q", "country", "campaign", "since", "until")]
        return [*states, *((name, value) for name, value in rest if value)]

    def asked(self, zone: tzinfo) -> dict[str, Any]:
        """Write them as the search wants them; days are those of the zone."""
        return {
            "q": self.q or None,
            "state": self.state,
            "country": self.country or None,
            "campaign_id": (read_ids([self.campaign]) or [_NOWHERE])[0] if self.campaign else None,
            "date_from": _day(self.since, zone),
            "date_to": _day(self.until, zone, days=1),
        }


@get("/messages")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the list, or for htmx only its rows."""
    rt, filters = parts_of(request).rt, Filters.read(request)
    cursor = Cursor.of(request)
    found = await search.look(rt, visit.who, **filters.asked(zone_of(request)[0]), after=cursor.after, limit=PAGE)
    listed = page_of("/messages", filters.query(), cursor, found.messages, found.goes_on)
    is_short = found.goes_on is not None and len(found.messages) < PAGE
    rows = {
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "note": "Newest first",
        "looked_to": time_of(found.goes_on) if found.goes_on and is_short else None,
        "is_filtered": bool(filters.query()),
        "file": address("/messages/export", filters.query()),
    }
    if is_part(request):
        return part(request, visit.session, "messages/_rows.html", rows)
    context = rows | await _choices(request, visit, filters)
    return await page(request, visit, "messages/page.html", title="Messages", here="messages", context=context)


@get("/messages/{message_id:uuid}")
async def show_one(request: Http, visit: Visitor, message_id: FromPath[UUID]) -> Response[str]:
    """Show one message: a page of its own, or for htmx a sheet beside the list."""
    rt, about = parts_of(request).rt, await _about(request, visit, message_id)
    message = about["message"]
    if is_part(request):
        about["address"] = f"{rt.settings.public}/messages/{message.id}"
        return part(request, visit.session, "messages/_sheet.html", about)
    title = f"Message to {phone(message.number)}"
    return await page(request, visit, "messages/show.html", title=title, here="messages", context=about)


@get("/messages/{message_id:uuid}/now")
async def show_now(request: Http, visit: Visitor, message_id: FromPath[UUID]) -> Response[str]:
    """Answer with the part of the page, or of the sheet, that tells how a message stands."""
    about = await _about(request, visit, message_id)
    about["heading"] = "h3" if request.query_params.get("in") == "h3" else "h2"
    return part(request, visit.session, "messages/_now.html", about)


@get("/messages/export")
async def export(request: Http, visit: Visitor) -> Stream:
    """Give exactly the messages that fit the filters as a file, newest first; times are UTC, prices credits."""
    visit.who.needs(Scope.READ)
    asked = Filters.read(request).asked(zone_of(request)[0])
    headers = {"Content-Disposition": 'attachment; filename="messages.csv"', "Cache-Control": "no-store"}
    return Stream(_file(parts_of(request).rt, visit, asked), media_type="text/csv; charset=utf-8", headers=headers)


async def _file(rt: Runtime, visit: Visit, asked: dict[str, Any]) -> AsyncIterator[bytes]:
    yield csvio.write([list(_COLUMNS)])
    found = await search.look(rt, visit.who, **asked, limit=_SLICE)
    yield csvio.write([_row(one) for one in found.messages])
    while found.goes_on:
        found = await search.look(rt, visit.who, **asked, after=found.goes_on, limit=_SLICE)
        yield csvio.write([_row(one) for one in found.messages])


def _row(message: Message) -> list[str]:
    is_paid = message.posting_id is not None and message.refund_id is None
    return [
        str(message.id),
        message.accepted_at.isoformat(timespec="milliseconds"),
        f"+{message.number}" if message.number.isdecimal() else message.number,
        message.country,
        message.source,
        message.message_class,
        message.state,
        message.reason or "",
        str(message.segments),
        micro_to_credits(message.price if is_paid else 0),
        str(message.campaign_id or ""),
        message.client_ref or "",
        message.text,
    ]


async def _about(request: Http, visit: Visit, message_id: UUID) -> Context:
    rt = parts_of(request).rt
    message, moments = await story.timeline(rt, visit.who, message_id)
    return {
        "message": message,
        "moments": moments,
        "segments": split(message.text),
        "connector": await _connector(request, visit, message.connector_id),
        "campaign": await _campaign(request, visit, message.campaign_id),
        "why": await why.of_message(rt, visit.who, message_id),
        "charged": message.posting_id is not None and message.refund_id is None,
        "pause": _pause(message, rt.clock.now()),
    }


def _pause(message: Message, now: datetime) -> int | None:
    """Return the seconds until somebody who looks at a message may see something new; None when it is over."""
    if message.state in FINAL:
        return None
    return _SOON if now - message.accepted_at < _FRESH else _LATER


async def _choices(request: Http, visit: Visit, filters: Filters) -> dict[str, Any]:
    parts, query = parts_of(request), filters.query()
    book = await parts.prices.show(parts.rt, visit.who)
    campaigns = [(str(one.id), one.name) for one in await find.page(parts.rt, visit.who, limit=200)]
    groups = {"state": ["state"], "country": ["country"], "campaign": ["campaign"], "when": ["since", "until"]}
    return {
        "tabs": tabs("/messages"),
        "q": filters.q,
        "state": [state.value for state in filters.state],
        "country": filters.country,
        "campaign": filters.campaign,
        "since": filters.since,
        "until": filters.until,
        "countries": [(one.country, one.name) for one in book.countries()],
        "campaigns": campaigns,
        "campaign_name": dict(campaigns).get(filters.campaign, filters.campaign),
        "clear": {name: without("/messages", query, *names) for name, names in groups.items()},
    }


async def _connector(request: Http, visit: Visit, connector_id: ConnectorId | None) -> str:
    if connector_id is None:
        return ""
    try:
        return (await configure.get(parts_of(request).rt, visit.who, connector_id))[0].name
    except NotFound:
        return ""  # it was taken away since


async def _campaign(request: Http, visit: Visit, campaign_id: CampaignId | None) -> tuple[str, str] | None:
    if campaign_id is None:
        return None
    campaign = await find.get(parts_of(request).rt, visit.who, campaign_id)
    return campaign.name, f"/campaigns/{campaign.id}"


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the log."""
    named = (
        *(("Sent", "/messages"), ("Received", "/messages/received"), ("Refused", "/messages/refused")),
        ("Jobs", "/messages/jobs"),
    )
    return [(label, href, href == current) for label, href in named]


def _day(text: str, zone: tzinfo, *, days: int = 0) -> datetime | None:
    """Return when a day (YYYY-MM-DD) begins in a zone, or the one so many days later; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


HANDLERS = (show, show_one, show_now, export)
