from __future__ import annotations

import asyncio
from typing import cast

import pytest

from books import rows
from cablegram.accounts import attempts, authenticate, members, profile, sessions
from cablegram.accounts.access import Principal
from cablegram.accounts.model import Session, Theme
from cablegram.kit.errors import InvalidInput, NotAuthenticated, Unavailable
from cablegram.runtime.runtime import Runtime

HERE = "127.0.0.1"
OLD, NEW = "correct horse battery", "wrong donkey battery"


@pytest.fixture
async def session(rt: Runtime, who: Principal) -> Session:
    """Give the session of a person who has chosen a password."""
    member, _ = await members.invite(rt, who, login="ines", display_name="Inés", role="owner")
    session = await sessions.by_token(rt, await sessions.open_session(rt, member.user))
    await profile.change_password(rt, session, old=None, new=OLD, address=HERE)
    return session


@pytest.mark.req("R9")
async def test_a_new_password_takes_the_place_of_the_old_one_and_ends_other_sessions(
    rt: Runtime, session: Session
) -> None:
    elsewhere = await sessions.open_session(rt, session.user)
    here = await sessions.open_session(rt, session.user)
    await profile.change_password(rt, await sessions.by_token(rt, here), old=OLD, new=NEW, address=HERE)

    await authenticate.by_password(rt, "ines", NEW, address=HERE)
    with pytest.raises(NotAuthenticated):
        await authenticate.by_password(rt, "ines", OLD, address=HERE)
    await sessions.by_token(rt, here)
    with pytest.raises(NotAuthenticated):
        await sessions.by_token(rt, elsewhere)
    news = await rows(rt, "SELECT data FROM event WHERE subject = %s AND kind = 'password.changed'", session.user.id)
    assert news == [({"login": "ines", "by": "Inés"},)] * 2


@pytest.mark.req("R9")
@pytest.mark.parametrize("old", [None, "", NEW])
async def test_who_has_a_password_must_know_it_to_change_it(rt: Runtime, session: Session, old: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        await profile.change_password(rt, session, old=old, new=NEW, address=HERE)
    assert caught.value.code == "wrong_password"
    assert [fault.field for fault in caught.value.faults] == ["old_password"]
    await authenticate.by_password(rt, "ines", OLD, address=HERE)


async def test_the_present_password_is_guessed_as_slowly_as_at_the_login(rt: Runtime, session: Session) -> None:
    for _ in range(attempts.MOST_FOR_LOGIN):
        with pytest.raises(InvalidInput):
            await profile.change_password(rt, session, old=NEW, new=NEW, address=HERE)
    with pytest.raises(Unavailable) as caught:
        await profile.change_password(rt, session, old=OLD, new=NEW, address=HERE)
    assert caught.value.code == "too_many_attempts"
    with pytest.raises(Unavailable):
        await authenticate.by_password(rt, "ines", OLD, address="198.51.100.1")


async def test_a_right_present_password_is_no_failure(rt: Runtime, session: Session) -> None:
    for _ in range(attempts.MOST_FOR_LOGIN + 1):
        await profile.change_password(rt, session, old=OLD, new=OLD, address=HERE)


async def test_a_password_that_is_too_short_is_refused(rt: Runtime, session: Session) -> None:
    with pytest.raises(InvalidInput) as caught:
        await profile.change_password(rt, session, old=OLD, new="short", address=HERE)
    assert caught.value.code == "bad_password"


async def test_people_choose_their_name_and_how_the_panel_looks(rt: Runtime, session: Session) -> None:
    assert (session.user.display_name, session.user.theme) == ("Inés", "system")
    await profile.rename(rt, session, " Inés Carrasco ")
    await profile.set_theme(rt, session, "ink")
    user = await authenticate.by_password(rt, "ines", OLD, address=HERE)
    assert (user.display_name, user.theme) == ("Inés Carrasco", "ink")


async def test_a_name_or_theme_that_does_not_exist_is_refused(rt: Runtime, session: Session) -> None:
    with pytest.raises(InvalidInput) as bad_name:
        await profile.rename(rt, session, " ")
    with pytest.raises(InvalidInput) as bad_theme:
        await profile.set_theme(rt, session, cast("Theme", "pink"))
    assert [fault.field for fault in (*bad_name.value.faults, *bad_theme.value.faults)] == ["display_name", "theme"]


@pytest.mark.req("R1")
async def test_the_first_start_makes_the_operator_and_a_one_time_login(rt: Runtime) -> None:
    token = await profile.first_operator(rt)
    assert token is not None
    user = await authenticate.one_time(rt, token)
    assert (user.login, user.is_operator, user.has_password) == ("operator", True, False)


async def test_until_the_operator_has_a_password_each_start_gives_a_new_login_for_the_same_person(rt: Runtime) -> None:
    lost = await profile.first_operator(rt)
    found = await profile.first_operator(rt)
    assert lost is not None
    assert found is not None
    with pytest.raises(NotAuthenticated):
        await authenticate.one_time(rt, lost)
    user = await authenticate.one_time(rt, found)

    session = await sessions.by_token(rt, await sessions.open_session(rt, user))
    await profile.change_password(rt, session, old=None, new=OLD, address=HERE)
    assert await profile.first_operator(rt) is None


async def test_processes_that_start_together_make_one_operator(rt: Runtime) -> None:
    await asyncio.gather(*(profile.first_operator(rt) for _ in range(5)))
    assert await rows(rt, "SELECT count(*) FROM app_user") == [(1,)]
