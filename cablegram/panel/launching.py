"""The launch sheet: the last look before the deed; and the deeds that stop a campaign, for a while or for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.campaigns import find, forecast, lifecycle, progress
from cablegram.campaigns.foreseen import Forecast
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.connectors import advice, configure, registry
from cablegram.connectors.model import Connector
from cablegram.contacts import lists
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import CampaignId
from cablegram.messages.model import State
from cablegram.panel.filters import money, phone
from cablegram.panel.forms import read_form
from cablegram.panel.pages import Context, Flash, go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.senders import grant
from cablegram.senders.model import as_tuple
from cablegram.text.segments import split

TYPED_ABOVE = 1000  # people: who sends to more types the number
_WAITING = (State.QUEUED, State.SCHEDULED)

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
    return await _sheet(request, visit, campaign, await _forecast(request, visit, campaign), Typed())


@post("/campaigns/{campaign_id:uuid}/start", status_code=200)
async def start(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Launch, once the number was typed that the sheet asks for."""
    rt = parts_of(request).rt
    campaign = await find.get(rt, visit.who, CampaignId(campaign_id))
    found = await _forecast(request, visit, campaign)
    typed = (await read_form(request)).one("typed")
    if found.accepted > TYPED_ABOVE and "".join(filter(str.isdecimal, typed)) != str(found.accepted):
        wrong = Typed(typed, f"Type {found.accepted} to launch: so many people get it.")
        return await _sheet(request, visit, campaign, found, wrong, status=422)
    try:
        await lifecycle.start(rt, visit.who, campaign.id)
    except CablegramError as error:
        block = ("It can't start", error.message, error.code, "", "")
        return await _sheet(request, visit, campaign, found, Typed(typed), status=422, block=block)
    return go(f"/campaigns/{campaign.id}")


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


@get("/campaigns/{campaign_id:uuid}/stop")
async def show_stop(request: Http, visit: Visitor, campaign_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Show what stopping for good takes back."""
    now = await progress.now(parts_of(request).rt, visit.who, CampaignId(campaign_id))
    if now.campaign.state not in {CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED}:
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


async def list_names(request: Http, visit: Visit, campaign: Campaign) -> list[tuple[str, str]]:
    """Return the lists of a campaign, (name, address); one that was deleted since is left out."""
    found: list[tuple[str, str]] = []
    for list_id in campaign.list_ids:
        try:
            found.append(((await lists.get(parts_of(request).rt, visit.who, list_id)).name, f"/contacts/{list_id}"))
        except NotFound:
            continue
    return found


async def sender_of(request: Http, visit: Visit, campaign: Campaign) -> str:
    """Return the sender that people see: the campaign's own, or the account's default."""
    if campaign.sender:
        return ", ".join(as_tuple(campaign.sender))
    own = await grant.page(parts_of(request).rt, visit.who, limit=200)
    return next((one.address for one in own if one.is_default), "")


async def _forecast(request: Http, visit: Visit, campaign: Campaign) -> Forecast:
    parts = parts_of(request)
    return await forecast.of_campaign(parts.rt, visit.who, campaign.id, prices=parts.prices)


async def _sheet(
    request: Http,
    visit: Visit,
    campaign: Campaign,
    found: Forecast,
    typed: Typed,
    *,
    status: int = 200,
    block: Block | None = None,
) -> Response[str]:
    parts = parts_of(request)
    enabled = [one for one in await configure.page(parts.rt, visit.who) if one.is_enabled]
    rate = _rate(enabled)
    book = await parts.prices.show(parts.rt, visit.who)
    demo = ("Some prices are demo prices", "They were invented, so that the first messages cost something.")
    context: Context = {
        "campaign": campaign,
        "lists": [name for name, _ in await list_names(request, visit, campaign)],
        "sender": await sender_of(request, visit, campaign),
        "forecast": found,
        "rate": rate,
        "seconds": found.segments / rate if rate else None,
        "segments": split(found.longest.text if found.longest else campaign.text),
        "example_of": phone(found.longest.number) if found.longest else "",
        "warnings": [*([demo] if book.is_demo else []), *_limits(enabled)],
        "blocks": [block] if block else _blocks(found, is_operator=visit.who.is_operator),
        "must_type": found.accepted > TYPED_ABOVE,
        "typed": typed.typed,
        "error": typed.error,
    }
    return await page(
        request, visit, "campaigns/launch.html", title="Launch", here="campaigns", status=status, context=context
    )


def _rate(enabled: Sequence[Connector]) -> float | None:
    """Return how many parts a second the connectors allow together; None when one has no limit, or there is none."""
    limits = [one.rate for one in enabled]
    return sum(limits) if limits and all(limits) else None


def _limits(enabled: Sequence[Connector]) -> list[tuple[str, str]]:
    """Remind of what a provider may refuse for limits that can't be seen from here (R129)."""
    kinds = dict.fromkeys(one.kind for one in enabled if not one.is_simulated)
    return [("Mind the provider's own limits", advice.quota(registry.KINDS[kind])) for kind in kinds]


def _blocks(found: Forecast, *, is_operator: bool) -> list[Block]:
    """Say why it can't start as it is."""
    if not found.accepted:
        return [("Nobody would get it", "Each person was left out; the reasons stand above.", "no_recipients", "", "")]
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


def _back(campaign_id: UUID, flash: Flash | None = None) -> Redirect:
    return go(f"/campaigns/{campaign_id}", flash=flash)


HANDLERS = (show, start, pause, resume, show_stop, cancel, delete)
