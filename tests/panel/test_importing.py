"""Imports at the panel: a file of another tool becomes a list, step by step."""

from __future__ import annotations

import re

import pytest

from browsing import Person
from cablegram.cli.work import HANDLERS
from cablegram.jobs.run import Runner
from cablegram.runtime.runtime import Runtime

FILE = b"Name,Mobile,Notes\nAna,600 000 118,=x\nEva,12,\nBo,600000120,y\n"


async def work(rt: Runtime, somebody: Person) -> None:
    assert "as soon as a worker is free" in somebody.page.text
    assert await Runner(rt, HANDLERS).step(1)
    await somebody.open(somebody.page.path)


@pytest.mark.req("R87", "R88", "R95", "R97", "R172")
async def test_a_file_is_mapped_tried_out_and_imported(rt: Runtime, operator: Person) -> None:
    page = await operator.open("/contacts/imports")
    assert "No file was imported yet" in page.text
    await operator.open("/contacts/imports/new")
    await operator.submit("/contacts/imports", files={"file": ("club.csv", FILE, "text/csv")})
    page, here = operator.page, operator.page.path
    assert "Ana, Eva, Bo" in page.text
    assert ("use_1", "number") in page.form(here).fields
    unsaid = await operator.submit(here, {"deed": "try", "use_0": "", "name_0": "first_name"}, expect=422)
    assert "Say whether these people agreed" in unsaid.text
    fields = {"agreed": "yes", "source": "web shop", "use_2": "", "deed": "try"}
    await operator.submit(here, fields | {"use_0": "first_name"})
    await work(rt, operator)
    page = operator.page
    assert "Import 2 people" in page.text
    assert "1 row is wrong" in page.text
    wrong = next(link for link in page.links if "/files/" in link and "/messages/jobs/" in link)
    assert "Eva,12,,3," in (await operator.client.get(wrong)).text
    await operator.submit(f"{page.path}/go")
    await work(rt, operator)
    assert "Subscribed by this file2" in re.sub(r"\s+(?=\d)", "", operator.page.text)
    lists = await operator.open("/contacts")
    assert "club" in lists.text
    club = next(link for link in lists.links if re.fullmatch(r"/contacts/[0-9a-f-]{36}", link))
    await operator.open(club)
    await operator.submit(f"{club}/exports")
    await work(rt, operator)
    assert "club.xlsx" in operator.page.text
    page = await operator.open("/contacts/imports")
    assert "club.csv into club" in page.text
    page = await operator.open("/messages/jobs")
    assert page.text.count("club.csv into club") == 2


@pytest.mark.req("R97")
async def test_rows_are_pasted_and_the_job_is_stopped(operator: Person) -> None:
    await operator.open("/contacts/imports/new")
    empty = await operator.submit("/contacts/imports", {"pasted": " "}, expect=422)
    assert "Choose a file, or paste some rows" in empty.text
    await operator.submit("/contacts/imports", {"pasted": "Tel\tCity\n600000118\tLugo, Galicia"})
    here = operator.page.path
    assert "Lugo, Galicia" in operator.page.text
    await operator.submit(here, {"agreed": "no", "deed": "import"})
    job = operator.page.path.rpartition("/")[2]
    await operator.submit(f"/messages/jobs/{job}/cancel")
    assert "The job is cancelled" in operator.page.text
    assert (await operator.client.get(f"/messages/jobs/{job}/result")).status_code == 404


async def test_samples_lead_to_their_columns(operator: Person) -> None:
    await operator.open("/contacts/imports")
    await operator.submit("/contacts/imports/samples")
    assert "samples.csv" in operator.page.text
    gone = await operator.open(f"{operator.page.path[:-4]}0000", expect=404)
    assert "There is no file" in gone.text
