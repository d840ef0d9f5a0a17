"""Tell who listens to an account what becomes of its messages: one row a batch, in the transaction that moves them.

Moves write it themselves, in the statement that moves the states (`settle`, `dispatch`); what is accepted is told here.
`submitting` is told to nobody: it lasts milliseconds, and what comes of it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId, MessageId
from cablegram.messages import news_store
from cablegram.messages.model import Draft, State
from cablegram.messages.news_model import About, News
from cablegram.runtime.database import Conn


def tell_accepted(
    conn: Conn, listened: Mapping[AccountId, frozenset[str]], drafts: Sequence[Draft], *, now: datetime
) -> None:
    """Tell of messages that were just stored, to those who want to hear of their first state; with the commit."""
    if not listened:
        return
    told: dict[tuple[AccountId, State], list[tuple[MessageId, str | None]]] = {}
    for draft in drafts:
        if draft.id is not None and draft.state in listened.get(draft.account_id, ()):
            reason = draft.refusal.code if draft.refusal else draft.when.reason if draft.when else None
            told.setdefault((draft.account_id, draft.state), []).append((draft.id, reason))
    for (account_id, state), messages in told.items():
        news_store.insert_news(conn, account_id, state, messages, now=now)


async def take(conn: Conn, *, limit: int) -> list[tuple[News, list[About]]]:
    """Take news of about so many messages away, oldest first, each with those that are still there, in its order.

    Whatever passes them on does so in the same transaction, or they are lost.
    """
    news = await news_store.take_news(conn, limit=limit)
    ids = dict.fromkeys(message_id for one in news for message_id in one.message_ids)
    about = {one.id: one for one in await news_store.told_of(conn, list(ids))}
    return [(one, [about[i] for i in one.message_ids if i in about]) for one in news]
