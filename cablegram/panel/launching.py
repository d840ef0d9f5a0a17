"""The launch sheet: the last look before the deed; and the deeds that stop a campaign, for a while or for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.campaigns import find, forecast, lifecycle, progress
from cablegram.campaigns.foreseen import Forecast
from cablegram.campaigns.model import Campaign, CampaignState, Launch
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import CampaignId, ContactId
from cablegram.messages.model import State
from cablegram.panel.audience import names_of
from cablegram.panel.filters import money, phone
from cablegram.panel.forms import read_form, read_ids
from cablegram.panel.pages import Context, Flash, go, page
from cablegram.panel.paging import PAGE
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.senders import grant
from cablegram.senders.model import as_tuple
from cablegram.text.segments import split

TYPED_ABOVE = 1000  # people: who sends to more types the number
UNDO = timedelta(seconds=10)
"""For so long a launch can be taken back with one click: nothing leaves before."""

_WAITING = (State.QUEUED, State.SCHEDULED)
_STOPPABLE = frozenset({CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED})

Block = tuple[str, str, str, str, str]  # title, body, code, label, href


@dataclass(slots=True)
class Typed:
    """What somebody typed to launch, and why it was not enough."""

    typed: str = ""
    error: str = ""


@get("/campaigns/{campaign_id:uuid}/launch")
async def show(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Show who gets it and what it costs."""
    campaign = await find.get(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    if campaign.state is not CampaignState.READY:
        return go(f"/campaigns/{campaign.id}")
    return await _sheet(request, visit, campaign, Typed())


@post("/campaigns/{campaign_id:uuid}/start", status_code=200)
async def start(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Launch, once the number was typed that the sheet asks for; for ten seconds nothing leaves.

    `people` and `all` are what the sheet said: how many get it, and of how many. Who came or went since then makes the
    campaign differ from what was looked at, and the sheet is shown again.
    """
    rt = parts_of(request).rt
    campaign = await find.get(rt, visit.who, CampaignId(campaign_id))
    fields = await read_form(request)
    typed, people, everybody = (_digits(fields.one(name)) for name in ("typed", "people", "all"))
    people = people or everybody  # so that what was left out of the form asks for more, not for less
    if int(people or 0) > TYPED_ABOVE and typed != people:
        wrong = Typed(fields.one("typed"), f"Type {people} to launch: so many people get it.")
        return await _sheet(request, visit, campaign, wrong, status=422)
    launch = Launch(confirm=int(everybody) if everybody else None, needs_count=True, undo_for=UNDO)
    try:
        await lifecycle.start(rt, visit.who, campaign.id, launch=launch)
    except CablegramError as error:
        block = ("It can't start", error.message, error.code, "", "")
        return await _sheet(request, visit, campaign, Typed(fields.one("typed")), status=422, block=block)
    return go(f"/campaigns/{campaign.id}")


@get("/campaigns/{campaign_id:uuid}/left-out")
async def show_left_out(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str]:
    """Show who would get nothing for one reason, and why, person by person."""
    parts = parts_of(request)
    campaign = await find.get(parts.rt, visit.who, CampaignId(campaign_id))
    reason = str(request.query_params.get("reason", ""))
    after = next((ContactId(one) for one in read_ids([str(request.query_params.get("after", ""))])), None)
    people, last = await forecast.left_out(
        parts.rt, visit.who, campaign.id, reason=reason, after=after, limit=PAGE, prices=parts.prices
    )
    base = f"/campaigns/{campaign.id}/left-out?{urlencode({'reason': reason})}"
    older, newer = f"{base}&after={last}" if last else "", base if after else ""
    context = {"campaign": campaign, "reason": reason, "people": people, "older": older, "newer": newer}
    return await page(request, visit, "campaigns/left_out.html", title="Left out", here="campaigns", context=context)


@post("/campaigns/{campaign_id:uuid}/undo", status_code=303)
async def undo(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Redirect:
    """Take a launch back, while nothing of it has left."""
    try:
        await lifecycle.undo(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    except CablegramError as error:
        return _back(campaign_id, ("error", "It has begun", error.message))
    return go(
        f"/campaigns/{campaign_id}/launch", flash=("done", "The launch is undone", "Nothing was sent or charged.")
    )


@post("/campaigns/{campaign_id:uuid}/pause", status_code=303)
async def pause(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Redirect:
    """Stop for a while."""
    await lifecycle.pause(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    return _back(campaign_id, ("info", "Paused", "What was on the wire still goes. Nobody gets it twice."))


@post("/campaigns/{campaign_id:uuid}/resume", status_code=303)
async def resume(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Redirect:
    """Go on."""
    try:
        await lifecycle.resume(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    except CablegramError as error:
        return _back(campaign_id, ("error", "It can't go on", error.message))
    return _back(campaign_id)


@post("/campaigns/{campaign_id:uuid}/choose", status_code=303)
async def choose(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Redirect:
    """Choose which text the rest gets, before it is found out."""
    variant = (await read_form(request)).one("variant")
    try:
        await lifecycle.choose(parts_of(request).rt, visit.who, CampaignId(campaign_id), variant)
    except CablegramError as error:
        return _back(campaign_id, ("error", "It can't be chosen", error.message))
    return _back(campaign_id, ("done", f"The rest gets {variant}", ""))


@get("/campaigns/{campaign_id:uuid}/stop")
async def show_stop(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Show what stopping for good takes back."""
    now = await progress.now(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    if now.campaign.state not in _STOPPABLE:
        return go(f"/campaigns/{campaign_id}")
    in_flight = now.counts[State.SUBMITTING].n if State.SUBMITTING in now.counts else 0
    context = {
        "campaign": now.campaign,
        "left": now.left,
        "in_flight": in_flight,
        "refund": sum(now.counts[state].amount for state in _WAITING if state in now.counts),
        "not_made": now.not_made,
    }
    return await page(request, visit, "campaigns/stop.html", title="Stop for good", here="campaigns", context=context)


@post("/campaigns/{campaign_id:uuid}/cancel", status_code=303)
async def cancel(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Redirect:
    """Stop for good."""
    await lifecycle.cancel(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    return _back(campaign_id, ("done", "Stopped for good", "What was still queued is withdrawn and refunded."))


@post("/campaigns/{campaign_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Redirect:
    """Delete a campaign that never started."""
    await lifecycle.delete(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    return go("/campaigns", flash=("done", "The campaign is deleted", "Nothing of it had left."))


async def sender_of(request: Http, visit: Visit, campaign: Campaign) -> str:
    """Return the sender that people see: the campaign's own, or the account's default."""
    if campaign.sender:
        return ", ".join(as_tuple(campaign.sender))
    own = await grant.page(parts_of(request).rt, visit.who, limit=200)
    return next((one.address for one in own if one.is_default), "")


async def _sheet(
    request: Http, visit: Visit, campaign: Campaign, typed: Typed, *, status: int = 200, block: Block | None = None
) -> Response[str]:
    parts = parts_of(request)
    found = await forecast.of_campaign(parts.rt, visit.who, campaign.id, prices=parts.prices)
    book = await parts.prices.show(parts.rt, visit.who)
    demo = ("Some prices are demo prices", "They were invented, so that the first messages cost something.")
    context: Context = {
        "campaign": campaign,
        "audience": await names_of(request, visit, campaign.audience),
        "sender": await sender_of(request, visit, campaign),
        "forecast": found,
        "segments": split(found.longest.text if found.longest else campaign.text),
        "example_of": phone(found.longest.number) if found.longest else "",
        "warnings": [
            *([demo] if book.is_demo else []),
            *((one.title, one.body) for one in found.advice if not one.stops),
        ],
        "blocks": [block] if block else _blocks(found, is_operator=visit.who.is_operator),
        "must_type": found.accepted > TYPED_ABOVE,
        "typed": typed.typed,
        "error": typed.error,
        "undo_seconds": int(UNDO.total_seconds()),
    }
    return await page(
        request, visit, "campaigns/launch.html", title="Launch", here="campaigns", status=status, context=context
    )


def _blocks(found: Forecast, *, is_operator: bool) -> list[Block]:
    """Say why it can't start as it is."""
    if not found.accepted:
        return [("Nobody would get it", "Each person was left out; the reasons stand above.", "no_recipients", "", "")]
    if stopping := next((one for one in found.advice if one.stops), None):
        return [(stopping.title, stopping.body, stopping.code, "", "")]
    missing = found.price - found.balance
    if missing > 0:
        share = found.accepted * found.balance // found.price if found.balance > 0 else 0
        who, label, href = (
            ("Give the account credit", "Give credit", "/operator/accounts")
            if is_operator
            else ("Ask the operator for credit", "Billing", "/billing")
        )
        body = f"It would stop after about {share:,} people. {who}; then come back."
        return [(f"{money(missing)} credits are missing", body, "insufficient_credit", label, href)]
    return []


def _digits(typed: str) -> str:
    return "".join(one for one in typed if one.isascii() and one.isdecimal())[:12]


def _back(campaign_id: UUID, flash: Flash | None = None) -> Redirect:
    return go(f"/campaigns/{campaign_id}", flash=flash)


HANDLERS = (show, start, show_left_out, undo, pause, resume, choose, show_stop, cancel, delete)
