"""Stores at the panel: asked for by a marketer, approved by the operator, looked after by both (R125, R169)."""

from __future__ import annotations

import re

import pytest

import shops
from books import rows
from browsing import Person
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal
from cablegram.runtime.runtime import Runtime
from cablegram.stores import opening
from cablegram.stores.model import NewStore


@pytest.mark.req("R125", "R169", "R119", "R116", "R117")
async def test_a_store_is_opened_written_and_has_customers(operator: Person, rt: Runtime) -> None:
    page = await operator.open("/stores")
    assert "You have no store yet" in page.text
    ((account_id,),) = await rows(rt, "SELECT id FROM account")
    await shops.code(rt, Principal(account_id, "tests", ACCOUNT_SCOPES))  # type: ignore[arg-type]
    waits = NewStore("Ribs & Co", "RIBS")
    await opening.create(rt, Principal(account_id, "Ana", ACCOUNT_SCOPES), waits, is_approved=False)  # type: ignore[arg-type]
    page = await operator.open("/stores")
    assert "Waiting for your word" in page.text
    address = re.findall(r'action="(/stores/[0-9a-f-]{36}/decide)"', page.body)[0]
    page = await operator.submit(address, {"deed": "approve", "note": ""})
    assert "Ribs & Co is open" in page.text
    await operator.open("/stores/new")
    page = await operator.submit("/stores/new", {"name": "Bob's", "keyword": "ribs"}, expect=422)
    assert "The keyword RIBS is in use" in page.text
    page = await operator.submit("/stores/new", {"name": "Bob's", "keyword": "pizza1", "phone": "555"})
    assert "Bob's has the keyword PIZZA1" in page.text
    here = re.findall(r'action="(/stores/[0-9a-f-]{36})"', page.body)[0]
    page = await operator.submit(here, {"help": "Bob", "name": "Bob's"}, expect=422)
    assert "This text has 3 characters" in page.text
    page = await operator.submit(here, {"help": "Bob's: call 555, or STOP", "callback": "https://example.com/in"})
    assert "Bob's is set" in page.text
    page = await operator.submit(f"{here}/keywords", {"keyword": "COUPON", "in_text": "For you: 20 %"})
    assert "COUPON is this store's" in page.text
    page = await operator.submit(f"{here}/keywords/COUPON/remove")
    assert "COUPON is free" in page.text
    page = await operator.submit(f"{here}/switches", {"has_guard": "on", "one_off_pace": "x"}, expect=422)
    assert "A store sends 1 to 1,000 texts a second" in page.text
    switches = {"opt_in": "double", "has_guard": "on", "one_off_pace": "5", "campaign_pace": "40"}
    page = await operator.submit(f"{here}/switches", switches)
    assert await rows(rt, "SELECT one_off_pace, campaign_pace FROM store WHERE keyword = 'PIZZA1'") == [(5, 40)]
    assert "is asked for a YES first" in page.text
    await operator.open(f"{here}/customers")
    page = await operator.submit(f"{here}/customers", {"number": "+12125550118", "source": "paper form"})
    assert "pending" in page.text
    page = await operator.open("/contacts/people/12125550118/consent")
    assert "Bob's" in page.text
    assert here.rpartition("/")[2] not in page.text
    await operator.open(f"{here}/customers")
    page = await operator.submit(f"{here}/customers/12125550118/remove")
    assert "is out" in page.text
    page = await operator.open(f"{here}/texts")
    assert "Texts of the last 30 days" in page.text
    assert "Bob's" in (await operator.open("/stores")).text


@pytest.mark.req("R125", "R113")
async def test_a_store_has_somebody_who_answers_for_it_and_logins_for_programs(operator: Person, rt: Runtime) -> None:
    ((account_id,),) = await rows(rt, "SELECT id FROM account")
    await shops.code(rt, Principal(account_id, "tests", ACCOUNT_SCOPES))  # type: ignore[arg-type]
    await operator.open("/stores/new")
    page = await operator.submit("/stores/new", {"name": "Bob's", "keyword": "pizza1", "time_zone": "Europe/Madrid"})
    here = re.findall(r'action="(/stores/[0-9a-f-]{36})"', page.body)[0]
    whose = "SELECT login FROM store JOIN app_user ON app_user.id = store.user_id WHERE keyword = 'PIZZA1'"
    ((login,),) = await rows(rt, "SELECT login FROM app_user")
    assert await rows(rt, whose) == [(login,)]  # who opens it, unless somebody else is named
    page = await operator.submit(f"{here}/logins", {"login": "till 4"}, expect=422)
    assert "A login has 3 to 100 letters" in page.text
    page = await operator.submit(f"{here}/logins", {"login": "till-4"})
    assert "The login till-4 is made" in page.text
    again = re.findall(rf'action="({here}/logins/[0-9a-f-]{{36}})/renew"', page.body)[0]
    assert "Copy its password now" in (await operator.submit(f"{again}/renew")).text
    assert "The login is deleted" in (await operator.submit(f"{again}/remove")).text
