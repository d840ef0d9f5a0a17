"""Numbers: given by the operator, set by their owner."""

from __future__ import annotations

import re

import pytest

from books import rows
from browsing import Person
from cablegram.accounts.access import operator as principal
from cablegram.lookup import networks
from cablegram.runtime.runtime import Runtime


@pytest.mark.req("R49", "R58", "R61", "R62", "R64")
async def test_a_number_is_given_set_made_the_default_and_given_back(operator: Person, rt: Runtime) -> None:
    await operator.open("/operator/numbers")
    page = await operator.submit("/operator/numbers", {"address": "+34612440118"})
    assert "+34 612 440 118 is given" in page.text
    page = await operator.submit("/operator/numbers", {"address": "ACME Shop 1234"}, expect=422)
    assert "can't be a sender" in page.text
    assert dict(page.form("/operator/numbers").fields)["address"] == "ACME Shop 1234"
    page = await operator.open("/numbers")
    assert "Long numbers are for conversations" in page.text
    assert "A short code is made for marketing" in page.text
    address = re.findall(r'row-link[^"]*" href="(/numbers/[0-9a-f-]{36})"', page.body)[0]
    beside = await operator.client.get(address, headers={"HX-Request": "true"})
    assert 'class="sheet' in beside.text
    page = await operator.open(address)
    assert "mobile number" in page.text
    page = await operator.submit(address, {"answers": "on", "text": " ", "deed": "save"}, expect=422)
    assert "There is no text to answer with" in page.text
    page = await operator.submit(address, {"answers": "on", "text": "Abrimos a las 10 – hasta luego", "deed": "check"})
    assert "1 character makes it Unicode" in page.text
    page = await operator.submit(
        address, {"stops": "on", "words": "ENOUGH, basta ya", "help": "Ask us", "deed": "save"}
    )
    assert "STOP ends all texts" in page.text
    settings = (
        "SELECT autoresponder_enabled, stop_words_enabled, cnam_enabled, stop_words, help_text FROM sender"
        " WHERE address = '34612440118'"
    )
    assert await rows(rt, settings) == [(True, True, False, ["ENOUGH", "basta ya"], "Ask us")]
    await operator.open(address)
    await operator.submit(f"{address}/default")
    await operator.open(address)
    assert "Messages that name no sender come from this one" in operator.page.text
    await operator.submit(f"{address}/remove")
    await operator.open(address, expect=404)


@pytest.mark.req("R58")
async def test_a_file_of_numbers_is_taken_whole_or_named_by_its_lines(operator: Person) -> None:
    await operator.open("/operator/numbers")
    bad = {"file": ("numbers.csv", b"number,account\n12125550100,Nobody\n99,Kiosko Luna\n", "text/csv")}
    page = await operator.submit("/operator/numbers/import", files=bad, expect=422)
    assert "No sender was imported" in page.text
    assert "Line 3" in page.text
    good = {"file": ("numbers.csv", b"number,country\n12125550100,\n70500,US\nACME,\n", "text/csv")}
    page = await operator.submit("/operator/numbers/import", files=good)
    assert "3 new" in page.text
    assert "short code" in page.text
    await operator.submit("/operator/numbers/import", expect=422)


@pytest.mark.req("R32", "R34")
async def test_destinations_and_operators_are_listed_sorted_and_searched(operator: Person, rt: Runtime) -> None:
    page = await operator.open("/numbers/destinations?q=spain")
    assert "Spain" in page.text
    assert "Ukraine" not in page.text
    page = await operator.open("/numbers/operators")
    assert "cablegram network import" in page.text
    file = b"mcc,mnc,name,country\n214,07,Movistar,ES\n901,14,AeroMobile,\n"
    await networks.import_csv(rt, principal("tests"), file)
    page = await operator.open("/numbers/operators?sort=mcc&order=desc")
    assert page.text.index("AeroMobile") < page.text.index("Movistar")
    assert "no country" in page.text
    page = await operator.open("/numbers/operators?q=movi")
    assert "AeroMobile" not in page.text
