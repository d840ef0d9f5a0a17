"""Make deliveries of what happened: of events and of news of messages, for each endpoint that listens, in one stroke.

What was taken from the readers and what was made of it commit together: nothing is lost and nothing told twice. Events
of an endpoint have numbers without a gap, in the order of what happened. Of one that is off they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from cablegram.events import read
from cablegram.events.model import Told
from cablegram.events.read import Reader
from cablegram.kit.ids import AccountId
from cablegram.messages import news
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import catalogue, line_store, telling
from cablegram.webhooks.line_store import Fresh
from cablegram.webhooks.telling import Item, Text

_MESSAGES, _EVENTS = 5_000, 1_000  # at once
Said = list[tuple[AccountId, Item]]


async def make(rt: Runtime) -> int | None:
    """Make deliveries of a slice of what happened; return of how many things, None where nobody listens at all.

    Raises Unavailable.
    """
    async with rt.db.connection() as conn:
        is_listened, is_news = await line_store.is_there_news(conn)
    if not is_news:
        return 0 if is_listened else None
    async with rt.db.transaction() as conn:
        if not await line_store.try_to_make(conn):
            return 0
        said = await _of_messages(conn) + await _of_events(conn, rt)
        await _write(conn, rt, said)
        reach("webhook.made")
    return len(said)


async def _of_messages(conn: Conn) -> Said:
    found = await news.take(conn, limit=_MESSAGES)
    return [(one.account_id, item) for one, messages in found for item in telling.of_news(one, messages)]


async def _of_events(conn: Conn, rt: Runtime) -> Said:
    events = await read.untaken(conn, Reader.WEBHOOKS, _EVENTS)
    if not events:
        return []
    texts = await line_store.texts(conn, _subjects(events, catalogue.TEXT))
    names = await line_store.campaign_names(conn, _subjects(events, "campaign."))
    said: Said = []
    for one in events:
        if one.account_id is None:
            continue
        try:
            said += [(one.account_id, item) for item in _told(one, texts, names)]
        except Exception:  # what can't be told must not keep the rest from being told
            rt.log.exception("an event can't be told", event=str(one.id), kind=one.kind)
    await read.take(conn, Reader.WEBHOOKS, [one.id for one in events], rt.clock.now())
    return said


def _told(one: Told, texts: Mapping[UUID, Text], names: Mapping[UUID, str]) -> list[Item]:
    if one.kind != catalogue.TEXT:
        return telling.of_event(one, names=names)
    text = texts.get(one.subject) if one.subject else None
    return [telling.of_text(one, text)] if text else []


def _subjects(events: Sequence[Told], beginning: str) -> set[UUID]:
    return {one.subject for one in events if one.kind.startswith(beginning) and one.subject}


async def _write(conn: Conn, rt: Runtime, said: Said) -> None:
    by_account: dict[AccountId, list[Item]] = {}
    for account_id, item in said:
        by_account.setdefault(account_id, []).append(item)
    if not by_account:
        return
    wanted = {
        one: items
        for one in await line_store.listeners(conn, by_account.keys())
        if (items := [item for item in by_account[one.account_id] if catalogue.hears(one.kinds, item.kind)])
    }
    before = await line_store.number(conn, {one.id: len(items) for one, items in wanted.items()})
    how = await line_store.on_and_how(conn, before)
    fresh = [
        Fresh(one, before[one.id], items, *how[one.id])
        for one, items in wanted.items()
        if one.id in before and one.id in how
    ]
    await line_store.insert_fresh(conn, fresh, rt.clock.now())
