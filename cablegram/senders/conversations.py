"""Which of an account's senders a person talks with, so that a conversation keeps its number (R48)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId, SenderId
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn
from cablegram.senders import store

Person = tuple[AccountId, str]
"""A number (E.164 digits) in an account."""


def of(conn: Conn, people: Sequence[Person]) -> Reply[dict[Person, SenderId]]:
    """Return whom these people talk with, those that talk with somebody; goes along with the next that is awaited."""
    return store.conversations(conn, people).then(lambda found: {people[place]: one for place, one in found})


def keep(conn: Conn, talks: Mapping[Person, SenderId], *, used: Mapping[SenderId, datetime], now: datetime) -> None:
    """Write down whom people talk with from now on, and when senders had their last turns; with the commit.

    Whoever chose behind the lock on the accounts' balances can be sure that the senders are still there.
    """
    if used:
        store.note_used(conn, used)
    if talks:
        store.keep_conversations(conn, talks, now)
