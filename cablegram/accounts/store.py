"""Statements of the accounts room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation

from cablegram.accounts.access import Scope
from cablegram.accounts.model import Account, ApiKey, Member, Role, Theme, User
from cablegram.kit.ids import AccountId, KeyId, UserId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)
USER = len(fields(User))  # columns of a person, which come first


# Accounts


async def insert_account(conn: Conn, account: Account) -> bool:
    """Write an account; False when another has its name."""
    cursor = await conn.execute(
        queries.insert_account,
        {
            "account_id": account.id,
            "name": account.name,
            "default_country": account.default_country,
            "open_senders": account.open_senders,
            "now": account.created_at,
        },
    )
    return await cursor.fetchone() is not None


async def accounts(conn: Conn, account_ids: Sequence[AccountId]) -> dict[AccountId, Account]:
    """Read accounts."""
    cursor = await conn.execute(queries.accounts, {"account_ids": list(account_ids)})
    return {row[0]: Account(*row) for row in await cursor.fetchall()}


async def segment_profiles(conn: Conn) -> dict[AccountId, str]:
    """Read the profiles of those accounts that have another than the default."""
    return dict(await (await conn.execute(queries.segment_profiles)).fetchall())


async def hold_account(conn: Conn, account_id: AccountId) -> Account | None:
    """Lock an account's row and read it."""
    row = await (await conn.execute(queries.hold_account, {"account_id": account_id})).fetchone()
    return Account(*row) if row else None


async def change_account(conn: Conn, account: Account) -> bool:
    """Write what can change of an account; False, and the transaction is lost, when another has its name."""
    try:
        await conn.execute(
            queries.change_account,
            {
                "account_id": account.id,
                "name": account.name,
                "default_country": account.default_country,
                "open_senders": account.open_senders,
                "segment_profile": account.segment_profile,
            },
        )
    except UniqueViolation:
        return False
    return True


async def account_named(conn: Conn, name: str) -> Account | None:
    """Read an account by its name, whatever the case."""
    row = await (await conn.execute(queries.account_named, {"name": name})).fetchone()
    return Account(*row) if row else None


async def account_ids(conn: Conn, names: Collection[str]) -> dict[str, AccountId]:
    """Read the ids of accounts by their names in lower case."""
    cursor = await conn.execute(queries.account_ids, {"names": [name.lower() for name in names]})
    return dict(await cursor.fetchall())


async def page_of_accounts(conn: Conn, after: UUID | None, *, limit: int) -> list[Account]:
    """Read all accounts, newest first."""
    cursor = await conn.execute(queries.page_of_accounts, {"after": after, "limit": limit})
    return [Account(*row) for row in await cursor.fetchall()]


async def accounts_of_user(conn: Conn, user: User, *, limit: int) -> list[Account]:
    """Read the accounts a person may act for, by name."""
    cursor = await conn.execute(
        queries.accounts_of_user, {"user_id": user.id, "is_operator": user.is_operator, "limit": limit}
    )
    return [Account(*row) for row in await cursor.fetchall()]


# People


async def insert_user(conn: Conn, user: User, now: datetime) -> bool:
    """Write a user without a password; False when somebody has the login."""
    cursor = await conn.execute(
        queries.insert_user,
        {
            "user_id": user.id,
            "login": user.login,
            "display_name": user.display_name,
            "is_operator": user.is_operator,
            "now": now,
        },
    )
    return await cursor.fetchone() is not None


async def user_by_login(conn: Conn, login: str) -> tuple[User, str | None] | None:
    """Read a user and the hash of the password."""
    row = await (await conn.execute(queries.user_by_login, {"login": login})).fetchone()
    return (User(*row[:USER]), row[USER]) if row else None


async def user_by_id(conn: Conn, user_id: UserId) -> tuple[User, str | None] | None:
    """Read a user and the hash of the password."""
    row = await (await conn.execute(queries.user_by_id, {"user_id": user_id})).fetchone()
    return (User(*row[:USER]), row[USER]) if row else None


async def lock_users(conn: Conn) -> None:
    """Let nobody else add users until the transaction ends."""
    await conn.execute(queries.lock_users)


async def operators(conn: Conn) -> list[User]:
    """Read who runs the installation."""
    return [User(*row) for row in await (await conn.execute(queries.operators)).fetchall()]


async def set_password(conn: Conn, user_id: UserId, password_hash: str | None) -> None:
    """Write a password's hash, or forget it."""
    await conn.execute(queries.set_password, {"user_id": user_id, "password_hash": password_hash})


async def renew_password_hash(conn: Conn, user_id: UserId, old_hash: str, password_hash: str) -> None:
    """Write another hash of the same password."""
    await conn.execute(
        queries.renew_password_hash, {"user_id": user_id, "old_hash": old_hash, "password_hash": password_hash}
    )


async def set_theme(conn: Conn, user_id: UserId, theme: Theme) -> None:
    """Write how the panel looks for a person."""
    await conn.execute(queries.set_theme, {"user_id": user_id, "theme": theme})


async def set_display_name(conn: Conn, user_id: UserId, display_name: str) -> None:
    """Write how a person is called."""
    await conn.execute(queries.set_display_name, {"user_id": user_id, "display_name": display_name})


async def put_membership(conn: Conn, user_id: UserId, account_id: AccountId, role: Role) -> None:
    """Write what a person is in an account."""
    await conn.execute(queries.put_membership, {"user_id": user_id, "account_id": account_id, "role": role})


async def delete_membership(conn: Conn, user_id: UserId, account_id: AccountId) -> bool:
    """Take a person out of an account; False when they were not in it."""
    cursor = await conn.execute(queries.delete_membership, {"user_id": user_id, "account_id": account_id})
    return await cursor.fetchone() is not None


async def members(conn: Conn, account_id: AccountId) -> list[Member]:
    """Read an account's people, oldest first."""
    cursor = await conn.execute(queries.members, {"account_id": account_id})
    return [Member(User(*row[:USER]), row[USER]) for row in await cursor.fetchall()]


async def member_counts(conn: Conn, account_ids: Sequence[AccountId]) -> dict[AccountId, int]:
    """Count the people of accounts; one without any is left out."""
    cursor = await conn.execute(queries.member_counts, {"account_ids": list(account_ids)})
    return {row[0]: row[1] for row in await cursor.fetchall()}


# Keys


async def insert_key(conn: Conn, account_id: AccountId, key: ApiKey, digest: bytes) -> None:
    """Write a key."""
    await conn.execute(
        queries.insert_key,
        {
            "key_id": key.id,
            "account_id": account_id,
            "name": key.name,
            "hint": key.hint,
            "hash": digest,
            "scopes": sorted(key.scopes),
            "now": key.created_at,
            "expires_at": key.expires_at,
        },
    )


async def page_of_keys(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[ApiKey]:
    """Read an account's keys, newest first."""
    cursor = await conn.execute(queries.page_of_keys, {"account_id": account_id, "after": after, "limit": limit})
    return [
        ApiKey(row[0], row[1], row[2], read_scopes(row[3]), *row[4:])  # in the order of the columns
        for row in await cursor.fetchall()
    ]


async def revoke_key(conn: Conn, account_id: AccountId, key_id: UUID, now: datetime) -> bool:
    """Write that a key is worth nothing from now on; False when there is no such living key."""
    cursor = await conn.execute(queries.revoke_key, {"account_id": account_id, "key_id": key_id, "now": now})
    return await cursor.fetchone() is not None


async def key_exists(conn: Conn, account_id: AccountId, key_id: UUID) -> bool:
    """Tell whether the account ever had the key."""
    cursor = await conn.execute(queries.key_exists, {"account_id": account_id, "key_id": key_id})
    return await cursor.fetchone() is not None


@dataclass(slots=True)
class LivingKey:
    """What is needed to recognize whoever calls with a key."""

    hash: bytes
    id: KeyId
    account_id: AccountId
    hint: str
    scopes: frozenset[Scope]
    last_used_at: datetime | None
    access_list: list[dict[str, Any]]
    is_suspended: bool


async def living_keys(conn: Conn, hashes: Sequence[bytes], now: datetime) -> list[LivingKey]:
    """Read the keys among these that nobody revoked and that have not run out."""
    cursor = await conn.execute(queries.living_keys, {"hashes": list(hashes), "now": now})
    return [
        LivingKey(row[0], row[1], row[2], row[3], read_scopes(row[4]), *row[5:])  # in the order of the columns
        for row in await cursor.fetchall()
    ]


async def living_key(conn: Conn, account_id: AccountId, key_id: UUID, now: datetime) -> ApiKey | None:
    """Read a key that still works, and hold it."""
    cursor = await conn.execute(queries.living_key, {"account_id": account_id, "key_id": key_id, "now": now})
    row = await cursor.fetchone()
    return ApiKey(row[0], row[1], row[2], read_scopes(row[3]), *row[4:]) if row else None


async def replace_key(conn: Conn, account_id: AccountId, key_id: KeyId, *, new_id: KeyId, expires_at: datetime) -> None:
    """Write which key follows a key, and until when the old one works."""
    await conn.execute(
        queries.replace_key, {"account_id": account_id, "key_id": key_id, "new_id": new_id, "expires_at": expires_at}
    )


async def touch_keys(conn: Conn, key_ids: Sequence[KeyId], now: datetime) -> None:
    """Write that keys were used."""
    await conn.execute(queries.touch_keys, {"key_ids": list(key_ids), "now": now})


def read_scopes(words: Sequence[str]) -> frozenset[Scope]:
    """Turn a column of words into scopes."""
    return frozenset(map(Scope, words))


# Notes


async def notes(conn: Conn, account_id: AccountId) -> dict[str, str]:
    """Read what an account's people asked to remember."""
    cursor = await conn.execute(queries.notes, {"account_id": account_id})
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def put_note(conn: Conn, account_id: AccountId, name: str, value: str) -> None:
    """Write one of them."""
    await conn.execute(queries.put_note, {"account_id": account_id, "name": name, "value": value})


# Attempts to log in


async def lock_attempts(conn: Conn) -> None:
    """Let nobody else count attempts until the transaction ends."""
    await conn.execute(queries.lock_attempts)


async def forget_attempts(conn: Conn, *, before: datetime) -> None:
    """Drop what does not count any more."""
    await conn.execute(queries.forget_attempts, {"before": before})


async def attempts(conn: Conn, subjects: Sequence[bytes]) -> dict[bytes, list[datetime]]:
    """Read when attempts of these subjects failed, newest first."""
    cursor = await conn.execute(queries.attempts, {"subjects": list(subjects)})
    found: dict[bytes, list[datetime]] = {}
    for subject, at in await cursor.fetchall():
        found.setdefault(bytes(subject), []).append(at)
    return found


async def insert_attempt(conn: Conn, attempt_id: UUID, subjects: Sequence[bytes], now: datetime) -> None:
    """Write an attempt down, for each of its subjects."""
    values = {"attempt_id": attempt_id, "subjects": list(subjects), "now": now}
    await conn.execute(queries.insert_attempt, values)


async def delete_attempt(conn: Conn, attempt_id: UUID) -> None:
    """Take an attempt back."""
    await conn.execute(queries.delete_attempt, {"attempt_id": attempt_id})
