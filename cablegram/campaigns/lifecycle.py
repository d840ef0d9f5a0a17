"""Make a campaign, start it, pause it, resume it, cancel it (R98, R100, R103). Everything a person does is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import declared, find, making, moves, staging, starting, store
from cablegram.campaigns.model import (
    AT_ONCE,
    BY_HAND,
    Action,
    Campaign,
    CampaignState,
    Change,
    Launch,
    NewCampaign,
    after,
)
from cablegram.contacts import campaign_file
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, Refused
from cablegram.kit.ids import CampaignId
from cablegram.messages.media import Media
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime


async def create(rt: Runtime, who: Principal, new: NewCampaign) -> Campaign:
    """Make a campaign that is ready to start; nothing is sent or charged.

    Raises InvalidInput (`bad_name`, `lists_needed`, `too_many_lists`, `text_or_template`, `bad_template`,
    `template_too_long`, `text_too_short`, `bad_variable`, `missing_variable`), NotFound (`list_not_found`,
    `template_not_found`), Refused (`sender_needed`, `sender_invalid`, `sender_not_owned`), Conflict
    (`campaign_name_taken`), and as `check_picture`.
    """
    who.needs(Scope.SEND)
    await check_picture(rt, who, new)
    async with rt.db.transaction() as conn:
        return await make(conn, who, new, now=rt.clock.now())


async def check_picture(rt: Runtime, who: Principal, new: NewCampaign) -> None:
    """Look at the picture of a campaign, which takes a while: before any transaction.

    Raises Refused (`media_not_carried`, `media_wrong_type`, `media_too_large`, `address_...`).
    """
    if new.media_url is None:
        return
    refusal = (await Media(rt).check(who.account_id, [new.media_url]))[new.media_url]
    if refusal is not None:
        raise Refused(refusal.code, refusal.message, faults=[Fault("media_url", refusal.code, refusal.message)])


async def make(conn: Conn, who: Principal, new: NewCampaign, *, now: datetime) -> Campaign:
    """Make a campaign as `create` does, within a transaction."""
    return await put(conn, who, await making.ready(conn, who, new, now=now))


async def put(conn: Conn, who: Principal, campaign: Campaign) -> Campaign:
    """Store a campaign that was just drawn up. Raises Conflict (`campaign_name_taken`)."""
    if not await store.insert_campaign(conn, campaign):
        raise _name_taken(campaign.name)
    reach("campaign.inserted")
    facts = {"name": campaign.name, "recipients": campaign.recipients, "by": who.name}
    event = Event(Kind.CAMPAIGN_CREATED, who.account_id, campaign.id, facts)
    await record(conn, [event], now=campaign.created_at)
    return campaign


async def act(
    rt: Runtime, who: Principal, campaign_id: CampaignId, action: Action, *, launch: Launch = AT_ONCE
) -> Campaign:
    """Do what a door was asked to do; see the deeds below."""
    if action in {Action.START, Action.RESUME}:
        return await _go(rt, who, campaign_id, action, launch)
    deeds = {Action.PAUSE: pause, Action.CANCEL: cancel, Action.UNDO: undo}
    return await deeds[action](rt, who, campaign_id)


async def start(rt: Runtime, who: Principal, campaign_id: CampaignId, *, launch: Launch = AT_ONCE) -> Campaign:
    """Start a campaign that is ready, or a paused one again; the lists it goes through stay as they are until its end.

    One that is to start at a moment to come waits for it, as `scheduled`; if it does so already, it starts now.

    Raises NotFound (`campaign_not_found`, `list_not_found`), Conflict (`illegal_move`, `no_recipients`), InvalidInput
    (`missing_variable`), Refused (`sender_needed`, `sender_not_owned`, `no_route`, `provider_values_missing`,
    `confirm_needed`, `count_differs`), Conflict (`held_after_restore`).
    """
    return await _go(rt, who, campaign_id, Action.START, launch)


async def resume(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """Let a paused campaign go on: each remaining person gets it once (R103). Raises as `start`.

    One that a guard paused goes on all the same, and its rates count anew; one that waits after its canary goes on to
    everybody else.
    """
    return await _go(rt, who, campaign_id, Action.RESUME, AT_ONCE)


async def undo(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """Take a start back while no message of it is made: it is ready again.

    Raises NotFound (`campaign_not_found`), Conflict (`illegal_move`, `too_late_to_undo`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        after(campaign.name, campaign.state, Action.UNDO)
        if staging.is_under_way(campaign):
            message = (
                f"The first messages of {campaign.name} are made, so its start can't be undone. Pause or cancel it."
            )
            raise Conflict("too_late_to_undo", message)
        await moves.undo(conn, campaign, by=who.name, now=rt.clock.now())
    return campaign


async def pause(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """Stop a running campaign at once; what is in the window of a link still goes.

    Raises NotFound (`campaign_not_found`), Conflict (`illegal_move`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        after(campaign.name, campaign.state, Action.PAUSE)
        await moves.pause(conn, campaign, reason=BY_HAND, by=who.name, now=rt.clock.now())
    return campaign


async def cancel(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """End a campaign for good: what was not handed to a carrier is withdrawn and refunded.

    Raises NotFound (`campaign_not_found`), Conflict (`illegal_move`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        after(campaign.name, campaign.state, Action.CANCEL)
        await moves.cancel(conn, campaign, by=who.name, now=rt.clock.now())
    return campaign


async def change(rt: Runtime, who: Principal, campaign_id: CampaignId, new: Change) -> Campaign:
    """Change a campaign's name, description, guards or pace, until it has ended; what runs goes by it at once.

    Raises NotFound (`campaign_not_found`), InvalidInput (`bad_name`, `bad_pace`, `bad_guards`), Conflict
    (`campaign_ended`, `campaign_name_taken`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        if campaign.state in {CampaignState.FINISHED, CampaignState.CANCELLED}:
            raise Conflict("campaign_ended", f"The campaign {campaign.name} is {campaign.state}: it stays as it was.")
        campaign = replace(campaign, **making.changed(new))
        making.check_pace(campaign.per_minute, campaign.per_five_minutes)
        if not await store.change_campaign(conn, campaign):
            raise _name_taken(campaign.name)
        facts = {"name": campaign.name, "by": who.name}
        await record(conn, [Event(Kind.CAMPAIGN_CHANGED, who.account_id, campaign.id, facts)], now=rt.clock.now())
    return campaign


async def choose(rt: Runtime, who: Principal, campaign_id: CampaignId, variant: str) -> Campaign:
    """Choose by hand which text the rest of a campaign gets, before it finds out by itself.

    Raises NotFound (`campaign_not_found`, `variant_not_found`), Conflict (`nothing_to_choose`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        await staging.choose(conn, campaign, variant, by=who.name, now=rt.clock.now())
        await store.save_campaign(conn, campaign)
    return campaign


async def delete(rt: Runtime, who: Principal, campaign_id: CampaignId) -> None:
    """Delete a campaign that never started; others stay, since messages and postings name them.

    Raises NotFound (`campaign_not_found`), Conflict (`campaign_has_history`, `campaign_being_made`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        if campaign.state is CampaignState.CREATING:
            message = f"The campaign {campaign.name} is being made. Cancel it first, or wait until it is ready."
            raise Conflict("campaign_being_made", message)
        if campaign.started_at:
            message = (
                f"The campaign {campaign.name} has started once, so its messages and postings name it and it stays. "
                "Only a campaign that never started can be deleted."
            )
            raise Conflict("campaign_has_history", message)
        await store.delete_campaign(conn, who.account_id, campaign_id)
        await campaign_file.forget(conn, who.account_id, campaign_id)
        facts = {"name": campaign.name, "by": who.name}
        await record(conn, [Event(Kind.CAMPAIGN_DELETED, who.account_id, campaign_id, facts)], now=rt.clock.now())


async def _go(rt: Runtime, who: Principal, campaign_id: CampaignId, action: Action, launch: Launch) -> Campaign:
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        campaign = await find.hold(conn, who.account_id, campaign_id)
        after(campaign.name, campaign.state, action)
        await starting.check(conn, campaign)
        if campaign.started_at:
            await staging.bring_back(conn, campaign, by=who.name, now=now)
            return campaign
        await declared.check(conn, rt, campaign, now=now)
        if campaign.state is not CampaignState.SCHEDULED and campaign.start_at and campaign.start_at > now:
            await starting.count(conn, campaign)
            starting.check_confirmed(campaign, launch)
            await moves.plan(conn, campaign, by=who.name, now=now)
        else:
            await starting.take_audience(conn, campaign)
            starting.check_confirmed(campaign, launch)
            await moves.begin(conn, campaign, by=who.name, now=now, undo_for=launch.undo_for)
    return campaign


def _name_taken(name: str) -> Conflict:
    message = f"There is already a campaign named {name}. Choose another name."
    return Conflict("campaign_name_taken", message, faults=[Fault("name", "campaign_name_taken", message)])
