"""What an SMS service declared, and a campaign of it: how often it writes, and words it had better not (R80, R81)."""

from __future__ import annotations

from datetime import datetime

from cablegram.campaigns import advice
from cablegram.campaigns.foreseen import Advice
from cablegram.campaigns.model import Campaign
from cablegram.kit.errors import Refused
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.runtime.settings import TooOften
from cablegram.sms_services import content, reading


async def look(conn: Conn, campaign: Campaign, *, rule: TooOften, now: datetime) -> list[Advice]:
    """Return what to mind of a campaign of a service; nothing for one that is of none, or has begun."""
    if campaign.program_id is None or campaign.started_at is not None:
        return []
    found = await reading.too_often(conn, campaign.account_id, campaign.program_id, now=now)
    if found is None:
        return []
    service, overdone = found
    texts = [one.text or "" for one in campaign.trial.variants] or [campaign.text]
    return [
        *advice.declared(service.keyword, service.form.frequency, people=overdone.people, stops=rule == "block"),
        *advice.prohibited([finding for text in texts for finding in content.find(text)]),
    ]


async def check(conn: Conn, rt: Runtime, campaign: Campaign, *, now: datetime) -> None:
    """See that a campaign writes to nobody more often than its service declared, where the installation wants that.

    Raises Refused (`too_often`).
    """
    if rt.settings.service_frequency != "block":
        return
    for one in await look(conn, campaign, rule="block", now=now):
        if one.stops:
            raise Refused(one.code, f"{one.title}. {one.body}")
