"""Who listens to an account is told what becomes of its messages: one row a batch; nobody else costs anything."""

from __future__ import annotations

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.events import listening
from cablegram.messages import news
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


async def listen(rt: Runtime, who: Principal, *states: State) -> None:
    async with rt.db.transaction() as conn:
        await listening.listen(conn, who.account_id, states)


async def told(rt: Runtime) -> list[tuple[object, ...]]:
    async with rt.db.transaction() as conn:
        return [
            (one.account_id, one.state, one.message_ids, one.reasons, [about.id for about in of])
            for one, of in await news.take(conn, limit=100)
        ]


@pytest.mark.req("R152")
async def test_moves_and_acceptance_are_told_once_a_batch_to_who_listens(rt: Runtime, shop: Principal) -> None:
    other = await make.account(rt, credits=1000)
    await listen(rt, shop, State.QUEUED, State.DELIVERED, State.CANCELLED)
    ids = await traffic.accepted(rt, [traffic.draft(shop) for _ in range(3)])
    (strange,) = await traffic.accepted(rt, [traffic.draft(other)])
    assert await told(rt) == [(shop.account_id, "queued", ids, None, ids)]

    await traffic.move(rt, [*ids[:2], strange], State.SUBMITTING, State.SUBMITTED, State.DELIVERED)
    await traffic.move(rt, ids[2:], State.CANCELLED)
    assert [one[:3] for one in await told(rt)] == [
        (shop.account_id, "delivered", ids[:2]),
        (shop.account_id, "cancelled", ids[2:]),
    ]
    assert await told(rt) == []


async def test_nothing_is_written_while_nobody_listens(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop)])
    await traffic.move(rt, ids, State.SUBMITTING, State.SUBMITTED)
    assert await rows(rt, "SELECT count(*) FROM message_news") == [(0,)]


async def test_much_of_one_account_keeps_another_waiting_for_no_longer_than_its_turn(
    rt: Runtime, shop: Principal
) -> None:
    other = await make.account(rt, credits=1000)
    for one in (shop, other):
        await listen(rt, one, State.QUEUED)
    for who, count in ((shop, 5), (other, 2)):
        for _ in range(count):
            await traffic.accepted(rt, [traffic.draft(who)])

    async def turn() -> list[object]:
        async with rt.db.transaction() as conn:
            return [one.account_id for one, _ in await news.take(conn, limit=2)]

    first, second, third = [await turn() for _ in range(3)]
    assert sorted(map(str, first)) == sorted(map(str, second)) == sorted(str(one.account_id) for one in (shop, other))
    assert third == [shop.account_id] * 2
    assert await turn() == [shop.account_id]
    assert await turn() == []
