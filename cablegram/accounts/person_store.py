"""Statements about one person: profile, proofs that come by mail, the second factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cablegram.accounts.model import Language, Profile, Role
from cablegram.kit.ids import AccountId, UserId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)
Purpose = Literal["confirm", "reset"]


async def profile(conn: Conn, user_id: UserId) -> Profile | None:
    """Read what a person says of themselves."""
    row = await (await conn.execute(queries.profile, {"user_id": user_id})).fetchone()
    return Profile(*row) if row else None


async def put_profile(conn: Conn, user_id: UserId, new: Profile) -> None:
    """Write what a person says of themselves; another address is not proved."""
    await conn.execute(
        queries.put_profile,
        {
            "user_id": user_id,
            "first_name": new.first_name,
            "last_name": new.last_name,
            "company": new.company,
            "email": new.email,
            "language": new.language,
            "time_zone": new.time_zone,
        },
    )


async def confirm_email(conn: Conn, user_id: UserId, email: str, now: datetime) -> bool:
    """Write that an address is a person's; False when it is not theirs any more."""
    cursor = await conn.execute(queries.confirm_email, {"user_id": user_id, "email": email, "now": now})
    return await cursor.fetchone() is not None


@dataclass(slots=True)
class AtAddress:
    """Somebody whose address is known."""

    id: UserId
    login: str
    language: Language
    email: str


async def people_at(conn: Conn, email: str) -> list[AtAddress]:
    """Read whose address it is."""
    return [AtAddress(*row) for row in await (await conn.execute(queries.people_at, {"email": email})).fetchall()]


async def writers(conn: Conn, email: str) -> list[tuple[UserId, AccountId | None, Role | None]]:
    """Read whose proved address it is: (person, account, role), a row for each account."""
    return await (await conn.execute(queries.writers, {"email": email})).fetchall()


async def insert_mail_code(
    conn: Conn, digest: bytes, purpose: Purpose, user_id: UserId, *, email: str, now: datetime, expires_at: datetime
) -> None:
    """Write what was sent by mail, in place of what was sent before."""
    await conn.execute(
        queries.insert_mail_code,
        {"hash": digest, "purpose": purpose, "user_id": user_id, "email": email, "now": now, "expires_at": expires_at},
    )


async def insert_short_code(conn: Conn, digest: bytes, short: bytes) -> None:
    """Write the short form of a code."""
    await conn.execute(queries.insert_short_code, {"hash": digest, "short": short})


async def by_short_code(conn: Conn, user_id: UserId, short: bytes) -> bytes | None:
    """Read which code a person's short one stands for."""
    row = await (await conn.execute(queries.by_short_code, {"user_id": user_id, "short": short})).fetchone()
    return bytes(row[0]) if row else None


async def mail_code(conn: Conn, digest: bytes, purpose: Purpose, now: datetime) -> tuple[UserId, str] | None:
    """Read whose a code is and where it was sent; None when it was used, replaced, or has run out."""
    return await (await conn.execute(queries.mail_code, {"hash": digest, "purpose": purpose, "now": now})).fetchone()


async def use_mail_code(conn: Conn, digest: bytes, purpose: Purpose, now: datetime) -> tuple[UserId, str] | None:
    """Write that a code was used, and read as `mail_code` does."""
    return await (
        await conn.execute(queries.use_mail_code, {"hash": digest, "purpose": purpose, "now": now})
    ).fetchone()


async def void_mail_codes(conn: Conn, user_id: UserId, purpose: Purpose) -> None:
    """Forget codes that were sent and not used."""
    await conn.execute(queries.void_mail_codes, {"user_id": user_id, "purpose": purpose})


@dataclass(slots=True)
class Totp:
    """A second factor as it is stored: since when it is in force, and the step of the last code that was taken."""

    sealed: bytes
    since: datetime | None
    step: int | None


async def totp(conn: Conn, user_id: UserId, *, for_update: bool = False) -> Totp | None:
    """Read a person's second factor, and hold it if it is to be changed."""
    statement = queries.hold_totp if for_update else queries.totp
    row = await (await conn.execute(statement, {"user_id": user_id})).fetchone()
    return Totp(bytes(row[0]), row[1], row[2]) if row else None


async def offer_totp(conn: Conn, user_id: UserId, sealed: bytes) -> bool:
    """Write a secret that is to be confirmed; False while another is in force."""
    cursor = await conn.execute(queries.offer_totp, {"user_id": user_id, "sealed": sealed})
    return await cursor.fetchone() is not None


async def confirm_totp(conn: Conn, user_id: UserId, step: int, now: datetime) -> None:
    """Write that the secret is in force."""
    await conn.execute(queries.confirm_totp, {"user_id": user_id, "step": step, "now": now})


async def take_step(conn: Conn, user_id: UserId, step: int) -> None:
    """Write which code was taken last."""
    await conn.execute(queries.take_step, {"user_id": user_id, "step": step})


async def forget_totp(conn: Conn, user_id: UserId) -> None:
    """Forget a second factor, with its recovery codes."""
    await conn.execute(queries.forget_totp, {"user_id": user_id})


async def put_recovery(conn: Conn, user_id: UserId, digests: Sequence[bytes]) -> None:
    """Write recovery codes in place of those that there were."""
    await conn.execute(queries.drop_recovery, {"user_id": user_id})
    await conn.execute(queries.insert_recovery, {"user_id": user_id, "hashes": list(digests)})


async def use_recovery(conn: Conn, user_id: UserId, digest: bytes, now: datetime) -> bool:
    """Write that a recovery code was used; False when it is none, or was used before."""
    cursor = await conn.execute(queries.use_recovery, {"user_id": user_id, "hash": digest, "now": now})
    return await cursor.fetchone() is not None


async def recovery_left(conn: Conn, user_id: UserId) -> int:
    """Count the recovery codes that were not used."""
    row = await (await conn.execute(queries.recovery_left, {"user_id": user_id})).fetchone()
    return row[0] if row else 0


async def end_other_sessions(conn: Conn, user_id: UserId, keep: bytes | None) -> None:
    """Forget a person's sessions, but for one."""
    await conn.execute(queries.end_other_sessions, {"user_id": user_id, "keep": keep})
