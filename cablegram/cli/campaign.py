"""`cablegram campaign`: send to many people, and see how it goes."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.campaigns import lifecycle, progress
from cablegram.campaigns.model import Action, Campaign, NewCampaign
from cablegram.cli import choosing, files, watching, wording
from cablegram.cli import hours as times
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.kit.errors import NotFound
from cablegram.messages.model import Count, MessageClass, State
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import as_wanted

_MOST = 1_000  # campaigns in a list
_WhichAccount = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def create(
    name: str,
    *,
    list_: Annotated[list[str], Parameter(name="--list", negative=(), help="To whom, by name or id. Once for each.")],
    text: Annotated[str | None, Parameter(help="What it says, with {{ variables }}.")] = None,
    text_file: Annotated[
        Path | None, Parameter(name=("--text-file", "--template-file"), help="A file with the text.")
    ] = None,
    template: wording.Template = None,
    var: wording.Variables = None,
    senders: wording.Senders = None,
    message_class: Annotated[MessageClass, Parameter(name="--class")] = MessageClass.MARKETING,
    smart: Annotated[bool, Parameter(negative=(), help="Replace what makes a text Unicode by look-alikes.")] = False,
    media_url: Annotated[str | None, Parameter(help="The address of a picture that goes along.")] = None,
    brought: wording.Brought = wording.NOTHING,
    per_five_minutes: Annotated[int | None, Parameter(help="At most so many messages in any five minutes.")] = None,
    hours: times.Hours = None,
    quiet: times.Quiet = None,
    valid_for: times.ValidFor = None,
    when_closed: times.Closed = None,
    start_at: Annotated[str | None, Parameter(help="Once started, wait for this moment: 2026-11-27T09:00:00Z.")] = None,
    account: _WhichAccount = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a campaign from lists and a text. It sends nothing until it is started."""
    words = files.read_text(text_file) if text_file else text
    values, starts, carried = wording.variables(var), wording.moment(start_at), brought.given()
    timing = times.timing(hours, quiet, valid_for=valid_for, when_closed=when_closed)

    async def deed(rt: Runtime) -> Campaign:
        _, who = await choosing.acting(rt, account)
        found = [(one, await choosing.contact_list(rt, who, one)) for one in list_]
        missing = [one for one, there in found if there is None]
        if missing:
            raise NotFound("list_not_found", f"The account has no contact list {missing[0]}.")
        new = NewCampaign(
            name=name,
            list_ids=[there.id for _, there in found if there],
            text=words,
            template_id=(await choosing.template(rt, who, template)).id if template else None,
            variables=values,
            sender=as_wanted(senders),
            message_class=message_class,
            smart_encoding=smart,
            media_url=media_url,
            per_five_minutes=per_five_minutes,
            start_at=starts,
            timing=timing,
            provider_values=carried,
        )
        return await lifecycle.create(rt, who, new)

    made = act(place, deed)
    text_ = f"{made.name} is ready for {many(made.recipients, 'recipient')}: {made.id}"
    whose = f" --account {shlex.quote(account)}" if account else ""
    start_ = f"cablegram campaign start {shlex.quote(made.name)}{whose}"
    say(f"{text_}\nStart it with: {start_}", _facts(made), as_json=json)


def start(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Start a campaign."""
    _act(campaign, Action.START, account, place=place, as_json=json)


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


def _act(which: str, action: Action, account: str | None, *, place: Place, as_json: bool) -> None:
    async def deed(rt: Runtime) -> Campaign:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, which)
        await lifecycle.act(rt, who, found.id, action)
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
