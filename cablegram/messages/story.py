"""The story of one message: what its own row tells, and the lines that others wrote down about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import MessageId
from cablegram.messages import store
from cablegram.messages.model import FINAL, Message, Moment
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn


async def tell(conn: Conn, lines: Sequence[tuple[MessageId, datetime, str, int, str]]) -> None:
    """Write lines: (message, when, kind, part, detail)."""
    await store.copy_message_events(conn, lines)


async def get(rt: Runtime, who: Principal, message_id: UUID) -> Message:
    """Return one message. Raises NotFound (`message_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        message = await store.get_message(conn, who.account_id, message_id)
    if message is None:
        raise NotFound("message_not_found", f"There is no message {message_id} in this account.")
    return message


async def timeline(rt: Runtime, who: Principal, message_id: UUID) -> tuple[Message, list[Moment]]:
    """Return one message and all that happened to it, oldest first. Raises NotFound (`message_not_found`)."""
    message = await get(rt, who, message_id)
    async with rt.db.connection() as conn:
        lines = await store.events_of(conn, message.id)
    own = [Moment(message.accepted_at, "accepted", 0, f"{message.segments} segments, {message.encoding}")]
    if message.claimed_at:
        own.append(Moment(message.claimed_at, "submitting", 0, "handed to a link"))
    if message.submitted_at:
        own.append(Moment(message.submitted_at, "submitted", 0, "the carrier took it"))
    if message.finished_at and message.state in FINAL:
        own.append(Moment(message.finished_at, message.state.value, 0, message.reason or ""))
    # Of the same instant, our own row's line comes after its cause.
    return message, sorted([*lines, *own], key=lambda moment: moment.at)
