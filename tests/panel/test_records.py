"""One person's record in the panel, fields, lists by hand, and forms for web pages."""

from __future__ import annotations

import pytest

from browsing import Person

ANA, EVA = "34600000118", "34600000119"


async def a_list(somebody: Person, *numbers: str) -> str:
    """Make a list with people put on it by hand; return its address."""
    await somebody.open("/contacts")
    await somebody.submit("/contacts", {"name": "Newsletter", "description": ""})
    address = somebody.page.path
    for number in numbers:
        await somebody.submit(f"{address}/people", {"number": f"+{number}"})
    return address


async def test_a_list_is_kept_by_hand(operator: Person) -> None:
    address = await a_list(operator, ANA)
    assert "+34 600 000 118 is on the list" in operator.page.text
    await operator.submit(f"{address}/change", {"name": "Customers", "description": "of the shop"})
    assert "of the shop" in operator.page.text
    await operator.submit(f"{address}/people", {"number": "12"})
    assert "Nobody was put on the list" in operator.page.text
    await operator.submit(f"{address}/people/remove", {"number": f"+{ANA}"})
    assert "One person left the list" in operator.page.text


async def test_a_record_marks_the_room_that_it_stands_in(operator: Person) -> None:
    await a_list(operator, ANA)
    for address in (f"/contacts/people/{ANA}", f"/contacts/people/{ANA}/consent"):
        page = await operator.open(address)
        assert '<a href="/contacts" aria-current="page"' in page.body


@pytest.mark.req("R142", "R144")
async def test_fields_stand_on_the_record_and_what_does_not_fit_is_told_beside_them(operator: Person) -> None:
    await a_list(operator, ANA)
    await operator.open("/contacts/fields")
    made = {"label": "Birthday", "name": "birthday", "type": "date", "choices": ""}
    await operator.submit("/contacts/fields", made)
    assert "The field Birthday is made" in operator.page.text
    await operator.submit("/contacts/fields", {**made, "name": "BIRTHDAY"}, expect=422)
    assert "There is already a field" in operator.page.text
    await operator.open("/contacts/fields")
    await operator.submit("/contacts/fields/default", {"subscription": "subscribed", "source": ""}, expect=422)
    assert "Say where everybody whom you add agrees" in operator.page.text
    here = f"/contacts/people/{ANA}"
    await operator.open(here)
    form = {"number": f"+{ANA}", "phone_status": "paused", "reason": "on holiday", "subscription": "subscribed"}
    form |= {"source": "by telephone", "v_0": "3.5.2000"}
    await operator.submit(here, {**form, "v_0": "03/05/2000"}, expect=422)
    assert "write a date" in operator.page.text
    await operator.submit(here, form)
    page = operator.page.text
    for words in ("2000-05-03", "on holiday", "Said yes, to marketing", "Phone is paused", "Newsletter"):
        assert words in page, words
    await operator.submit(f"{here}/tags", {"add": "VIP, big spender"})
    assert "big spender" in operator.page.text
    assert "Tags changed" in (await operator.open(f"{here}?kind=edit")).text


async def test_two_records_are_compared_and_joined_and_a_person_is_forgotten(operator: Person) -> None:
    await a_list(operator, ANA, EVA)
    here = f"/contacts/people/{ANA}"
    compared = await operator.open(f"{here}/join?other=%2B{EVA}")
    assert "Keep +34 600 000 118, join +34 600 000 119 to it" in compared.text
    await operator.submit(f"{here}/join", {"other": f"+{EVA}"})
    assert "Two records are one" in operator.page.text
    copy = await operator.client.get(f"{here}/export")
    assert copy.json()["contact"]["number"] == ANA
    await operator.open(f"{here}/forget")
    await operator.submit(f"{here}/forget", {"typed": "0000", "reason": ""}, expect=422)
    assert "Type the last 4 digits" in operator.page.text
    await operator.submit(f"{here}/forget", {"typed": ANA[-4:], "reason": "asked by letter"})
    assert "The person is forgotten" in operator.page.text
    await operator.open(here, expect=404)


@pytest.mark.req("R170")
async def test_a_form_for_a_web_page_is_made_shown_and_tried(operator: Person) -> None:
    await operator.open("/contacts/website")
    form = {"name": "Box", "origins": "https://www.example.com", "tags": "website", "words": "Send me offers"}
    await operator.submit("/contacts/website", {**form, "origins": "www.example.com"}, expect=422)
    assert "is no origin" in operator.page.text
    await operator.submit("/contacts/website", form)
    here = operator.page.path
    assert "data-cablegram" in operator.page.text
    await operator.submit(f"{here}/try", {"f__mobilePhone": f"+{ANA}", "agree": "on"})
    assert "would become a contact" in operator.page.text
    assert "They would be subscribed, with version 1 of your words" in operator.page.text
    await operator.open(f"/contacts/people/{ANA}", expect=404)
    await operator.open(here)
    await operator.submit(here, {**form, "words": "Other words", "is_on": "off"})
    assert "Its words changed" in operator.page.text
    await operator.submit(f"{here}/delete", {})
    assert "The form is deleted" in operator.page.text
