"""A claim: what fits a link's room, urgent lanes first, accounts in turn, and never a message twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.connectors import configure
from cablegram.connectors.contract import Verdict
from cablegram.dispatch import store
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.turns import Turns
from cablegram.kit.ids import AccountId, ConnectorId, MessageId, time_of, uuid7
from cablegram.messages import store as messages
from cablegram.messages.model import MessageClass
from cablegram.runtime.runtime import Runtime
from dispatching import states

OTP, USUAL, MARKETING = MessageClass


class Claimer:
    """A pump's half of a claim: remembers whose turn it is."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self.turns = Turns()

    async def claim(
        self, room: int, *, is_window_empty: bool = False, day: date | None = None, by_message: bool = False
    ) -> list[Claimed]:
        async with self._rt.db.connection() as conn:
            connector = await configure.simulated(conn)
            assert connector is not None
            claimed = await store.claim(
                conn,
                connector.id,
                7,
                room=room,
                is_window_empty=is_window_empty,
                after=self.turns.after,
                now=self._rt.clock.now(),
                day=day,
                by_message=by_message,
            )
        self.turns.note(claimed)
        return claimed


async def queued(
    rt: Runtime, who: Principal, count: int, text: str = "Hello there", kind: MessageClass = USUAL
) -> list[MessageId]:
    drafts = [traffic.draft(who, text) for _ in range(count)]
    for one in drafts:
        one.message_class = kind
    ids = await traffic.accepted(rt, drafts)
    assert len(ids) == count
    return ids


async def shops(rt: Runtime, count: int) -> list[Principal]:
    """Open accounts that have different shares, in the order of their shares."""
    found: dict[int, Principal] = {}
    while len(found) < count:
        who = await make.account(rt, credits=5000)
        found[messages.share(who.account_id)] = who
    return [found[share] for share in sorted(found)]


def served(claimed: Sequence[Claimed], among: Sequence[Principal]) -> list[int]:
    """Return how many messages of each account were claimed."""
    counted = Counter(one.account_id for one in claimed)
    return [counted[who.account_id] for who in among]


async def test_what_fits_the_room_is_claimed_oldest_first(rt: Runtime, shop: Principal) -> None:
    ids = await queued(rt, shop, 5)
    claimed = await Claimer(rt).claim(3)
    assert [one.id for one in claimed] == ids[:3]
    assert await states(rt) == {"submitting": 3, "queued": 2}
    assert await rows(rt, "SELECT id, dispatcher_id, is_unknown FROM flight ORDER BY id") == [
        (one, 7, False) for one in ids[:3]
    ]
    assert await rows(rt, "SELECT id FROM queue ORDER BY id") == [(one,) for one in ids[3:]]


async def test_a_claim_knows_all_that_sending_takes(rt: Runtime, shop: Principal) -> None:
    (message_id,) = await queued(rt, shop, 1, "Привет, Анна!", OTP)
    (one,) = await Claimer(rt).claim(10)
    assert one.outgoing is not None
    assert (one.outgoing.id, one.outgoing.source, one.outgoing.number, one.outgoing.text, one.outgoing.segments) == (
        message_id,
        traffic.SENDER,
        traffic.NUMBER.removeprefix("+"),
        "Привет, Анна!",
        1,
    )
    assert (one.version, one.attempts, one.message_class, one.share) == (1, 1, OTP, messages.share(shop.account_id))
    waiting = one.waiting()
    assert (waiting.id, waiting.account_id, waiting.segments) == (message_id, shop.account_id, 1)


async def test_counts_move_with_the_claim(rt: Runtime, shop: Principal) -> None:
    await queued(rt, shop, 3)
    await Claimer(rt).claim(2)
    found = await rows(rt, "SELECT state::text, sum(n) FROM progress GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1")
    assert found == [("queued", 1), ("submitting", 2)]


async def test_room_counts_segments(rt: Runtime, shop: Principal) -> None:
    ids = [*await queued(rt, shop, 2, "a" * 161), *await queued(rt, shop, 2)]
    claimer = Claimer(rt)
    assert [one.id for one in await claimer.claim(3)] == ids[:1]
    assert [one.id for one in await claimer.claim(3)] == ids[1:3]


async def test_a_message_longer_than_the_window_goes_alone_when_the_window_is_empty(
    rt: Runtime, shop: Principal
) -> None:
    ids = [*await queued(rt, shop, 1, "a" * 500), *await queued(rt, shop, 1)]
    claimer = Claimer(rt)
    assert await claimer.claim(2) == []
    assert [one.id for one in await claimer.claim(2, is_window_empty=True)] == ids[:1]
    assert [one.id for one in await claimer.claim(2, is_window_empty=True)] == ids[1:]


@pytest.mark.parametrize("room", [1, 4, 30])
async def test_lanes_go_in_the_order_of_urgency_whatever_the_room(rt: Runtime, shop: Principal, room: int) -> None:
    crowd = await shops(rt, 4)
    for who in crowd:
        await queued(rt, who, 8, kind=MARKETING)
    await queued(rt, crowd[1], 8, kind=USUAL)
    await queued(rt, crowd[3], 8, kind=OTP)
    claimer, kinds = Claimer(rt), list[MessageClass]()
    while len(kinds) < 16:
        kinds += [one.message_class for one in await claimer.claim(room)]
    assert kinds[:16] == [OTP] * 8 + [USUAL] * 8
    assert shop.account_id not in {who.account_id for who in crowd}


@pytest.mark.parametrize("room", [1, 2, 3, 10])
async def test_accounts_of_a_lane_take_turns_however_small_the_room(rt: Runtime, shop: Principal, room: int) -> None:
    del shop
    crowd = await shops(rt, 5)
    for who, count in zip(crowd, [60, 60, 6, 60, 6], strict=True):
        await queued(rt, who, count)
    claimer, claimed = Claimer(rt), list[Claimed]()
    while len(claimed) < 30:
        claimed += await claimer.claim(room)
    assert served(claimed, crowd) == [6] * 5


async def test_one_account_s_thousand_does_not_stand_before_another_s_ten(rt: Runtime, shop: Principal) -> None:
    del shop
    big, small = await shops(rt, 2)
    await queued(rt, big, 300)
    await queued(rt, small, 10)
    claimer, claimed = Claimer(rt), list[Claimed]()
    while served(claimed, [small]) != [10]:
        claimed += await claimer.claim(1)
    assert len(claimed) <= 21


async def test_more_accounts_than_room_are_all_served_in_a_round(rt: Runtime, shop: Principal) -> None:
    del shop
    crowd = await shops(rt, 12)
    for who in crowd:
        await queued(rt, who, 3)
    claimer = Claimer(rt)
    first_round = [one for _ in range(4) for one in await claimer.claim(3)]
    assert served(first_round, crowd) == [1] * 12


async def test_two_claimers_never_get_the_same_message(rt: Runtime, shop: Principal) -> None:
    ids = await queued(rt, shop, 300)

    async def pump() -> list[MessageId]:
        claimer, got = Claimer(rt), list[MessageId]()
        while some := await claimer.claim(7):
            got += [one.id for one in some]
        return got

    got = await asyncio.gather(*(pump() for _ in range(4)))
    # A claimer that finds all heads locked stops early; what is left is there for the next claim.
    left = await Claimer(rt).claim(300)
    assert sorted([one for some in got for one in some] + [one.id for one in left]) == ids


async def test_a_row_that_somebody_holds_is_passed_over(rt: Runtime, shop: Principal) -> None:
    ids = await queued(rt, shop, 3)
    async with rt.db.transaction() as conn:
        await conn.execute("SELECT 1 FROM queue WHERE id = %s FOR UPDATE", (ids[0],))
        async with asyncio.timeout(5):
            assert [one.id for one in await Claimer(rt).claim(2)] == ids[1:]


async def test_a_claim_is_on_disk_when_it_returns(rt: Runtime, shop: Principal) -> None:
    await queued(rt, shop, 1)
    async with rt.db.connection() as conn:
        connector = await configure.simulated(conn)
        assert connector is not None
        await store.claim(conn, connector.id, 7, room=1, is_window_empty=True, after=Turns().after, now=rt.clock.now())
        assert await states(rt) == {"submitting": 1}  # on another connection


async def test_what_leaves_the_queue_is_what_became_submitting(rt: Runtime, shop: Principal) -> None:
    """A claim planned before a day's partition was attached may see the day's queue rows and not their messages."""
    ids = await queued(rt, shop, 3)
    [(day,)] = await rows(rt, "SELECT DISTINCT tableoid::regclass::text FROM message")
    bounded = "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = %s::regclass"
    [(bounds,)] = await rows(rt, bounded, day)
    async with rt.db.connection() as conn:
        await conn.execute(f"ALTER TABLE message DETACH PARTITION {day}".encode())
        assert await Claimer(rt).claim(3) == []
        await conn.execute(f"ALTER TABLE message ATTACH PARTITION {day} {bounds}".encode())
    assert [one.id for one in await Claimer(rt).claim(3)] == ids
    assert await states(rt) == {"submitting": 3}


async def test_another_connector_s_queue_is_left_alone(rt: Runtime, shop: Principal) -> None:
    await queued(rt, shop, 2)
    async with rt.db.connection() as conn:
        claimed = await store.claim(
            conn, ConnectorId(uuid7()), 7, room=5, is_window_empty=True, after=Turns().after, now=rt.clock.now()
        )
    assert claimed == []


async def test_a_message_claimed_ever_so_often_can_be_claimed_again(rt: Runtime, shop: Principal) -> None:
    await queued(rt, shop, 1)
    await rows(rt, "UPDATE message SET version = 32767, attempts = 32767 RETURNING id")
    claims = await Claimer(rt).claim(1)
    assert [(one.version, one.attempts) for one in claims] == [(0, 32767)]
    await traffic.answer(rt, claims, Verdict.THROTTLED)
    assert await states(rt) == {"queued": 1}


async def test_a_claim_of_a_day_leaves_the_other_days_where_they_wait(rt: Runtime, shop: Principal) -> None:
    old, *new = await queued(rt, shop, 3)
    today = time_of(old).date()
    await traffic.make_older(rt, old, days=1)
    claimer = Claimer(rt)
    assert [one.id for one in await claimer.claim(10, day=today)] == new
    assert await states(rt) == {"submitting": 2, "queued": 1}
    assert [one.id for one in await claimer.claim(10, day=today)] == []
    assert len(await claimer.claim(10, day=today - timedelta(days=1))) == 1
    assert await states(rt) == {"submitting": 3}


async def test_whether_anything_waits(rt: Runtime, shop: Principal) -> None:
    await queued(rt, shop, 1)
    async with rt.db.connection() as conn:
        connector = await configure.simulated(conn)
        assert connector is not None
        assert await store.any_waiting(conn, connector.id)
        assert not await store.any_waiting(conn, ConnectorId(uuid7()))
    await Claimer(rt).claim(1)
    async with rt.db.connection() as conn:
        assert not await store.any_waiting(conn, connector.id)


def test_a_share_is_one_of_1024_by_the_random_end_of_an_id() -> None:
    shares = {messages.share(AccountId(uuid7())) for _ in range(500)}
    assert all(0 <= share < 1024 for share in shares)
    assert len(shares) > 100


@pytest.mark.parametrize("by_day", [False, True])
async def test_over_http_a_message_is_one_whatever_its_segments_and_brings_all_along(
    rt: Runtime, shop: Principal, *, by_day: bool
) -> None:
    long = "This one is too long for a single part. " * 6
    first, second, _ = await traffic.accepted(rt, [traffic.draft(shop, long) for _ in range(3)])
    ends = rt.clock.now() + timedelta(hours=2)
    statement = """
        WITH told AS (INSERT INTO message_timing (id, validity) VALUES (%s, '2 hours')),
            brought AS (UPDATE message SET provider_values = '{"template_id": "T7"}' WHERE id = %s)
        UPDATE queue SET closes_at = %s WHERE id = %s RETURNING 1
    """
    await rows(rt, statement, first, first, ends, first)
    claimed = await Claimer(rt).claim(2, day=time_of(first).date() if by_day else None, by_message=True)
    sent = [one.outgoing for one in claimed if one.outgoing]
    assert [(one.id, one.values, one.valid_until) for one in sent] == [
        (first, {"template_id": "T7"}, ends),
        (second, None, None),
    ]
