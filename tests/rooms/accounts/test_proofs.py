from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from books import rows
from cablegram.accounts import about_person, authenticate, members, persons, profile, proofs, sessions
from cablegram.accounts.about_person import Said
from cablegram.accounts.access import Principal
from cablegram.accounts.model import User
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAuthenticated, Unavailable
from cablegram.runtime.runtime import Runtime
from letters import letters, link_of

HERE = "203.0.113.7"
OLD, NEW = "correct horse battery", "another one entirely"


@pytest.fixture
async def ines(rt: Runtime, who: Principal) -> User:
    """Give a person with an address that is not proved."""
    user = replace(members.new_user("ines", "Inés"), email="Ines@Example.com", language="es")
    async with rt.db.transaction() as conn:
        await persons.add(conn, user, await persons.hash_password(rt, OLD), company="", now=rt.clock.now())
        await members.enter(conn, who.account_id, user, "owner", by="Inés", rt=rt)
    return user


async def is_proved(rt: Runtime) -> bool:
    return await rows(rt, "SELECT email_confirmed_at IS NOT NULL FROM app_user WHERE login = 'ines'") == [(True,)]


@pytest.mark.req("R10")
async def test_an_address_is_proved_by_the_link_of_a_letter_once(rt: Runtime, ines: User) -> None:
    await proofs.ask_to_confirm(rt, ines, address=HERE)
    ((to, subject, _),) = await letters(rt, "confirm_address")
    assert (to, subject) == ("Ines@Example.com", "Confirma tu dirección")
    token = await link_of(rt, "confirm_address")
    assert await proofs.confirm(rt, token) == "Ines@Example.com"
    assert await is_proved(rt)
    with pytest.raises(NotAuthenticated):
        await proofs.confirm(rt, token)
    with pytest.raises(Conflict) as caught:
        await proofs.ask_to_confirm(rt, ines, address=HERE)
    assert caught.value.code == "address_confirmed"


@pytest.mark.req("R10")
async def test_an_address_is_proved_by_the_digits_too_and_they_are_the_person_s_alone(
    rt: Runtime, who: Principal, ines: User
) -> None:
    await proofs.ask_to_confirm(rt, ines, address=HERE)
    ((_, _, text),) = await letters(rt, "confirm_address")
    (code,) = re.findall(r"\b\d{4} \d{4}\b", text)
    other, _ = await members.invite(rt, who, login="eve", display_name="Eve", role="viewer")
    for person, given in ((other.user, code), (ines, "0000 0000")):
        with pytest.raises(NotAuthenticated):
            await proofs.confirm_by_code(rt, person, given, address=HERE)
    await proofs.confirm_by_code(rt, ines, code.replace(" ", ""), address=HERE)
    assert await is_proved(rt)


async def test_digits_can_not_be_guessed(rt: Runtime, ines: User) -> None:
    await proofs.ask_to_confirm(rt, ines, address=HERE)
    for number in range(10):
        with pytest.raises(NotAuthenticated):
            await proofs.confirm_by_code(rt, ines, f"{number:08}", address=f"198.51.100.{number}")
    with pytest.raises(Unavailable):
        await proofs.confirm_by_code(rt, ines, "00000011", address="198.51.100.99")


@pytest.mark.req("R9")
async def test_a_new_password_comes_by_a_letter_once_and_ends_all_sessions(rt: Runtime, ines: User) -> None:
    session = await sessions.open_session(rt, ines)
    await proofs.ask_to_reset(rt, " ines@example.COM ", address=HERE)
    token = await link_of(rt, "new_password")
    with pytest.raises(InvalidInput):
        await proofs.reset(rt, token, "short")
    assert await proofs.reset(rt, token, NEW) == ines.id
    await authenticate.by_password(rt, "ines", NEW, address=HERE)
    with pytest.raises(NotAuthenticated):
        await authenticate.by_password(rt, "ines", OLD, address=HERE)
    with pytest.raises(NotAuthenticated):
        await sessions.by_token(rt, session)
    with pytest.raises(NotAuthenticated) as caught:  # replayed
        await proofs.reset(rt, token, "yet another password")
    assert caught.value.code == "proof_invalid"
    assert await is_proved(rt)


async def test_a_link_for_a_new_password_runs_out_after_an_hour_and_a_newer_one_voids_it(
    rt: Runtime, ines: User, clock: SetClock
) -> None:
    await proofs.ask_to_reset(rt, "ines@example.com", address=HERE)
    first = await link_of(rt, "new_password")
    await proofs.ask_to_reset(rt, "ines@example.com", address=HERE)
    second = await link_of(rt, "new_password")
    assert [await proofs.may_reset(rt, token) for token in (first, second)] == [False, True]
    clock.move(timedelta(hours=1))
    assert not await proofs.may_reset(rt, second)
    with pytest.raises(NotAuthenticated):
        await proofs.reset(rt, second, NEW)
    await authenticate.by_password(rt, ines.login, OLD, address=HERE)


async def test_nobody_learns_whether_an_address_is_known(rt: Runtime, ines: User) -> None:
    known, unknown = str(ines.email), "nobody@example.com"
    for email, address in ((known, HERE), (unknown, "198.51.100.1")):
        for _ in range(3):
            await proofs.ask_to_reset(rt, email, address=address)
        with pytest.raises(Unavailable) as caught:
            await proofs.ask_to_reset(rt, email, address=address)
        assert caught.value.code == "too_many_attempts"
    assert len(await letters(rt, "new_password")) == 3


async def test_a_link_of_one_purpose_serves_no_other(rt: Runtime, ines: User) -> None:
    await proofs.ask_to_confirm(rt, ines, address=HERE)
    token = await link_of(rt, "confirm_address")
    with pytest.raises(NotAuthenticated):
        await proofs.reset(rt, token, NEW)
    with pytest.raises(InvalidInput):
        await proofs.ask_to_reset(rt, "not an address", address=HERE)


async def test_links_and_digits_are_kept_as_hashes_alone(rt: Runtime, ines: User) -> None:
    await proofs.ask_to_confirm(rt, ines, address=HERE)
    token = await link_of(rt, "confirm_address")
    assert token not in str(await rows(rt, "SELECT mail_code::text FROM mail_code"))


@pytest.mark.req("R8")
async def test_the_address_before_is_told_that_another_took_its_place(rt: Runtime, ines: User) -> None:
    await about_person.change(rt, ines, Said(email="other@example.com"), address=HERE)
    assert await letters(rt, "profile_changed") == []  # it was never proved to be hers
    await proofs.confirm(rt, await link_of(rt, "confirm_address"))
    await about_person.change(rt, ines, Said(email="third@example.com"), address=HERE)
    ((to, _, text),) = await letters(rt, "profile_changed")
    assert to == "other@example.com"
    assert "Inés" in text


@pytest.mark.req("R9")
async def test_a_letter_for_a_new_password_ends_with_the_old_password(rt: Runtime, ines: User) -> None:
    await proofs.ask_to_reset(rt, "ines@example.com", address=HERE)
    token = await link_of(rt, "new_password")
    session = await sessions.by_token(rt, await sessions.open_session(rt, ines))
    await profile.change_password(rt, session, old=OLD, new=NEW, address=HERE)
    assert not await proofs.may_reset(rt, token)
