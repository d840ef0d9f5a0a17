"""A day's messages lie in a partition of their own, made in time and without stopping anybody."""

from __future__ import annotations

import asyncio
from datetime import date

import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.kit.ids import time_of, uuid7
from cablegram.messages import store, upkeep
from cablegram.runtime.runtime import Runtime


async def partitions(rt: Runtime) -> list[str]:
    found = await rows(
        rt,
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'message'::regclass ORDER BY 1",
    )
    return [str(name) for (name,) in found]


def named(*days: date) -> list[str]:
    return [f"message_{day:%Y%m%d}" for day in days]


async def test_the_first_message_of_a_day_makes_its_partition(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    assert await partitions(rt) == []
    ids = await traffic.accepted(rt, [traffic.draft(who)])
    assert await partitions(rt) == named(time_of(ids[0]).date())


async def test_the_next_days_are_made_ahead_and_once(rt: Runtime) -> None:
    await upkeep.prepare_days(rt)
    ahead = await partitions(rt)
    assert len(ahead) == 4
    assert ahead[0] <= f"message_{time_of(uuid7()):%Y%m%d}" <= ahead[1]
    await upkeep.prepare_days(rt)
    assert await partitions(rt) == ahead


async def test_each_id_lies_in_the_partition_of_its_day_to_the_millisecond(rt: Runtime) -> None:
    days = [date(2026, 2, 28), date(2026, 3, 1)]
    async with rt.db.transaction() as conn:
        await store.make_partitions(conn, days)
    moments = ["2026-02-28T23:59:59.999+00:00", "2026-03-01T00:00:00.000+00:00"]
    found = await rows(
        rt,
        """
        SELECT DISTINCT inhrelid::regclass::text, pg_get_expr(relpartbound, inhrelid) FROM pg_inherits
        JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'message'::regclass ORDER BY 1
        """,
    )
    milliseconds = await rows(
        rt, "SELECT (extract(epoch FROM at::timestamptz) * 1000)::bigint FROM unnest(%s::text[]) AS at", moments
    )
    last, first = (int(str(value)) for (value,) in milliseconds)
    bounds = [str(expression) for _, expression in found]
    assert f"TO ('{_lowest(first)}')" in bounds[0]
    assert f"FROM ('{_lowest(first)}')" in bounds[1]
    assert last + 1 == first


def _lowest(milliseconds: int) -> str:
    digits = f"{milliseconds:012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


async def test_processes_that_need_a_day_at_the_same_time_make_it_once(rt: Runtime) -> None:
    async def make() -> None:
        async with rt.db.transaction() as conn:
            await store.make_partitions(conn, [date(2026, 1, 15)])

    await asyncio.gather(*(make() for _ in range(5)))
    assert await partitions(rt) == named(date(2026, 1, 15))


async def test_a_new_day_waits_for_nobody_who_reads_or_writes(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    ids = await traffic.accepted(rt, [traffic.draft(who)])
    async with rt.db.transaction() as busy:
        # A report that runs for long, and a dispatcher in the middle of its work.
        await busy.execute("SELECT count(*) FROM message")
        await busy.execute("UPDATE message SET reason = NULL WHERE id = %s", (ids[0],))
        async with asyncio.timeout(5), rt.db.transaction() as conn:
            await store.make_partitions(conn, [date(2027, 1, 15)])
            async with asyncio.timeout(5), rt.db.connection() as reader:
                await reader.execute("SELECT count(*) FROM message")


async def test_a_partition_is_as_the_table_with_room_on_its_pages(rt: Runtime) -> None:
    async with rt.db.transaction() as conn:
        await store.make_partitions(conn, [date(2026, 1, 15)])
    ((options,),) = await rows(rt, "SELECT reloptions FROM pg_class WHERE relname = 'message_20260115'")
    assert isinstance(options, list)
    assert "fillfactor=28" in options
    ((checks, indexes),) = await rows(
        rt,
        """
        SELECT (SELECT count(*) FROM pg_constraint WHERE conrelid = 'message_20260115'::regclass AND contype = 'c'),
            (SELECT count(*) FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid
                WHERE indrelid = 'message_20260115'::regclass)
        """,
    )
    assert (checks, indexes) == (2, 7)
