"""Statements of the links room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cablegram.kit.ids import AccountId, CampaignId, MessageId
from cablegram.links.model import DAYS, LEAVING_DAYS, Clicked, Kept, Link, Opened
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_INSERT_LINKS = Statement(queries.insert_links)
Texts = tuple[Sequence[int], int | None, int | None] | None
"""How the texts of a campaign are drawn, as `messages.breakdown_model.Texts`."""


def insert_links(conn: Conn, messages: Sequence[Kept], *, now: datetime) -> None:
    """Write the codes of messages; at the latest with the commit."""
    rows = [(one, placed) for one in messages for placed in one.placed]
    conn.later(
        _INSERT_LINKS,
        now=value("timestamptz", now),
        leaving_days=value("int4", LEAVING_DAYS),
        days=value("int4", DAYS),
        codes=array("text", [placed.code for _, placed in rows]),
        accounts=array("uuid", [one.account_id for one, _ in rows]),
        messages=array("uuid", [one.message_id for one, _ in rows]),
        campaigns=array("uuid", [one.campaign_id for one, _ in rows]),
        contacts=array("uuid", [one.contact_id for one, _ in rows]),
        programs=array("uuid", [one.program_id for one, _ in rows]),
        numbers=array("text", [one.number for one, _ in rows]),
        countries=array("text", [one.country for one, _ in rows]),
        urls=array("text", [placed.url for _, placed in rows]),
    )


async def find_link(conn: Conn, code: str) -> Link | None:
    """Read what a code leads to, whosever it is."""
    row = await (await conn.execute(queries.find_link, {"code": code})).fetchone()
    return Link(*row) if row else None


async def count_opened(conn: Conn, opened: Sequence[Opened]) -> list[Clicked]:
    """Count links that were opened; return those that people opened."""
    values = {
        "codes": [one.code for one in opened],
        "clicks": [one.clicks for one in opened],
        "by_machines": [one.by_machines for one in opened],
        "firsts": [one.first_at for one in opened],
        "lasts": [one.last_at for one in opened],
    }
    return [Clicked(*row) for row in await (await conn.execute(queries.count_opened, values)).fetchall()]


async def get_days(conn: Conn, account_id: AccountId) -> int:
    """Read for how many days an account's links lead anywhere."""
    row = await (await conn.execute(queries.days, {"account_id": account_id})).fetchone()
    return row[0] if row else DAYS


async def set_days(conn: Conn, account_id: AccountId, days: int) -> None:
    """Write for how many days links lead anywhere that are made from now on."""
    await conn.execute(queries.set_days, {"account_id": account_id, "days": days})


async def page_of_links(
    conn: Conn, account_id: AccountId, *, after: str | None, clicked: bool | None, limit: int
) -> list[Link]:
    """Read an account's links, newest first; with `clicked` those that people opened, or did not."""
    values = {"after": after, "account_id": account_id, "is_idle": clicked is False, "limit": limit}
    page = queries.page_of_clicked_links if clicked else queries.page_of_links
    return _links(await (await conn.execute(page, values)).fetchall())


async def page_of_clicks(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, after: str | None, limit: int
) -> list[Link]:
    """Read the links of a campaign that people opened, newest message first."""
    values = {"after": after, "account_id": account_id, "campaign_id": campaign_id, "limit": limit}
    return _links(await (await conn.execute(queries.page_of_clicks, values)).fetchall())


async def clicked_at(conn: Conn, account_id: AccountId, messages: Sequence[MessageId]) -> dict[MessageId, datetime]:
    """Read when people first opened a link of messages; those of which nobody did are left out."""
    values = {"account_id": account_id, "messages": list(messages)}
    return {row[0]: row[1] for row in await (await conn.execute(queries.clicked_at, values)).fetchall()}


async def links_of_messages(conn: Conn, account_id: AccountId, messages: Sequence[MessageId]) -> list[Link]:
    """Read the links that stand in messages."""
    values = {"account_id": account_id, "messages": list(messages)}
    return _links(await (await conn.execute(queries.links_of_messages, values)).fetchall())


async def forget_messages(conn: Conn, account_id: AccountId, number: str) -> None:
    """Delete the links in messages to a number."""
    await conn.execute(queries.forget_messages, {"account_id": account_id, "number": number})


async def forget_expired(conn: Conn, before: datetime, *, limit: int) -> int:
    """Delete some of the links that nobody opened and that led nowhere before a moment; return how many."""
    return (await conn.execute(queries.forget_expired, {"before": before, "limit": limit})).rowcount


async def by_link(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, limit: int
) -> list[tuple[str, int, int, int]]:
    """Count a campaign's clicks by where they led: (address, clicks, people, by machines)."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "limit": limit}
    return [(row[0], row[1], row[2], row[3]) for row in await (await conn.execute(queries.by_link, values)).fetchall()]


async def by_text(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, texts: Texts
) -> list[tuple[str, int | None, int, int]]:
    """Count the people who opened any link of a campaign: (country, text, people, clicks)."""
    cuts, sample_below, won = texts or (None, None, None)
    values = {
        "account_id": account_id,
        "campaign_id": campaign_id,
        "cuts": None if cuts is None else list(cuts),
        "sample_below": sample_below,
        "won": won,
    }
    return [(row[0], row[1], row[2], row[3]) for row in await (await conn.execute(queries.by_text, values)).fetchall()]


async def over_time(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> list[tuple[datetime, int]]:
    """Count the people who opened their first link of a campaign, by hour."""
    values = {"account_id": account_id, "campaign_id": campaign_id}
    return [(row[0], row[1]) for row in await (await conn.execute(queries.over_time, values)).fetchall()]


def _links(rows: Sequence[tuple[Any, ...]]) -> list[Link]:
    return [Link(*row) for row in rows]
