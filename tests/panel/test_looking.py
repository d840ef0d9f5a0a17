"""Looking before sending: templates as people get them."""

from __future__ import annotations

import pytest

from browsing import Person

PEOPLE = b"number,first_name,city\n600000118,Ana,Madrid\n+380671204518,\xd0\x9e\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xb0,Kyiv\n"


@pytest.mark.req("R85", "R86")
async def test_a_template_is_shown_as_the_people_of_a_list_get_it(operator: Person) -> None:
    await operator.open("/contacts")
    await operator.submit("/contacts", {"name": "Regulars"})
    list_id = operator.page.path.rpartition("/")[2]
    files = {"file": ("people.csv", PEOPLE, "text/csv")}
    await operator.submit(f"/contacts/{list_id}/import", {"on_bad_rows": "refuse"}, files=files)
    await operator.open("/templates/new")
    typed = {"text": "Hi {{ first_name }} of {{ city }}, we open", "list_id": list_id, "deed": "check"}
    page = await operator.submit("/templates", typed)
    assert "Hi Ana of Madrid, we open" in page.text
    assert "Shown with the values of +34 600 000 118" in page.text
    answer = await operator.client.post("/templates/tape", data=dict(page.form("/templates").fields))
    assert "Hi Ana of Madrid" in answer.text
    page = await operator.submit("/templates", {"text": "Hi {{ name }}", "list_id": list_id, "deed": "check"})
    assert "2 of them would get nothing" in page.text


@pytest.mark.req("R37")
async def test_what_a_text_lacks_is_named_and_mended_by_one_button(operator: Person) -> None:
    await operator.open("/templates/new")
    page = await operator.submit("/templates", {"text": "Sale in İzmir today", "deed": "check"})
    assert "It does not say how to stop" in page.text
    page = await operator.submit("/templates", {"text": "Sale in İzmir today", "deed": "hint"})
    assert dict(page.form("/templates").fields)["text"] == "Sale in İzmir today Responde BAJA para salir"
    page = await operator.submit("/templates", {"deed": "letters"})
    assert dict(page.form("/templates").fields)["text"] == "Sale in Izmir today Responde BAJA para salir"
    assert "It does not say how to stop" not in page.text
    page = await operator.submit("/templates", {"text": "Sale {{", "deed": "hint"})
    assert dict(page.form("/templates").fields)["text"] == "Sale {{"
    page = await operator.submit("/templates", {"text": "Sale", "message_class": "transactional", "deed": "hint"})
    assert dict(page.form("/templates").fields)["text"] == "Sale"


@pytest.mark.req("R35", "R36")
async def test_characters_and_words_are_there_to_be_looked_up(operator: Person) -> None:
    page = await operator.open("/developers/gsm")
    assert "One place each" in page.text
    assert page.text.count("0x65") == 2  # e, and behind the escape the sign of the euro
    page = await operator.open("/help")
    assert "answer-seizure ratio" in page.text
