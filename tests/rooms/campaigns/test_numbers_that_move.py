"""A number that goes from one contact to another while a campaign is on its way gets the campaign once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import crowd
from books import rows
from cablegram.accounts.access import Principal
from cablegram.audiences import segments
from cablegram.campaigns import find, lifecycle, spared
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done, Made
from cablegram.campaigns.recipe import HAD_IT
from cablegram.contacts import people, replacing
from cablegram.contacts.model import Person
from cablegram.contacts.people import Change
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import ContactId, uuid7
from cablegram.runtime.runtime import Runtime

ANA, BOB, EVE = (f"+{crowd.SPAIN + n}" for n in range(3))


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def sent_to(rt: Runtime) -> list[object]:
    return await rows(rt, "SELECT '+' || dst, state::text, reason FROM message ORDER BY id")  # pyright: ignore[reportReturnType]


async def replace(rt: Runtime, who: Principal, *numbers: str) -> None:
    async def file() -> AsyncIterator[bytes]:
        yield "\n".join(["number,name", *(f"{number},Ana" for number in numbers)]).encode()

    await replacing.replace_all(rt, who, file())


@pytest.mark.req("R101")
async def test_a_number_that_another_contact_takes_in_mid_campaign_gets_it_once(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 2)
    made = await crowd.campaign(rt, who, listed.id)
    await lifecycle.start(rt, who, made.id)
    fan_out = FanOut(slice_size=1)
    assert await fan_out.step(rt, made.id) == Made(1, 0)
    await people.change(rt, who, ANA, Change(number=EVE))
    await people.change(rt, who, BOB, Change(number=ANA))
    assert await fan_out.step(rt, made.id) == Made(0, 1)
    assert await fan_out.step(rt, made.id) == Done(0, 0)
    assert await sent_to(rt) == [(ANA, "queued", None), (ANA, "skipped", "had_it_before")]
    await crowd.assert_adds_up(rt, made.id, recipients=2)


async def test_a_number_that_was_new_before_the_campaign_gets_it(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 2)
    await people.change(rt, who, ANA, Change(number=EVE))
    await people.change(rt, who, BOB, Change(number=ANA))
    made = await crowd.campaign(rt, who, listed.id)
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(2, 0)
    await crowd.assert_adds_up(rt, made.id, recipients=2)


async def test_a_number_whose_contact_is_deleted_and_brought_again_by_a_file_gets_it_once(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    await crowd.crowd(rt, who, 2)
    clock.move(timedelta(days=1))
    everybody = await segments.create(rt, who, "everybody", "country is ES")
    made = await crowd.campaign(rt, who, segment_ids=[everybody.segment.id])
    await lifecycle.start(rt, who, made.id)
    fan_out = FanOut(slice_size=1)
    assert await fan_out.step(rt, made.id) == Made(1, 0)
    await replace(rt, who, BOB)
    await replace(rt, who, ANA, BOB)  # in the very moment of the start, as far as clocks tell
    assert await fan_out.step(rt, made.id) == Made(1, 0)
    assert await fan_out.step(rt, made.id) == Made(0, 1)
    assert await fan_out.step(rt, made.id) == Done(0, 0)
    assert await sent_to(rt) == [(ANA, "queued", None), (BOB, "queued", None), (ANA, "skipped", "had_it_before")]
    await crowd.assert_adds_up(rt, made.id, recipients=3)


async def test_a_number_that_moves_between_two_readings_of_one_slice_goes_to_the_first(
    rt: Runtime, who: Principal
) -> None:
    listed = await crowd.crowd(rt, who, 1)
    made = await crowd.campaign(rt, who, listed.id)
    twice = [Person(ContactId(uuid7()), ANA[1:], "ES", {}, is_number_new=is_new) for is_new in (False, True, True)]
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, made.id)
        found = await spared.among(conn, campaign, twice)
    assert found == {twice[1].contact_id: HAD_IT, twice[2].contact_id: HAD_IT}
