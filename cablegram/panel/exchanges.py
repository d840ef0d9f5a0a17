"""What was said between us and a connector's provider, all of it that is kept, newest first (R136)."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.connectors import configure, exchanges
from cablegram.connectors.exchange_model import Kind
from cablegram.inbound import replaying
from cablegram.kit.errors import CablegramError
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visitor, parts_of


@get("/connectors/{connector_id:uuid}/exchanges")
async def show(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Response[str]:
    """Show requests and answers, of one kind or about one message alone."""
    rt, cursor, asked = parts_of(request).rt, Cursor.of(request), request.query_params
    kind = next((one for one in Kind if one.value == asked.get("kind")), None)
    message_id = (*read_ids([asked.get("q", "")]), None)[0]
    connector, _ = await configure.get_managed(rt, visit.who, connector_id)
    found = await exchanges.page(
        rt, visit.who, connector_id, before=cursor.after, message_id=message_id, kind=kind, limit=PAGE + 1
    )
    address = f"/connectors/{connector_id}/exchanges"
    query = [("q", asked.get("q", "")), ("kind", kind.value if kind else "")]
    listed = paged(address, query, cursor, found, [one.id for one in found])
    context: Context = {
        "connector": connector,
        "address": address,
        "q": asked.get("q", ""),
        "kind": kind.value if kind else "",
        "kinds": [one.value for one in Kind],
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "days": rt.settings.exchange_days,
    }
    return await page(
        request, visit, "connectors/exchanges.html", title="What was said", here="connectors", context=context
    )


@post("/connectors/{connector_id:uuid}/exchanges/replay", status_code=303)
async def replay(request: Http, visit: Visitor, connector_id: FromPath[UUID]) -> Redirect:
    """Play a call of the provider again, by the settings and secrets of today."""
    rt, place = parts_of(request).rt, f"/connectors/{connector_id}/exchanges?kind={Kind.CALLBACK.value}"
    ids = read_ids([(await read_form(request)).one("exchange")])
    try:
        done = [await replaying.replay(rt, visit.who, exchange_id) for exchange_id in ids]
    except CablegramError as error:
        return go(place, flash=("error", "It was not taken in", error.message))
    words = "; ".join(one.verdict.replace("_", " ") for one in done)
    return go(place, flash=("done", "Played again", f"What came of it: {words or 'nothing was chosen'}."))


HANDLERS = (show, replay)
