"""How each person's message is made: in which text, or why they get none."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.campaigns.compose import Letter, compiled
from cablegram.campaigns.draw import ALL, Draw, below, lots
from cablegram.campaigns.recipe import HELD_OUT, TAKEN_OUT, Recipe, write
from cablegram.contacts.model import Person, Statuses
from cablegram.kit.ids import AccountId, CampaignId, ContactId
from cablegram.messages.model import MessageClass

ACCOUNT, SPRING = AccountId(UUID(int=1)), CampaignId(UUID(int=2))
PEOPLE = [
    Person(ContactId(UUID(int=n)), str(34_600_000_000 + n), "ES", {"name": f"P{n}"}, Statuses()) for n in range(1, 200)
]


def letter(text: str) -> Letter:
    return Letter(ACCOUNT, SPRING, compiled(text), {}, None, MessageClass.MARKETING)


def test_without_lots_everybody_gets_the_one_text() -> None:
    drafts = write(Recipe((letter("Hello {{ name }}"),)), PEOPLE[:2])
    assert [draft.text for draft in drafts] == ["Hello P1", "Hello P2"]
    assert Recipe((letter("Hello"),)).variant(PEOPLE[0].contact_id) is None
    assert Recipe((letter("Hello"),), Draw(SPRING, holdout=5)).variant(PEOPLE[0].contact_id) is None


@pytest.mark.req("R149")
def test_each_person_gets_the_text_they_drew_in_the_order_of_people() -> None:
    draw = Draw(SPRING, cuts=(ALL // 2,))
    recipe = Recipe((letter("One {{ name }}"), letter("Two {{ name }}")), draw)
    drafts = write(recipe, PEOPLE)
    for person, draft in zip(PEOPLE, drafts, strict=True):
        place = draw.variant(lots(SPRING, person.contact_id))
        assert draft.text == f"{('One', 'Two')[place or 0]} {person.variables['name']}"
        assert recipe.variant(person.contact_id) == place
    assert {draft.text[:3] for draft in drafts} == {"One", "Two"}


@pytest.mark.req("R149")
def test_while_the_rest_waits_a_forecast_takes_the_first_text_for_it() -> None:
    draw = Draw(SPRING, cuts=(ALL // 2,), sample_below=0)
    drafts = write(Recipe((letter("One {{ name }}"), letter("Two {{ name }}")), draw), PEOPLE)
    assert {draft.text[:3] for draft in drafts} == {"One"}


@pytest.mark.req("R149", "R101")
def test_who_is_held_out_or_taken_out_has_the_reason_and_no_text() -> None:
    draw = Draw(SPRING, holdout=20)
    out = {PEOPLE[3].contact_id: TAKEN_OUT}
    drafts = write(Recipe((letter("Hello {{ name }}"),), draw), PEOPLE, out)
    for person, draft in zip(PEOPLE, drafts, strict=True):
        is_held_out = lots(SPRING, person.contact_id).held_out < below(20)
        expected = TAKEN_OUT if person.contact_id in out else HELD_OUT if is_held_out else None
        assert draft.refusal == expected
        assert (draft.text == "") == (expected is not None)
    assert any(draft.refusal is HELD_OUT for draft in drafts)
