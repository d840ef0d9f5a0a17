from __future__ import annotations

import asyncio
from typing import cast

import pytest

import make
from cablegram.accounts import authenticate, invitations, members, operators, profile
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal, Scope, operator
from cablegram.accounts.model import Member, Role
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, UserId, uuid7
from cablegram.runtime.runtime import Runtime


async def invite(rt: Runtime, who: Principal, login: str = "bob", *, role: str = "owner") -> members.Member:
    member, _ = await members.invite(rt, who, login=login, display_name="Bob", role=cast("Role", role))
    return member


async def test_an_invited_person_belongs_to_the_account_in_their_role(rt: Runtime, who: Principal) -> None:
    member, token = await members.invite(rt, who, login=" Bob ", display_name="Bob B.", role="developer")
    assert await members.listed(rt, who) == [member]
    assert (member.user.login, member.user.display_name, member.role) == ("Bob", "Bob B.", "developer")
    assert not member.user.is_operator
    assert (await authenticate.one_time(rt, token)).id == member.user.id


@pytest.mark.parametrize(
    ("login", "role", "error", "code"),
    [
        ("BOB", "owner", Conflict, "login_taken"),
        ("", "owner", InvalidInput, "bad_name"),
        ("eve", "king", InvalidInput, "bad_role"),
    ],
)
async def test_an_invitation_that_can_not_be_is_refused_with_its_field(
    rt: Runtime, login: str, role: str, error: type[CablegramError], code: str
) -> None:
    who = await make.account(rt)
    bob = await invite(rt, who)
    with pytest.raises(error) as caught:
        await invite(rt, who, login, role=role)
    assert caught.value.code == code
    assert [fault.field for fault in caught.value.faults] == ["role" if role == "king" else "login"]
    assert await members.listed(rt, who) == [bob]


async def test_the_operator_owns_the_account_of_their_own_before_the_first_colleague_comes(
    rt: Runtime, who: Principal
) -> None:
    await profile.first_operator(rt)
    async with rt.db.connection() as conn:
        (boss,) = await operators.all_of_them(conn)
    customers = operator("Operator", (await make.account(rt)).account_id, user_id=boss.id)
    await members.invite(rt, customers, login="ana", display_name="Ana", role="owner")
    assert [one.user.login for one in await members.listed(rt, customers)] == ["ana"]
    own = operator("Operator", who.account_id, user_id=boss.id)
    for login in ("bob", "cleo"):
        await members.invite(rt, own, login=login, display_name=login, role="marketer")
    found = [(one.user.login, one.role) for one in await members.listed(rt, own)]
    assert sorted(found) == [("bob", "marketer"), ("cleo", "marketer"), ("operator", "owner")]


async def test_invitations_of_somebody_who_goes_end_with_them(rt: Runtime, who: Principal) -> None:
    await invite(rt, who)
    ana, _ = await members.invite(rt, who, login="ana", display_name="Ana", role="admin")
    hers = Principal(who.account_id, "Ana", ACCOUNT_SCOPES, user_id=ana.user.id)
    await invitations.send(rt, hers, email="ana@home.example", role="admin")
    kept = await invitations.send(rt, who, email="dan@example.com", role="viewer")
    await members.dismiss(rt, who, ana.user.id)
    assert [one.email for one in await invitations.listed(rt, who)] == [kept.email]


async def test_only_who_keeps_the_account_sees_and_changes_its_people(rt: Runtime, who: Principal) -> None:
    bob = await invite(rt, who)
    sender = Principal(who.account_id, "key", frozenset({Scope.SEND, Scope.READ, Scope.CONTACTS}))
    with pytest.raises(NotAllowed):
        await invite(rt, sender, "eve")
    with pytest.raises(NotAllowed):
        await members.listed(rt, sender)
    with pytest.raises(NotAllowed):
        await members.dismiss(rt, sender, bob.user.id)
    with pytest.raises(NotAllowed):
        await members.join(rt, who, "bob", role="owner")


async def test_the_operator_adds_people_who_have_a_login_and_changes_their_role(rt: Runtime, who: Principal) -> None:
    await invite(rt, who)
    other = await make.account(rt)
    ann = operator("Ann", other.account_id)
    await members.join(rt, ann, "bob", role="owner")
    assert (await members.join(rt, ann, "BOB", role="marketer")).role == "marketer"
    assert [(member.user.login, member.role) for member in await members.listed(rt, other)] == [("bob", "marketer")]
    assert [member.role for member in await members.listed(rt, who)] == ["owner"]


async def test_nobody_joins_who_or_where_nobody_is(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotFound) as unknown_user:
        await members.join(rt, operator("Ann", who.account_id), "nobody", role="owner")
    with pytest.raises(NotFound) as unknown_account:
        await members.join(rt, operator("Ann", AccountId(uuid7())), "nobody", role="owner")
    assert (unknown_user.value.code, unknown_account.value.code) == ("user_not_found", "account_not_found")


async def test_a_person_is_let_go_by_their_own_account_alone(rt: Runtime, who: Principal) -> None:
    bob = await invite(rt, who)
    other = await make.account(rt)
    for principal, user_id in ((other, bob.user.id), (who, UserId(uuid7()))):
        with pytest.raises(NotFound) as caught:
            await members.dismiss(rt, principal, user_id)
        assert caught.value.code == "user_not_found"
    eve = await invite(rt, who, "eve", role="marketer")
    await members.dismiss(rt, who, eve.user.id)
    assert await members.listed(rt, who) == [bob]


@pytest.mark.req("R2")
async def test_the_last_owner_stays_whoever_asks_but_for_the_operator(rt: Runtime, who: Principal) -> None:
    bob, eve = await invite(rt, who), await invite(rt, who, "eve")
    outcomes = await asyncio.gather(
        members.dismiss(rt, who, bob.user.id),
        members.change_role(rt, who, eve.user.id, "viewer"),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in outcomes if one is not None and not isinstance(one, Member)] == ["Conflict"]
    (last,) = [one for one in await members.listed(rt, who) if one.role == "owner"]
    with pytest.raises(Conflict) as caught:
        await members.dismiss(rt, Principal(who.account_id, "self", frozenset(), user_id=last.user.id), last.user.id)
    assert caught.value.code == "last_owner"
    await members.dismiss(rt, operator("Ann", who.account_id), last.user.id)


async def test_nobody_gives_or_takes_more_than_they_have(rt: Runtime, who: Principal) -> None:
    boss = await invite(rt, who)
    key = Principal(who.account_id, "key", ACCOUNT_SCOPES)  # with all scopes, and yet no owner
    clerk = Principal(who.account_id, "clerk", frozenset({Scope.USERS, Scope.READ}))
    eve = await invite(rt, key, "eve", role="viewer")
    for somebody, role in ((key, "owner"), (clerk, "marketer"), (clerk, "admin")):
        with pytest.raises(NotAllowed) as caught:
            await members.change_role(rt, somebody, eve.user.id, cast("Role", role))
        assert caught.value.code == "role_beyond"
    for deed in (members.dismiss(rt, key, boss.user.id), members.change_role(rt, key, boss.user.id, "viewer")):
        with pytest.raises(NotAllowed):
            await deed
    assert (await members.change_role(rt, key, eve.user.id, "admin")).role == "admin"
    await members.dismiss(rt, Principal(who.account_id, "Eve", frozenset(), user_id=eve.user.id), eve.user.id)
    assert await members.listed(rt, who) == [boss]
