"""How each person's message is made: in which text, or why they get none. Pure; fan-out and forecasts share it.

Who is held out and who was taken out become skipped messages with that reason, as everybody whom a rule stops does: so
each person of a campaign has one row, and recipients = accepted + skipped holds for them too (decision 0046).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cablegram.campaigns import brought, compose
from cablegram.campaigns.draw import Draw, Lots, lots
from cablegram.campaigns.model import Campaign
from cablegram.consent.timing import AS_IT_COMES
from cablegram.contacts.model import Person
from cablegram.kit.ids import ContactId
from cablegram.links.shortening import Shortener
from cablegram.messages.model import Draft, Refusal

HELD_OUT = Refusal(
    code="held_out", message="They were drawn to get nothing, so that those who got it can be compared with them."
)
TAKEN_OUT = Refusal(code="taken_out", message="Somebody took them out of this campaign before their message was made.")
HAD_IT = Refusal(
    code="had_it_before", message="This number got the campaign before, when it was another contact's. It goes once."
)
NOBODY: Mapping[ContactId, Refusal] = {}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One letter, or one for each variant; `draw` None: nobody draws lots."""

    letters: tuple[compose.Letter, ...]
    draw: Draw | None = None

    def variant(self, contact_id: ContactId) -> int | None:
        """Return which text a person gets or got, by its place; None: there is one alone, or nobody knows yet."""
        if self.draw is None or not self.draw.cuts:
            return None
        return self.draw.variant(lots(self.draw.campaign_id, contact_id))


def recipe_of(campaign: Campaign, shortener: Shortener) -> Recipe:
    """Return how a campaign's messages are made; codes of links come from `shortener`."""
    letter = compose.Letter(
        account_id=campaign.account_id,
        campaign_id=campaign.id,
        template=compose.compiled(campaign.text),
        variables=campaign.variables,
        sender=campaign.sender,
        message_class=campaign.message_class,
        timing=None if campaign.timing == AS_IT_COMES else campaign.timing,
        smart_encoding=campaign.smart_encoding,
        media_url=campaign.media_url,
        brought=brought.compiled(campaign.provider_values) if campaign.provider_values else None,
        program_id=campaign.program_id,
        shortener=shortener,
        shorten=campaign.shorten,
    )
    if not campaign.trial.variants:
        return Recipe((letter,), campaign.draw)
    each = [compose.compiled(one.text or "") for one in campaign.trial.variants]
    return Recipe(tuple(replace(letter, template=template) for template in each), campaign.draw)


def write(recipe: Recipe, people: Sequence[Person], spared: Mapping[ContactId, Refusal] = NOBODY) -> list[Draft]:
    """Make a draft for each person, in order; who gets nothing has the reason, those `spared` have theirs."""
    drafts = _write(recipe, people)
    for draft, person in zip(drafts, people, strict=True):
        if spared and (reason := spared.get(person.contact_id)):
            draft.text, draft.refusal = "", reason
    return drafts


def _write(recipe: Recipe, people: Sequence[Person]) -> list[Draft]:
    draw = recipe.draw
    if draw is None:
        return compose.write(recipe.letters[0], people)
    drawn = [lots(draw.campaign_id, person.contact_id) for person in people]
    drafts = _by_variant(recipe, people, [_letter(draw, one) for one in drawn])
    for draft, one in zip(drafts, drawn, strict=True):
        if draw.is_held_out(one):
            draft.text, draft.refusal = "", HELD_OUT
    return drafts


def _letter(draw: Draw, drawn: Lots) -> int:
    # While the rest waits for the best text, a forecast takes the first one for it.
    return draw.variant(drawn) or 0


def _by_variant(recipe: Recipe, people: Sequence[Person], places: Sequence[int]) -> list[Draft]:
    if len(recipe.letters) == 1:
        return compose.write(recipe.letters[0], people)
    found: dict[int, Draft] = {}
    for which, letter in enumerate(recipe.letters):
        mine = [at for at, place in enumerate(places) if place == which]
        found.update(zip(mine, compose.write(letter, [people[at] for at in mine]), strict=True))
    return [found[at] for at in range(len(people))]
