"""What is kept of a request: enough for people, no secret, and no half of one."""

from __future__ import annotations

import pytest
import structlog

from cablegram.connectors.contract import Outgoing, PartResult, Verdict
from cablegram.connectors.http_talk import Talk, Told
from cablegram.connectors.providers.contract import HttpRequest, Reading, Shipment
from cablegram.kit.clock import SystemClock
from cablegram.kit.ids import ConnectorId, MessageId, uuid7
from cablegram.runtime.caller import Caller
from providers_generic import made

_SECRET = "a-secret-of-forty-letters-that-stay-hidden"
_KEPT = 8_000


async def told(body: bytes, verdict: Reading | None = None, callback_url: str = "") -> Told:
    """Tell of a request that is not sent, for its verdict came along."""
    provider = made({"password": _SECRET}, auth={"type": "basic", "username": "us"})
    request = HttpRequest("POST", f"https://sms.example.com/?key={_SECRET}", (("Authorization", "Basic dXM="),), body)
    message = Outgoing(MessageId(uuid7()), "1000", "34600000118", "Hello", 1)
    verdict = verdict or Reading([[PartResult(Verdict.REFUSED, words="it lacks a template")]])
    caller = Caller(limit=1)
    try:
        talk = Talk(
            ConnectorId(uuid7()),
            provider,
            caller,
            clock=SystemClock(),
            log=structlog.get_logger(),
            seconds=1,
            callback_url=callback_url,
        )
        return await talk.send(Shipment(request, (message,), verdict))
    finally:
        await caller.close()


@pytest.mark.req("R136")
@pytest.mark.parametrize("before", [0, _KEPT - 60, _KEPT - 20, _KEPT - 1, _KEPT, 3 * _KEPT])
async def test_no_secret_is_kept_not_even_the_half_that_a_cut_would_leave(before: int) -> None:
    exchange = (await told(b"x" * before + _SECRET.encode() + b"y" * 5_000)).exchange
    kept = exchange.request + exchange.url
    assert _SECRET[:4] not in kept
    assert exchange.request.startswith("Authorization: [secret]\n\n")
    assert exchange.request.count("[cut here") == (before + len(_SECRET) + 5_000 > _KEPT)
    assert (exchange.status, exchange.answer, exchange.verdict) == (None, "", "refused: it lacks a template")


@pytest.mark.req("R136")
async def test_where_we_are_called_is_kept_without_its_secret() -> None:
    token = "token_that-only-the-provider-may-know"
    address = f"https://sms.example.com/callbacks/{token}"
    kept = (await told(f'{{"url": "{address}"}}'.encode(), callback_url=address)).exchange
    assert kept.request.endswith('{"url": "https://sms.example.com/callbacks/[secret]"}')


@pytest.mark.req("R129")
async def test_a_complaint_that_repeats_our_secret_is_passed_on_without_it() -> None:
    said = f"no such key: {_SECRET}"
    reading = Reading([[PartResult(Verdict.TURNED_AWAY, words=said)]], account_trouble=said)
    found = await told(b"", reading)
    assert found.reading.account_trouble == found.reading.results[0][0].words == "no such key: [secret]"
    assert _SECRET not in found.exchange.verdict
