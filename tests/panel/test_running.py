"""The pages of those who run things: keys, connectors, prices, accounts, the audit."""

from __future__ import annotations

import asyncio
import re

import pytest
from litestar import Litestar

import make
import traffic
from books import rows
from browsing import Person, account_of, person
from cablegram.accounts import members
from cablegram.accounts.access import operator as as_operator
from cablegram.connectors.configure import NewSmpp, add_smpp, page
from cablegram.connectors.model import SmppSettings
from cablegram.messages.model import State
from cablegram.overview.report import keep_reporting
from cablegram.runtime.runtime import Runtime
from cablegram.safety import halt

SMPP = {"name": "Orange", "host": "127.0.0.1", "port": "1", "system_id": "luna", "password": "hushhush"}


async def test_a_key_is_shown_once(operator: Person) -> None:
    await operator.open("/developers")
    await operator.submit("/developers", {"name": "Shop", "scope": ["send", "read"]})
    key = re.search(r"sk_[A-Za-z0-9_-]{40}", operator.page.text)
    assert key
    assert operator.page.headers["cache-control"] == "no-store"
    page = await operator.open("/developers")
    assert key[0] not in page.body
    assert "Shop" in page.text


async def test_a_key_that_may_do_nothing_is_not_made(operator: Person) -> None:
    await operator.open("/developers")
    await operator.submit("/developers", {"name": "Shop", "scope": []}, expect=422)
    assert "at least one" in operator.page.text
    assert dict(operator.page.form("/developers").fields)["name"] == "Shop"
    await operator.submit("/developers", {"name": "Shop", "scope": ["operator"]}, expect=422)


async def test_a_key_is_revoked(operator: Person) -> None:
    await operator.open("/developers")
    revoke = next(form.action for form in operator.page.forms if form.action.endswith("/revoke"))
    await operator.submit(revoke)
    assert "The key is revoked" in operator.page.text
    assert revoke not in [form.action for form in operator.page.forms]


async def test_a_connector_is_added_changed_and_switched_off_and_on(operator: Person, rt: Runtime) -> None:
    await operator.open("/connectors/new")
    await operator.submit("/connectors", {**SMPP, "binds": "2", "throughput": "12.5"})
    address = operator.page.path
    assert "Orange" in operator.page.text
    assert "hushhush" not in operator.page.body
    await operator.submit(address, {"host": "127.0.0.2", "password": ""})
    assert "Saved" in operator.page.text
    (changed,) = [one for one in await page(rt, as_operator("tests")) if one.name == "Orange"]
    assert changed.smpp
    assert (changed.smpp.host, changed.smpp.binds, changed.smpp.throughput) == ("127.0.0.2", 2, 12.5)
    assert changed.sealed_secret
    assert "asked for after 24 h; not known yet whether it answers" in operator.page.text
    await rows(rt, "UPDATE connector SET answers_queries = false RETURNING id")
    assert "it knows no such questions" in (await operator.open(address)).text
    await operator.submit(address, {"query_after_hours": "0", "password": ""})
    assert "never asked for" in (await operator.open(address)).text
    await operator.submit(f"{address}/disable")
    assert "Switched off" in operator.page.text
    await operator.submit(f"{address}/enable")
    assert "Switched on" in operator.page.text
    assert "12.5" in operator.page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("port", "65536"), ("port", "x"), ("host", ""), ("system_id", "x" * 16), ("binds", "0"), ("window", "-1"),
     ("throughput", "fast"), ("mode", "receiver"), ("enquire_link_seconds", "0"), ("response_seconds", "601"),
     ("query_after_hours", "721"),
     ("password", "too long for it"), ("name", "")],
)  # fmt: skip
async def test_each_wrong_field_of_a_connector_is_named_and_the_rest_stays(
    operator: Person, field: str, value: str
) -> None:
    await operator.open("/connectors/new")
    await operator.submit("/connectors", {**SMPP, field: value}, expect=422)
    assert f'href="#{field}"' in operator.page.body
    kept = dict(operator.page.form("/connectors").fields)
    assert all(
        kept[name] == wanted for name, wanted in {**SMPP, field: value}.items() if name not in {"password", "mode"}
    )
    assert await_nothing_typed_twice(operator)


def await_nothing_typed_twice(operator: Person) -> bool:
    """Tell whether each field stands once."""
    names = [name for name, _ in operator.page.form("/connectors").fields]
    return len(names) == len(set(names))


async def test_two_connectors_of_one_name_are_one_too_many(operator: Person) -> None:
    for expected in (200, 422):
        await operator.open("/connectors/new")
        await operator.submit("/connectors", SMPP, expect=expected)
    assert "Choose another name" in operator.page.text


async def test_an_account_is_opened_and_given_credit(operator: Person) -> None:
    await operator.open("/operator/accounts")
    await operator.submit("/operator/accounts", {"name": "Baraka Foods", "credits": "12.5", "default_country": "MA"})
    assert re.search(r"sk_[A-Za-z0-9_-]{40}", operator.page.text)
    assert "12.50" in operator.page.text
    await operator.open(next(link for link in operator.page.links if link.startswith("/operator/accounts/")))
    grant = next(form.action for form in operator.page.forms if form.action.endswith("/grant"))
    await operator.submit(grant, {"credits": "7.25", "note": "As agreed"})
    assert "7.25 credits are given" in operator.page.text
    assert "19.75" in operator.page.text
    await operator.submit(grant, {"credits": "-1", "note": ""})
    assert "Grant more than 0" in operator.page.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Kiosko Luna"}, "There is already an account named Kiosko Luna"),
        ({"name": ""}, "name"),
        ({"name": "New", "credits": "much"}, "is not an amount of credits"),
        ({"name": "New", "default_country": "XX"}, "is no country"),
    ],
)
async def test_an_account_that_can_not_be_opened_stays_typed(
    operator: Person, fields: dict[str, str], sentence: str
) -> None:
    await operator.open("/operator/accounts")
    await operator.submit("/operator/accounts", dict(fields), expect=422)
    assert sentence in operator.page.text
    assert dict(operator.page.form("/operator/accounts").fields)["name"] == fields["name"]


async def test_prices_are_replaced_by_a_file_or_not_at_all(operator: Person) -> None:
    await operator.open("/operator/prices")
    bad = b"prefix,country,name,price\n34,ES,Spain,1.5\nabc,ES,Spain,1\n"
    await operator.submit("/operator/prices", files={"file": ("t.csv", bad, "text/csv")}, expect=422)
    assert "abc" in operator.page.text
    assert "These are demo prices" in operator.page.text
    good = b"prefix,country,name,price\n34,ES,Spain,1.5\n3460,ES,Spain mobile,1.75\n"
    await operator.submit("/operator/prices", files={"file": ("t.csv", good, "text/csv")})
    assert "2 prefixes of 1 countries are in force now" in operator.page.text
    assert "These are demo prices" not in operator.page.text
    page = await operator.open("/billing/tariffs?q=3460")
    assert "Spain" in page.text
    assert "1 other prefix" in page.text
    assert "No country or prefix fits" in (await operator.open("/billing/tariffs?q=Narnia")).text


async def test_prices_without_a_file_ask_for_one(operator: Person) -> None:
    await operator.open("/operator/prices")
    await operator.submit("/operator/prices", expect=422)
    assert "Choose a file first" in operator.page.text


async def test_the_audit_is_run_from_the_panel(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    await traffic.accepted(rt, [traffic.draft(who)])
    page = await operator.open("/operator/system")
    assert "Everything adds up" not in page.text
    await operator.submit("/operator/audit")
    assert "Everything adds up" in operator.page.text
    assert "Accepted, by postings 1 · 2.00 cr" in operator.page.text


async def test_the_overview_tells_what_moves_and_what_is_in_trouble(operator: Person, rt: Runtime) -> None:
    who = await make.account(rt, name="Baraka Foods", default_country="ES")
    ids = await traffic.accepted(rt, [traffic.draft(who, to=f"+3460000011{digit}") for digit in range(6)])
    await traffic.move(rt, ids[:3], State.SUBMITTING, State.SUBMITTED)
    await traffic.move(rt, ids[:1], State.DELIVERED)
    await traffic.move(rt, ids[1:2], State.UNDELIVERED)
    settings = SmppSettings(host="127.0.0.1", system_id="x")
    await add_smpp(rt, as_operator("tests"), NewSmpp(name="Orange", password="x", settings=settings))
    page = await operator.open("/operator")
    assert "Delivered 50.0 % of 2 with a last word" in page.text
    assert "Orange is down" in page.text
    assert "Baraka Foods" in page.text
    assert await rows(rt, "SELECT count(*) FROM queue") == [(0,)] or "Queued" in page.text


async def test_help_has_every_state_word_and_code(operator: Person) -> None:
    page = await operator.open("/help")
    assert "delivered" in page.text
    assert "Engage > Channels > SMS" in page.text
    page = await operator.open("/help/errors")
    assert {"insufficient_credit", "no_tariff", "bad_connector"} <= page.ids


async def test_the_overview_shows_lanes_commits_and_processes(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    await traffic.accepted(rt, [traffic.draft(who, to=f"+3460000011{digit}") for digit in range(4)])
    rt.meters.took("record", 0.004, messages=12)
    reporting = asyncio.create_task(keep_reporting(rt, "dispatch", every=60))
    page = await operator.open("/operator")
    while "record answers" not in page.text:
        page = await operator.open("/operator")
    reporting.cancel()
    await asyncio.gather(reporting, return_exceptions=True)
    assert "transactional Simulated carrier 4" in page.text
    assert "record answers and receipts 1 12 5 ms 5 ms" in page.text
    assert "No dispatcher lives" in page.text
    assert "Nothing waits" not in page.text


async def test_the_operator_lets_go_of_what_a_restore_held(operator: Person, rt: Runtime) -> None:
    await operator.open("/operator")
    assert "/operator/resume" not in [form.action for form in operator.page.forms]
    who = await account_of(rt)
    for deed, state in (("cancel", "cancelled"), ("send", "queued")):
        await traffic.accepted(rt, [traffic.draft(who, to=f"+3460000011{digit}") for digit in range(3)])
        await halt.halt(rt)
        page = await operator.open("/operator")
        assert "Messages held: 3" in page.text
        await operator.submit("/operator/resume", {"held": deed})
        assert "stands still" not in operator.page.text
        assert (state, 3) in await rows(rt, "SELECT state::text, count(*) FROM message GROUP BY 1")
    answer = await operator.client.post("/operator/resume", data={**dict(page.form("/operator/resume").fields)})
    assert "Nothing is held" in answer.text


async def test_the_operator_stops_all_sending_and_everybody_sees_it(
    operator: Person, rt: Runtime, panel: Litestar
) -> None:
    await operator.open("/operator")
    await operator.submit("/operator/sending", {"why": "the wrong list"})
    assert "All sending is stopped since" in operator.page.text
    assert ": the wrong list." in operator.page.text
    await traffic.accepted(rt, [traffic.draft(await account_of(rt))])
    assert await traffic.claimed(rt, 1) == []
    await operator.open("/messages")
    assert "All sending is stopped since" in operator.page.text, "on each page"
    _, token = await members.invite(
        rt, await account_of(rt), login="ines", display_name="Inés Carrasco", role="marketer"
    )
    async with person(panel) as marketer:
        await marketer.open(f"/login/{token}")
        await marketer.open("/messages")
        assert "Sending is stopped by the operator since" in marketer.page.text
        assert "wrong list" not in marketer.page.body
    await operator.submit("/operator/sending")
    assert "is stopped since" not in operator.page.text
    assert len(await traffic.claimed(rt, 1)) == 1


async def test_a_message_s_page_shows_what_went_over_the_wire(operator: Person, rt: Runtime) -> None:
    (message_id,) = await traffic.accepted(rt, [traffic.draft(await account_of(rt), "c" * 161)])
    page = await operator.open(f"/messages/{message_id}")
    assert "Charged line" in page.text
    assert f"/messages/{message_id}/wire" in page.links
    page = await operator.open(f"/messages/{message_id}/wire")
    assert "Part 2 of 2" in page.text
    assert "63 63 63" in page.text
    part = await operator.client.get(f"/messages/{message_id}/wire", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "submit_sm" in part.text
