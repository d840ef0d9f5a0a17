from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts import authenticate, invitations, members, sessions
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.invitations import NewPerson
from cablegram.accounts.model import Account, User
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotAuthenticated, NotFound, Unavailable
from cablegram.runtime.runtime import Runtime
from letters import letters, link_of

ANA = NewPerson("ana", "Ana Ferreira", "correct horse battery", "es")


async def sent(rt: Runtime, who: Principal, email: str = "ana@example.com") -> str:
    await invitations.send(rt, who, email=email, role="marketer")
    return await link_of(rt, "invitation")


async def test_an_invitation_makes_a_login_with_its_role_and_a_proved_address(rt: Runtime, who: Principal) -> None:
    token = await sent(rt, who)
    ((to, subject, text),) = await letters(rt, "invitation")
    assert (to, subject.startswith(who.name), "marketer" in text) == ("ana@example.com", True, True)
    assert (await invitations.show(rt, token)).account.id == who.account_id
    user = await invitations.take_as_new(rt, token, ANA)
    assert [(one.user.id, one.role) for one in await members.listed(rt, who)] == [(user.id, "marketer")]
    known = (await sessions.by_token(rt, await sessions.open_session(rt, user))).user
    assert (known.email, known.is_confirmed, known.language) == ("ana@example.com", True, "es")
    await authenticate.by_password(rt, "ana", ANA.password, address="127.0.0.1")
    assert await invitations.listed(rt, who) == []
    with pytest.raises(NotAuthenticated):
        await invitations.take_as_new(rt, token, replace(ANA, login="eve"))


async def test_who_has_a_login_takes_it_with_that_and_only_once(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    member, _ = await members.invite(rt, other, login="bob", display_name="Bob", role="owner")
    token = await sent(rt, who, "bob@example.com")
    taken = await asyncio.gather(*(invitations.take(rt, token, member.user) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in taken) == ["Account", "NotAuthenticated", "NotAuthenticated"]
    assert isinstance(next(one for one in taken if not isinstance(one, BaseException)), Account)
    again = await sent(rt, who, "bob@example.com")
    with pytest.raises(Conflict) as caught:
        await invitations.take(rt, again, member.user)
    assert caught.value.code == "member_already"
    await invitations.take(rt, again, await a_user(rt, other))  # what was refused took nothing


async def a_user(rt: Runtime, who: Principal) -> User:
    return (await members.invite(rt, who, login="eve", display_name="Eve", role="viewer"))[0].user


async def test_a_link_ends_when_it_is_revoked_sent_again_or_a_week_old(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    first = await sent(rt, who)
    (line,) = await invitations.listed(rt, who)
    await invitations.send_again(rt, who, line.id)
    second = await link_of(rt, "invitation")
    (line,) = await invitations.listed(rt, who)
    await invitations.revoke(rt, who, line.id)
    third = await sent(rt, who)
    clock.move(timedelta(days=7))
    for token in (first, second, third, "nonsense"):
        with pytest.raises(NotAuthenticated) as caught:
            await invitations.show(rt, token)
        assert caught.value.code == "invitation_invalid"
    with pytest.raises(NotFound):
        await invitations.revoke(rt, who, line.id)


async def test_nobody_invites_into_more_than_they_have_or_another_s_account(rt: Runtime, who: Principal) -> None:
    clerk = Principal(who.account_id, "clerk", frozenset({Scope.USERS, Scope.READ}))
    with pytest.raises(NotAllowed) as caught:
        await invitations.send(rt, clerk, email="ana@example.com", role="admin")
    assert caught.value.code == "role_beyond"
    with pytest.raises(InvalidInput):
        await invitations.send(rt, who, email="ana", role="viewer")
    await sent(rt, who)
    (line,) = await invitations.listed(rt, who)
    other = await make.account(rt)
    for deed in (invitations.revoke(rt, other, line.id), invitations.send_again(rt, other, line.id)):
        with pytest.raises(NotFound):
            await deed


async def test_letters_to_one_address_are_few(rt: Runtime, who: Principal) -> None:
    for _ in range(3):
        await sent(rt, who)
    with pytest.raises(Unavailable):
        await sent(rt, who)
    assert await rows(rt, "SELECT count(*) FROM letter") == [(3,)]


async def test_where_all_is_closed_the_operator_makes_logins(rt: Runtime, who: Principal) -> None:
    token = await sent(rt, who)
    closed = replace(rt, settings=replace(rt.settings, sign_up="closed"))
    with pytest.raises(NotAllowed) as caught:
        await invitations.take_as_new(closed, token, ANA)
    assert caught.value.code == "sign_up_closed"
    await invitations.take_as_new(rt, token, ANA)
