"""Billing: the balance with its ledger, and what a segment costs where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from litestar import Response, get
from litestar.response import Stream

from cablegram.billing import credit_price, ledger, statement, summary
from cablegram.billing.model import PostingKind
from cablegram.billing.statement_model import Asked
from cablegram.billing.tariffs import CountryTariffs
from cablegram.campaigns import find
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import CampaignId
from cablegram.messages import tally
from cablegram.panel.forms import read_ids
from cablegram.panel.pages import Context, midnight, page, zone_of
from cablegram.panel.paging import PAGE, Cursor, address, paged, without
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

# All of Billing; a tab is shown where its pages are.
_TABS = (
    ("Balance and ledger", "/billing"),
    ("Recharge and cards", "/billing/recharge"),
    ("Tariffs", "/billing/tariffs"),
    ("Plan", "/billing/plan"),
)
_GROUPS = {
    "messages": (PostingKind.CHARGE, PostingKind.REFUND, PostingKind.INBOUND, PostingKind.LOOKUP),
    "credits": (
        PostingKind.RECHARGE,
        PostingKind.CHARGEBACK,
        PostingKind.BONUS,
        PostingKind.GRANT,
        PostingKind.ADJUSTMENT,
    ),
    "rent": (PostingKind.NUMBER, PostingKind.FEE),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for: a kind or a group of kinds, days as they were typed, a campaign, a text."""

    kind: str
    since: str
    until: str
    campaign: UUID | None
    q: str

    def query(self) -> list[tuple[str, str]]:
        """Return it as an address has it."""
        campaign = str(self.campaign) if self.campaign else ""
        return [
            ("q", self.q), ("kind", self.kind), ("since", self.since), ("until", self.until), ("campaign", campaign)
        ]  # fmt: skip

    def asked(self, request: Http) -> Asked:
        """Return which lines that are; a day that is none is left out. The last day is asked for with the first."""
        since, until = day_of(request, self.since), day_of(request, self.until)
        return Asked(
            kinds=kinds_of(self.kind),
            since=since,
            until=until + timedelta(days=1) if until else None,
            campaign_id=CampaignId(self.campaign) if self.campaign else None,
            text=self.q,
        )


@get("/billing")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the ledger, of all or of what is asked for."""
    rt, cursor, wanted = parts_of(request).rt, Cursor.of(request), wanted_of(request)
    asked, errors = wanted.asked(request), dict[str, str]()
    try:
        found = await statement.page(rt, visit.who, asked, after=cursor.after, limit=PAGE + 1)
    except InvalidInput as error:
        errors["until"], asked = error.message, replace(asked, until=None)
        found = await statement.page(rt, visit.who, asked, after=cursor.after, limit=PAGE + 1)
    listed = paged("/billing", wanted.query(), cursor, found, [one.id for one in found])
    today = midnight(request)
    names = await _names(request, visit, [one.campaign_id for one in listed.rows] + [wanted.campaign])
    doubt, resent = await tally.in_doubt(rt, visit.who)
    context: Context = {
        "tabs": tabs_of("/billing"),
        "balance": await ledger.balance(rt, visit.who),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "campaigns": names,
        "wanted": wanted,
        "errors": errors,
        "campaign": names.get(wanted.campaign, "a campaign that is gone") if wanted.campaign else "",
        "clear": {name: without("/billing", wanted.query(), name) for name in ("kind", "campaign")}
        | {"days": without("/billing", wanted.query(), "since", "until")},
        "totals": await statement.totals(rt, visit.who, asked),
        "is_narrowed": any(value for _, value in wanted.query()),
        "files": [(kind, address(f"/billing/statement.{kind}", wanted.query())) for kind in ("csv", "pdf")],
        "spent_today": await summary.spent(rt, visit.who, today),
        "spent_month": await summary.spent(rt, visit.who, today.replace(day=1)),
        "in_question": doubt.amount,
        "resent": resent,
    }
    return await page(request, visit, "billing/ledger.html", title="Billing", here="billing", context=context)


@get("/billing/statement.csv")
async def as_csv(request: Http, visit: Visitor) -> Stream:
    """Give the lines that are asked for as CSV."""
    pieces = await statement.as_csv(parts_of(request).rt, visit.who, wanted_of(request).asked(request))
    return Stream(pieces, media_type="text/csv", headers=_file("statement.csv"))


@get("/billing/statement.pdf")
async def as_pdf(request: Http, visit: Visitor) -> Response[bytes]:
    """Give the lines that are asked for as pages to print."""
    made = await statement.as_pdf(parts_of(request).rt, visit.who, wanted_of(request).asked(request))
    return Response(made, media_type="application/pdf", headers=_file("statement.pdf"))


def wanted_of(request: Http) -> Wanted:
    """Read what an address asks for; what is no kind or no id is left out."""
    query = request.query_params
    kind = query.get("kind", "")
    return Wanted(
        kind=kind if kinds_of(kind) else "",
        since=query.get("since", "").strip()[:10],
        until=query.get("until", "").strip()[:10],
        campaign=(*read_ids([query.get("campaign", "")]), None)[0],
        q=query.get("q", "").strip()[:200],
    )


def kinds_of(word: str) -> tuple[PostingKind, ...]:
    """Return the kinds that a word means: a group of them, or one. Pure."""
    if word in _GROUPS:
        return _GROUPS[word]
    return (PostingKind(word),) if word in set(PostingKind) else ()


def day_of(request: Http, text: str) -> datetime | None:
    """Return when a day begins where the person sits; None for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(request)[0])


def _file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


@get("/billing/tariffs")
async def tariffs(request: Http, visit: Visitor) -> Response[str]:
    """Show what a segment costs, by country."""
    context = await tariff_list(request, visit, "/billing/tariffs") | {
        "tabs": tabs_of("/billing/tariffs"),
        "prices": await credit_price.show(parts_of(request).rt, visit.who),
    }
    return await page(request, visit, "billing/tariffs.html", title="Tariffs", here="billing", context=context)


async def tariff_list(request: Http, visit: Visit, action: str) -> Context:
    """Return the tariffs that fit what is searched; `action` is the page's own address."""
    parts = parts_of(request)
    book = await parts.prices.show(parts.rt, visit.who)
    q = request.query_params.get("q", "").strip()
    found = [one for one in book.countries() if fits(one, q)]
    return {"q": q, "countries": found, "is_demo": book.is_demo, "action": action}


def fits(country: CountryTariffs, q: str) -> bool:
    """Tell whether a country is meant by its name, its letters, or the beginning of a prefix. Pure."""
    words, digits = q.lower(), q.replace(" ", "").lstrip("+")
    if digits.isdecimal():
        return any(one.prefix.startswith(digits) or digits.startswith(one.prefix) for one in country.tariffs)
    return words in country.name.lower() or words == country.country.lower()


async def _names(request: Http, visit: Visit, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    names: dict[UUID, str] = {}
    for campaign_id in {one for one in ids if one}:
        try:
            names[campaign_id] = (await find.get(parts_of(request).rt, visit.who, CampaignId(campaign_id))).name
        except NotFound:
            continue  # of another account, or none: it has no name here
    return names


def tabs_of(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of Billing, one of them open."""
    return [(label, href, href == current) for label, href in _TABS]


HANDLERS = (show, as_csv, as_pdf, tariffs)
