from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts import authenticate, members, passwords, profile, sessions
from cablegram.accounts.access import ACCOUNT_SCOPES, NO_ACCOUNT, ROLES, Principal, Scope, operator
from cablegram.accounts.model import Session, User
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAuthenticated, NotFound, Unavailable
from cablegram.kit.ids import AccountId, uuid7
from cablegram.runtime.runtime import Runtime

HERE = "127.0.0.1"
PASSWORD = "correct horse battery"


async def somebody(rt: Runtime, who: Principal, login: str = "ines") -> User:
    """Make a person with a password."""
    member, token = await members.invite(rt, who, login=login, display_name="Inés Carrasco", role="marketer")
    await authenticate.one_time(rt, token)
    session = await entered(rt, member.user)
    await profile.change_password(rt, session, old=None, new=PASSWORD, address=HERE)
    return session.user


async def the_operator(rt: Runtime) -> User:
    token = await profile.first_operator(rt)
    assert token is not None
    return await authenticate.one_time(rt, token)


async def entered(rt: Runtime, user: User) -> Session:
    return await sessions.by_token(rt, await sessions.open_session(rt, user))


async def refused(rt: Runtime, login: str, password: str) -> tuple[str, str]:
    with pytest.raises(NotAuthenticated) as caught:
        await authenticate.by_password(rt, login, password, address=HERE)
    return caught.value.code, caught.value.message


# Passwords


async def test_a_person_is_known_by_login_in_any_case_and_password(rt: Runtime, who: Principal) -> None:
    user = await somebody(rt, who)
    assert (await authenticate.by_password(rt, " INES ", PASSWORD, address=HERE)).id == user.id


async def test_a_wrong_password_and_an_unknown_login_are_told_alike(rt: Runtime, who: Principal) -> None:
    await somebody(rt, who)
    wrong = await refused(rt, "ines", PASSWORD + "!")
    assert wrong[0] == "login_failed"
    for login in ("nobody", "", "x" * 1000, "ines\0", "\ud800"):
        assert await refused(rt, login, PASSWORD) == wrong


async def test_without_a_password_of_their_own_nobody_logs_in_by_one(rt: Runtime, who: Principal) -> None:
    await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    nobodys = passwords.nobodys_hash(8, 1)
    for password in ("", nobodys):
        assert (await refused(rt, "bob", password))[0] == "login_failed"


async def test_a_login_renews_a_hash_that_was_made_with_other_parameters(rt: Runtime, who: Principal) -> None:
    user = await somebody(rt, who)
    stronger = replace(rt, settings=replace(rt.settings, password_memory=16))
    await authenticate.by_password(stronger, "ines", PASSWORD, address=HERE)

    ((stored,),) = await rows(rt, "SELECT password_hash FROM app_user WHERE id = %s", user.id)
    assert "m=16,t=1,p=1" in str(stored)
    await authenticate.by_password(rt, "ines", PASSWORD, address=HERE)


# Attempts


async def fail(rt: Runtime, login: str, *, times: int, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticated):
            await authenticate.by_password(rt, login, "a wrong one", address=address)


async def wait_of(rt: Runtime, login: str, *, address: str = HERE) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await authenticate.by_password(rt, login, PASSWORD, address=address)
    assert caught.value.code == "too_many_attempts"
    return caught.value


async def test_after_ten_wrong_passwords_even_the_right_one_waits_until_the_first_is_old(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    user = await somebody(rt, who)
    await fail(rt, "ines", times=1)
    clock.move(timedelta(minutes=5))
    await fail(rt, "INES ", times=9, address="192.0.2.7")
    refusal = await wait_of(rt, "ines", address="198.51.100.1")
    assert refusal.retry_after == 600
    assert "Wait 10 minutes" in refusal.message

    clock.move(timedelta(minutes=10) - timedelta(seconds=1))
    assert (await wait_of(rt, "ines")).retry_after == 1
    clock.move(timedelta(seconds=1))
    assert (await authenticate.by_password(rt, "ines", PASSWORD, address=HERE)).id == user.id
    await fail(rt, "ines", times=1)  # what was right does not count; what was wrong before still does
    assert (await wait_of(rt, "ines")).retry_after == 300


async def test_a_login_that_nobody_has_waits_just_as_one_that_somebody_has(rt: Runtime, who: Principal) -> None:
    await somebody(rt, who)
    await fail(rt, "ines", times=10)
    await fail(rt, "nobody", times=10)
    known, unknown = await wait_of(rt, "ines"), await wait_of(rt, "nobody")
    assert (known.message, known.retry_after) == (unknown.message, unknown.retry_after)


async def test_thirty_wrong_passwords_from_an_address_stop_it_for_every_login(rt: Runtime, who: Principal) -> None:
    await somebody(rt, who)
    for name in range(30):
        await fail(rt, f"guess {name}", times=1, address=f"2001:db8::{name:x}")
    await wait_of(rt, "ines", address="2001:db8::ffff:1")
    await authenticate.by_password(rt, "ines", PASSWORD, address="2001:db8:0:1::1")


async def test_guesses_at_the_same_time_are_counted_one_by_one(rt: Runtime, who: Principal) -> None:
    await somebody(rt, who)
    guesses = (authenticate.by_password(rt, "ines", "a wrong one", address=HERE) for _ in range(16))
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert [type(one) for one in found].count(Unavailable) == 6


async def test_a_one_time_login_lets_one_in_whatever_was_tried_before(rt: Runtime) -> None:
    token = await profile.first_operator(rt)
    assert token
    await fail(rt, "operator", times=10)
    assert (await authenticate.one_time(rt, token)).login == "operator"


async def test_what_was_typed_as_login_is_nowhere_to_be_read(rt: Runtime) -> None:
    await fail(rt, "my secret password", times=1)
    assert "secret" not in str(await rows(rt, "SELECT * FROM login_attempt, LATERAL encode(subject, 'escape')"))
    assert len(await rows(rt, "SELECT * FROM login_attempt")) == 2


# One-time logins


async def test_a_one_time_login_works_once(rt: Runtime, who: Principal) -> None:
    member, token = await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    assert (await authenticate.one_time(rt, token)).id == member.user.id
    with pytest.raises(NotAuthenticated) as caught:
        await authenticate.one_time(rt, token)
    assert caught.value.code == "one_time_invalid"


async def test_of_many_who_use_a_one_time_login_at_once_one_gets_in(rt: Runtime, who: Principal) -> None:
    _, token = await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    outcomes = await asyncio.gather(*(authenticate.one_time(rt, token) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, User) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotAuthenticated) for outcome in outcomes) == 5


async def test_a_one_time_login_runs_out_after_a_day(rt: Runtime, who: Principal, clock: SetClock) -> None:
    _, early = await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    _, late = await members.invite(rt, who, login="eve", display_name="Eve", role="owner")
    clock.move(timedelta(hours=24) - timedelta(microseconds=1))
    await authenticate.one_time(rt, early)
    clock.move(timedelta(microseconds=1))
    with pytest.raises(NotAuthenticated):
        await authenticate.one_time(rt, late)


async def test_a_new_one_time_login_voids_the_one_before_and_forgets_the_password_when_used(
    rt: Runtime, who: Principal
) -> None:
    await somebody(rt, who)
    first = await profile.one_time_for(rt, "INES")
    second = await profile.one_time_for(rt, "ines")
    with pytest.raises(NotAuthenticated):
        await authenticate.one_time(rt, first)
    await authenticate.by_password(rt, "ines", PASSWORD, address=HERE)  # until then the password stays

    assert not (await authenticate.one_time(rt, second)).has_password
    assert (await refused(rt, "ines", PASSWORD))[0] == "login_failed"


async def test_a_one_time_login_for_nobody_is_refused(rt: Runtime) -> None:
    with pytest.raises(NotFound) as caught:
        await profile.one_time_for(rt, "nobody")
    assert caught.value.code == "user_not_found"


async def test_tokens_are_kept_as_hashes_alone(rt: Runtime, who: Principal) -> None:
    member, once = await members.invite(rt, who, login="bob", display_name="Bob", role="owner")
    token = await sessions.open_session(rt, member.user)
    kept = str(await rows(rt, "SELECT session::text, one_time_login::text FROM session, one_time_login"))
    for secret in (once, token):
        assert secret not in kept
        assert secret.encode().hex() not in kept


# Sessions


async def test_a_session_knows_who_where_and_what_they_may(rt: Runtime, who: Principal) -> None:
    user = await somebody(rt, who)
    session = await entered(rt, user)
    assert session.user == replace(user, has_password=True)
    assert session.account is not None
    assert session.account.id == who.account_id
    assert session.principal == Principal(who.account_id, "Inés Carrasco", ROLES["marketer"], user_id=user.id)


async def test_a_session_is_over_after_two_weeks_or_when_it_is_closed(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    user = await somebody(rt, who)
    token, closed = [await sessions.open_session(rt, user) for _ in range(2)]
    await sessions.close(rt, await sessions.by_token(rt, closed))
    clock.move(timedelta(days=14) - timedelta(seconds=1))
    await sessions.by_token(rt, token)
    clock.move(timedelta(seconds=1))
    for over in (token, closed, "nonsense", ""):
        with pytest.raises(NotAuthenticated) as caught:
            await sessions.by_token(rt, over)
        assert caught.value.code == "session_over"


async def test_sessions_that_ran_out_are_swept_when_somebody_logs_in(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    user = await somebody(rt, who)
    await sessions.open_session(rt, user)
    clock.move(timedelta(days=14))
    await sessions.open_session(rt, user)
    assert await rows(rt, "SELECT count(*) FROM session") == [(1,)]


async def test_a_person_who_is_taken_out_of_the_account_sees_it_no_more(rt: Runtime, who: Principal) -> None:
    user = await somebody(rt, who)
    token = await sessions.open_session(rt, user)
    await members.dismiss(rt, who, user.id)
    session = await sessions.by_token(rt, token)
    assert (session.account, session.principal) == (None, None)


async def test_a_person_chooses_among_their_accounts_and_no_others(rt: Runtime, who: Principal) -> None:
    user = await somebody(rt, who)
    second = await make.account(rt, name="A second one")
    third = await make.account(rt)
    await members.join(rt, operator("Ann", second.account_id), "ines", role="owner")
    session = await entered(rt, user)
    assert session.account is not None
    assert session.account.id == who.account_id  # the oldest
    assert {account.id for account in await sessions.accounts(rt, session)} == {who.account_id, second.account_id}

    await sessions.choose_account(rt, session, second.account_id)
    for strange in (third.account_id, AccountId(uuid7())):
        with pytest.raises(NotFound) as caught:
            await sessions.choose_account(rt, session, strange)
        assert caught.value.code == "account_not_found"
    ((account_id,),) = await rows(rt, "SELECT account_id FROM session WHERE hash = %s", session.hash)
    assert account_id == second.account_id


async def test_the_operator_may_everything_in_any_account(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    session = await entered(rt, await the_operator(rt))
    assert session.principal is not None
    assert session.principal.scopes == ACCOUNT_SCOPES | {Scope.OPERATOR}
    assert session.principal.account_id == who.account_id
    assert len(await sessions.accounts(rt, session)) == 2
    await sessions.choose_account(rt, session, other.account_id)


async def test_before_the_first_account_the_operator_acts_for_none(rt: Runtime) -> None:
    session = await entered(rt, await the_operator(rt))
    assert session.account is None
    assert session.principal is not None
    assert session.principal.account_id == NO_ACCOUNT
    assert session.principal.is_operator
