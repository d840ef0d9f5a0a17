"""Before one is in, and what one settles once one is: sign-up, letters, second factor, team, access list, visits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from litestar import Litestar, Request
from pyotp.totp import TOTP

import make
from browsing import Person, person
from cablegram.accounts import members
from cablegram.kit.clock import SetClock
from cablegram.panel.visit import address_of
from cablegram.runtime.runtime import Runtime
from letters import link_of

PASSWORD = "a few good words"
NEW = {"account": "Acme", "email": "ines@example.com", "login": "ines", "password": PASSWORD, "default_country": "ES"}


def let(panel: Litestar, **settings: object) -> None:
    """Change settings of a panel that runs."""
    parts = panel.state["parts"]
    parts.rt = replace(parts.rt, settings=replace(parts.rt.settings, **settings))


@pytest.mark.req("R1", "R9", "R10")
async def test_a_stranger_signs_up_confirms_and_gets_a_new_password_by_mail(panel: Litestar, rt: Runtime) -> None:
    async with person(panel) as ines:
        await ines.open("/login")
        assert "/sign-up" not in ines.page.links
        await ines.open("/sign-up", expect=403)
        let(panel, sign_up="open")
        await ines.open("/sign-up")
        await ines.submit("/sign-up", {**NEW, "password": "short"}, expect=422)
        assert "10 to 200 characters" in ines.page.text
        await ines.submit("/sign-up", NEW)
        assert re.search(r"sk_[A-Za-z0-9_-]{40}", ines.page.text)
        await ines.open("/settings")
        assert "ines@example.com is not confirmed" in ines.page.text
        token = await link_of(rt, "confirm_address")
        await ines.open(f"/confirm/{token}")  # a program that only opens links confirms nothing
        await ines.submit(f"/confirm/{token}", {})
        await ines.open("/settings")
        assert "is not confirmed" not in ines.page.text
    async with person(panel) as again:
        await again.open("/forgot")
        for email in ("nobody@example.com", "ines@example.com"):
            await again.open("/forgot")
            await again.submit("/forgot", {"email": email})
            assert f"If a login has the address {email}" in again.page.text
        token = await link_of(rt, "new_password")
        await again.open(f"/reset/{token}")
        await again.submit(f"/reset/{token}", {"password": "quite another one", "again": "quite another one"})
        await again.open(f"/reset/{token}", expect=401)
        await again.open("/login")
        await again.submit("/login", {"login": "ines", "password": "quite another one"})
        assert again.page.path == "/"


async def test_a_second_factor_is_set_up_asked_for_and_may_be_demanded_of_operators(
    operator: Person, panel: Litestar, clock: SetClock
) -> None:
    await operator.open("/settings?first=1")
    await operator.submit("/settings/password", {"password": PASSWORD, "again": PASSWORD})
    let(panel, operator_two_factor=True)
    await operator.open("/messages")
    assert operator.page.path == "/settings/security"
    await operator.submit("/settings/security/set-up", {})
    (secret,) = set(re.findall(r"\b[A-Z2-7]{32}\b", operator.page.text))
    assert "<svg" in operator.page.body
    await operator.submit("/settings/security/confirm", {"code": "000000"}, expect=422)
    await operator.submit("/settings/security/confirm", {"code": TOTP(secret).at(clock.now())})
    codes = re.findall(r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b", operator.page.text)
    assert len(set(codes)) == 10
    await operator.open("/messages")
    assert operator.page.path == "/messages"
    clock.move(timedelta(minutes=1))
    async with person(panel) as phone:
        await phone.open("/login?next=/developers")
        await phone.submit("/login", {"login": "operator", "password": PASSWORD})
        assert phone.page.path.startswith("/login/code")
        await phone.open("/developers")
        assert phone.page.path.startswith("/login")  # half a session opens nothing
        await phone.open("/login/code?next=/developers")
        await phone.submit("/login/code", {"code": "123"}, expect=401)
        await phone.submit("/login/code", {"code": codes[0]})
        assert phone.page.path == "/developers"
        await phone.open("/settings/security")
        assert "9 recovery codes are left" in phone.page.text
        await phone.submit("/settings/security/sessions/end", {})
    await operator.open("/messages")
    assert operator.page.path.startswith("/login")


@pytest.mark.req("R2", "R7")
async def test_an_owner_invites_people_and_fences_the_keys_in(panel: Litestar, rt: Runtime) -> None:
    who = await make.account(rt)
    _, token = await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    async with person(panel) as bob, person(panel) as ana:
        await bob.open(f"/login/{token}")
        await bob.open("/settings/team")
        await bob.submit("/settings/team", {"email": "ana@example.com", "role": "viewer"})
        assert "ana@example.com" in bob.page.text
        link = await link_of(rt, "invitation")
        await ana.open(f"/invitation/{link}")
        await ana.submit(
            f"/invitation/{link}", {"login": "ana", "display_name": "Ana F.", "password": PASSWORD, "language": "es"}
        )
        assert ana.page.path == "/"
        await ana.open("/developers/access", expect=403)
        await bob.open("/settings/team")
        assert "Ana F." in bob.page.text
        await bob.open("/developers/access")
        assert "Keys may call from everywhere" in bob.page.text
        await bob.submit("/developers/access", {"entries": "203.0.113.0/24 office\nnonsense"}, expect=422)
        assert "Line 2" in bob.page.text
        await bob.submit("/developers/access", {"entries": "203.0.113.0/24 office\n2001:db8::/32"})
        assert "Keys call from these addresses alone" in bob.page.text


async def test_the_operator_says_why_they_act_for_a_customer_and_is_out_after_an_hour(
    operator: Person, rt: Runtime, clock: SetClock
) -> None:
    who = await make.account(rt, name="Acme")
    await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    await operator.open("/operator/accounts")
    await operator.submit("/place", {"place": str(who.account_id)})
    assert operator.page.path == f"/operator/visit/{who.account_id}"
    await operator.submit(operator.page.path, {"why": " "}, expect=422)
    await operator.submit(operator.page.path, {"why": "ticket 12"})
    assert "You act for Acme" in operator.page.text
    clock.move(timedelta(hours=1))
    await operator.open("/messages")
    assert "You act for" not in operator.page.text


async def test_whom_a_trusted_proxy_speaks_for_is_who_comes(rt: Runtime) -> None:
    trusting = replace(rt, settings=replace(rt.settings, trusted_proxies=("10.0.0.0/8",)))
    for peer, told, seen in (
        ("10.0.0.2", "198.51.100.1, 203.0.113.9, 10.0.0.3", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
    ):
        scope = {
            "type": "http", "path": "/", "client": (peer, 1), "headers": [(b"x-forwarded-for", told.encode())],
            "litestar_app": SimpleNamespace(state={"parts": SimpleNamespace(rt=trusting)}),
        }  # fmt: skip
        assert address_of(cast("Any", Request(cast("Any", scope)))) == seen


@pytest.mark.req("R12")
async def test_a_customer_opens_a_ticket_with_a_file_and_the_operator_answers(operator: Person) -> None:
    await operator.open("/help/tickets")
    await operator.submit("/help/tickets", {"title": "A question", "text": " "}, expect=422)
    await operator.submit(
        "/help/tickets",
        {"title": "A question", "text": "How?"},
        files={"file": ("a.html", b"<script>1</script>", "text/html")},
    )
    assert "The ticket is open" in operator.page.text
    (link,) = [one for one in operator.page.links if "/files/" in one]
    await operator.open(link)
    assert operator.page.body == "<script>1</script>"
    await operator.open("/operator/tickets")
    assert "A question" in operator.page.text
    address = next(one for one in operator.page.links if one.startswith("/operator/tickets/0"))
    await operator.open(address)
    await operator.submit(address, {"text": "So.", "close": "on"})
    assert "It is closed" in operator.page.text
    await operator.submit(f"{address}/state", {"state": "open"})
    await operator.submit(f"{address}/bonus", {"credits": "many", "word": "Sorry."}, expect=422)
    await operator.submit(f"{address}/bonus", {"credits": "2", "word": "Sorry."})
    assert "credits are given" in operator.page.text
    assert "It is closed" in operator.page.text


async def test_what_was_done_is_listed_and_caps_are_kept(operator: Person) -> None:
    await operator.open("/settings/spending")
    await operator.submit("/settings/spending", {"per_day": "nonsense", "per_month": ""}, expect=422)
    await operator.submit("/settings/spending", {"per_day": "12.5", "per_month": "0"}, expect=422)
    await operator.submit("/settings/spending", {"per_day": "12.5", "per_month": ""})
    assert "Spent today" in operator.page.text
    await operator.open("/settings/log?q=spending_cap")
    assert "spending_cap.changed" in operator.page.text
    assert "user.logged_in" not in operator.page.text
    await operator.open("/operator/log")
    assert "user.logged_in" in operator.page.text
    await operator.open("/operator/log.csv?q=user")
    assert operator.page.body.startswith("at,kind,done_by,subject,facts")
