"""Numbers found, bought and given back; the operator's stock, prices and plans."""

from __future__ import annotations

import pytest

from browsing import Person


@pytest.mark.req("R59", "R60", "R27", "R58")
async def test_a_number_is_put_into_the_stock_priced_found_bought_and_given_back(operator: Person) -> None:
    page = await operator.open("/numbers/find")
    assert "No number has a price yet" in page.text
    await operator.open("/operator/numbers/stock")
    page = await operator.submit("/operator/numbers/stock", {"number": "+1 305 555 0100", "setup": "5"}, expect=422)
    assert "both setup and monthly" in page.text
    page = await operator.submit("/operator/numbers/stock", {"number": "+1 305 555 0100", "setup": ""})
    assert "is in the stock" in page.text
    good = {"file": ("stock.csv", b"number,note\n13055550101,easy\n", "text/csv")}
    page = await operator.submit("/operator/numbers/stock/import", files=good)
    assert "1 new" in page.text
    bad = {"file": ("stock.csv", b"number\nx\n", "text/csv")}
    page = await operator.submit("/operator/numbers/stock/import", files=bad, expect=422)
    assert "Line 2" in page.text
    await operator.open("/operator/numbers/prices")
    wanted = {"country": "US", "type": "local", "setup": "5", "monthly": "2"}
    page = await operator.submit("/operator/numbers/prices", wanted)
    assert "everybody" in page.text
    page = await operator.open("/numbers/find?country=US&pattern=305&where=starts_with")
    assert "Buy for 7.00 cr" in page.text
    page = await operator.submit("/numbers/buy")
    assert "is yours" in page.text
    assert "2.00 cr a month" in page.text
    file = await operator.client.get("/numbers/rented.csv")
    assert "+13055550100,US,local,active,5,2" in file.text
    page = await operator.open(f"/numbers/{await _sender(operator)}")
    assert "Give it back now" in page.text
    page = await operator.submit("/numbers/rented/13055550100/release", {"when": "end"})
    assert "will be given back" in page.text
    await operator.open(f"/numbers/{await _sender(operator)}")
    page = await operator.submit("/numbers/rented/13055550100/keep")
    assert "stays yours" in page.text
    page = await operator.open("/numbers/find?country=US&pattern=3x")
    assert "up to 15 digits" in page.text


async def _sender(operator: Person) -> str:
    page = await operator.open("/numbers")
    return page.body.partition('row-link block hover:underline" href="/numbers/')[2][:36]


@pytest.mark.req("R28", "R11")
async def test_a_plan_is_made_chosen_and_dropped(operator: Person) -> None:
    await operator.open("/operator/plans")
    page = await operator.submit("/operator/plans", {"code": "Team", "name": "Team", "fee": "2"}, expect=422)
    assert "small letters" in page.text
    page = await operator.submit("/operator/plans", {"code": "team", "name": "Team", "fee": "2", "is_offered": "on"})
    assert "Team is saved" in page.text
    page = await operator.open("/billing/plan")
    assert "Change now for 2.00 cr" in page.text
    page = await operator.submit("/billing/plan", {"plan": "team"})
    assert "The account is on Team" in page.text
    assert "Change with the next month" in page.text


@pytest.mark.req("R22")
async def test_credits_are_given_as_a_present_with_a_reason(operator: Person) -> None:
    page = await operator.open("/operator/accounts")
    place = "/operator/accounts/" + page.body.partition('href="/operator/accounts/')[2][:36]
    await operator.open(place)
    page = await operator.submit(f"{place}/grant", {"credits": "3", "note": " ", "present": "on"})
    assert "No credit was given" in page.text
    page = await operator.submit(f"{place}/grant", {"credits": "3", "note": "for the wait", "present": "on"})
    assert "3.00 credits are given" in page.text


@pytest.mark.req("R96")
async def test_a_number_is_brought_with_its_papers_and_approved_where_all_waits(operator: Person) -> None:
    await operator.open("/numbers/hosted/authorization.pdf")
    assert operator.page.body.startswith("%PDF")
    form = {"number": "+1 (305) 555-0100", "company": "Acme Inc.", "signer": "Ann Doe"}
    papers = {"authorization": ("signed.pdf", b"%PDF-1.7", "application/pdf")}
    await operator.open("/numbers/hosted")
    await operator.submit("/numbers/hosted", form, files=papers, expect=422)
    assert "Both papers are needed" in operator.page.text
    papers["bill"] = ("bill.pdf", b"%PDF-1.7", "application/pdf")
    await operator.submit("/numbers/hosted", form, files=papers)
    assert "requested" in operator.page.text
    await operator.open("/operator/approvals")
    assert "Acme Inc." in operator.page.text
    forms = [one.action for one in operator.page.forms]
    action = next(one for one in forms if one.startswith("/operator/approvals/hosted/"))
    await operator.submit(action, {"deed": "reject", "reason": ""})
    assert "Nothing was decided" in operator.page.text
    await operator.submit(action, {"deed": "approve", "reason": "Welcome."})
    assert "Nothing waits for you." in operator.page.text
    await operator.open("/numbers")
    assert "305" in operator.page.text
    page = await operator.open("/operator/health")
    assert "No dispatcher runs" in page.text
