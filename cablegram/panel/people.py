"""Contacts > People: everybody, whatever lists they are in (R89, R142-R144)."""

from __future__ import annotations

from typing import Literal

from litestar import Response, get

from cablegram.contacts import people
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.people import UNRECORDED
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.panel.contacts import tabs
from cablegram.panel.pages import Context, page
from cablegram.panel.paging import PAGE, Cursor, Query, paged, without
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/contacts/people"


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show everybody, or those of one status; a number that is searched leads to its record."""
    query = request.query_params
    phone, said, q = (query.get(name, "").strip() for name in ("phone", "subscription", "q"))
    rows, cursor = await _found(request, visit, q, phone=phone, said=said), Cursor.of(request)
    asked: Query = [(name, value) for name, value in (("phone", phone), ("subscription", said), ("q", q)) if value]
    listed = paged(_HERE, asked, cursor, rows, [one.id for one in rows])
    context: Context = {
        "tabs": tabs(_HERE),
        "q": q,
        "phone": phone,
        "subscription": said,
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "is_filtered": bool(asked),
        "clear": {name: without(_HERE, asked, name) for name in ("phone", "subscription")},
    }
    return await page(request, visit, "contacts/people.html", title="People", here="contacts", context=context)


async def _found(request: Http, visit: Visit, q: str, *, phone: str, said: str) -> list[Contact]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    if q:
        try:
            return [await people.get(rt, visit.who, q)]
        except (InvalidInput, NotFound):
            return []
    return await people.page(
        rt,
        visit.who,
        phone_status=PhoneStatus(phone) if phone in set(PhoneStatus) else None,
        subscription=_subscription(said),
        after=cursor.after,
        limit=PAGE + 1,
    )


def _subscription(word: str) -> Subscription | Literal["unrecorded"] | None:
    if word == UNRECORDED:
        return "unrecorded"
    return Subscription(word) if word in set(Subscription) else None


HANDLERS = (show,)
