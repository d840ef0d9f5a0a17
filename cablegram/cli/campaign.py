"""`cablegram campaign`: send to many people, and see how it goes."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.campaigns import from_file, lifecycle, progress
from cablegram.campaigns.model import AT_ONCE as NO_CARE
from cablegram.campaigns.model import Action, Campaign, CampaignState, Launch, NewCampaign
from cablegram.cli import choosing, files, watching, wording
from cablegram.cli import hours as times
from cablegram.cli.campaign_options import AT_ONCE, ONE_TEXT, TO_NOBODY, Audience, Care, Trying
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.messages.model import Count, MessageClass, State
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import as_wanted

_MOST = 1_000  # campaigns in a list
_WhichAccount = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def create(
    name: str,
    *,
    to: Audience = TO_NOBODY,
    people: Annotated[
        Path | None, Parameter(name="--people", help="To the people of a CSV file, who become a list of its own.")
    ] = None,
    text: Annotated[str | None, Parameter(help="What it says, with {{ variables }}.")] = None,
    text_file: Annotated[
        Path | None, Parameter(name=("--text-file", "--template-file"), help="A file with the text.")
    ] = None,
    template: wording.Template = None,
    trying: Trying = ONE_TEXT,
    var: wording.Variables = None,
    senders: wording.Senders = None,
    message_class: Annotated[MessageClass, Parameter(name="--class")] = MessageClass.MARKETING,
    smart: Annotated[bool, Parameter(negative=(), help="Replace what makes a text Unicode by look-alikes.")] = False,
    media_url: Annotated[str | None, Parameter(help="The address of a picture that goes along.")] = None,
    shorten: wording.Shorten = False,
    brought: wording.Brought = wording.NOTHING,
    care: Care = AT_ONCE,
    hours: times.Hours = None,
    quiet: times.Quiet = None,
    valid_for: times.ValidFor = None,
    when_closed: times.Closed = None,
    start_at: Annotated[str | None, Parameter(help="Once started, wait for this moment: 2026-11-27T09:00:00Z.")] = None,
    account: _WhichAccount = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a campaign of people and a text. It sends nothing until it is started."""
    new = care.put(
        NewCampaign(
            name=name,
            text=files.read_text(text_file) if text_file else text,
            variables=wording.variables(var),
            sender=as_wanted(senders),
            message_class=message_class,
            smart_encoding=smart,
            media_url=media_url,
            shorten=shorten,
            start_at=wording.moment(start_at),
            timing=times.timing(hours, quiet, valid_for=valid_for, when_closed=when_closed),
            provider_values=brought.given(),
        )
    )

    async def deed(rt: Runtime) -> Campaign:
        _, who = await choosing.acting(rt, account)
        whole = await to.put(rt, who, trying.put(new))
        if template:
            whole = replace(whole, template_id=(await choosing.template(rt, who, template)).id)
        if people is None:
            return await lifecycle.create(rt, who, whole)
        with files.open_bytes(people) as file:
            return await from_file.create(rt, who, whole, files.chunks(file))

    made = act(place, deed)
    say(_made(made, account), _facts(made), as_json=json)


def _made(campaign: Campaign, account: str | None) -> str:
    whose = f" --account {shlex.quote(account)}" if account else ""
    if campaign.state is CampaignState.CREATING:
        job = f"cablegram job wait {campaign.job_id}{whose}"
        return f"{campaign.name} is being made: {campaign.id}\nSee how far it is with: {job}"
    start_ = f"cablegram campaign start {shlex.quote(campaign.name)}{whose}"
    text = f"{campaign.name} is ready for {many(campaign.recipients, 'recipient')}: {campaign.id}"
    return f"{text}\nStart it with: {start_}"


def start(
    campaign: str,
    *,
    confirm: Annotated[
        int | None, Parameter(help="Start it only if it goes to so many people. On a terminal needed above 1,000.")
    ] = None,
    undo_for: Annotated[int, Parameter(help="For so many seconds nothing leaves, to be undone.")] = 0,
    account: _WhichAccount = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Start a campaign."""
    # A program knows what it starts; of a hand on a keyboard nobody knows it.
    launch = Launch(confirm=confirm, needs_count=sys.stdin.isatty(), undo_for=timedelta(seconds=max(0, undo_for)))
    _act(campaign, Action.START, account, place=place, as_json=json, launch=launch)


def undo(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Take the start of a campaign back while none of its messages is made."""
    _act(campaign, Action.UNDO, account, place=place, as_json=json)


def pause(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Pause a campaign; what is on the wire still goes."""
    _act(campaign, Action.PAUSE, account, place=place, as_json=json)


def resume(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Let a paused campaign go on."""
    _act(campaign, Action.RESUME, account, place=place, as_json=json)


def cancel(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Stop a campaign for good; what no carrier has is withdrawn and refunded."""
    _act(campaign, Action.CANCEL, account, place=place, as_json=json)


def watch(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> int:
    """Watch a campaign until it is finished or cancelled; exit status 1 when it stands still instead."""

    async def deed(rt: Runtime) -> progress.Progress:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, campaign)
        return await watching.follow(rt, who, found.id, is_quiet=json)

    last = act(place, deed)
    say(watching.summary(last), watching.facts(last), as_json=json)
    return 0 if watching.is_over(last) else 1


def list_campaigns(*, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """List campaigns, newest first."""

    async def deed(rt: Runtime) -> list[tuple[Campaign, dict[State, Count]]]:
        _, who = await choosing.acting(rt, account)
        return await progress.overview(rt, who, limit=_MOST)

    found = act(place, deed)
    rows = [
        (
            one.name,
            f"{one.state} ({one.reason})" if one.reason else one.state.value,
            f"{one.recipients:,}",
            f"{_n(counts, State.DELIVERED):,}",
            moment(one.created_at),
            str(one.id),
        )
        for one, counts in found
    ]
    text = table(("name", "state", "recipients", "delivered", "made", "id"), rows, numbers=("recipients", "delivered"))
    facts = [_facts(one) | {"counts": {state: count.n for state, count in counts.items()}} for one, counts in found]
    say(text if rows else "There is no campaign yet.", facts, as_json=json)


def _act(
    which: str, action: Action, account: str | None, *, place: Place, as_json: bool, launch: Launch = NO_CARE
) -> None:
    async def deed(rt: Runtime) -> Campaign:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, which)
        await lifecycle.act(rt, who, found.id, action, launch=launch)
        return await choosing.campaign(rt, who, str(found.id))

    now = act(place, deed)
    say(f"{now.name} is {now.state}.", _facts(now), as_json=as_json)


def _n(counts: dict[State, Count], state: State) -> int:
    return counts[state].n if state in counts else 0


def _facts(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": campaign.id,
        "name": campaign.name,
        "status": campaign.state,
        "reason": campaign.reason,
        "recipients": campaign.recipients,
        "created_at": campaign.created_at,
        "started_at": campaign.started_at,
        "finished_at": campaign.finished_at,
    }
