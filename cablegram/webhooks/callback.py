"""The one address of an account that gets notifications, as programs of the source know it (R152).

It is a webhook like any other, kept under a word of its own, with the flat form of the source.
"""

from __future__ import annotations

from cablegram.accounts.access import Principal, Scope
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, store
from cablegram.webhooks.model import Endpoint, EndpointChange, Form, NewEndpoint

KINDS = ("message.*", "text.*", "subscription.*", "campaign.*", "job.*")
_NAME = "callback_url"


async def show(rt: Runtime, who: Principal) -> Endpoint | None:
    """Return the webhook of the account's callback address, None where it has none."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.of_account(conn, who.account_id)
    return next((one for one in found if one.is_callback), None)


async def put(rt: Runtime, who: Principal, url: str | None) -> Endpoint | None:
    """Set the address that gets notifications; None: nobody does any more. Raises as `endpoints.create`."""
    who.needs(Scope.WEBHOOKS)
    found = await show(rt, who)
    if url is None:
        if found is not None:
            await endpoints.delete(rt, who, found.id)
        return None
    if found is not None:
        return await endpoints.change(rt, who, found.id, EndpointChange(url=url, is_enabled=True))
    made, _ = await endpoints.create(rt, who, NewEndpoint(_NAME, url, KINDS, form=Form.NOTIFICATION, is_callback=True))
    return made
