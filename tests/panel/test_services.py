"""Services in the panel: asked for, approved, worded, subscribed to on the public page, and made known."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar

from browsing import Person, person

DESK = "/operator/approvals"
FORM = {
    "country": "US", "keyword": "deals", "name": "Best deals", "minimum_age": "18", "opt_in": "single",
    "use": "marketing",
    "frequency": "6", "terms_url": "https://example.com/terms", "phone": "+1 305 570 2828", "email": "",
    "examples": "DEALS: shoes 20 % off", "advertising": "Text DEALS to 12345",
}  # fmt: skip


@pytest.mark.req("R67", "R68", "R74", "R80", "R81", "R82", "R167")
async def test_a_service_is_asked_for_approved_and_subscribed_to(operator: Person, panel: Litestar) -> None:
    assert "no short code yet" in (await operator.open("/services/new")).text
    await operator.open("/operator/approvals")
    assert "5 or 6 digits" in (await operator.submit(f"{DESK}/codes", {"digits": "12"}, expect=422)).text
    await operator.submit(f"{DESK}/codes", {"digits": "12345", "country": "US"})

    assert "You have no SMS service yet" in (await operator.open("/services")).text
    await operator.open("/services/new")
    bad = await operator.submit("/services/new", {**FORM, "keyword": "abc", "deed": "ask"}, expect=422)
    assert "4 to 16 letters" in bad.text
    assert "wine" in (await operator.submit("/services/new", {**FORM, "examples": "Wine", "deed": "check"})).text
    page = await operator.submit("/services/new", {**FORM, "deed": "ask"})
    assert "The operator looks at it" in page.text
    (its_id,) = set(re.findall(r"/services/([0-9a-f-]{36})", page.body))
    here, join = f"/services/{its_id}", f"/join/{its_id}"

    async with person(panel) as stranger:
        assert "takes nobody in" in (await stranger.open(join, expect=404)).text
    await operator.open(DESK)
    assert "Nothing was decided" in (await operator.submit(f"{DESK}/{its_id}", {"deed": "reject"})).text
    assert "DEALS is approved" in (await operator.submit(f"{DESK}/{its_id}", {"deed": "approve"})).text

    async with person(panel) as stranger:
        assert "STOP DEALS to end it" in (await stranger.open(join)).text
        assert "Tick the box" in (await stranger.submit(join, {"number": "+12015550118"}, expect=422)).text
        stale = await stranger.submit(join, {"number": "+12015550118", "agreed": "on", "words": "others"}, expect=422)
        assert "have changed meanwhile" in stale.text
        joined = await stranger.submit(join, {"number": "+12015550118", "agreed": "on"})
        assert "You are subscribed" in joined.text
    assert "+1 201-555-0118" in (await operator.open(f"{here}/subscribers")).text
    assert "1 segment" in (await operator.open(f"{here}/texts")).text
    lacking = await operator.submit(f"{here}/texts", {"help": "Call us"}, expect=422)
    assert "The text has to say how to stop" in lacking.text
    promoted = (await operator.open(f"{here}/promote")).text
    assert ("6 messages a month are many" in promoted, join in promoted) == (True, True)
    assert "No carrier has said anything" in (await operator.open(f"{here}/notices")).text
    assert "Nobody is subscribed by a purchase" in (await operator.open(here)).text
    assert "Type DEALS" in (await operator.submit(f"{here}/close", {"keyword": "x"})).text
    await operator.open(here)
    assert "DEALS is closed" in (await operator.submit(f"{here}/close", {"keyword": "deals"})).text
