"""Carriers' notices that connectors bring reach the same deed as those of a call or a file (R79)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import callers
from books import rows
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.connectors import registry
from cablegram.connectors.contract import Incoming
from cablegram.connectors.providers.contract import CallbackRequest
from cablegram.connectors.providers.redact import Redactor
from cablegram.dispatch.recorder import Text
from cablegram.inbound import callbacks
from cablegram.inbound.callback_model import Call
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import uuid7
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import connector_notices
from callers import Provider
from keywords import ANA, BEA, CLEO, CODE, open_service

pytestmark = pytest.mark.req("R79")
CARRIER = "CARRIER"
SETTINGS: dict[str, object] = {
    "url": "https://sms.example.com/send",
    "payload": {"to": "$$To", "text": "$$Body"},
    "notices": [
        {
            "items": "changes[*]", "kind": "what", "number": "line", "new_number": "now", "at": "at",
            "code": "^.program",
            "kinds": {"gone": "cancelled", "rests": "paused", "back": "resumed", "moved": "changed"},
        }
    ],
}  # fmt: skip


async def hear(rt: Runtime, of: Provider, words: str, source: str = CARRIER) -> None:
    """Let a text come in over a connector."""
    text = Text(uuid7(), of.connector.id, Incoming(source, CODE, words), rt.clock.now())
    async with rt.db.transaction() as conn:
        await receive(conn, [text])


async def call(rt: Runtime, of: Provider, *changes: dict[str, str], code: str = CODE) -> str:
    """Let a provider call, and return what was made of it."""
    now = rt.clock.now()
    body = json.dumps({"program": code, "changes": changes}).encode()
    request = CallbackRequest("POST", "https://sms.example.com/callbacks/x", {}, body, "203.0.113.7")
    said = registry.provider(of.connector, rt.seal).hear(request, now=now)
    made = Call(uuid7(), of.connector.id, Redactor([]), request, now, 0.0, said)
    async with rt.db.transaction() as conn:
        await callbacks.take(conn, [made], prices=Prices(), now=now, clock=0.0)
    return made.verdict()


async def test_a_carrier_tells_of_lines_by_a_text_over_smpp(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    deals = await open_service(rt, shop)
    await deals.hear("deals")
    await deals.hear("deals", source=BEA)
    smpp = await callers.add(
        rt, "smpp", {"host": "localhost", "system_id": "x", "notices_from": CARRIER}, {"password": "x"}
    )
    at = clock.now().isoformat()
    lines = f"status,number,new_number,at\npaused,+{ANA},,{at}\nchanged,+{BEA},+{CLEO},{at}"

    # Anybody may write such words: they count from the one address that the settings name, where they can be read.
    await hear(rt, smpp, lines, source=ANA)
    await hear(rt, smpp, f"paused,+{ANA},,yesterday")
    assert (await connector_notices.keep_up(rt)).new == 0
    await hear(rt, smpp, lines)
    assert await deals.standing() == "in"
    done = await connector_notices.keep_up(rt)
    assert (done.new, done.changed, await deals.standing(), await deals.standing(CLEO)) == (2, 2, "paused", "in")
    assert await rows(rt, "SELECT how, count(*) FROM carrier_notice GROUP BY how") == [("connector", 2)]
    assert await rows(rt, "SELECT count(*) FROM inbound_text WHERE body LIKE '%%aused,%%'") == [(2,)]
    assert await rows(rt, "SELECT count(*) FROM carrier_notice_left") == [(0,)]


async def test_a_described_provider_tells_of_lines_in_its_calls(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    deals = await open_service(rt, shop)
    await deals.hear("deals")
    provider = await callers.add(rt, "generic", SETTINGS, {})
    seconds = str(int(clock.now().timestamp()))
    rests = {"what": "rests", "line": ANA, "at": seconds}
    assert await call(rt, provider, rests) == "notice"
    assert await call(rt, provider, rests) == "told before"
    assert await call(rt, provider, rests, code="54321") == "notice of no code"
    await connector_notices.keep_up(rt)
    assert await deals.standing() == "paused"

    # What came together is done in the order in which it was said, not in which it stood.
    clock.move(timedelta(hours=1))
    back = {"what": "back", "line": ANA, "at": clock.now().isoformat()}
    clock.move(timedelta(hours=1))
    gone = {"what": "gone", "line": f"+{ANA}", "at": clock.now().isoformat()}
    assert await call(rt, provider, gone, back) == "2 x notice"
    await connector_notices.keep_up(rt)
    assert await deals.standing() == "out"
    kinds = await rows(rt, "SELECT kind FROM carrier_notice ORDER BY id")
    assert [kind for (kind,) in kinds] == ["paused", "resumed", "cancelled"]
    assert await rows(rt, "SELECT kind FROM event WHERE kind IN ('subscriber.paused', 'subscriber.resumed')"
        " ORDER BY id") == [("subscriber.paused",), ("subscriber.resumed",)]  # fmt: skip
