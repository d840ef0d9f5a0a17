"""What a call of the stores API reads does not grow with the store (R126)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

import make
import shops
import traffic
from books import rows
from cablegram.kit.ids import lowest_at, uuid7
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from cablegram.stores import people_store

PEOPLE = 5_000
PAGE = 50
_WRITTEN = """
    INSERT INTO message (id, account_id, posting_id, price, accepted_at, claimed_at, state, segments, class, encoding,
        country, src, dst, body, contact_id, program_id)
    SELECT (%s || '70008000' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid, %s, gen_random_uuid(), 1, since,
        since, 'delivered', 1, 'marketing', 'gsm0338', 'US', '444999', number::text, 'Pizza', contact_id, program_id
    FROM subscriber WHERE program_id = %s AND since < %s RETURNING 1
"""
ONE = "12125550118"


def read(plan: dict[str, Any]) -> Iterator[int]:
    """Yield how many rows each step of a plan has looked at."""
    gone = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    yield round((plan["Actual Rows"] + gone) * plan["Actual Loops"])
    for each in plan.get("Plans", []):
        yield from read(each)


@pytest.mark.req("R126")
async def test_no_call_for_one_customer_or_one_page_reads_the_whole_store(rt: Runtime) -> None:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt)
    await shops.code(rt, who)
    shop = await shops.shop(rt, who)
    await shops.crowd(shop, PEOPLE)
    left = await rows(rt, "UPDATE subscriber SET standing = 'out' WHERE mod(number, 100) = 7 RETURNING number")
    assert len(left) == PEOPLE // 100
    now = rt.clock.now()
    first = uuid7().hex[:12]
    assert len(await rows(rt, _WRITTEN, first, who.account_id, shop.id, now)) == PEOPLE  # type: ignore[arg-type]
    ((contact_id, sender_id),) = await rows(
        rt, "SELECT contact_id, sender_id FROM store_code JOIN subscriber USING (program_id, contact_id)"
        " WHERE number = %s", int(ONE),
    )  # fmt: skip
    span = {"since": lowest_at(now - timedelta(days=400)), "until": lowest_at(now + timedelta(days=4_000))}
    lines = {"account_id": shop.who.account_id, "store_id": shop.id, "limit": PAGE, **span}
    paging = {"account_id": shop.who.account_id, "store_id": shop.id, "after": None, "offset": 0, "limit": PAGE}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("customers", {"stores": [shop.id], "numbers": [int(ONE)]}),
        ("has_said_no", {"store_id": shop.id, "number": int(ONE)}),
        ("page_of_customers", {**paging, "standings": None}),
        ("page_of_customers", {**paging, "standings": ["in", "paused"]}),
        ("page_of_customers", {**paging, "standings": ["in"], "after": UUID(int=1 << 127)}),
        ("codes", {"store_id": shop.id, "contacts": [contact_id]}),
        ("taken_codes", {"account_id": shop.who.account_id, "store_id": shop.id, "contacts": [contact_id]}),
        ("count_kept", {"store_id": shop.id, "contact_id": contact_id, "now": now}),
        ("outbound", {**lines, "number": ONE}),
        ("outbound", {**lines, "number": None}),
        ("inbound", {**lines, "number": ONE}),
        ("talks", {"accounts": [shop.who.account_id], "senders": [sender_id], "numbers": [int(ONE)]}),
    ]
    async with rt.db.transaction() as conn:
        await conn.execute("ANALYZE contact, subscriber, store_code, message")
        for way in ("seqscan", "hashjoin", "mergejoin"):  # which pay off here, and would not at a hundred times as many
            await conn.execute(f"SET LOCAL enable_{way} = off")
        for name, values in asked:
            explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {getattr(people_store.queries, name)}"
            ((plan,),) = await (await conn.execute(explain, values)).fetchall()
            assert max(read(plan[0]["Plan"])) <= 10 * PAGE, (name, values)
