"""The same request twice is one: keys are stored with their answer in the transaction that does the work.

A key that another open transaction holds is waited for; twice inside one flush is one; the same key with another body
is an error; only answers of success are kept, so that what was refused may be sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.kit.errors import CablegramError, InvalidInput, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.messages import key_store
from cablegram.messages.model import Answer, Key
from cablegram.runtime.database import Conn

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255


@dataclass(slots=True)
class Fresh:
    """Not seen before: do the work."""


@dataclass(slots=True)
class Follows:
    """The same as an earlier request of this flush (its place): answer like that one."""

    place: int


Verdict = Fresh | Follows | Answer | CablegramError
Named = tuple[AccountId, Key | None]


async def begin(conn: Conn, requests: Sequence[Named], *, now: datetime) -> list[Verdict]:
    """Say of each request whether it is fresh, follows another, was answered before, or misuses a key."""
    places: dict[tuple[AccountId, str, str], int] = {}
    for place, (account_id, key) in enumerate(requests):
        if key:
            places.setdefault((account_id, key.endpoint, key.key), place)
    if not places:
        return [Fresh() for _ in requests]
    keyed = [(requests[place][0], key) for place in places.values() if (key := requests[place][1])]
    claimed = await key_store.begin_idempotent(conn, keyed, now)
    return [await _judge(conn, requests, place, places, claimed) for place in range(len(requests))]


async def _judge(
    conn: Conn,
    requests: Sequence[Named],
    place: int,
    places: dict[tuple[AccountId, str, str], int],
    claimed: set[tuple[AccountId, str, str]],
) -> Verdict:
    account_id, key = requests[place]
    if key is None:
        return Fresh()
    name = (account_id, key.endpoint, key.key)
    first = places[name]
    if first != place:
        leader = requests[first][1]
        return Follows(first) if leader and leader.body_hash == key.body_hash else _reused(key)
    if name in claimed:
        return Fresh()
    stored = await key_store.idempotent_answer(conn, account_id, key)
    if stored is None:  # forgotten between the two looks
        return Unavailable("request_in_flight", "The same request is being answered right now. Try again in a moment.")
    body_hash, answer = stored
    return answer if body_hash == key.body_hash else _reused(key)


def _reused(key: Key) -> InvalidInput:
    message = f"The Idempotency-Key {key.key!r} was used for a request with another body. Use a fresh key."
    return InvalidInput("idempotency_key_reused", message)


def end(conn: Conn, done: Sequence[tuple[AccountId, Key, Answer]]) -> None:
    """Store answers of success under their keys and let the other keys go; at the latest with the commit."""
    kept = [one for one in done if 200 <= one[2].status < 300]
    dropped = [(account_id, key) for account_id, key, answer in done if not 200 <= answer.status < 300]
    if kept:
        key_store.end_idempotent(conn, kept)
    if dropped:
        key_store.drop_idempotent(conn, dropped)


async def forget(conn: Conn, *, now: datetime) -> None:
    """Drop keys older than a day."""
    await key_store.forget_idempotent(conn, now - KEPT_FOR)
