"""Find campaigns, and read their story."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import store
from cablegram.campaigns.model import Campaign
from cablegram.events import record
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def get(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """Return a campaign. Raises NotFound (`campaign_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await one(conn, who.account_id, campaign_id)


async def named(rt: Runtime, who: Principal, name: str) -> Campaign:
    """Return the campaign of a name; capitals make no difference. Raises NotFound (`campaign_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.get_campaign_named(conn, who.account_id, read_name(name))
    if found is None:
        raise no_such_campaign(name)
    return found


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Campaign]:
    """Return the account's campaigns, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_campaigns(conn, who.account_id, after, limit=limit)


async def story(rt: Runtime, who: Principal, campaign_id: CampaignId) -> list[tuple[datetime, str, dict[str, Any]]]:
    """Return what happened to a campaign, oldest first: (when, kind of event, facts)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        await one(conn, who.account_id, campaign_id)
        return await record.story(conn, who.account_id, campaign_id)


async def one(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Campaign:
    """Return a campaign, for deeds. Raises NotFound (`campaign_not_found`)."""
    found = await store.get_campaign(conn, account_id, campaign_id)
    if found is None:
        raise no_such_campaign(campaign_id)
    return found


async def hold(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Campaign:
    """Lock a campaign until the transaction ends. Raises NotFound (`campaign_not_found`)."""
    campaign = await store.hold_campaign(conn, account_id, campaign_id)
    if campaign is None:
        raise no_such_campaign(campaign_id)
    return campaign


def no_such_campaign(which: CampaignId | str) -> NotFound:
    """Say that the account has no such campaign."""
    return NotFound("campaign_not_found", f"The account has no campaign {which}.")
