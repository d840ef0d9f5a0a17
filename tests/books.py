"""Look into the ledger as an auditor would: with SQL alone."""

from __future__ import annotations

from cablegram.runtime.runtime import Runtime


async def rows(rt: Runtime, statement: str, *values: object) -> list[tuple[object, ...]]:
    async with rt.db.connection() as conn:
        return await (await conn.execute(statement, values)).fetchall()  # pyright: ignore[reportArgumentType]


async def assert_sums_hold(rt: Runtime) -> None:
    """Check each account's books as an auditor would: with SQL alone, from the postings up."""
    wrong = await rows(
        rt,
        """
        SELECT account_id FROM balance LEFT JOIN (
            SELECT account_id, sum(amount) AS total, count(*) AS postings, max(seq) AS top,
                bool_and(balance_after = running) AS runs
            FROM (SELECT *, sum(amount) OVER (PARTITION BY account_id ORDER BY seq) AS running FROM posting) AS each
            GROUP BY account_id) AS books USING (account_id)
        WHERE amount <> coalesce(total, 0) OR last_seq <> coalesce(postings, 0) OR last_seq <> coalesce(top, 0)
            OR NOT coalesce(runs, true)
        """,
    )
    assert wrong == []
