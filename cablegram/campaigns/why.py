"""Why somebody got a campaign's message or not; where none was made, what would happen now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.campaigns import find, people, spared
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.recipe import HELD_OUT, TAKEN_OUT, Recipe, recipe_of, write
from cablegram.consent.looks import Verdict
from cablegram.kit.ids import CampaignId
from cablegram.links import codes
from cablegram.messages import search, why
from cablegram.messages.model import Draft, MessageClass
from cablegram.messages.why import Look, Why
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_ON_A_LIST = Look("list", 1, Verdict.PASS, "The person is on one of the campaign's lists.")
_ON_NO_LIST = Look(
    "list",
    1,
    Verdict.STOP,
    "Nobody with this number is on the campaign's lists.",
    "not_on_list",
    "Add the person to a list, and make another campaign with it.",
)
_WORDS = "Hello there"  # of a message that nobody wrote; what would be said of them is left out


async def of_contact(
    rt: Runtime,
    who: Principal,
    number: str,
    *,
    campaign_id: UUID | None = None,
    message_class: MessageClass = MessageClass.TRANSACTIONAL,
    prices: Prices,
) -> Why:
    """Say why a number got a campaign's message or not; else what would happen to it now, or to any of a class.

    Raises InvalidInput (`number_invalid` and the like), NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    to = e164.parse(number, (await directory.show(rt, who)).default_country).e164
    now = rt.clock.now()
    if campaign_id is None:
        draft = Draft(who.account_id, f"+{to}", _WORDS, message_class=message_class)
        async with rt.db.connection() as conn:
            found = await why.of_draft(conn, draft, prices=prices, now=now)
        return replace(found, looks=tuple(look for look in found.looks if look.rule != "text"))
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, CampaignId(campaign_id))
    made = await search.page(rt, who, to=f"+{to}", campaign_id=campaign_id, limit=1)
    async with rt.db.connection() as conn:
        if made:
            return await why.of(conn, made[0])
        recipe = recipe_of(campaign, codes.sampler(rt.settings))
        return await _would(conn, campaign, recipe, to, prices=prices, now=now)


async def _would(conn: Conn, campaign: Campaign, recipe: Recipe, number: str, *, prices: Prices, now: datetime) -> Why:
    person = await people.member(conn, campaign, number)
    if person is None:
        return Why(number, f"It would not go. {_ON_NO_LIST.sentence}", (_ON_NO_LIST,), now)
    (draft,) = write(recipe, [person], await spared.taken_out(conn, campaign, [person]))
    if draft.refusal in {HELD_OUT, TAKEN_OUT}:
        look = Look("campaign", 1, Verdict.STOP, draft.refusal.message, draft.refusal.code)
        return Why(number, f"It would not go. {look.sentence}", (_ON_A_LIST, look), now)
    found = await why.of_draft(conn, draft, prices=prices, now=now)
    return replace(found, looks=(_ON_A_LIST, *found.looks))
