"""Open a talk with a connector's provider about one thing: a test, a number, a name. Messages have `http_link`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cablegram.connectors import registry
from cablegram.connectors.exchange_model import Kind
from cablegram.connectors.http_talk import Talk
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.contract import Provider
from cablegram.runtime import Runtime
from cablegram.runtime.caller import Caller


@asynccontextmanager
async def talking(
    rt: Runtime, connector: Connector, provider: Provider, *, kind: Kind, seconds: float, at_once: int = 1
) -> AsyncGenerator[Talk]:
    """Talk with a provider for a block, with so many requests at once; `seconds` are for an answer.

    Its address leads where the connector's owner may have us go. `kind` is what exchanges are kept as; keeping them is
    the caller's.
    """
    caller = Caller(limit=at_once, allowed=rt.settings.private_hosts(of_customers=connector.account_id is not None))
    url = registry.callback_url(connector, rt.seal, rt.settings.public_url)
    try:
        yield Talk(
            connector.id,
            provider,
            caller,
            clock=rt.clock,
            log=rt.log,
            seconds=seconds,
            kind=kind,
            callback_url=url,
        )
    finally:
        await caller.close()
