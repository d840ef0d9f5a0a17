"""Statements about plans and who is on which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cablegram.kit.ids import AccountId
from cablegram.rentals.plan_model import Membership, Plan
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def plans(conn: Conn, *, hidden: bool) -> list[Plan]:
    """Read plans, the cheapest first; those that are not offered only where asked for."""
    return [Plan(*row) for row in await (await conn.execute(queries.plans, {"hidden": hidden})).fetchall()]


async def plan(conn: Conn, code: str) -> Plan | None:
    """Read a plan."""
    row = await (await conn.execute(queries.plan, {"code": code})).fetchone()
    return Plan(*row) if row else None


async def put_plan(conn: Conn, one: Plan, now: datetime) -> None:
    """Write a plan in the place of what was there."""
    values = {"code": one.code, "name": one.name, "about": one.about, "fee": one.fee, "is_offered": one.is_offered}
    await conn.execute(queries.put_plan, {**values, "now": now})


async def drop_plan(conn: Conn, code: str) -> bool:
    """Drop a plan that nobody is on; False where somebody is, or where there is none."""
    return await (await conn.execute(queries.drop_plan, {"code": code})).fetchone() is not None


async def count_members(conn: Conn) -> dict[str, int]:
    """Count who is on which plan."""
    return dict(await (await conn.execute(queries.count_members)).fetchall())


async def membership(conn: Conn, account_id: AccountId) -> Membership | None:
    """Read an account's plan; None where it never chose one."""
    row = await (await conn.execute(queries.membership, {"account_id": account_id})).fetchone()
    return _membership(row) if row else None


async def hold_membership(conn: Conn, account_id: AccountId, now: datetime) -> Membership:
    """Lock an account's plan until the transaction ends, and read it."""
    await conn.execute(queries.ensure_membership, {"account_id": account_id, "now": now})
    rows = await (await conn.execute(queries.hold_membership, {"account_id": account_id})).fetchall()
    return _membership(rows[0])


async def hold_due(conn: Conn, now: datetime, *, limit: int) -> list[Membership]:
    """Lock and read the accounts of which a fee is due, those that nobody else is at."""
    rows = await (await conn.execute(queries.hold_due, {"now": now, "limit": limit})).fetchall()
    return [_membership(row) for row in rows]


async def put_membership(conn: Conn, one: Membership, *, by: str, now: datetime) -> None:
    """Write an account's plan; the caller holds it."""
    values = {
        "account_id": one.account_id,
        "code": one.plan.code,
        "then": one.then.code if one.then else None,
        "began_at": one.began_at,
        "period": one.period,
        "paid": one.paid,
        "next_at": one.next_at,
        "grace_until": one.grace_until,
        "by": by,
        "now": now,
    }
    await conn.execute(queries.put_membership, values)


def _membership(row: Sequence[Any]) -> Membership:
    account_id, *first = row[:6]
    began_at, period, paid, next_at, grace_until = row[6:11]
    then = None if row[11] is None else Plan(*row[11:])
    return Membership(account_id, Plan(*first), began_at, period, paid, next_at, grace_until, then)
