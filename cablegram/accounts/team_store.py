"""Statements of invitations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cablegram.accounts.model import Invitation
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def insert_invitation(conn: Conn, account_id: AccountId, new: Invitation, digest: bytes) -> None:
    """Write an invitation."""
    await conn.execute(
        queries.insert_invitation,
        {
            "id": new.id,
            "account_id": account_id,
            "email": new.email,
            "role": new.role,
            "hash": digest,
            "invited_by": new.invited_by,
            "now": new.created_at,
            "expires_at": new.expires_at,
        },
    )


async def revoke_at(conn: Conn, account_id: AccountId, email: str, now: datetime) -> None:
    """Take back what is open for an address."""
    await conn.execute(queries.revoke_at, {"account_id": account_id, "email": email, "now": now})


async def revoke_of(conn: Conn, account_id: AccountId, invited_by: str, now: datetime) -> None:
    """Take all open invitations back that somebody of this name sent."""
    await conn.execute(queries.revoke_of, {"account_id": account_id, "invited_by": invited_by, "now": now})


async def revoke_invitation(conn: Conn, account_id: AccountId, invitation_id: UUID, now: datetime) -> bool:
    """Take an invitation back; False when none of that id is open."""
    asked = {"account_id": account_id, "id": invitation_id, "now": now}
    return await (await conn.execute(queries.revoke_invitation, asked)).fetchone() is not None


async def count_open(conn: Conn, account_id: AccountId, now: datetime) -> int:
    """Count the invitations that are open."""
    row = await (await conn.execute(queries.count_open, {"account_id": account_id, "now": now})).fetchone()
    return row[0] if row else 0


async def invitations(conn: Conn, account_id: AccountId, now: datetime, *, limit: int) -> list[Invitation]:
    """Read the invitations that are open, newest first."""
    cursor = await conn.execute(queries.invitations, {"account_id": account_id, "now": now, "limit": limit})
    return [Invitation(*row) for row in await cursor.fetchall()]


async def invitation(conn: Conn, account_id: AccountId, invitation_id: UUID) -> Invitation | None:
    """Read an invitation, whatever became of it."""
    row = await (await conn.execute(queries.invitation, {"account_id": account_id, "id": invitation_id})).fetchone()
    return Invitation(*row) if row else None


async def open_invitation(conn: Conn, digest: bytes, now: datetime) -> tuple[AccountId, Invitation] | None:
    """Read what a link invites to; None when it ended."""
    row = await (await conn.execute(queries.open_invitation, {"hash": digest, "now": now})).fetchone()
    return (row[0], Invitation(*row[1:])) if row else None


async def take_invitation(conn: Conn, digest: bytes, now: datetime) -> tuple[AccountId, Invitation] | None:
    """Write that a link was used, and read what it invites to; None when it ended."""
    row = await (await conn.execute(queries.take_invitation, {"hash": digest, "now": now})).fetchone()
    return (row[0], Invitation(*row[1:])) if row else None
