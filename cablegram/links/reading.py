"""What an account's links are and who opened them, and for how long they lead anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, CampaignId, MessageId
from cablegram.links import store
from cablegram.links.model import MOST_DAYS, Clicks, Link, Target
from cablegram.links.store import Texts
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_TARGETS = 100
"""Addresses that are told of one campaign, those with most people first."""
_KEPT_BEYOND = timedelta(days=30)  # an expired link is known so long that its page can say so
_AT_ONCE = 5_000


async def days(rt: Runtime, who: Principal) -> int:
    """Return for how many days links lead anywhere that are made now."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.get_days(conn, who.account_id)


async def set_days(rt: Runtime, who: Principal, number: int) -> int:
    """Say for how many days links lead anywhere that are made from now on. Raises InvalidInput (`bad_link_days`)."""
    who.needs(Scope.SEND)
    if not 1 <= number <= MOST_DAYS:
        message = f"Links lead to where they did for 1 to {MOST_DAYS} days."
        raise InvalidInput("bad_link_days", message, faults=[Fault("days", "bad_link_days", message)])
    async with rt.db.transaction() as conn:
        await store.set_days(conn, who.account_id, number)
    return number


async def page(
    rt: Runtime, who: Principal, *, clicked: bool | None = None, after: str | None = None, limit: int = 50
) -> list[Link]:
    """Return the account's links, those of the newest message first; with `clicked` those that people opened or not.

    A next page starts behind the code `after`.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_links(conn, who.account_id, after=after, clicked=clicked, limit=limit)


async def clicks_page(
    rt: Runtime, who: Principal, campaign_id: CampaignId, *, after: str | None = None, limit: int = 50
) -> list[Link]:
    """Return the links of a campaign that people opened; of one that is not the account's there are none."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_clicks(conn, who.account_id, campaign_id, after=after, limit=limit)


async def of_messages(conn: Conn, account_id: AccountId, messages: Sequence[MessageId]) -> list[Link]:
    """Return the links in messages of an account, also those to unsubscribe."""
    return await store.links_of_messages(conn, account_id, messages) if messages else []


async def clicked_at(conn: Conn, account_id: AccountId, messages: Sequence[MessageId]) -> dict[MessageId, datetime]:
    """Return when people first opened a link of messages; those of which nobody did are left out."""
    return await store.clicked_at(conn, account_id, messages) if messages else {}


async def of_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId, texts: Texts) -> Clicks:
    """Count what people opened of a campaign; reads each link of it that was opened. Asked behind the page's back."""
    found = Clicks()
    for country, text, people, clicks in await store.by_text(conn, account_id, campaign_id, texts):
        found.of.append((country, text, people))
        found.people += people
        found.clicks += clicks
    rows = await store.by_link(conn, account_id, campaign_id, limit=MOST_TARGETS)
    found.targets = [Target(url, clicks, people, by_machines) for url, clicks, people, by_machines in rows]
    found.by_machines = sum(one.by_machines for one in found.targets)
    found.hours = await store.over_time(conn, account_id, campaign_id) if found.people else []
    return found


async def people_by_text(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, texts: Texts
) -> dict[int | None, int]:
    """Return how many people opened a link of a campaign, by the place of the text that they got."""
    found: dict[int | None, int] = {}
    for _, text, people, _ in await store.by_text(conn, account_id, campaign_id, texts):
        found[text] = found.get(text, 0) + people
    return found


async def forget_number(conn: Conn, account_id: AccountId, number: str) -> None:
    """Forget the links in messages to a number, before these forget it."""
    await store.forget_messages(conn, account_id, number)


async def forget(rt: Runtime) -> None:
    """Forget links that nobody opened, a month after they led anywhere."""
    is_more = True
    while is_more:
        async with rt.db.transaction() as conn:
            before = rt.clock.now() - _KEPT_BEYOND
            is_more = await store.forget_expired(conn, before, limit=_AT_ONCE) == _AT_ONCE
