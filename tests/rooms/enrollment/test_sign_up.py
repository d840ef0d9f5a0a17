from __future__ import annotations

from dataclasses import replace

import pytest

from books import rows
from cablegram.accounts import authenticate, directory, letting_in, sessions
from cablegram.accounts.access import KEY_SCOPES, Principal, operator
from cablegram.accounts.keyring import KeyRing
from cablegram.billing import ledger
from cablegram.enrollment.sign_up import NewAccount, sign_up
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from cablegram.runtime.runtime import Runtime
from letters import letters

HERE = "203.0.113.7"
NEW = NewAccount("Acme", "ines", "ines@example.com", "correct horse battery", "ES", "es")


@pytest.fixture
def door(rt: Runtime) -> Runtime:
    """Give an installation where anybody signs up."""
    return replace(rt, settings=replace(rt.settings, sign_up="open"))


@pytest.mark.req("R1")
async def test_a_stranger_has_login_account_and_key_at_once(door: Runtime) -> None:
    made = await sign_up(door, NEW, address=HERE)
    user = await authenticate.by_password(door, "ines", NEW.password, address=HERE)
    session = await sessions.by_token(door, await sessions.open_session(door, user))
    assert session.principal is not None
    assert (session.principal.account_id, session.principal.is_owner) == (made.account_id, True)
    assert (session.user.email, session.user.is_confirmed, session.user.language) == ("ines@example.com", False, "es")
    program = await KeyRing(door).by_key(made.api_key)
    assert (program.account_id, program.scopes) == (made.account_id, KEY_SCOPES)
    account = await directory.show(door, program)
    assert (account.name, account.default_country, account.open_senders) == ("Acme", "ES", False)
    assert await ledger.balance(door, program) == 0
    assert [to for to, *_ in await letters(door, "confirm_address")] == ["ines@example.com"]
    assert made.api_key not in repr(made) + repr(NEW)


async def test_two_may_give_one_address_but_not_one_login_or_account(door: Runtime) -> None:
    await sign_up(door, NEW, address=HERE)
    await sign_up(door, replace(NEW, account="Beta", login="bob"), address=HERE)
    for again, code in (
        (replace(NEW, account="Gamma"), "login_taken"),
        (replace(NEW, login="eve"), "account_name_taken"),
    ):
        with pytest.raises(Conflict) as caught:
            await sign_up(door, replace(again, email="other@example.com"), address=HERE)
        assert caught.value.code == code
    assert await rows(door, "SELECT count(*) FROM account") == [(2,)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"email": "ines"}, "bad_address"), ({"password": "short"}, "bad_password"), ({"login": " "}, "bad_name"),
     ({"account": ""}, "bad_name"), ({"default_country": "QQ"}, "unknown_country")],
)  # fmt: skip
async def test_what_can_not_be_leaves_nothing_behind(door: Runtime, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await sign_up(door, replace(NEW, **wrong), address=HERE)
    assert caught.value.code == code
    assert await rows(door, "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM app_user)") == [(0,)]


async def test_one_network_signs_up_ten_times_a_quarter_of_an_hour(door: Runtime) -> None:
    for number in range(10):
        new = replace(NEW, account=f"A{number}", login=f"u{number}", email=f"u{number}@example.com")
        await sign_up(door, new, address=f"2001:db8::{number}")
    with pytest.raises(Unavailable):
        await sign_up(door, NEW, address="2001:db8::ffff")


@pytest.mark.parametrize("setting", ["invited", "closed"])
async def test_nobody_signs_up_unless_the_operator_opened_it(rt: Runtime, setting: str) -> None:
    shut = replace(rt, settings=replace(rt.settings, sign_up=setting))
    with pytest.raises(NotAllowed) as caught:
        await sign_up(shut, NEW, address=HERE)
    assert caught.value.code == "sign_up_closed"


@pytest.mark.req("R1")
async def test_the_operator_s_word_holds_in_place_of_the_setting_at_once(rt: Runtime, who: Principal) -> None:
    shut = replace(rt, settings=replace(rt.settings, sign_up="closed"))
    ann = operator("Ann")
    assert (await letting_in.choose(shut, ann, "open")).sign_up == "open"
    assert (await sign_up(shut, NEW, address=HERE)).account_id
    assert (await letting_in.choose(shut, ann, None)) == letting_in.Policy("closed", is_chosen=False)
    with pytest.raises(NotAllowed):
        await letting_in.choose(shut, who, "open")
    with pytest.raises(InvalidInput):
        await letting_in.choose(shut, ann, "ajar")
