from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from cablegram.accounts.access import Principal
from cablegram.kit.errors import Unavailable
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.model import Answer, Draft
from cablegram.messages.submit import Asked
from cablegram.runtime import Runtime


def parcel(who: Principal) -> Parcel:
    def answer(drafts: Sequence[Draft]) -> Answer:
        return Answer(202, str(len(drafts)).encode())

    return Parcel(who.account_id, "ES", [Asked(to="+34600000118", text="Hello there")], answer)


async def test_a_desk_that_closes_finishes_what_it_writes_and_sends_the_others_away(
    rt: Runtime, who: Principal
) -> None:
    desk = Desk(rt)
    desk.open()
    first = asyncio.create_task(desk.hand_in(parcel(who)))
    while desk.is_idle:  # noqa: ASYNC110 - a turn of the loop each, not a wait
        await asyncio.sleep(0)
    second = asyncio.create_task(desk.hand_in(parcel(who)))
    await asyncio.sleep(0)
    await desk.close()
    assert (await first).status == 202
    with pytest.raises(Unavailable) as refused:
        await second
    assert refused.value.code == "shutting_down"
    with pytest.raises(Unavailable):
        await desk.hand_in(parcel(who))
