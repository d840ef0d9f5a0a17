"""Statements of sessions and one-time logins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal
from uuid import UUID

from cablegram.accounts.model import Account, Place, Role, SessionLine, User, Visiting
from cablegram.kit.ids import AccountId, UserId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)
Kind = Literal["panel", "code", "api"]
_USER = len(fields(User))


async def insert_session(
    conn: Conn,
    digest: bytes,
    user_id: UserId,
    *,
    kind: Kind,
    account_id: AccountId | None,
    place: Place,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Write a session."""
    await conn.execute(
        queries.insert_session,
        {
            "hash": digest,
            "user_id": user_id,
            "account_id": account_id,
            "kind": kind,
            "address": place.address,
            "agent": place.agent,
            "now": now,
            "expires_at": expires_at,
        },
    )


async def delete_old_sessions(conn: Conn, now: datetime) -> None:
    """Forget sessions that have run out."""
    await conn.execute(queries.delete_old_sessions, {"now": now})


@dataclass(slots=True)
class Found:
    """A session as it is stored, with all that hangs on it."""

    user: User
    session_id: UUID
    visiting: Visiting | None
    last_seen_at: datetime | None
    role: Role | None
    account: Account | None


async def read_session(conn: Conn, digest: bytes, now: datetime, *, kind: Kind) -> Found | None:
    """Read who is there, the account they chose, and what they are in it; None when the session is over."""
    row = await (await conn.execute(queries.read_session, {"hash": digest, "now": now, "kind": kind})).fetchone()
    if row is None:
        return None
    session_id, why, until, seen, role, *account = row[_USER:]
    visiting = Visiting(why, until) if why is not None else None
    return Found(User(*row[:_USER]), session_id, visiting, seen, role, Account(*account) if account[0] else None)


@dataclass(slots=True)
class LivingSession:
    """What is needed to recognize a program that logged in. `role` is None of an operator of no account."""

    hash: bytes
    user_id: UserId
    name: str
    is_operator: bool
    role: Role | None
    account_id: AccountId | None
    is_suspended: bool


async def living_sessions(conn: Conn, hashes: Sequence[bytes], now: datetime) -> list[LivingSession]:
    """Read the sessions among these that have not run out."""
    cursor = await conn.execute(queries.living_sessions, {"hashes": list(hashes), "now": now})
    return [LivingSession(*row) for row in await cursor.fetchall()]


async def see_session(conn: Conn, digest: bytes, now: datetime) -> None:
    """Write when a session was used last."""
    await conn.execute(queries.see_session, {"hash": digest, "now": now})


async def sessions_of(conn: Conn, user_id: UserId, now: datetime, *, limit: int) -> list[SessionLine]:
    """Read a person's sessions, newest first."""
    cursor = await conn.execute(queries.sessions_of, {"user_id": user_id, "now": now, "limit": limit})
    return [SessionLine(*row) for row in await cursor.fetchall()]


async def first_account(conn: Conn, user: User) -> AccountId | None:
    """Read the oldest account that a person may act for."""
    cursor = await conn.execute(queries.first_account, {"user_id": user.id, "is_operator": user.is_operator})
    row = await cursor.fetchone()
    return row[0] if row else None


async def may_choose(conn: Conn, user: User, account_id: AccountId) -> bool | None:
    """Read whether a person may act for an account, may for a reason (False), or not at all (None)."""
    asked = {"user_id": user.id, "is_operator": user.is_operator, "account_id": account_id}
    row = await (await conn.execute(queries.may_choose, asked)).fetchone()
    return row[0] if row else None


async def choose_account(conn: Conn, digest: bytes, account_id: AccountId | None, visiting: Visiting | None) -> None:
    """Write which account a session acts for."""
    why, until = (visiting.why, visiting.until) if visiting else (None, None)
    await conn.execute(queries.choose_account, {"hash": digest, "account_id": account_id, "why": why, "until": until})


async def delete_session(conn: Conn, digest: bytes) -> None:
    """Forget a session."""
    await conn.execute(queries.delete_session, {"hash": digest})


async def end_session(conn: Conn, user_id: UserId, session_id: UUID) -> bool:
    """Forget one of a person's sessions; False when they have no such one."""
    cursor = await conn.execute(queries.end_session, {"user_id": user_id, "session_id": session_id})
    return await cursor.fetchone() is not None


async def delete_other_sessions(conn: Conn, user_id: UserId, keep: bytes | None) -> None:
    """Forget a person's sessions, but for one."""
    await conn.execute(queries.delete_other_sessions, {"user_id": user_id, "keep": keep})


async def insert_one_time(conn: Conn, digest: bytes, user_id: UserId, expires_at: datetime) -> None:
    """Write a one-time login in place of those the person did not use."""
    await conn.execute(queries.insert_one_time, {"hash": digest, "user_id": user_id, "expires_at": expires_at})


async def use_one_time(conn: Conn, digest: bytes, now: datetime) -> User | None:
    """Write that a one-time login was used, and read whose it was; None when it was used before or has run out."""
    row = await (await conn.execute(queries.use_one_time, {"hash": digest, "now": now})).fetchone()
    return User(*row) if row else None
