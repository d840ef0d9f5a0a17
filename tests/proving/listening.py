"""A customer's server in a run: it hears of what becomes of messages, and remembers what it heard.

After a run everything that was to be told was told, whoever died in between: each event reached it, perhaps twice with
the same id; and each message that was delivered is the subject of one event that says so, and of no more.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psycopg

import hooks
from cablegram.kit.ids import AccountId, uuid7
from cablegram.kit.seal import Seal
from cablegram.webhooks import secrets
from hooks import Receiver

_KINDS = ["message.delivered", "message.undelivered", "message.rejected"]
_STATES = ["delivered", "undelivered", "rejected"]


@asynccontextmanager
async def listening(*, wanted: bool) -> AsyncGenerator[Receiver | None]:
    """Run a receiver for a block, where one is wanted."""
    if not wanted:
        yield None
        return
    async with hooks.receiver() as there:
        yield there


def furnish(url: str, account_id: AccountId, receiver: Receiver) -> None:
    """Let a database's account have its news sent to a receiver."""
    endpoint_id = uuid7()
    sealed = secrets.close(Seal(bytes(32)), endpoint_id, secrets.new_secret())
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO webhook_endpoint (id, account_id, transport, form, name, url, kinds, secret, is_enabled,"
            " created_by, created_at) VALUES (%s, %s, 'http', 'standard', 'Proving', %s, %s, %s, true, 'tests', now())",
            [endpoint_id, account_id, receiver.url, _KINDS, sealed],
        )
        conn.execute("INSERT INTO webhook_line (endpoint_id) VALUES (%s)", [endpoint_id])
        conn.execute("INSERT INTO listened VALUES (%s, %s::text[]::message_state[])", [account_id, _STATES])


def faults(url: str, account_id: AccountId, receiver: Receiver) -> list[str]:
    """Say what was not told, or told as two things."""
    with psycopg.connect(url, autocommit=True) as conn:
        events = conn.execute("SELECT id::text, sequence FROM webhook_event ORDER BY sequence").fetchall()
        strange = conn.execute(_STRANGE, {"account_id": account_id}).fetchall()
    heard = {call.id for call in receiver.calls}
    found = [f"event {event_id} was never heard" for event_id, _ in events if event_id not in heard]
    found += [f"{event_id} was heard and is no event" for event_id in heard - {event_id for event_id, _ in events}]
    if [sequence for _, sequence in events] != list(range(1, len(events) + 1)):
        found.append("the numbers of events have gaps")
    return found + [f"message {message_id} is delivered and told {times} times" for message_id, times in strange]


_STRANGE = """
    SELECT message.id::text, count(told.id) FROM message
    LEFT JOIN webhook_event AS told ON told.subject = message.id AND told.kind = 'message.delivered'
    WHERE message.account_id = %(account_id)s AND state = 'delivered'
    GROUP BY message.id HAVING count(told.id) <> 1
"""
