"""Statements about idempotency keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId
from cablegram.messages.model import Answer, Key
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_BEGIN_IDEMPOTENT = Statement(queries.begin_idempotent)
_END_IDEMPOTENT = Statement(queries.end_idempotent)
_DROP_IDEMPOTENT = Statement(queries.drop_idempotent)


def begin_idempotent(
    conn: Conn, keyed: Sequence[tuple[AccountId, Key]], now: datetime
) -> Reply[set[tuple[AccountId, str, str]]]:
    """Claim keys; return those that nobody had: (account, endpoint, key)."""
    hashes = array("bytea", [key.body_hash for _, key in keyed])
    asked = conn.later(_BEGIN_IDEMPOTENT, **_keys(keyed), hashes=hashes, now=value("timestamptz", now))
    return asked.then(lambda found: {(row[0], row[1], row[2]) for row in found})


async def idempotent_answer(conn: Conn, account_id: AccountId, key: Key) -> tuple[bytes, Answer] | None:
    """Read what a key was answered, with the hash of the request's body."""
    values = {"account_id": account_id, "endpoint": key.endpoint, "key": key.key}
    row = await (await conn.execute(queries.idempotent_answer, values)).fetchone()
    return (row[0], Answer(row[1], row[2], is_replay=True)) if row else None


def end_idempotent(conn: Conn, done: Sequence[tuple[AccountId, Key, Answer]]) -> None:
    """Store the answers of keys; at the latest with the commit."""
    conn.later(
        _END_IDEMPOTENT,
        **_keys([(account_id, key) for account_id, key, _ in done]),
        statuses=array("int2", [answer.status for *_, answer in done]),
        responses=array("bytea", [answer.body for *_, answer in done]),
    )


def drop_idempotent(conn: Conn, keyed: Sequence[tuple[AccountId, Key]]) -> None:
    """Let go of keys that were claimed and not answered with success; at the latest with the commit."""
    conn.later(_DROP_IDEMPOTENT, **_keys(keyed))


def _keys(keyed: Sequence[tuple[AccountId, Key]]) -> dict[str, bytes]:
    return {
        "accounts": array("uuid", [account_id for account_id, _ in keyed]),
        "endpoints": array("text", [key.endpoint for _, key in keyed]),
        "keys": array("text", [key.key for _, key in keyed]),
    }


async def forget_idempotent(conn: Conn, before: datetime) -> None:
    """Drop keys claimed before a moment."""
    await conn.execute(queries.forget_idempotent, {"before": before})
