"""What has to hold when a campaign starts, whoever starts it: a person, or its own moment."""

from __future__ import annotations

from cablegram.audiences import holding, read
from cablegram.campaigns import compose, declared, drawing, moves, store
from cablegram.campaigns.model import LATE, Campaign, CampaignState, Launch
from cablegram.consent import account_hours
from cablegram.consent.sending_hours import ANY_TIME
from cablegram.contacts import lists
from cablegram.kit.errors import CablegramError, Conflict, Fault, Refused, Unavailable
from cablegram.kit.ids import CampaignId
from cablegram.pacing.quiet_hours import Ask, Wait
from cablegram.pacing.schedule import due
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

NEEDS_NO_COUNT = 1_000
"""To more people than that a campaign is started by hand only by whoever says their number."""


async def check(conn: Conn, campaign: Campaign) -> None:
    """See that a campaign can go: its checkpoint is to be trusted, and there is a way.

    Raises Conflict (`held_after_restore`), Refused as `drawing.check_way`.
    """
    restored_at = await store.restored_at(conn)
    if restored_at and campaign.created_at <= restored_at:
        message = (
            f"The campaign {campaign.name} came out of a backup, and nobody knows yet whom it reached since then. It "
            "can go on once the operator has said so."
        )
        raise Conflict("held_after_restore", message)
    await drawing.check_way(
        conn,
        campaign.account_id,
        campaign.sender,
        message_class=campaign.message_class,
        given=campaign.provider_values,
    )


async def count(conn: Conn, campaign: Campaign) -> None:
    """Set how many people a campaign goes to; its lists have the columns that its texts need.

    Raises InvalidInput (`missing_variable`), Conflict (`no_recipients`), NotFound as `audiences.read.check`.
    """
    # The lists may have got other columns and other people since the campaign was made.
    list_ids = campaign.audience.list_ids
    found = await lists.many(conn, campaign.account_id, list_ids) if list_ids else []
    texts = [one.text or "" for one in campaign.trial.variants] or [campaign.text]
    templates = [compose.compiled(text) for text in texts]
    drawing.check_columns(templates, found, campaign.variables, campaign.provider_values)
    campaign.recipients = await read.count(conn, campaign.account_id, campaign.audience)
    if not campaign.recipients:
        message = f"There is nobody in the audience of the campaign {campaign.name}. Import people first."
        raise Conflict("no_recipients", message)


async def take_audience(conn: Conn, campaign: Campaign) -> None:
    """Keep a campaign's lists as they are until its end, and count its people. Raises as `count`."""
    await holding.take(conn, campaign.account_id, campaign.audience, campaign_id=campaign.id)
    reach("campaign.lists_taken")
    await count(conn, campaign)


def check_confirmed(campaign: Campaign, launch: Launch) -> None:
    """See that who starts a campaign knows how many people it goes to (U14).

    Raises Refused (`count_differs`) where another number was given, (`confirm_needed`) where none was and it is needed.
    """
    there = campaign.recipients
    if launch.confirm is None and launch.needs_count and there > NEEDS_NO_COUNT:
        message = (
            f"The campaign {campaign.name} goes to {there:,} people. Say that number to start it, so that no slip of "
            "the hand starts anything that large."
        )
        raise Refused("confirm_needed", message, faults=[Fault("confirm", "confirm_needed", message)])
    if launch.confirm is not None and launch.confirm != there:
        message = f"The campaign {campaign.name} goes to {there:,} people, not to {launch.confirm:,}: nothing was done."
        raise Refused("count_differs", message, faults=[Fault("confirm", "count_differs", message)])


async def start_due(rt: Runtime, campaign_id: CampaignId) -> bool:
    """Start a campaign whose moment has come, and tell whether it runs.

    What can't start, and what is late because nothing ran at its moment, is paused with the reason: somebody has to say
    whether it still goes out.
    """
    try:
        async with rt.db.transaction() as conn:
            campaign = await _held(conn, campaign_id)
            if campaign is None or campaign.start_at is None:
                return False
            now = rt.clock.now()
            hours = await account_hours.ask(conn, [campaign.account_id])
            is_due = due(campaign.start_at, now, ask_after=hours.get(campaign.account_id, ANY_TIME).late_after)
            if isinstance(is_due, Wait):
                return False
            if isinstance(is_due, Ask):
                await moves.pause(conn, campaign, reason=LATE, by=None, now=now)
                return False
            await check(conn, campaign)
            await declared.check(conn, rt, campaign, now=now)
            await take_audience(conn, campaign)
            await moves.begin(conn, campaign, by=campaign.created_by, now=now)
    except Unavailable:
        raise
    except CablegramError as error:
        async with rt.db.transaction() as conn:
            campaign = await _held(conn, campaign_id)
            if campaign is not None:
                await moves.pause(conn, campaign, reason=error.code, by=None, now=rt.clock.now())
        return False
    return True


async def _held(conn: Conn, campaign_id: CampaignId) -> Campaign | None:
    campaign = await store.hold_campaign_if_free(conn, campaign_id)
    return campaign if campaign and campaign.state is CampaignState.SCHEDULED else None
