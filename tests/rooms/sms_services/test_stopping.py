"""A service that is suspended or closed sends nothing that waits; carriers' notices find whom they are about."""

from __future__ import annotations

import pytest

from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.messages import hold, leaving
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, Waiting
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import deciding, requesting
from keywords import ANA, BOSS, Keyword, open_service


async def send(deals: Keyword, text: str) -> Draft:
    draft = Draft(deals.who.account_id, f"+{ANA}", text, program_id=deals.id)
    async with deals.rt.db.transaction() as conn:
        await accept(conn, [draft], prices=Prices(), now=deals.rt.clock.now())
    return draft


async def states(rt: Runtime) -> list[tuple[object, ...]]:
    return await rows(rt, "SELECT split_part(body, ' ', 2), state::text, reason FROM message ORDER BY id")


@pytest.mark.req("R77", "R68")
async def test_what_waits_of_a_service_is_withdrawn_when_it_is_suspended_and_all_of_it_when_it_is_closed(
    rt: Runtime, shop: Principal
) -> None:
    deals = await open_service(rt, shop)
    news = await open_service(rt, shop, "NEWS")
    await deals.hear("DEALS", "NEWS")
    assert (await send(deals, "DEALS: shoes today")).refusal is None
    assert (await send(news, "NEWS: rain today")).refusal is None
    flying = await send(deals, "DEALS: socks today")
    assert flying.id is not None
    assert flying.connector_id is not None
    await rows(rt, "DELETE FROM queue WHERE id = %s RETURNING id", flying.id)  # a link has it
    await deciding.suspend(rt, BOSS, deals.id, reason="Nobody answers the phone")
    async with rt.db.transaction() as conn:  # the link could not send it
        await leaving.lock(conn, [shop.account_id])
        await hold.put_back(conn, [waiting(flying, flying.id, flying.connector_id)], now=rt.clock.now())
    stopped = ("cancelled", "program_not_sending")
    assert await states(rt) == [
        ("thanks,", "queued", None), ("thanks,", "queued", None), ("shoes", *stopped), ("rain", "queued", None),
        ("socks", *stopped),
    ]  # fmt: skip
    assert (await send(deals, "DEALS: hats today")).refusal is not None
    await requesting.close(rt, shop, deals.id)
    assert (await states(rt))[:2] == [("thanks,", *stopped), ("thanks,", "queued", None)]
    assert await rows(rt, "SELECT count(*) FROM queue") == [(2,)]
    await assert_sums_hold(rt)


def waiting(one: Draft, message_id: MessageId, connector_id: ConnectorId) -> Waiting:
    return Waiting(message_id, one.account_id, None, connector_id, one.message_class, one.segments, int(one.number))
