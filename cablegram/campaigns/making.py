"""Make a campaign of what somebody gives: see that all of it can be, and draw its lots."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from msgspec import UNSET

from cablegram.accounts.access import Principal
from cablegram.audiences import read
from cablegram.campaigns import draw, drawing, goals, guards
from cablegram.campaigns.draw import Draw
from cablegram.campaigns.drawing import Plan
from cablegram.campaigns.model import Campaign, CampaignState, Change, NewCampaign
from cablegram.campaigns.variants import Trial
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import CampaignId, TemplateId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.messages.timekeeping import CLOCK_SKEW, FARTHEST
from cablegram.pacing import pace
from cablegram.programs import people as programs
from cablegram.runtime.database import Conn

MOST_CANARY = 1_000_000
LONGEST_CANARY = 7 * 24 * 60  # minutes


async def ready(
    conn: Conn,
    who: Principal,
    new: NewCampaign,
    *,
    now: datetime,
    is_of_file: bool = False,
    is_counted: bool = True,
) -> Campaign:
    """Return a campaign that is ready, not stored yet; one `is_of_file` has nobody to go to before that is read.

    Its people are counted, unless a job does so later.

    Raises InvalidInput (`bad_name`, `start_at_past`, `start_at_far`, `bad_pace`, `bad_canary`, `bad_guards`,
    `bad_goal`), and as `drawing.draw_up` and `drawing.check_sender`.
    """
    name, description = read_name(new.name), read_note(new.description)
    _check_start(new.start_at, now)
    check_pace(new.per_minute, new.per_five_minutes)
    _check_canary(new)
    if new.guards is not None:
        guards.check(new.guards)
    if new.goal is not None:
        goals.check(new.goal, shorten=new.shorten)
    plan = await drawing.draw_up(conn, who.account_id, new, is_of_file=is_of_file)
    if new.sender is None and new.program_id is not None:
        its = await programs.sending(conn, [new.program_id])
        new = replace(new, sender=its[new.program_id].address)  # a service sends from its own short code
    await drawing.check_sender(conn, who.account_id, new.sender)
    campaign = _sketch(who, new, plan, now=now)
    campaign.name, campaign.description = name, description
    if is_counted and not is_of_file:
        campaign.recipients = await read.count(conn, who.account_id, plan.audience)
    return campaign


def _sketch(who: Principal, new: NewCampaign, plan: Plan, *, now: datetime) -> Campaign:
    """Return what a campaign of this plan is, before anybody counted its people or looked at its name."""
    campaign_id = CampaignId(uuid7())
    return Campaign(
        id=campaign_id,
        account_id=who.account_id,
        name=new.name,
        description=new.description,
        list_ids=list(plan.audience.list_ids),
        sender=new.sender,
        template_id=TemplateId(new.template_id) if new.template_id else None,
        text=plan.template.text,
        variables=dict(new.variables),
        message_class=new.message_class,
        state=CampaignState.READY,
        reason=None,
        last_contact_id=None,
        is_fanned_out=False,
        recipients=0,
        created_by=who.name,
        created_at=now,
        started_at=None,
        finished_at=None,
        timing=new.timing,
        start_at=new.start_at,
        smart_encoding=new.smart_encoding,
        media_url=new.media_url,
        per_five_minutes=new.per_five_minutes,
        provider_values=new.provider_values,
        per_minute=new.per_minute,
        audience=plan.audience,
        program_id=new.program_id,
        trial=plan.trial,
        canary=new.canary,
        canary_minutes=new.canary_minutes,
        guards=new.guards,
        shorten=new.shorten,
        goal=new.goal,
        draw=draw_of(campaign_id, plan.trial, has_canary=new.canary is not None),
        stage=draw.first_stage(has_canary=new.canary is not None, has_winner=plan.trial.winner is not None),
    )


def draw_of(campaign_id: CampaignId, trial: Trial, *, has_canary: bool) -> Draw | None:
    """Return how a campaign's lots are read; None where nothing depends on any."""
    if not trial.variants and not trial.holdout and not has_canary:
        return None
    return Draw(
        campaign_id,
        holdout=trial.holdout,
        cuts=tuple(draw.cuts([one.share for one in trial.variants])),
        sample_below=draw.below(trial.winner.sample) if trial.winner else None,
    )


def changed(new: Change) -> dict[str, Any]:
    """Return the fields that are to change. Raises InvalidInput (`bad_name`, `bad_guards`)."""
    found = {field.name: getattr(new, field.name) for field in fields(new)}
    if new.name is not UNSET:
        found["name"] = read_name(new.name)
    if new.description is not UNSET:
        found["description"] = read_note(new.description)
    if new.guards is not UNSET and new.guards is not None:
        guards.check(new.guards)
    return {name: value for name, value in found.items() if value is not UNSET}


def check_pace(per_minute: int | None, per_five_minutes: int | None) -> None:
    """Raise InvalidInput (`bad_pace`) where a campaign can't be that fast, or has two paces."""
    for name, most, words in (
        ("per_minute", per_minute, "a minute"),
        ("per_five_minutes", per_five_minutes, "five minutes"),
    ):
        if most is not None and not 1 <= most <= pace.MOST:
            raise _bad(name, "bad_pace", f"{most} messages in {words} can't be: write 1 to {pace.MOST:,}, or nothing.")
    if per_minute is not None and per_five_minutes is not None:
        raise _bad("per_minute", "bad_pace", "Give a pace by the minute or by five minutes, not both.")


def _check_canary(new: NewCampaign) -> None:
    if new.canary is None and new.canary_minutes is not None:
        raise _bad("canary_minutes", "bad_canary", "After whom? Say how many people get it first.")
    if new.canary is not None and not 1 <= new.canary <= MOST_CANARY:
        raise _bad("canary", "bad_canary", f"{new.canary} people first can't be: write 1 to {MOST_CANARY:,}.")
    if new.canary_minutes is not None and not 1 <= new.canary_minutes <= LONGEST_CANARY:
        raise _bad("canary_minutes", "bad_canary", f"It goes on after 1 to {LONGEST_CANARY:,} minutes.")


def _check_start(start_at: datetime | None, now: datetime) -> None:
    if start_at is None:
        return
    if start_at < now - CLOCK_SKEW:
        raise _bad("start_at", "start_at_past", "`start_at` is in the past; leave it away to start by hand.")
    if start_at > now + FARTHEST:
        raise _bad("start_at", "start_at_far", "`start_at` is more than a year ahead.")


def _bad(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
