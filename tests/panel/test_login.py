"""Coming in, going out, and acting for an account."""

from __future__ import annotations

import pytest
from litestar import Litestar

import make
from browsing import Person, person
from cablegram.accounts import members, profile
from cablegram.accounts.access import operator as as_operator
from cablegram.runtime.runtime import Runtime

PASSWORD = "a few good words"


async def set_password(somebody: Person) -> None:
    await somebody.open("/settings?first=1")
    await somebody.submit("/settings/password", {"password": PASSWORD, "again": PASSWORD})


async def test_a_one_time_login_asks_for_a_password_and_lets_one_go_on_without(operator: Person) -> None:
    assert operator.page.path == "/settings?first=1"
    assert "Choose a password" in operator.page.text
    await operator.open("/")
    assert "Send a test message" in operator.page.text


async def test_after_setting_a_password_one_is_at_home_and_can_come_back(operator: Person, panel: Litestar) -> None:
    await set_password(operator)
    assert operator.page.path == "/"
    assert "The password is set" in operator.page.text
    async with person(panel) as again:
        await again.open("/login")
        await again.submit("/login", {"login": "operator", "password": PASSWORD})
        assert again.page.path == "/"


async def test_a_one_time_login_works_once(panel: Litestar, rt: Runtime) -> None:
    token = await profile.first_operator(rt)
    async with person(panel) as first, person(panel) as second:
        await first.open(f"/login/{token}")
        await first.open("/", expect=409)
        assert "There is no account yet" in first.page.text
        await first.open("/operator/accounts")
        await first.submit("/operator/accounts", {"name": "Kiosko Luna", "credits": "12.5", "default_country": "ES"})
        assert "Copy its first key now" in first.page.text
        await second.open(f"/login/{token}", expect=401)
        assert "was used or has run out" in second.page.text


async def test_two_different_passwords_are_asked_for_again(operator: Person) -> None:
    await operator.submit("/settings/password", {"password": PASSWORD, "again": "another one"}, expect=422)
    assert "not the same" in operator.page.text
    await operator.submit("/settings/password", {"password": "short", "again": "short"}, expect=422)
    assert operator.page.form("/settings/password")


async def test_a_wrong_password_is_refused_and_the_login_stays_typed(operator: Person, panel: Litestar) -> None:
    await set_password(operator)
    async with person(panel) as stranger:
        await stranger.open("/login")
        await stranger.submit("/login", {"login": "operator", "password": "wrong one"}, expect=401)
        assert "Login or password is wrong" in stranger.page.text
        assert ("login", "operator") in stranger.page.form("/login").fields


async def test_who_guesses_too_often_is_told_how_long_to_wait(operator: Person, panel: Litestar) -> None:
    await set_password(operator)
    async with person(panel) as stranger:
        await stranger.open("/login")
        for _ in range(10):
            await stranger.submit("/login", {"login": "operator", "password": "wrong one"}, expect=401)
        await stranger.submit("/login", {"login": "operator", "password": PASSWORD}, expect=429)
        assert "too many attempts" in stranger.page.text
        assert "Wait 15 minutes and try again" in stranger.page.text
        answer = await stranger.client.post("/login", data=dict(stranger.page.form("/login").fields))
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    # Nor is there a way around it for whoever sits before somebody's open session.
    await operator.open("/settings")
    words = {"current": PASSWORD, "password": PASSWORD, "again": PASSWORD}
    await operator.submit("/settings/password", words, expect=429)
    assert "Wait 15 minutes" in operator.page.text


async def test_a_proxy_of_this_machine_says_who_guesses_and_only_its_own_word_counts(panel: Litestar) -> None:
    async def guess(login: str, told: str) -> int:
        fields = {**dict(stranger.page.form("/login").fields), "login": login, "password": "wrong one"}
        answer = await stranger.client.post("/login", data=fields, headers={"X-Forwarded-For": told})
        return answer.status_code

    async with person(panel) as stranger:
        await stranger.open("/login")
        for number in range(30):
            assert await guess(f"login {number}", f"203.0.113.{number}, 198.51.100.7") == 401
        assert await guess("another", "203.0.113.99, 198.51.100.7") == 429
        assert await guess("another", "198.51.100.7, 203.0.113.99") == 401


async def test_who_has_to_log_in_first_arrives_where_they_wanted(operator: Person, panel: Litestar) -> None:
    await set_password(operator)
    async with person(panel) as again:
        await again.open("/messages?state=queued")
        assert again.page.path == "/login?next=%2Fmessages%3Fstate%3Dqueued"
        await again.submit("/login", {"login": "operator", "password": PASSWORD})
        assert again.page.path == "/messages?state=queued"


async def test_nobody_is_sent_to_another_host_after_logging_in(operator: Person, panel: Litestar) -> None:
    await set_password(operator)
    async with person(panel) as again:
        await again.open("/login?next=https://elsewhere.example/")
        await again.submit("/login", {"login": "operator", "password": PASSWORD, "next": "//elsewhere.example"})
        assert again.page.path == "/"


async def test_logging_out_ends_the_session(operator: Person) -> None:
    await operator.open("/")
    await operator.submit("/logout")
    assert operator.page.path == "/login"
    await operator.open("/messages")
    assert operator.page.path.startswith("/login")


async def test_a_page_part_sends_the_whole_page_to_the_log_in(panel: Litestar) -> None:
    async with person(panel) as stranger:
        headers = {"HX-Request": "true", "HX-Current-URL": "http://panel.test/messages?q=a"}
        answer = await stranger.client.get("/messages?q=ab", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["hx-redirect"] == "/login?next=%2Fmessages%3Fq%3Da"


async def test_the_account_switcher_leads_to_another_account_and_to_the_operators_shell(
    operator: Person, rt: Runtime
) -> None:
    other = await make.account(rt, name="Baraka Foods")
    await operator.open("/")
    assert "Balance" in operator.page.text
    await operator.submit("/place", {"place": str(other.account_id)})
    assert operator.page.path == "/"
    await operator.open("/billing")
    assert "Baraka Foods" in operator.page.text
    await operator.submit("/place", {"place": "operator"})
    assert operator.page.path == "/operator"
    await operator.submit("/place", {"place": "nonsense"}, expect=404)


async def test_a_marketer_sees_neither_the_operators_shell_nor_accounts_of_others(panel: Litestar, rt: Runtime) -> None:
    mine, other = await make.account(rt, name="Mine"), await make.account(rt, name="Other")
    who = as_operator("tests", mine.account_id)
    _, token = await members.invite(rt, who, login="ines", display_name="Inés Carrasco", role="marketer")
    async with person(panel) as marketer:
        await marketer.open(f"/login/{token}")
        await marketer.open("/")
        assert "Welcome, Inés" in marketer.page.text
        for path in ("/operator", "/operator/accounts", "/operator/links", "/operator/prices", "/operator/system"):
            await marketer.open(path, expect=403)
        await marketer.open("/connectors/new", expect=403)
        await marketer.open("/developers")
        assert not [form for form in marketer.page.forms if form.action == "/developers"]
        token = dict(marketer.page.forms[0].fields)["_csrf_token"]
        answer = await marketer.client.post("/place", data={"place": str(other.account_id), "_csrf_token": token})
        assert answer.status_code == 404


async def test_who_was_let_go_from_all_accounts_is_told_so(panel: Litestar, rt: Runtime) -> None:
    who = await make.account(rt)
    member, token = await members.invite(rt, who, login="bo", display_name="Bo", role="viewer")
    async with person(panel) as somebody:
        await somebody.open(f"/login/{token}")
        await members.dismiss(rt, who, member.user.id)
        await somebody.open("/", expect=409)
        assert "You belong to no account" in somebody.page.text


@pytest.mark.parametrize(("theme", "word"), [("ink", 'data-theme="ink"'), ("paper", 'data-theme="paper"')])
async def test_the_look_is_kept(operator: Person, theme: str, word: str) -> None:
    await operator.open("/settings")
    await operator.submit("/settings/theme", {"theme": theme})
    assert word in (await operator.open("/")).body


async def test_single_keys_can_be_switched_off_and_on(operator: Person) -> None:
    assert 'data-keys="on"' in (await operator.open("/settings")).body
    await operator.submit("/settings/keys", {"single_keys": ""})
    assert "data-keys" not in (await operator.open("/settings")).body
    await operator.submit("/settings/keys", {"single_keys": "on"})
    assert 'data-keys="on"' in operator.page.body
