"""Billing: the balance with its ledger, and what a segment costs where."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get

from cablegram.billing import ledger, summary
from cablegram.billing.tariffs import CountryTariffs
from cablegram.campaigns import find
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import CampaignId
from cablegram.messages import tally
from cablegram.panel.forms import read_ids
from cablegram.panel.pages import Context, midnight, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_TABS = (("Balance and ledger", "/billing"), ("Tariffs", "/billing/tariffs"))


@get("/billing")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the ledger, of all or of one campaign."""
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    chosen = (*read_ids([request.query_params.get("campaign", "")]), None)[0]
    if chosen:
        found = await summary.of_campaign(rt, visit.who, chosen, after=cursor.after, limit=PAGE + 1)
    else:
        found = await ledger.statement(rt, visit.who, after=cursor.after, limit=PAGE + 1)
    query = [("campaign", str(chosen))] if chosen else []
    listed = paged("/billing", query, cursor, found, [one.id for one in found])
    today = midnight(request)
    names = await _names(request, visit, [one.campaign_id for one in listed.rows] + [chosen])
    doubt, resent = await tally.in_doubt(rt, visit.who)
    context: Context = {
        "tabs": _tabs("/billing"),
        "balance": await ledger.balance(rt, visit.who),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "campaigns": names,
        "campaign": (str(chosen), names.get(chosen, "a campaign that is gone")) if chosen else None,
        "spent_today": await summary.spent(rt, visit.who, today),
        "spent_month": await summary.spent(rt, visit.who, today.replace(day=1)),
        "in_question": doubt.amount,
        "resent": resent,
    }
    return await page(request, visit, "billing/ledger.html", title="Billing", here="billing", context=context)


@get("/billing/tariffs")
async def tariffs(request: Http, visit: Visitor) -> Response[str]:
    """Show what a segment costs, by country."""
    context = await tariff_list(request, visit, "/billing/tariffs") | {"tabs": _tabs("/billing/tariffs")}
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


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    return [(label, href, href == current) for label, href in _TABS]


HANDLERS = (show, tariffs)
