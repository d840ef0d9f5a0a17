"""The people of a campaign: what became of each, as pages and as a file; and one of them taken out (R101)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import read
from cablegram.campaigns import find, store
from cablegram.campaigns.draw import lots
from cablegram.campaigns.model import Campaign, CampaignState, Member
from cablegram.campaigns.recipe import Recipe
from cablegram.contacts import audience as contacts
from cablegram.contacts.model import Person
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit import csvio
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import CampaignId, ContactId
from cablegram.messages import withdraw, wording
from cablegram.messages.model import State
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

NOT_MADE = "not_made"
_SLICE = 1_000
_COLUMNS = (
    "number", "country", "status", "reason", "reason_in_words", "error", "variant", "segments", "price",
    "accepted_at", "submitted_at", "finished_at", "message_id",
)  # fmt: skip


async def page(
    rt: Runtime,
    who: Principal,
    campaign_id: CampaignId,
    *,
    states: Collection[State] = (),
    after: UUID | None = None,
    limit: int = 50,
) -> list[Member]:
    """Return people whose message was made, in the order in which that was; a next page starts after their message.

    Raises NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
        found = await store.people(conn, campaign, states=states, after=after, limit=limit)
    return _with_variants(campaign, found)


async def not_made(
    rt: Runtime, who: Principal, campaign_id: CampaignId, *, after: UUID | None = None, limit: int = 50
) -> list[Member]:
    """Return people whose message is not made yet, in the order of contacts; a next page starts after their contact.

    Raises NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
        if campaign.is_fanned_out or campaign.state in {CampaignState.FINISHED, CampaignState.CANCELLED}:
            return []
        found = await _ahead(conn, campaign, after, limit, now=rt.clock.now())
    recipe = Recipe((), campaign.draw)
    return [
        Member(None, one.contact_id, one.number, one.country, variant=_variant(campaign, recipe, one.contact_id))
        for one in found
    ]


async def export_csv(rt: Runtime, who: Principal, campaign_id: CampaignId) -> AsyncIterator[bytes]:
    """Yield what became of each person as CSV, piece by piece, those whose message is not made yet at the end.

    Raises NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        await find.one(conn, who.account_id, campaign_id)
    yield csvio.write([list(_COLUMNS)])
    last: UUID | None = None
    while found := await page(rt, who, campaign_id, after=last, limit=_SLICE):
        yield csvio.write([_row(one) for one in found])
        last = found[-1].message_id
    last = None
    while found := await not_made(rt, who, campaign_id, after=last, limit=_SLICE):
        yield csvio.write([_row(one) for one in found])
        last = found[-1].contact_id


async def take_out(rt: Runtime, who: Principal, campaign_id: CampaignId, number: str) -> Member:
    """Cancel a campaign for one person: their message is withdrawn with refund, or never made.

    Raises NotFound (`campaign_not_found`, `contact_not_in_campaign`), InvalidInput (`number_invalid` and the like),
    Conflict (`too_late`) once a link has the message, (`campaign_ended`).
    """
    who.needs(Scope.SEND)
    digits = e164.parse(number, (await directory.show(rt, who)).default_country).e164
    async with rt.db.transaction() as conn:
        campaign = await find.hold(conn, who.account_id, campaign_id)
        made = await store.person(conn, campaign, digits)
        if made is None:
            return await _take_out(conn, campaign, digits, by=who.name, now=rt.clock.now())
    if made.state is State.SKIPPED or made.message_id is None:
        return made
    gone = await withdraw.cancel(rt, who, made.message_id)
    return replace(made, state=gone.state, reason=gone.reason, finished_at=gone.finished_at)


async def _take_out(conn: Conn, campaign: Campaign, digits: str, *, by: str, now: datetime) -> Member:
    if campaign.state in {CampaignState.FINISHED, CampaignState.CANCELLED}:
        message = f"The campaign {campaign.name} is {campaign.state}, and nothing of it goes to +{digits} any more."
        raise Conflict("campaign_ended", message)
    person = None if campaign.is_fanned_out else await member(conn, campaign, digits)
    if person is None:
        raise NotFound(
            "contact_not_in_campaign", f"Nobody with the number +{digits} is in the campaign {campaign.name}."
        )
    if await store.take_out(conn, campaign.id, person.contact_id, by=by, now=now):
        campaign.taken_out += 1
        await store.save_campaign(conn, campaign)
        reach("campaign.taken_out")
        facts = {"name": campaign.name, "number": digits, "by": by}
        await record(conn, [Event(Kind.CAMPAIGN_TAKEN_OUT, campaign.account_id, campaign.id, facts)], now=now)
    return Member(None, person.contact_id, digits, person.country, reason="taken_out")


async def member(conn: Conn, campaign: Campaign, number: str) -> Person | None:
    """Return who has a number (digits of E.164), if they are in a campaign's audience."""
    person = (await contacts.people_of_numbers(conn, campaign.account_id, [number])).get(number)
    if person is None:
        return None
    # Who comes next after the id just before this one is this one, if anybody.
    before = ContactId(UUID(int=person.contact_id.int - 1))
    until = campaign.started_at or datetime.max.replace(tzinfo=campaign.created_at.tzinfo)
    found = await read.people_after(conn, campaign.account_id, campaign.audience, after=before, until=until, limit=1)
    return next((one for one in found if one.contact_id == person.contact_id), None)


async def _ahead(conn: Conn, campaign: Campaign, after: UUID | None, limit: int, *, now: datetime) -> list[Person]:
    """Read whose turn is still to come, in this stage or a later one."""
    until = campaign.started_at or now
    last = ContactId(after) if after else None
    if campaign.draw is None or campaign.draw.is_one_go:
        last = max((one for one in (last, campaign.last_contact_id) if one), default=None)
    found: list[Person] = []
    while len(found) < limit:
        people = await read.people_after(
            conn, campaign.account_id, campaign.audience, after=last, until=until, limit=max(limit, _SLICE)
        )
        found += [one for one in people if not _had_turn(campaign, one.contact_id)]
        if len(people) < max(limit, _SLICE):
            break
        last = people[-1].contact_id
    return found[:limit]


def _had_turn(campaign: Campaign, contact_id: ContactId) -> bool:
    draw, last = campaign.draw, campaign.last_contact_id
    if campaign.started_at is None or draw is None or draw.is_one_go:
        return last is not None and contact_id <= last
    turn = draw.turn(contact_id, lots(draw.campaign_id, contact_id))
    if turn is not campaign.stage:
        return turn.order < campaign.stage.order
    return campaign.stage_made_at is not None or (last is not None and contact_id <= last)


def _with_variants(campaign: Campaign, found: Sequence[Member]) -> list[Member]:
    if not campaign.trial.variants:
        return list(found)
    recipe = Recipe((), campaign.draw)
    return [
        replace(one, variant=_variant(campaign, recipe, one.contact_id)) if one.contact_id else one for one in found
    ]


def _variant(campaign: Campaign, recipe: Recipe, contact_id: ContactId) -> str | None:
    place = recipe.variant(contact_id)
    return None if place is None else campaign.trial.variants[place].name


def _row(one: Member) -> list[str]:
    moments = (one.accepted_at, one.submitted_at, one.finished_at)
    return [
        f"+{one.number}",
        one.country,
        one.state.value if one.state else NOT_MADE,
        one.reason or "",
        wording.reason(one.reason),
        one.error or "",
        one.variant or "",
        str(one.segments),
        str(one.price),
        *(moment.isoformat() if moment else "" for moment in moments),
        str(one.message_id or ""),
    ]
