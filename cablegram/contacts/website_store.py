"""Statements about forms on web pages. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation

from cablegram.contacts.website_model import WebsiteTag
from cablegram.kit.ids import AccountId, WebsiteTagId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def tags(conn: Conn, account_id: AccountId, *, limit: int) -> list[WebsiteTag]:
    """Read an account's forms, newest first."""
    cursor = await conn.execute(queries.tags, {"account_id": account_id, "limit": limit})
    return [_tag(row) for row in await cursor.fetchall()]


async def get(conn: Conn, account_id: AccountId, tag_id: WebsiteTagId) -> WebsiteTag | None:
    """Read a form and lock it."""
    row = await (await conn.execute(queries.get, {"account_id": account_id, "tag_id": tag_id})).fetchone()
    return _tag(row) if row else None


async def of_token(conn: Conn, token: str) -> WebsiteTag | None:
    """Read the form of a token, if it is switched on."""
    row = await (await conn.execute(queries.of_token, {"token": token})).fetchone()
    return _tag(row) if row else None


async def insert(conn: Conn, new: WebsiteTag) -> bool:
    """Write a form; False when the account has one of that name."""
    return await (await conn.execute(queries.insert, _values(new))).fetchone() is not None


async def change(conn: Conn, new: WebsiteTag) -> bool:
    """Write a form again; False, and the transaction is lost, when another has that name."""
    try:
        await conn.execute(queries.change, _values(new))
    except UniqueViolation:
        return False
    return True


async def delete(conn: Conn, account_id: AccountId, tag_id: WebsiteTagId) -> None:
    """Delete a form."""
    await conn.execute(queries.delete, {"account_id": account_id, "tag_id": tag_id})


async def count_use(conn: Conn, tag_id: WebsiteTagId, origin: str, *, minute: datetime) -> int:
    """Count one more use from somewhere, or with '' from anywhere; return how many there were this minute."""
    asked = {"tag_id": tag_id, "origin": origin, "minute": minute}
    return (await (await conn.execute(queries.count_use, asked)).fetchall())[0][0]


async def forget_use(conn: Conn, tag_id: WebsiteTagId, *, minute: datetime) -> None:
    """Forget what was counted before a minute."""
    await conn.execute(queries.forget_use, {"tag_id": tag_id, "minute": minute})


def _tag(row: Sequence[Any]) -> WebsiteTag:
    tag_id, account_id, name, token, origins, fields, words_tags, *rest = row
    return WebsiteTag(tag_id, account_id, name, token, tuple(origins), tuple(fields), tuple(words_tags), *rest)


def _values(new: WebsiteTag) -> dict[str, object]:
    return {
        "tag_id": new.id,
        "account_id": new.account_id,
        "name": new.name,
        "token": new.token,
        "origins": list(new.origins),
        "fields": list(new.fields),
        "tags": list(new.tags),
        "words": new.words,
        "words_version": new.words_version,
        "is_on": new.is_on,
        "now": new.updated_at,
    }
