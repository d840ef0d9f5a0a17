"""Statements about recharges and calls of the processor. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.payments.model import OPEN, Recharge, RechargeState
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def insert_recharge(conn: Conn, new: Recharge, *, key: str | None, look_at: datetime | None) -> bool:
    """Write a recharge; False where its key, its reference, or another that is on its way stands in its way."""
    values = {
        "recharge_id": new.id,
        "account_id": new.account_id,
        "processor": new.processor,
        "card_id": new.card_id,
        "credits": new.credits,
        "amount": new.amount,
        "currency": new.currency,
        "state": new.state.value,
        "key": key,
        "is_auto": new.is_auto,
        "crossing": new.crossing,
        "reference": new.reference,
        "note": new.note,
        "started_by": new.started_by,
        "now": new.created_at,
        "settled_at": new.settled_at,
        "look_at": look_at,
    }
    return await (await conn.execute(queries.insert_recharge, values)).fetchone() is not None


async def get_recharge(conn: Conn, account_id: AccountId, recharge_id: UUID) -> Recharge | None:
    """Read a recharge."""
    asked = {"account_id": account_id, "recharge_id": recharge_id}
    row = await (await conn.execute(queries.get_recharge, asked)).fetchone()
    return _recharge(row) if row else None


async def hold_recharge(conn: Conn, account_id: AccountId, recharge_id: UUID) -> Recharge | None:
    """Lock a recharge and read it."""
    asked = {"account_id": account_id, "recharge_id": recharge_id}
    row = await (await conn.execute(queries.hold_recharge, asked)).fetchone()
    return _recharge(row) if row else None


async def recharge_of_key(conn: Conn, account_id: AccountId, key: str) -> Recharge | None:
    """Read the recharge that was asked for under a key."""
    row = await (await conn.execute(queries.recharge_of_key, {"account_id": account_id, "key": key})).fetchone()
    return _recharge(row) if row else None


async def recharge_of_intent(conn: Conn, intent: str) -> Recharge | None:
    """Read the recharge of a payment at the processor."""
    row = await (await conn.execute(queries.recharge_of_intent, {"intent": intent})).fetchone()
    return _recharge(row) if row else None


async def recharges(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Recharge]:
    """Read an account's recharges, newest first."""
    asked = {"account_id": account_id, "after": after, "limit": limit}
    return [_recharge(row) for row in await (await conn.execute(queries.recharges, asked)).fetchall()]


async def all_recharges(conn: Conn, after: UUID | None, *, state: str | None, limit: int) -> list[Recharge]:
    """Read the recharges of all accounts, newest first."""
    asked = {"after": after, "state": state, "limit": limit}
    return [_recharge(row) for row in await (await conn.execute(queries.all_recharges, asked)).fetchall()]


async def any_recharge(conn: Conn, recharge_id: UUID) -> Recharge | None:
    """Read a recharge of any account."""
    row = await (await conn.execute(queries.any_recharge, {"recharge_id": recharge_id})).fetchone()
    return _recharge(row) if row else None


async def of_crossing(conn: Conn, account_id: AccountId, crossing: UUID) -> list[Recharge]:
    """Read what was tried for one fall of the balance, oldest first."""
    asked = {"account_id": account_id, "crossing": crossing}
    return [_recharge(row) for row in await (await conn.execute(queries.of_crossing, asked)).fetchall()]


async def bind_intent(conn: Conn, recharge: Recharge, intent: str, *, look_at: datetime) -> bool:
    """Write which payment it is, before its money may be taken; False where the recharge was closed meanwhile."""
    asked = {"account_id": recharge.account_id, "recharge_id": recharge.id, "intent": intent, "look_at": look_at}
    return await (await conn.execute(queries.bind_intent, asked)).fetchone() is not None


async def move_recharge(
    conn: Conn,
    recharge: Recharge,
    state: RechargeState,
    *,
    reason: str = "",
    explained: str = "",
    action_url: str | None = None,
    look_at: datetime | None = None,
    now: datetime,
) -> None:
    """Write where a recharge stands now; the row is the caller's to hold."""
    asked = {
        "account_id": recharge.account_id,
        "recharge_id": recharge.id,
        "state": state.value,
        "reason": reason,
        "explained": explained,
        "action_url": action_url,
        "is_open": state in OPEN,
        "look_at": look_at,
        "looks": 0 if state is not recharge.state else recharge.looks + 1,
        "now": now,
    }
    await conn.execute(queries.move_recharge, asked)


async def set_returned(conn: Conn, recharge: Recharge, state: RechargeState, *, returned: int) -> None:
    """Write how much of a recharge's money went back, and where it stands by that."""
    asked = {"account_id": recharge.account_id, "recharge_id": recharge.id, "state": state.value, "returned": returned}
    await conn.execute(queries.set_returned, asked)


async def look_later(conn: Conn, recharge: Recharge, look_at: datetime) -> None:
    """Write when to ask after a recharge again."""
    asked = {"account_id": recharge.account_id, "recharge_id": recharge.id, "look_at": look_at}
    await conn.execute(queries.look_later, asked)


async def claim_looks(conn: Conn, *, now: datetime, until: datetime, limit: int) -> list[Recharge]:
    """Take recharges that are due to be asked after, until a moment."""
    asked = {"now": now, "until": until, "limit": limit}
    return [_recharge(row) for row in await (await conn.execute(queries.claim_looks, asked)).fetchall()]


async def spent_by_itself(conn: Conn, account_id: AccountId, *, today: datetime, month: datetime) -> tuple[int, int]:
    """Sum what recharges by themselves took since two moments; what is in question counts."""
    asked = {"account_id": account_id, "today": today, "month": month}
    row = (await (await conn.execute(queries.spent_by_itself, asked)).fetchall())[0]
    return int(row[0]), int(row[1])


async def insert_event(conn: Conn, event_id: str, kind: str, now: datetime) -> bool:
    """Write that a call was taken in; False where it was before."""
    asked = {"event_id": event_id, "kind": kind, "now": now}
    return await (await conn.execute(queries.insert_event, asked)).fetchone() is not None


async def has_event(conn: Conn, event_id: str) -> bool:
    """Tell whether a call was taken in before."""
    return await (await conn.execute(queries.has_event, {"event_id": event_id})).fetchone() is not None


async def forget_events(conn: Conn, before: datetime) -> None:
    """Delete what was taken in before a moment."""
    await conn.execute(queries.forget_events, {"before": before})


def _recharge(row: Sequence[Any]) -> Recharge:
    recharge_id, account_id, processor, card_id, credits_, amount, currency, state, *rest = row
    return Recharge(
        recharge_id, account_id, processor, card_id, credits_, amount, currency, RechargeState(state), *rest
    )
