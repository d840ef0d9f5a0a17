"""Statements about money that goes back. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cablegram.kit.ids import AccountId, RechargeId
from cablegram.payments.model import Return, ReturnState
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def insert_return(conn: Conn, new: Return, *, look_at: datetime | None = None) -> bool:
    """Write money that goes back; False where the processor named it before, or another refund is at work."""
    values = {
        "return_id": new.id,
        "account_id": new.account_id,
        "recharge_id": new.recharge_id,
        "kind": new.kind,
        "foreign_id": new.foreign_id,
        "amount": new.amount,
        "credits": new.credits,
        "state": new.state.value,
        "note": new.note,
        "started_by": new.started_by,
        "now": new.created_at,
        "settled_at": None if new.state is ReturnState.STARTED else new.created_at,
        "look_at": look_at,
    }
    return await (await conn.execute(queries.insert_return, values)).fetchone() is not None


async def returns_of(conn: Conn, account_id: AccountId, recharge_id: RechargeId) -> list[Return]:
    """Read what went back of a recharge, oldest first."""
    asked = {"account_id": account_id, "recharge_id": recharge_id}
    return [_return(row) for row in await (await conn.execute(queries.returns_of, asked)).fetchall()]


async def move_return(
    conn: Conn,
    back: Return,
    state: ReturnState,
    *,
    foreign_id: str | None = None,
    credits_: int | None = None,
    note: str = "",
    now: datetime,
) -> None:
    """Write where money that goes back stands."""
    asked = {
        "account_id": back.account_id,
        "return_id": back.id,
        "state": state.value,
        "foreign_id": foreign_id,
        "credits": back.credits if credits_ is None else credits_,
        "note": note,
        "now": now,
    }
    await conn.execute(queries.move_return, asked)


async def claim_returns(conn: Conn, *, now: datetime, until: datetime, limit: int) -> list[Return]:
    """Take refunds that are due to be asked after, until a moment."""
    asked = {"now": now, "until": until, "limit": limit}
    return [_return(row) for row in await (await conn.execute(queries.claim_returns, asked)).fetchall()]


def _return(row: Sequence[Any]) -> Return:
    return_id, account_id, recharge_id, kind, foreign_id, amount, credits_, state, *rest = row
    return Return(return_id, account_id, recharge_id, kind, foreign_id, amount, credits_, ReturnState(state), *rest)
