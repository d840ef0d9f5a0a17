from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

import callers
import make
from cablegram.billing.prices import Prices
from cablegram.connectors.providers.contract import Callback, CallbackRequest
from cablegram.connectors.providers.redact import Redactor
from cablegram.inbound import callbacks
from cablegram.inbound.callback_model import Call
from cablegram.kit.ids import uuid7
from commanding import Cable


@pytest.mark.req("R129", "R136")
def test_what_was_said_is_shown_and_a_call_is_played_again(cable: Cable, database_url: str) -> None:
    name, exchange_id = asyncio.run(_called(database_url))
    shown = cable("connector", "exchanges", name).out
    assert shown.splitlines()[1].split()[0] == str(exchange_id)
    assert shown.splitlines()[1].endswith("nothing")
    assert cable("connector", "exchanges", name, "--kind", "send").out == "Nothing was said, or it is kept no longer.\n"
    whole = cable("connector", "exchanges", name, "--whole").out
    assert "> POST http://127.0.0.1:8080/callbacks/[secret]" in whole
    assert "> MessageSid=SM1&" in whole
    (facts,) = cable("connector", "exchanges", name, "--json").facts
    assert (facts["id"], facts["status"], facts["verdict"]) == (str(exchange_id), 200, "nothing")

    replayed = cable("replay-callback", str(exchange_id)).out
    assert replayed == "When it came: nothing. Now: delivered.\n"
    assert cable("replay-callback", str(exchange_id), "--json").facts["before"] == "delivered, played again"
    assert cable("replay-callback", str(uuid7()), status=1).error == "exchange_not_found"


async def _called(database_url: str) -> tuple[str, UUID]:
    """Let Twilio have called with a receipt of which nothing was made."""
    rt = make.runtime(database_url, make.clock())
    await rt.db.open()
    try:
        provider = await callers.twilio(rt)
        form = callers.receipt("SM1", "delivered")
        url = rt.settings.public + provider.path
        headers = {name.lower(): value for name, value in provider.sign(form).items()}
        request = CallbackRequest("POST", url, headers, callers.body(form), "")
        token = provider.path.rpartition("/")[2]
        call = Call(uuid7(), provider.connector.id, Redactor([token]), request, rt.clock.now(), 0.0, Callback())
        async with rt.db.transaction() as conn:
            await callbacks.take(conn, [call], prices=Prices(), now=rt.clock.now(), clock=0.0)
    finally:
        await rt.db.close()
    return provider.connector.name, call.id
