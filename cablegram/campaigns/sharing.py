"""Share a report: a link that anybody may open who has it, for some days, until somebody revokes it.

Its token has 192 bits of chance and is told once; kept is a digest of it. What it shows has no person in it: no
number, no name, no text of anybody's, and none of the account's senders or connectors.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import find, report_store
from cablegram.campaigns.reported import Share
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, CampaignId, ShareId, uuid7
from cablegram.runtime.runtime import Runtime

USUAL_DAYS, MOST_DAYS = 30, 365
_MOST_OPEN = 20  # links to one report
_MOST_SHOWN = 100
_TOKEN_BYTES = 24


async def share(rt: Runtime, who: Principal, campaign_id: CampaignId, *, days: int = USUAL_DAYS) -> tuple[Share, str]:
    """Make a link to a campaign's report; return it with its token, which nobody can read again.

    Raises NotFound (`campaign_not_found`), InvalidInput (`bad_days`), Conflict (`campaign_not_started`,
    `too_many_shares`).
    """
    who.needs(Scope.SEND)
    if not 1 <= days <= MOST_DAYS:
        message = f"A link is open for 1 to {MOST_DAYS} days, not {days}."
        raise InvalidInput("bad_days", message, faults=[Fault("days", "bad_days", message)])
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), rt.clock.now()
    made = Share(ShareId(uuid7()), campaign_id, who.name, now, now + timedelta(days=days), None)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        if campaign.started_at is None:
            raise Conflict(
                "campaign_not_started", f"The campaign {campaign.name} has not started: nothing to share yet."
            )
        known = await report_store.shares(conn, who.account_id, campaign_id, limit=_MOST_SHOWN)
        if sum(one.is_open(now) for one in known) >= _MOST_OPEN:
            raise Conflict("too_many_shares", f"{_MOST_OPEN} links to this report are open: revoke one first.")
        await report_store.insert_share(conn, who.account_id, made, _digest(token))
    return made, token


async def shares(rt: Runtime, who: Principal, campaign_id: CampaignId) -> list[Share]:
    """Return the links to a campaign's report, newest first. Raises NotFound (`campaign_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        await find.one(conn, who.account_id, campaign_id)
        return await report_store.shares(conn, who.account_id, campaign_id, limit=_MOST_SHOWN)


async def revoke(rt: Runtime, who: Principal, campaign_id: CampaignId, share_id: ShareId) -> None:
    """Close a link at once; twice is as good as once. Raises NotFound (`campaign_not_found`, `share_not_found`)."""
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        await find.one(conn, who.account_id, campaign_id)
        now = rt.clock.now()
        if not await report_store.revoke_share(conn, who.account_id, campaign_id, share_id, now=now):
            raise NotFound("share_not_found", f"There is no link {share_id} to this report.")


async def behind(rt: Runtime, token: str) -> tuple[AccountId, CampaignId, datetime]:
    """Return what a token leads to, and until when; for the door that asks nobody who they are.

    Raises NotFound (`share_not_found`): the same whether it never was, was revoked or has expired.
    """
    async with rt.db.connection() as conn:
        found = await report_store.open_share(conn, _digest(token), now=rt.clock.now())
    if found is None:
        raise NotFound("share_not_found", "This link leads nowhere: it was revoked, has expired, or never was.")
    return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
