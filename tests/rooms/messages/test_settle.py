"""Messages move from state to state: once, by the table, with their money and their counts."""

from __future__ import annotations

import asyncio

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.kit.ids import MessageId
from cablegram.kit.money import MICRO
from cablegram.messages import settle
from cablegram.messages.model import Move, Standing, State
from cablegram.runtime.runtime import Runtime
from dispatching import until_waiting


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


async def standing(rt: Runtime, ids: list[MessageId]) -> list[Standing]:
    async with rt.db.connection() as conn:
        return await settle.standing(conn, ids)


async def settled(rt: Runtime, *moves: Move) -> set[MessageId]:
    async with rt.db.transaction() as conn:
        return await settle.settle(conn, moves, now=rt.clock.now())


def move(one: Standing, to_state: State, reason: str | None = None) -> Move:
    return Move(one.id, one.version, one.state, to_state, reason)


async def counted(rt: Runtime) -> dict[object, object]:
    found = await rows(rt, "SELECT state::text, sum(n), sum(amount) FROM progress GROUP BY 1 HAVING sum(n) <> 0")
    return {state: (n, amount) for state, n, amount in found}


async def test_a_move_holds_only_from_the_version_that_was_seen(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop), traffic.draft(shop)])
    first, second = await standing(rt, ids)
    assert await settled(rt, move(first, State.SUBMITTING)) == {first.id}

    assert await settled(rt, move(first, State.CANCELLED), move(second, State.CANCELLED)) == {second.id}
    assert [(one.state, one.version) for one in await standing(rt, [first.id])] == [(State.SUBMITTING, 1)]


@pytest.mark.req("R18", "R29")
async def test_a_refund_is_posted_once_and_named_by_its_message(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop), traffic.draft(shop)])
    stood = await standing(rt, ids)
    assert await ledger.balance(rt, shop) < 1000 * MICRO

    moves = [move(one, State.CANCELLED) for one in stood]
    assert await settled(rt, *moves) == set(ids)
    assert await settled(rt, *moves) == set()

    assert await ledger.balance(rt, shop) == 1000 * MICRO
    newest, *_ = await ledger.statement(rt, shop, limit=1)
    assert newest.count == 2
    assert await rows(rt, "SELECT DISTINCT refund_id FROM message") == [(newest.id,)]
    await assert_sums_hold(rt)


async def test_counts_move_with_the_messages(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop) for _ in range(3)])
    price = (await standing(rt, ids))[0].price
    await traffic.move(rt, ids[:2], State.SUBMITTING, State.SUBMITTED)
    await traffic.move(rt, ids[:1], State.DELIVERED)
    assert await counted(rt) == {"queued": (1, price), "submitted": (1, price), "delivered": (1, price)}


async def test_a_move_that_the_table_has_not_is_a_mistake_of_ours(rt: Runtime, shop: Principal) -> None:
    (one,) = await standing(rt, await traffic.accepted(rt, [traffic.draft(shop)]))
    with pytest.raises(ValueError, match="queued can't become delivered"):
        await settled(rt, move(one, State.DELIVERED))
    assert (await standing(rt, [one.id]))[0].version == 0


async def test_states_of_parts_are_kept_without_moving_the_message(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop, "a" * 161)])
    await traffic.move(rt, ids, State.SUBMITTING, State.SUBMITTED)
    (one,) = await standing(rt, ids)
    parts = [State.SUBMITTED, State.DELIVERED]
    stay = Move(one.id, one.version, State.SUBMITTED, State.SUBMITTED, part_states=parts)
    assert await settled(rt, stay) == set(ids)
    assert [(again.version, again.part_states) for again in await standing(rt, ids)] == [(one.version + 1, parts)]
    assert (await counted(rt))["submitted"] == (1, one.price)


async def test_moves_note_when_and_why(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop), traffic.draft(shop)])
    await traffic.move(rt, ids, State.SUBMITTING)
    await traffic.move(rt, ids[:1], State.SUBMITTED)
    await traffic.move(rt, ids[1:], State.REJECTED, reason="carrier_refused")
    now = rt.clock.now()
    assert await rows(rt, "SELECT reason, submitted_at, finished_at FROM message ORDER BY id") == [
        (None, now, None),
        ("carrier_refused", None, now),
    ]


async def test_a_version_that_can_t_grow_any_more_begins_anew(rt: Runtime, shop: Principal) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(shop)])
    await rows(rt, "UPDATE message SET version = 32767 RETURNING id")
    await traffic.move(rt, ids, State.SUBMITTING)
    assert (await standing(rt, ids))[0].version == 0


async def test_who_moves_the_same_messages_in_another_order_waits_and_then_finds_them_moved(
    rt: Runtime, shop: Principal
) -> None:
    low, high = await standing(rt, await traffic.accepted(rt, [traffic.draft(shop), traffic.draft(shop)]))
    hot = make.runtime(rt.db.url, make.clock(), hot=True)  # where a plan follows the order given
    await hot.db.open()
    async with hot.db.transaction() as conn:
        await settle.settle(conn, [move(low, State.CANCELLED)], now=rt.clock.now())
        other = asyncio.create_task(settled(hot, move(high, State.CANCELLED), move(low, State.CANCELLED)))
        await until_waiting(rt)
        # Had the other one begun with the higher id, these two would now wait for each other.
        assert await settle.settle(conn, [move(high, State.CANCELLED)], now=rt.clock.now()) == {high.id}
    assert await other == set()
    await hot.db.close()
    assert await ledger.balance(rt, shop) == 1000 * MICRO
    await assert_sums_hold(rt)


async def test_nothing_to_move_asks_nothing_of_the_database(rt: Runtime) -> None:
    assert await settled(rt) == set()
    assert await standing(rt, []) == []
