"""Where texts can go: destinations with their price, and the mobile networks of the world (R32, R34)."""

from __future__ import annotations

from typing import cast

from litestar import Response, get

from cablegram.consent import destinations
from cablegram.lookup import networks
from cablegram.lookup.model import SORTS, Order, SortBy
from cablegram.panel.pages import Context, page
from cablegram.panel.paging import address
from cablegram.panel.visit import Http, Visitor, parts_of

TABS = (
    ("Mine", "/numbers"),
    ("Find and buy", "/numbers/find"),
    ("Hosted numbers", "/numbers/hosted"),
    ("Destinations", "/numbers/destinations"),
    ("Operators", "/numbers/operators"),
)
_PAGE = 100


@get("/numbers/destinations")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show where the account may send to."""
    parts = parts_of(request)
    asked = request.query_params
    order: Order = "desc" if asked.get("order") == "desc" else "asc"
    by = cast("destinations.SortBy", asked.get("sort") if asked.get("sort") in destinations.SORTS else "destination")
    q = asked.get("q", "").strip()
    words, digits = q.lower(), q.replace(" ", "").lstrip("+")
    found = await destinations.page(parts.rt, visit.who, parts.prices, sort_by=by, order=order)
    rows = [one for one in found if words in one.name.lower() or (digits and one.prefix.startswith(digits))]
    context: Context = {
        "tabs": tabs("/numbers/destinations"),
        "q": q,
        "rows": rows,
        "sorts": _sorts("/numbers/destinations", q, destinations.SORTS, by, order),
        "closed": sum(not one.is_allowed for one in found),
    }
    return await page(
        request, visit, "numbers/destinations.html", title="Destinations", here="numbers", context=context
    )


@get("/numbers/operators")
async def operators(request: Http, visit: Visitor) -> Response[str]:
    """Show the mobile networks of the world."""
    asked = request.query_params
    order: Order = "desc" if asked.get("order") == "desc" else "asc"
    by = cast("SortBy", asked.get("sort") if asked.get("sort") in SORTS else "mcc")
    q, skip = asked.get("q", "").strip(), _count(asked.get("skip", ""))
    found = await networks.page(parts_of(request).rt, visit.who, q=q, sort_by=by, order=order, skip=skip, limit=_PAGE)
    query = [("q", q), ("sort", by if by != "mcc" else ""), ("order", order if order == "desc" else "")]
    here = "/numbers/operators"
    context: Context = {
        "tabs": tabs(here),
        "q": q,
        "rows": found.rows,
        "total": found.total,
        "sorts": _sorts(here, q, SORTS, by, order),
        "newer": address(here, [*query, ("skip", str(max(0, skip - _PAGE) or ""))]) if skip else "",
        "older": address(here, [*query, ("skip", str(skip + _PAGE))]) if found.has_more else "",
        "may_import": visit.who.is_operator,
    }
    return await page(request, visit, "numbers/operators.html", title="Operators", here="numbers", context=context)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the screens about numbers."""
    return [(label, href, href == current) for label, href in TABS]


def _count(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdecimal() else 0


def _sorts(path: str, q: str, names: tuple[str, ...], by: str, order: Order) -> dict[str, tuple[str, str]]:
    """Return for each column its address, which turns the order round where it is the one, and its sign."""
    signs = {"asc": "ascending", "desc": "descending"}
    return {
        name: (
            address(path, [("q", q), ("sort", name), ("order", "desc" if name == by and order == "asc" else "")]),
            signs[order] if name == by else "",
        )
        for name in names
    }


HANDLERS = (show, operators)
