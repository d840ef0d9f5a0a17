"""Keys that are replaced and end, versions, who may sign up, what came by mail, and where notifications go."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from books import rows
from browsing import Person
from cablegram.mail import store
from cablegram.runtime.runtime import Runtime
from cablegram.support import by_mail
from mailing import a_message


@pytest.mark.req("R3")
async def test_a_key_ends_by_itself_and_is_replaced_by_a_successor(operator: Person, rt: Runtime) -> None:
    await operator.open("/developers")
    page = await operator.submit("/developers", {"name": "Shop", "scope": "send", "days": "30"})
    assert "is made. Copy the key now" in page.text
    ends = (
        "SELECT expires_at - created_at = interval '30 days' FROM api_key WHERE name = 'Shop' AND replaced_by IS NULL"
    )
    assert await rows(rt, ends) == [(True,)]
    address, *_ = re.findall(r'action="(/developers/[0-9a-f-]{36}/rotate)"', page.body)  # the newest stands first
    page = await operator.submit(address)
    assert "Put it in the place of the old key, which works for one more day." in page.text
    assert "replaced, ends" in page.text
    assert await rows(rt, ends) == [(True,)]
    page = await operator.submit("/developers", {"name": "Ever", "scope": "send", "days": "x"})
    assert await rows(rt, "SELECT expires_at FROM api_key WHERE name = 'Ever'") == [(None,)]


@pytest.mark.req("R1", "R11", "R12")
async def test_versions_who_may_sign_up_and_what_came_by_mail_have_their_pages(operator: Person, rt: Runtime) -> None:
    page = await operator.open("/help/versions")
    assert all(name in page.text for name in ("Cablegram", "Python", "PostgreSQL", "psycopg"))
    assert "Europe/Madrid" in (await operator.open("/settings")).body
    assert "/help/versions" in (await operator.open("/operator/system")).body
    page = await operator.submit("/operator/sign-up", {"sign_up": "open"})
    assert "It holds from now on" in page.text
    assert dict(page.form("/operator/sign-up").fields)["sign_up"] == "open"
    assert await rows(rt, "SELECT value FROM house_choice") == [("open",)]
    page = await operator.submit("/operator/sign-up", {"sign_up": ""})
    assert await rows(rt, "SELECT value FROM house_choice") == []
    page = await operator.open("/operator/mail/received")
    assert "Tickets do not come by mail yet" in page.text
    assert "No mail has come in" in page.text
    settings = replace(rt.settings, support_address="support@acme.example")
    await by_mail.receive(
        replace(rt, settings=settings), a_message(sender="ben@example.com", subject="A <b>question</b>")
    )
    page = await operator.open("/operator/mail/received")
    assert "A <b>question</b>" in page.text
    assert "Nobody here has proved that this address is theirs." in page.text
    assert "It was charged twice." in page.text


@pytest.mark.req("R8", "R151")
async def test_the_profile_has_the_callback_address_and_says_that_letters_come_back(
    operator: Person, rt: Runtime
) -> None:
    await operator.open("/settings")
    form = dict(operator.page.form("/settings/profile").fields)
    page = await operator.submit(
        "/settings/profile", {**form, "email": "op@example.com", "callback_url": "https://shop.example.com/news"}
    )
    assert dict(page.form("/settings/profile").fields)["callback_url"] == "https://shop.example.com/news"
    assert await rows(rt, "SELECT url FROM webhook_endpoint WHERE is_callback") == [("https://shop.example.com/news",)]
    page = await operator.submit("/settings/profile", {**form, "callback_url": "https://10.0.0.7/"})
    assert "Nothing was kept" in page.text
    page = await operator.submit("/settings/profile", {**form, "email": "op@example.com", "callback_url": ""})
    assert await rows(rt, "SELECT url FROM webhook_endpoint WHERE is_callback") == []
    async with rt.db.transaction() as conn:
        await store.count_return(conn, "op@example.com", "550 5.1.1 No such user", now=rt.clock.now())
    page = await operator.open("/settings")
    assert "Letters to op@example.com come back" in page.text
    assert "550 5.1.1 No such user" in page.text
