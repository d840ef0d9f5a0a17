from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from pyotp.totp import TOTP

from books import rows
from cablegram.accounts import members, second_factor, sessions
from cablegram.accounts.access import Principal
from cablegram.accounts.model import Place, Session
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, Unavailable
from cablegram.runtime.runtime import Runtime

HERE = "203.0.113.7"
PLACE = Place(HERE, "Mozilla/5.0")


@pytest.fixture
async def session(rt: Runtime, who: Principal) -> Session:
    """Give somebody at the panel."""
    member, _ = await members.invite(rt, who, login="ines", display_name="Inés", role="owner")
    return await sessions.by_token(rt, await sessions.open_session(rt, member.user, PLACE))


async def set_up(rt: Runtime, session: Session) -> tuple[TOTP, list[str]]:
    offer = await second_factor.offer(rt, session)
    totp = TOTP(offer.secret)
    codes = await second_factor.confirm(rt, session, totp.at(rt.clock.now()), address=HERE)
    return totp, codes


async def test_a_second_factor_is_asked_for_once_it_is_confirmed(
    rt: Runtime, session: Session, clock: SetClock
) -> None:
    elsewhere = await sessions.open_session(rt, session.user)
    offer = await second_factor.offer(rt, session)
    assert await second_factor.offered(rt, session) == offer
    assert not (await sessions.begin(rt, session.user, PLACE))[1]  # not before
    with pytest.raises(InvalidInput):
        await second_factor.confirm(rt, session, "000000", address=HERE)
    totp = TOTP(offer.secret)
    assert len(set(await second_factor.confirm(rt, session, totp.at(clock.now()), address=HERE))) == 10
    with pytest.raises(NotAuthenticated):
        await sessions.by_token(rt, elsewhere)

    user = (await sessions.by_token(rt, await sessions.open_session(rt, session.user))).user
    token, is_half = await sessions.begin(rt, user, PLACE)
    assert is_half
    with pytest.raises(NotAuthenticated):
        await sessions.by_token(rt, token)  # it opens nothing
    with pytest.raises(NotAuthenticated):
        await sessions.with_code(rt, token, totp.at(clock.now()), place=PLACE)  # the code that confirmed it is used
    clock.move(timedelta(seconds=30))
    whole = await sessions.with_code(rt, token, totp.at(clock.now()), place=PLACE)
    assert (await sessions.by_token(rt, whole)).user.id == user.id
    with pytest.raises(NotAuthenticated):
        await sessions.with_code(rt, token, totp.at(clock.now()), place=PLACE)  # half a session serves once


async def test_of_two_who_use_a_code_at_once_one_gets_in(rt: Runtime, session: Session, clock: SetClock) -> None:
    totp, _ = await set_up(rt, session)
    clock.move(timedelta(minutes=1))
    code = totp.at(clock.now())
    checks = (second_factor.check(rt, session.user, code, address=HERE) for _ in range(4))
    found = await asyncio.gather(*checks, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NoneType", *["NotAuthenticated"] * 3]


async def test_a_recovery_code_works_once_however_it_is_written(rt: Runtime, session: Session) -> None:
    _, codes = await set_up(rt, session)
    await second_factor.check(rt, session.user, codes[0].upper().replace("-", " "), address=HERE)
    with pytest.raises(NotAuthenticated):
        await second_factor.check(rt, session.user, codes[0], address=HERE)
    assert await second_factor.left(rt, session) == 9
    kept = str(await rows(rt, "SELECT encode(hash, 'escape') FROM recovery_code"))
    assert not any(code.replace("-", "") in kept for code in codes)

    fresh = await second_factor.renew_codes(rt, session, codes[1], address=HERE)
    with pytest.raises(NotAuthenticated):
        await second_factor.check(rt, session.user, codes[2], address=HERE)
    await second_factor.check(rt, session.user, fresh[0], address=HERE)


async def test_codes_can_not_be_guessed(rt: Runtime, session: Session, clock: SetClock) -> None:
    totp, _ = await set_up(rt, session)
    clock.move(timedelta(minutes=1))
    for number in range(10):
        with pytest.raises(NotAuthenticated):
            await second_factor.check(rt, session.user, "999999x", address=f"198.51.100.{number}")
    with pytest.raises(Unavailable) as caught:
        await second_factor.check(rt, session.user, totp.at(clock.now()), address=HERE)
    assert caught.value.code == "too_many_attempts"


async def test_only_who_has_a_code_switches_it_off(rt: Runtime, session: Session, clock: SetClock) -> None:
    totp, _ = await set_up(rt, session)
    with pytest.raises(Conflict):
        await second_factor.offer(rt, session)
    with pytest.raises(InvalidInput):
        await second_factor.switch_off(rt, session, "000000", address=HERE)
    clock.move(timedelta(minutes=1))
    strict = replace(rt, settings=replace(rt.settings, operator_two_factor=True))
    boss = replace(session, user=replace(session.user, is_operator=True))
    with pytest.raises(Conflict) as caught:
        await second_factor.switch_off(strict, boss, totp.at(clock.now()), address=HERE)
    assert caught.value.code == "two_factor_required"
    await second_factor.switch_off(rt, session, totp.at(clock.now()), address=HERE)
    assert await rows(rt, "SELECT totp_secret, totp_since FROM app_user WHERE login = 'ines'") == [(None, None)]


async def test_the_operator_takes_it_off_whoever_lost_phone_and_codes(rt: Runtime, session: Session) -> None:
    await set_up(rt, session)
    await second_factor.take_off(rt, "INES")
    assert await rows(rt, "SELECT count(*) FROM recovery_code") == [(0,)]
    told = await rows(rt, "SELECT data->>'what', data->>'by' FROM event WHERE kind = 'two_factor.changed' ORDER BY id")
    assert told == [("on", "Inés"), ("off", "command line")]


async def test_a_secret_is_sealed_at_rest(rt: Runtime, session: Session) -> None:
    offer = await second_factor.offer(rt, session)
    ((sealed,),) = await rows(rt, "SELECT totp_secret FROM app_user WHERE login = 'ines'")
    assert isinstance(sealed, bytes)
    assert offer.secret.encode() not in sealed


async def test_sessions_are_listed_with_where_they_are_and_ended_one_by_one_or_all(
    rt: Runtime, who: Principal, session: Session
) -> None:
    other = await sessions.open_session(rt, session.user, Place("198.51.100.4", "curl/8\n" + "x" * 400))
    third = await sessions.open_session(rt, session.user)
    found = await sessions.listed(rt, session)
    assert {(one.address, one.agent[:6]) for one in found} == {("", ""), (HERE, "Mozill"), ("198.51.100.4", "curl/8")}
    stranger, _ = await members.invite(rt, who, login="eve", display_name="Eve", role="viewer")
    eve = await sessions.by_token(rt, await sessions.open_session(rt, stranger.user))
    line = next(one for one in found if one.address == "198.51.100.4")
    with pytest.raises(NotFound):
        await sessions.end(rt, eve, line.id)
    await sessions.end(rt, session, line.id)
    with pytest.raises(NotAuthenticated):
        await sessions.by_token(rt, other)
    await sessions.end_others(rt, session)
    with pytest.raises(NotAuthenticated):
        await sessions.by_token(rt, third)
    assert [one.id for one in await sessions.listed(rt, session)] == [session.id]
