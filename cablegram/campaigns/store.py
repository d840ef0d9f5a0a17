"""Statements of the campaigns room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.connectors.needs import ProviderValues
from cablegram.consent.timing import Timing
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.messages.model import MessageClass
from cablegram.pacing import schedule
from cablegram.pacing.quiet_hours import WhenClosed
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import as_tuple, as_wanted

queries = load(__file__)


@dataclass(slots=True)
class Job:
    """A campaign that a worker has to look at."""

    campaign_id: CampaignId
    account_id: AccountId
    state: CampaignState
    is_fanned_out: bool


async def insert_campaign(conn: Conn, new: Campaign) -> bool:
    """Write a campaign; False when another of the account has its name."""
    cursor = await conn.execute(
        queries.insert_campaign,
        {
            "campaign_id": new.id,
            "account_id": new.account_id,
            "name": new.name,
            "description": new.description,
            "list_ids": new.list_ids,
            "senders": None if new.sender is None else list(as_tuple(new.sender)),
            "template_id": new.template_id,
            "text": new.text,
            "variables": Jsonb(new.variables),
            "class": new.message_class.value,
            "state": new.state.value,
            "recipients": new.recipients,
            "created_by": new.created_by,
            "now": new.created_at,
            "schedule": None if new.timing.written is None else Jsonb(new.timing.written),
            "validity": new.timing.validity,
            "when_closed": new.timing.when_closed.value if new.timing.when_closed else None,
            "start_at": new.start_at,
            "smart_encoding": new.smart_encoding,
            "media_url": new.media_url,
            "per_five_minutes": new.per_five_minutes,
            "provider_values": msgspec.json.encode(new.provider_values).decode() if new.provider_values else None,
        },
    )
    return await cursor.fetchone() is not None


async def get_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Campaign | None:
    """Read a campaign."""
    cursor = await conn.execute(queries.get_campaign, {"account_id": account_id, "campaign_id": campaign_id})
    row = await cursor.fetchone()
    return _campaign(row) if row else None


async def get_campaign_named(conn: Conn, account_id: AccountId, name: str) -> Campaign | None:
    """Read the campaign of a name; capitals make no difference."""
    cursor = await conn.execute(queries.get_campaign_named, {"account_id": account_id, "name": name})
    row = await cursor.fetchone()
    return _campaign(row) if row else None


async def page_of_campaigns(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Campaign]:
    """Read an account's campaigns, newest first."""
    values = {"account_id": account_id, "after": after, "limit": limit}
    return [_campaign(row) for row in await (await conn.execute(queries.page_of_campaigns, values)).fetchall()]


async def hold_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Campaign | None:
    """Lock a campaign and read it."""
    cursor = await conn.execute(queries.hold_campaign, {"account_id": account_id, "campaign_id": campaign_id})
    row = await cursor.fetchone()
    return _campaign(row) if row else None


async def hold_campaign_if_free(conn: Conn, campaign_id: CampaignId) -> Campaign | None:
    """Lock a campaign and read it, unless somebody else has it or it is gone."""
    row = await (await conn.execute(queries.hold_campaign_if_free, {"campaign_id": campaign_id})).fetchone()
    return _campaign(row) if row else None


async def save_campaign(conn: Conn, campaign: Campaign) -> None:
    """Write what changed of a campaign that is held."""
    await conn.execute(
        queries.save_campaign,
        {
            "campaign_id": campaign.id,
            "account_id": campaign.account_id,
            "state": campaign.state.value,
            "reason": campaign.reason,
            "last_contact_id": campaign.last_contact_id,
            "is_fanned_out": campaign.is_fanned_out,
            "recipients": campaign.recipients,
            "started_at": campaign.started_at,
            "finished_at": campaign.finished_at,
        },
    )


async def delete_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> None:
    """Delete a campaign."""
    await conn.execute(queries.delete_campaign, {"account_id": account_id, "campaign_id": campaign_id})


async def at_work(conn: Conn, now: datetime) -> list[Job]:
    """Read which campaigns have something to be done, the oldest first."""
    rows = await (await conn.execute(queries.at_work, {"now": now})).fetchall()
    return [Job(row[0], row[1], CampaignState(row[2]), row[3]) for row in rows]


async def restored_at(conn: Conn) -> datetime | None:
    """Read when the installation was restored, if what that brought back is still held."""
    row = await (await conn.execute(queries.restored_at)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def _campaign(row: Sequence[Any]) -> Campaign:
    *values, written, validity, when_closed, start_at, smart_encoding, media_url, pace, brought = row
    values[5] = as_wanted(row[5])
    values[9], values[10] = MessageClass(row[9]), CampaignState(row[10])
    timing = Timing(
        schedule=None if written is None else schedule.read(written),
        written=written,
        validity=validity,
        when_closed=WhenClosed(when_closed) if when_closed else None,
    )
    # The columns stand in the order of the fields.
    return Campaign(
        *values,
        timing=timing,
        start_at=start_at,
        smart_encoding=smart_encoding,
        media_url=media_url,
        per_five_minutes=pace,
        provider_values=msgspec.convert(brought, ProviderValues) if brought else None,
    )
