"""A message's story: what its own row tells, and what others wrote down about it, oldest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import MessageId, uuid7
from cablegram.messages import story
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime
from cablegram.smpp import codec


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


async def told(rt: Runtime, who: Principal, message_id: MessageId) -> list[tuple[str, str]]:
    _, moments = await story.timeline(rt, who, message_id)
    assert [one.at for one in moments] == sorted(one.at for one in moments)
    return [(one.kind, one.detail) for one in moments]


@pytest.mark.req("R50")
async def test_a_delivered_message_tells_its_whole_way(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    (message_id,) = await traffic.accepted(rt, [traffic.draft(shop)])
    clock.move(timedelta(seconds=1))
    (claim,) = await traffic.claimed(rt, 1)
    clock.move(timedelta(seconds=1))
    await traffic.answer(rt, [claim], Verdict.TAKEN)
    clock.move(timedelta(seconds=1))
    await traffic.receive(rt, [claim], Outcome.UNDELIVERED)
    clock.move(timedelta(seconds=1))
    await traffic.receive(rt, [claim], Outcome.DELIVERED)

    assert await told(rt, shop, message_id) == [
        ("accepted", "1 segment, gsm0338"),
        ("checked", "number of ES, from Tests, as transactional"),
        ("routed", "Simulated carrier"),
        ("priced", "1 x 2 = 2 credits"),
        ("charged", "line 2 of the ledger: -2 credits for 1 message, 998 after it"),
        ("submitting", "handed to a link"),
        ("answered", f"taken as {claim.id.hex}"),
        ("submitted", "the carrier took it"),
        ("receipt", f"UNDELIVERED id {claim.id.hex}"),
        ("receipt", f"DELIVERED id {claim.id.hex}"),
        ("delivered", ""),
    ]


async def test_a_refused_message_says_what_the_carrier_said(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    (message_id,) = await traffic.accepted(rt, [traffic.draft(shop)])
    claims = await traffic.claimed(rt, 1)
    clock.move(timedelta(seconds=1))
    await traffic.answer(rt, claims, Verdict.REFUSED)
    assert (await told(rt, shop, message_id))[-3:] == [
        ("answered", "ESME_RTHROTTLED carrier_refused"),
        ("rejected", "carrier_refused"),
        ("refunded", "line 3 of the ledger: 2 credits for 1 message, 1000 after it"),
    ]
    message = await story.get(rt, shop, message_id)
    assert (message.state, message.error, message.text) == (State.REJECTED, "ESME_RTHROTTLED", "Hello there")


async def test_nobody_reads_another_account_s_message(rt: Runtime, shop: Principal) -> None:
    (message_id,) = await traffic.accepted(rt, [traffic.draft(shop)])
    stranger = await make.account(rt)
    for asked in (message_id, uuid7()):
        with pytest.raises(NotFound) as caught:
            await story.timeline(rt, stranger, asked)
        assert caught.value.code == "message_not_found"


async def test_a_message_that_was_never_accepted_was_never_priced(rt: Runtime, shop: Principal) -> None:
    skipped = traffic.draft(shop, to="+34600", campaign_id=traffic.campaign())
    (message_id,) = await traffic.accepted(rt, [skipped])
    assert await told(rt, shop, message_id) == [("skipped", "number_invalid")]
    assert (await story.pdus(rt, shop, message_id))[1] == []


async def test_the_pdus_of_a_message_are_those_that_a_link_writes(rt: Runtime, shop: Principal) -> None:
    text = "Hello there, " * 20
    (message_id,) = await traffic.accepted(rt, [traffic.draft(shop, text)])
    (claim,) = await traffic.claimed(rt, 2)
    assert claim.outgoing is not None
    written = [codec.encode(one, 0) for one in smpp_wire.requests(claim.outgoing, 0)]
    message, shown = await story.pdus(rt, shop, message_id)
    assert [one.octets for one in shown] == written
    assert [dict(one.fields)["part"] for one in shown] == ["1 of 2", "2 of 2"]
    assert "".join(dict(one.fields)["text"] for one in shown) == message.text == text
