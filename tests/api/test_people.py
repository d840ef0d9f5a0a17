"""Logging in for a person, the account's people and keys, from where keys may call, and how fast."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from books import rows
from cablegram.accounts import members, persons
from cablegram.accounts.access import ACCOUNT_SCOPES, Scope
from cablegram.accounts.model import Role
from cablegram.api.app import is_asked
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime
from calling import Client, Served, serving

PASSWORD = "correct horse battery"
EVERYWHERE = {"ip": "0.0.0.0", "netmask": 0, "description": ""}  # noqa: S104 - compared, not bound


async def person(rt: Runtime, account_id: AccountId, login: str, role: Role = "owner") -> None:
    """Make somebody of an account with a password."""
    user = replace(members.new_user(login, login.title()), email=f"{login}@example.com")
    async with rt.db.transaction() as conn:
        hashed = await persons.hash_password(rt, PASSWORD)
        await persons.add(conn, user, hashed, company="", now=rt.clock.now())
        await members.enter(conn, account_id, user, role, by="test", rt=rt)


def basic(login: str, password: str) -> dict[str, str]:
    """Return the header of RFC 7617."""
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


async def entered(served: Served, login: str) -> dict[str, str]:
    """Log in and return the header to call with."""
    answer = await served.client(None).call("POST", "/v1/login", {}, headers=basic(login, PASSWORD))
    assert answer.status == 200, answer.body
    return {"X-Session-Token": answer.json["token"]}


@pytest.mark.req("R3")
async def test_a_program_logs_in_for_a_person_for_an_hour(served: Served, rt: Runtime, clock: SetClock) -> None:
    account_id, _ = await served.open()
    await person(rt, account_id, "ines", "viewer")
    nobody = served.client(None)
    for wrong in ((), ("ines", "wrong"), ("nobody", PASSWORD)):
        answer = await nobody.call("POST", "/v1/login", {}, headers=basic(*wrong) if wrong else {})
        assert (answer.status, answer.code) == (401, "login_failed")
    header = await entered(served, "ines")
    assert (await nobody.call("GET", "/v1/account", headers=header)).status == 200
    assert (await nobody.call("GET", "/v1/users", headers=header)).code == "scope_missing"
    clock.move(timedelta(hours=1))
    answer = await nobody.call("GET", "/v1/account", headers=header)
    assert (answer.status, answer.code) == (401, "session_over")
    header = await entered(served, "ines")
    assert (await nobody.call("DELETE", "/v1/login", headers=header)).status == 204
    clock.move(timedelta(seconds=6))
    assert (await nobody.call("GET", "/v1/account", headers=header)).status == 401


@pytest.mark.req("R3")
async def test_post_login_with_basic_is_a_program_s_and_any_other_is_the_panel_s(served: Served, rt: Runtime) -> None:
    account_id, _ = await served.open()
    await person(rt, account_id, "ines")
    nobody = served.client(None)
    answer = await nobody.call("POST", "/login", headers=basic("ines", PASSWORD))
    assert (answer.status, answer.json["success"]) == (200, True)
    header = {"X-Session-Token": answer.json["token"]}
    assert (await nobody.call("GET", "/v1/account", headers=header)).status == 200
    assert (await nobody.call("POST", "/login", headers=basic("ines", "wrong"))).status == 401
    scope: dict[str, object] = {"type": "http", "path": "/login", "method": "POST", "headers": []}
    assert not is_asked(scope)  # pyright: ignore[reportArgumentType] - what is looked at of a scope
    scope["headers"] = [(b"authorization", b"BASIC aW5lczp4")]
    assert is_asked(scope)  # pyright: ignore[reportArgumentType]
    assert not is_asked({**scope, "method": "GET"})  # pyright: ignore[reportArgumentType]


@pytest.mark.req("R8", "R9")
async def test_a_person_reads_and_changes_their_profile_and_password(served: Served, rt: Runtime) -> None:
    account_id, key = await served.open()
    await person(rt, account_id, "ines")
    nobody, header = served.client(None), await entered(served, "ines")
    assert (await served.client(key).call("GET", "/v1/me")).code == "person_needed"
    change = {"first_name": "Inés", "language": "es", "timezone": "Europe/Madrid", "email": "new@example.com"}
    answer = await nobody.call("PUT", "/v1/me", change, headers=header)
    assert answer.status == 200, answer.body
    told = (await nobody.call("GET", "/v1/me", headers=header)).json
    assert (told["first_name"], told["language"], told["timezone"], told["email"]) == (
        "Inés", "es", "Europe/Madrid", "new@example.com",
    )  # fmt: skip
    assert not told["email_confirmed"]
    for wrong, code in (({"timezone": "Mars/Base"}, "bad_time_zone"), ({"email": "x"}, "bad_address")):
        assert (await nobody.call("PUT", "/v1/me", wrong, headers=header)).code == code
    assert (told["callback_url"], told["email_comes_back"]) == (None, None)
    here = {"callback_url": "https://shop.example.com/news"}
    assert (await nobody.call("PUT", "/v1/me", here, headers=header)).json["callback_url"] == here["callback_url"]
    assert (await nobody.call("GET", "/v1/callback_url", headers=header)).json["callback_url"] == here["callback_url"]
    private = await nobody.call("PUT", "/v1/me", {"callback_url": "https://10.0.0.7/"}, headers=header)
    assert private.code == "address_not_public"
    both = await nobody.call("PUT", "/v1/me", {"callback_url": None, "timezone": "Mars/Base"}, headers=header)
    assert both.code == "bad_time_zone"
    assert (await nobody.call("GET", "/v1/me", headers=header)).json["callback_url"] == here["callback_url"]
    assert (await nobody.call("PUT", "/v1/me", {"callback_url": None}, headers=header)).json["callback_url"] is None
    words = {"old_password": "no", "new_password": "quite another one"}
    assert (await nobody.call("PUT", "/v1/me/password", words, headers=header)).code == "wrong_password"
    words["old_password"] = PASSWORD
    assert (await nobody.call("PUT", "/v1/me/password", words, headers=header)).status == 204


@pytest.mark.req("R7")
async def test_a_key_calls_only_from_its_account_s_list(served: Served, clock: SetClock) -> None:
    customer: Client = await served.customer()
    assert (await customer.call("GET", "/v1/acl")).json == {"acl": [EVERYWHERE], "is_open": True}
    elsewhere = {"acl": [{"ip": "203.0.113.0", "netmask": 24}]}
    assert (await customer.call("PUT", "/v1/acl", elsewhere)).code == "would_lock_out"
    here = {"acl": [*elsewhere["acl"], {"ip": "127.0.0.1"}]}
    assert (await customer.call("PUT", "/v1/acl", here)).json["acl"][1]["netmask"] == 32
    clock.move(timedelta(seconds=6))
    assert (await customer.call("GET", "/v1/account")).status == 200
    assert (await customer.call("PUT", "/v1/acl", {**elsewhere, "force": True})).status == 200
    clock.move(timedelta(seconds=6))
    for answer in (
        await customer.call("GET", "/v1/account"),
        await customer.call("GET", "/v1/account", headers={"X-Forwarded-For": "203.0.113.9"}),  # nobody vouches for it
        await customer.call("POST", "/v1/messages", {"to": "+34600000118", "text": "hello", "from": "Acme"}),
    ):
        assert (answer.status, answer.code) == (403, "address_not_allowed")
    bad = {"acl": [{"ip": "nonsense"}]}
    assert (await customer.call("PUT", "/v1/acl", bad)).status in {400, 403}


@pytest.mark.req("R7")
async def test_the_figures_are_behind_the_list_too(served: Served) -> None:
    account_id, key = await served.open()
    watcher = await served.with_scopes(account_id, Scope.OPERATOR)
    assert (await watcher.get("/metrics")).status == 200
    away = {"acl": [{"ip": "203.0.113.0", "netmask": 24}], "force": True}
    assert (await served.client(key).call("PUT", "/v1/acl", away)).status == 200
    watcher = await served.with_scopes(account_id, Scope.OPERATOR)
    assert (await watcher.get("/metrics")).code == "address_not_allowed"


async def test_whom_a_trusted_proxy_calls_for_is_who_calls(rt: Runtime) -> None:
    trusting = replace(rt, settings=replace(rt.settings, trusted_proxies=("127.0.0.1",)))
    async with serving(trusting) as api:
        account_id, key = await api.open()
        client = api.client(key)
        fence = {"acl": [{"ip": "203.0.113.0", "netmask": 24}]}
        ours = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
        assert (await client.call("PUT", "/v1/acl", fence, headers=ours)).status == 200
        second = await api.with_scopes(account_id, Scope.READ)
        assert (await second.call("GET", "/v1/account", headers=ours)).status == 200


@pytest.mark.req("R2")
async def test_keys_are_made_rotated_with_an_overlap_and_revoked(served: Served, clock: SetClock) -> None:
    customer = await served.customer()
    made = (await customer.call("POST", "/v1/keys", {"name": "shop", "scopes": ["read"]})).json
    old = served.client(made["key"])
    assert (await old.call("GET", "/v1/account")).status == 200
    assert (await old.call("POST", "/v1/keys", {"name": "x", "scopes": ["read"]})).code == "scope_missing"
    assert (await customer.call("POST", "/v1/keys", {"name": "x", "scopes": ["users"]})).code == "scope_missing"
    rotated = (await customer.call("POST", f"/v1/keys/{made['id']}/rotate", {"overlap_hours": 2})).json
    assert (rotated["name"], rotated["scopes"]) == ("shop", ["read"])
    again = await customer.call("POST", f"/v1/keys/{made['id']}/rotate", {})
    assert again.code == "key_replaced"
    clock.move(timedelta(hours=1))
    assert [(await one.call("GET", "/v1/account")).status for one in (old, served.client(rotated["key"]))] == [200, 200]
    clock.move(timedelta(hours=1))
    assert [(await one.call("GET", "/v1/account")).status for one in (old, served.client(rotated["key"]))] == [401, 200]
    past = {"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}
    assert (await customer.call("POST", "/v1/keys", past)).code == "bad_expiry"


async def test_nobody_rises_by_the_api(served: Served, rt: Runtime) -> None:
    account_id, _ = await served.open()
    await person(rt, account_id, "ines")
    await person(rt, account_id, "bob", "admin")
    nobody, bob = served.client(None), await entered(served, "bob")
    people = {one["login"]: one for one in (await nobody.call("GET", "/v1/users", headers=bob)).json["items"]}
    for path, body in (
        (f"/v1/users/{people['bob']['id']}", {"role": "owner"}),
        (f"/v1/users/{people['ines']['id']}", {"role": "viewer"}),
    ):
        answer = await nobody.call("PATCH", path, body, headers=bob)
        assert (answer.status, answer.code) == (403, "role_beyond")
    answer = await nobody.call("POST", "/v1/invitations", {"email": "e@example.com", "role": "owner"}, headers=bob)
    assert answer.code == "role_beyond"
    answer = await nobody.call("POST", "/v1/keys", {"name": "x", "scopes": ["operator"]}, headers=bob)
    assert answer.code == "scope_missing"
    other_id, _ = await served.open()
    other = await served.with_scopes(other_id, *ACCOUNT_SCOPES)
    for call in (other.call("PATCH", f"/v1/users/{people['ines']['id']}", {"role": "viewer"}),
                 other.call("DELETE", f"/v1/users/{people['ines']['id']}")):  # fmt: skip
        assert (await call).status == 404


@pytest.mark.req("R1", "R9", "R10")
async def test_a_stranger_opens_an_account_by_the_api(rt: Runtime) -> None:
    form = {"account": "Acme", "login": "ines", "email": "ines@example.com", "password": PASSWORD}
    async with serving(rt) as shut:
        assert (await shut.client(None).call("POST", "/v1/signup", form)).code == "sign_up_closed"
    async with serving(replace(rt, settings=replace(rt.settings, sign_up="open"))) as api:
        nobody = api.client(None)
        answer = await nobody.call("POST", "/v1/signup", form)
        assert answer.status == 201, answer.body
        assert (await api.client(answer.json["api_key"]).call("GET", "/v1/account")).json["name"] == "Acme"
        for email in ("ines@example.com", "nobody@example.com"):
            assert (await nobody.call("POST", "/v1/password/reset", {"email": email})).status == 204
        found = await rows(rt, "SELECT kind, text FROM letter ORDER BY id")
        links = {str(kind): re.findall(r"https?://\S+/(\S+)", str(text))[0] for kind, text in found}
        put = f"/v1/password/reset/{links['new_password']}"
        assert (await nobody.call("PUT", put, {"new_password": "quite another one"})).status == 204
        replayed = await nobody.call("PUT", put, {"new_password": "yet another one"})
        assert (replayed.status, replayed.code) == (401, "proof_invalid")
        assert (await nobody.call("PUT", f"/v1/email/confirm/{links['confirm_address']}")).status == 204


@pytest.mark.req("R14")
async def test_who_calls_too_fast_is_told_when_to_go_on(rt: Runtime, clock: SetClock) -> None:
    async with serving(replace(rt, settings=replace(rt.settings, api_rate=2))) as api:
        account_id, key = await api.open()
        client, other = api.client(key), await api.with_scopes(account_id, Scope.READ)
        found = [await client.call("GET", "/v1/account") for _ in range(5)]
        assert [one.status for one in found] == [200] * 4 + [429]
        headers = found[-1].headers
        assert (found[-1].code, headers["Retry-After"], headers["RateLimit-Limit"]) == (
            "rate_limited",
            "1",
            "2",
        )
        assert (headers["RateLimit-Remaining"], headers["RateLimit-Reset"]) == ("0", "1")
        assert (await other.call("GET", "/v1/account")).status == 200  # each key has its own
        clock.move(timedelta(seconds=1))
        assert [(await client.call("GET", "/v1/account")).status for _ in range(3)] == [200, 200, 429]


@pytest.mark.req("R11", "R12")
async def test_tickets_actions_caps_and_lists_by_the_api(served: Served, clock: SetClock) -> None:
    account_id, _ = await served.open()
    chief = await served.with_scopes(account_id, *ACCOUNT_SCOPES)
    file = {"name": "a.txt", "data": base64.b64encode(b"words").decode()}
    made = await chief.post("/v1/tickets", {"title": "Why", "text": "Why?", "files": [file]})
    assert made.status == 201, made.body
    place = f"/v1/tickets/{made.json['id']}"
    (kept,) = made.json["entries"][0]["files"]
    given = await chief.get(f"{place}/files/{kept['id']}")
    assert (given.body, given.headers["X-Content-Type-Options"]) == (b"words", "nosniff")
    assert given.headers["Content-Disposition"].startswith("attachment")
    operator = await served.operator()
    assert (await operator.post(f"{place}/entries", {"text": "So."})).json["state"] == "answered"
    assert (await chief.call("PATCH", place, {"state": "closed"})).json["state"] == "closed"
    half = await chief.post("/v1/tickets", {"title": "Why", "text": "Why?", "about": "message"})
    assert half.code == "bad_dispute"
    other = await served.customer()
    assert (await other.get(place)).status == 404

    kinds = [one["kind"] for one in (await chief.get("/v1/actions?kind=ticket")).json["items"]]
    assert kinds == ["ticket.answered", "ticket.answered", "ticket.opened"]
    lines = (await chief.call("GET", "/v1/actions", headers={"Accept": "text/csv"})).body.decode().splitlines()
    assert lines[0] == "at,kind,done_by,subject,facts"
    assert len(lines) >= 4

    cap = {"per_day": 5_000_000, "per_month": None}
    assert (await chief.call("PUT", "/v1/account/spending-cap", cap)).json["per_day"] == 5_000_000
    sent = [(await chief.send()).code for _ in range(3)]
    assert sent == [None, None, "spending_cap"]
    held = await operator.call("PUT", f"/v1/accounts/{account_id}/suspension", {"why": "invoice 7"})
    assert held.json == {"messages": 2}
    clock.move(timedelta(seconds=6))
    assert (await chief.send()).code == "account_suspended"
    assert (await chief.get("/v1/account")).status == 200
    assert (await operator.call("DELETE", f"/v1/accounts/{account_id}/suspension")).json == {"messages": 2}
    assert (await chief.call("DELETE", f"/v1/accounts/{account_id}/suspension")).code == "account_suspended"
    assert "Europe/Madrid" in (await chief.get("/v1/timezones")).json["items"]
    names = {one["name"] for one in (await chief.get("/v1/versions")).json["items"]}
    assert {"Cablegram", "Python", "PostgreSQL", "litestar"} <= names
