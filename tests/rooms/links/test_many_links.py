"""Pages of an account's links cost what they show, wherever they begin and however many links there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

import pytest

from books import rows
from cablegram.links.store import queries
from cablegram.runtime.runtime import Runtime

ACCOUNT = UUID("00000000-0000-7000-8000-000000000001")
# The account's links are every other row; half of them were opened, none of the newest thousand.
FILL = """
INSERT INTO short_link (code, account_id, message_id, number, country, url, expires_at, is_opened, first_at, clicks)
SELECT lpad(n::text, 9, '0'), ('00000000-0000-7000-8000-00000000000' || mod(n, 2))::uuid,
    lpad(to_hex(n), 32, '0')::uuid, '34600000000', 'ES', 'https://shop.example/', now(), mod(n, 4) = 1 AND n < 18000,
    CASE WHEN mod(n, 4) = 1 AND n < 18000 THEN now() END, CASE WHEN mod(n, 4) = 1 AND n < 18000 THEN 3 ELSE 0 END
FROM generate_series(1, 20000) AS n RETURNING code
"""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", []):
        yield from nodes(each)


async def looked_at(rt: Runtime, query: LiteralString, **values: object) -> list[tuple[str, float]]:
    """Return what a statement reads: the name of each index, and how many of its entries are looked at."""
    given = {"account_id": ACCOUNT, "limit": 50, **values}
    async with rt.db.connection() as conn:
        await conn.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        found = await (await conn.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query, given)).fetchall()
    scans = [one for one in nodes(found[0][0][0]["Plan"]) if "Scan" in one["Node Type"] and "Relation Name" in one]
    return [
        (one.get("Index Name", one["Node Type"]), one["Actual Rows"] + one.get("Rows Removed by Filter", 0))
        for one in scans
        if one["Actual Loops"]
    ]


@pytest.fixture
async def many(rt: Runtime) -> None:
    await rows(rt, FILL)
    async with rt.db.connection() as conn:
        await conn.execute("ANALYZE short_link")


@pytest.mark.usefixtures("many")
async def test_links_that_people_opened_are_found_without_those_that_nobody_did(rt: Runtime) -> None:
    for after in (None, f"{9_001:09}"):
        found = await looked_at(rt, queries.page_of_clicked_links, after=after)
        assert ("short_link_clicked", 50) in found
        assert sum(n for _, n in found) <= 51


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("is_idle", [True, False])
async def test_the_last_page_of_links_costs_what_the_first_does(rt: Runtime, *, is_idle: bool) -> None:
    for after in (None, f"{9_001:09}", f"{301:09}"):
        found = await looked_at(rt, queries.page_of_links, after=after, is_idle=is_idle)
        assert {name for name, _ in found} <= {"short_link_account", "short_link_pkey"}
        assert sum(n for _, n in found) <= (102 if is_idle else 52), "every other one was opened"
