"""Make a campaign, start it, pause it, resume it, cancel it (R98, R100, R103). Everything a person does is here."""

from __future__ import annotations

from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import drawing, find, moves, starting, store
from cablegram.campaigns.model import BY_HAND, Action, Campaign, CampaignState, NewCampaign, after
from cablegram.contacts import audience
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, Refused
from cablegram.kit.ids import CampaignId, TemplateId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.messages.media import Media
from cablegram.messages.timekeeping import CLOCK_SKEW, FARTHEST
from cablegram.pacing import five_minutes
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
    campaign = await _ready(conn, who, new, now)
    if not await store.insert_campaign(conn, campaign):
        message = f"There is already a campaign named {campaign.name}. Choose another name."
        raise Conflict("campaign_name_taken", message, faults=[Fault("name", "campaign_name_taken", message)])
    reach("campaign.inserted")
    facts = {"name": campaign.name, "recipients": campaign.recipients, "by": who.name}
    event = Event(Kind.CAMPAIGN_CREATED, who.account_id, campaign.id, facts)
    await record(conn, [event], now=campaign.created_at)
    return campaign


async def act(rt: Runtime, who: Principal, campaign_id: CampaignId, action: Action) -> Campaign:
    """Do what a door was asked to do; see the deeds below."""
    deeds = {Action.START: start, Action.PAUSE: pause, Action.RESUME: resume, Action.CANCEL: cancel}
    return await deeds[action](rt, who, campaign_id)


async def start(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """Start a campaign that is ready, or a paused one again; the lists it goes through stay as they are until its end.

    One that is to start at a moment to come waits for it, as `scheduled`; if it does so already, it starts now.

    Raises NotFound (`campaign_not_found`, `list_not_found`), Conflict (`illegal_move`, `no_recipients`), InvalidInput
    (`missing_variable`), Refused (`sender_needed`, `sender_not_owned`, `no_route`, `provider_values_missing`), Conflict
    (`held_after_restore`).
    """
    return await _go(rt, who, campaign_id, Action.START)


async def resume(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Campaign:
    """Let a paused campaign go on: each remaining person gets it once (R103). Raises as `start`."""
    return await _go(rt, who, campaign_id, Action.RESUME)


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


async def delete(rt: Runtime, who: Principal, campaign_id: CampaignId) -> None:
    """Delete a campaign that never started; others stay, since messages and postings name them.

    Raises NotFound (`campaign_not_found`), Conflict (`campaign_has_history`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        if campaign.started_at:
            message = (
                f"The campaign {campaign.name} has started once, so its messages and postings name it and it stays. "
                "Only a campaign that never started can be deleted."
            )
            raise Conflict("campaign_has_history", message)
        await store.delete_campaign(conn, who.account_id, campaign_id)
        facts = {"name": campaign.name, "by": who.name}
        await record(conn, [Event(Kind.CAMPAIGN_DELETED, who.account_id, campaign_id, facts)], now=rt.clock.now())


async def _go(rt: Runtime, who: Principal, campaign_id: CampaignId, action: Action) -> Campaign:
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        campaign = await find.hold(conn, who.account_id, campaign_id)
        after(campaign.name, campaign.state, action)
        await starting.check(conn, campaign)
        if campaign.started_at:
            await moves.resume(conn, campaign, by=who.name, now=now)
        elif campaign.state is not CampaignState.SCHEDULED and campaign.start_at and campaign.start_at > now:
            await starting.count(conn, campaign)
            await moves.plan(conn, campaign, by=who.name, now=now)
        else:
            await starting.take_lists(conn, campaign)
            await moves.begin(conn, campaign, by=who.name, now=now)
    return campaign


def _check_start(start_at: datetime | None, now: datetime) -> None:
    if start_at is None:
        return
    if start_at < now - CLOCK_SKEW:
        raise _bad_start("start_at_past", "`start_at` is in the past; leave it away to start by hand.")
    if start_at > now + FARTHEST:
        raise _bad_start("start_at_far", "`start_at` is more than a year ahead.")


def _pace(most: int | None) -> int | None:
    if most is not None and not 1 <= most <= five_minutes.MOST:
        message = f"{most} messages in five minutes can't be: write 1 to {five_minutes.MOST:,}, or nothing."
        raise InvalidInput("bad_pace", message, faults=[Fault("per_five_minutes", "bad_pace", message)])
    return most


def _bad_start(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault("start_at", code, message)])


async def _ready(conn: Conn, who: Principal, new: NewCampaign, now: datetime) -> Campaign:
    name, description = read_name(new.name), read_note(new.description)
    _check_start(new.start_at, now)
    plan = await drawing.draw_up(conn, who.account_id, new)
    await drawing.check_sender(conn, who.account_id, new.sender)
    return Campaign(
        id=CampaignId(uuid7()),
        account_id=who.account_id,
        name=name,
        description=description,
        list_ids=[one.id for one in plan.lists],
        sender=new.sender,
        template_id=TemplateId(new.template_id) if new.template_id else None,
        text=plan.template.text,
        variables=dict(new.variables),
        message_class=new.message_class,
        state=CampaignState.READY,
        reason=None,
        last_contact_id=None,
        is_fanned_out=False,
        recipients=await audience.count_people(conn, who.account_id, [one.id for one in plan.lists]),
        created_by=who.name,
        created_at=now,
        started_at=None,
        finished_at=None,
        timing=new.timing,
        start_at=new.start_at,
        smart_encoding=new.smart_encoding,
        media_url=new.media_url,
        per_five_minutes=_pace(new.per_five_minutes),
        provider_values=new.provider_values,
    )
