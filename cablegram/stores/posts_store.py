"""Statements of the stores room about what is posted to callbacks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import AccountId, ProgramId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.stores.model import PostLine

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class NewPost:
    """Something to post; `id` is that of the text, `number` whose texts come one after the other."""

    id: UUID
    store_id: ProgramId
    account_id: AccountId
    number: str
    url: str
    body: str


@dataclass(frozen=True, slots=True)
class Post:
    """Something that is to be posted now, for the `tries`th time."""

    id: UUID
    store_id: ProgramId
    url: str
    body: str
    tries: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a post: done, or to be tried again."""

    id: UUID
    done_at: datetime | None
    next_at: datetime | None
    verdict: str


async def insert_posts(conn: Conn, new: Sequence[NewPost], *, now: datetime) -> None:
    """Write what is to be posted at once."""
    values = {
        "ids": [one.id for one in new],
        "stores": [one.store_id for one in new],
        "accounts": [one.account_id for one in new],
        "numbers": [int(one.number) for one in new],
        "urls": [one.url for one in new],
        "bodies": [one.body for one in new],
        "now": now,
    }
    await conn.execute(queries.insert_posts, values)


async def claim(
    conn: Conn, *, now: datetime, until: datetime, busy: Collection[UUID], of_one: int, limit: int
) -> list[Post]:
    """Take what is due for this process until a moment; of one store `of_one` at most, of a busy one nothing."""
    values = {"now": now, "until": until, "busy": list(busy), "of_one": of_one, "limit": limit}
    return [Post(*row) for row in await (await conn.execute(queries.claim, values)).fetchall()]


async def settle(conn: Conn, told: Sequence[Settled]) -> None:
    """Write what became of posts."""
    values = {
        "ids": [one.id for one in told],
        "done": [one.done_at for one in told],
        "next": [one.next_at for one in told],
        "verdicts": [one.verdict for one in told],
    }
    await conn.execute(queries.settle, values)


async def forget(conn: Conn, before: datetime, *, limit: int) -> int:
    """Delete some posts that ended before a moment; return how many."""
    return (await conn.execute(queries.forget, {"before": before, "limit": limit})).rowcount


async def page_of_posts(
    conn: Conn, account_id: AccountId, store_id: ProgramId, after: UUID | None, *, limit: int
) -> list[PostLine]:
    """Read what was posted for a store, newest first."""
    values = {"account_id": account_id, "store_id": store_id, "after": after, "limit": limit}
    rows = await (await conn.execute(queries.page_of_posts, values)).fetchall()
    return [PostLine(row[0], str(row[1]), *row[2:]) for row in rows]
