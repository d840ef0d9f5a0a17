"""Statements about reports of campaigns, and the links that share them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from cablegram.campaigns.counted import Counted
from cablegram.campaigns.reported import Share
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, ShareId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_read_counted = msgspec.json.Decoder(Counted).decode
_read_rates = msgspec.json.Decoder(dict[ConnectorId, float]).decode


@dataclass(frozen=True, slots=True)
class Kept:
    """A report as it is kept: when it was counted and how long that took; None: it was only asked for."""

    counted_at: datetime | None
    took_ms: int
    counted: Counted | None


@dataclass(frozen=True, slots=True)
class Due:
    """A campaign whose report a worker is to look at, and what is kept of it."""

    account_id: AccountId
    campaign_id: CampaignId
    took_ms: int
    counted: Counted | None


async def get_report(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> Kept | None:
    """Read what is kept of a campaign."""
    values = {"account_id": account_id, "campaign_id": campaign_id}
    row = await (await conn.execute(queries.get_report, values)).fetchone()
    return Kept(row[0], row[1], _counted(row[2])) if row else None


async def put_report(
    conn: Conn,
    due: Due,
    *,
    counted: Counted,
    counted_at: datetime,
    took_ms: int,
    look_at: datetime | None,
) -> None:
    """Keep what was counted, and say when to look again."""
    values = {
        "campaign_id": due.campaign_id, "account_id": due.account_id, "counted_at": counted_at, "took_ms": took_ms,
        "look_at": look_at, "found": msgspec.json.encode(counted).decode(),
    }  # fmt: skip
    await conn.execute(queries.put_report, values)


async def ask_for_report(conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, now: datetime) -> None:
    """Have a worker count a campaign."""
    await conn.execute(queries.ask_for_report, {"account_id": account_id, "campaign_id": campaign_id, "now": now})


async def put_off_report(conn: Conn, campaign_id: CampaignId, look_at: datetime | None) -> None:
    """Say when to look at a campaign's report again; None: never."""
    await conn.execute(queries.put_off_report, {"campaign_id": campaign_id, "look_at": look_at})


async def due_reports(conn: Conn, now: datetime, *, limit: int) -> list[Due]:
    """Read whose reports are to be looked at."""
    rows = await (await conn.execute(queries.due_reports, {"now": now, "limit": limit})).fetchall()
    return [Due(row[0], row[1], row[2], _counted(row[3])) for row in rows]


async def hold_report(conn: Conn, campaign_id: CampaignId) -> bool:
    """Lock a campaign's report; False where somebody else has it."""
    return await (await conn.execute(queries.hold_report, {"campaign_id": campaign_id})).fetchone() is not None


async def rates(conn: Conn, account_id: AccountId) -> dict[ConnectorId, float]:
    """Read how fast connectors took the account's last campaigns: the fastest of each."""
    found: dict[ConnectorId, float] = {}
    for (written,) in await (await conn.execute(queries.rates, {"account_id": account_id})).fetchall():
        for connector_id, rate in _read_rates(written or "{}").items():
            found[connector_id] = max(rate, found.get(connector_id, 0.0))
    return found


async def marketing_since(conn: Conn, account_id: AccountId, campaign_id: CampaignId, since: datetime) -> int:
    """Count the campaigns of marketing that began since a moment, but for one."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "since": since}
    return (await (await conn.execute(queries.marketing_since, values)).fetchall())[0][0]


async def insert_share(conn: Conn, account_id: AccountId, share: Share, digest: bytes) -> None:
    """Write a link to a report."""
    values = {
        "share_id": share.id, "account_id": account_id, "campaign_id": share.campaign_id, "digest": digest,
        "by": share.created_by, "now": share.created_at, "expires_at": share.expires_at,
    }  # fmt: skip
    await conn.execute(queries.insert_share, values)


async def shares(conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, limit: int) -> list[Share]:
    """Read the links to a report, newest first."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "limit": limit}
    return [Share(*row) for row in await (await conn.execute(queries.shares, values)).fetchall()]


async def revoke_share(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, share_id: ShareId, *, now: datetime
) -> bool:
    """Close a link; False where there is none such."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "share_id": share_id, "now": now}
    return await (await conn.execute(queries.revoke_share, values)).fetchone() is not None


async def open_share(conn: Conn, digest: bytes, *, now: datetime) -> tuple[AccountId, CampaignId, datetime] | None:
    """Find what a token leads to: whose campaign, and until when."""
    return await (await conn.execute(queries.open_share, {"digest": digest, "now": now})).fetchone()


def _counted(written: str | None) -> Counted | None:
    return _read_counted(written) if written else None
