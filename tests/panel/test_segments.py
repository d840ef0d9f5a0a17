"""Contacts > People and > Segments: filters typed and chosen, deeds on many people, views, undo."""

from __future__ import annotations

import re

import pytest

from browsing import Person

PEOPLE, SEGMENTS = "/contacts/people", "/contacts/segments"


@pytest.fixture
async def samples(operator: Person) -> Person:
    """Give the operator with fifty people."""
    await operator.open("/contacts")
    await operator.submit("/contacts/samples", {})
    return operator


@pytest.mark.req("R90")
async def test_people_are_filtered_picked_and_what_was_done_to_them_is_undone(samples: Person) -> None:
    page = await samples.open(f"{PEOPLE}?q=country+%3D+ES&c=country&c=tags&sort=number")
    assert "Spain" in page.text
    assert "Ukraine" not in page.text
    picked = re.findall(r'name="id" value="([^"]+)"', page.body)[:1]
    page = await samples.submit(f"{PEOPLE}/do", {"id": picked, "what": "tag", "tag": "Regulars", "whom": "picked"})
    assert "Give a tag regulars: 1 person" in page.text
    assert "regulars" in (await samples.open(f"{PEOPLE}?q=tag+%3D+regulars&c=tags")).text
    undone = next(form.action for form in page.forms if form.action.endswith("/undo"))
    assert "It is undone" in (await samples.submit(undone, {})).text
    assert "Nobody fits" in (await samples.open(f"{PEOPLE}?q=tag+%3D+regulars")).text
    answer = await samples.client.get(f"{PEOPLE}/count?phone=active")
    assert answer.text.strip() == "50 people"
    page = await samples.open(f"{PEOPLE}?q=citti+%3D+ES")
    assert "This filter can’t be read" in page.text
    await samples.open(f"{PEOPLE}?q=country+%3D+ES")
    page = await samples.submit(f"{PEOPLE}/do", {"what": "pause", "whom": "all"})
    assert "Pause their phones: country = ES" in page.text
    await samples.open(f"{PEOPLE}?q=country+%3D+ES")
    page = await samples.submit(f"{PEOPLE}/views", {"name": "Spain"})
    assert "The view is saved" in page.text
    assert "Spain" in (await samples.open(PEOPLE)).text


async def test_a_segment_is_built_by_choosing_and_by_writing(samples: Person) -> None:
    page = await samples.open(SEGMENTS)
    assert "No segments yet" in page.text
    await samples.open(f"{SEGMENTS}/new")
    page = await samples.submit(SEGMENTS, {"do": "add", "subject": "country", "op": "is", "value": "ES"})
    page = await samples.submit(SEGMENTS, {"do": "add", "subject": "phone", "op": "is", "value": "active"})
    assert dict(page.form(SEGMENTS).fields)["filter"] == "country = ES and phone = active"
    page = await samples.submit(SEGMENTS, {"do": "drop-0"})
    assert dict(page.form(SEGMENTS).fields)["filter"] == "phone = active"
    assert "50 people" in page.text
    page = await samples.submit(SEGMENTS, {"do": "", "name": "Active", "filter": "phone ="}, expect=422)
    assert "The filter ends where a value should come" in page.text
    page = await samples.submit(SEGMENTS, {"do": "", "name": "Active", "filter": "phone = active"})
    assert "The segment Active is saved" in page.text
    here = next(form.action for form in page.forms if form.action.endswith("/delete")).removesuffix("/delete")
    page = await samples.submit(here, {"do": "", "filter": "country = ES"})
    assert "is saved" in page.text
    page = await samples.open(SEGMENTS)
    assert "country = ES" in page.text
    # Each segment of a list, and of the first step of a campaign, tells how many it finds once one sees it.
    size = f'hx-get="{here}/size"'
    assert size in page.body
    assert size in (await samples.open("/campaigns/new")).body
    assert re.fullmatch(r"\d+ people", (await samples.client.get(f"{here}/size")).text.strip())
    await samples.open(here)
    assert "is deleted" in (await samples.submit(f"{here}/delete", {})).text
