"""What customers of a store write stands in the inbox; what the store answered by itself does not."""

from __future__ import annotations

import pytest

import make
import shops
import traffic
from cablegram.inbound import talks
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from hearing import Line

ANN = "12125550118"


@pytest.mark.req("R66", "R117")
async def test_a_customers_question_opens_a_conversation_and_the_keyword_opens_none(rt: Runtime) -> None:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt)
    await shops.code(rt, who)
    await shops.shop(rt, who)
    own = Line(rt, who, shops.CODE)
    await own.hear("PIZZA123", ANN)
    assert (await talks.count(rt, who)).open == 0
    await own.hear("Is there garlic on it?", ANN)
    assert (await talks.count(rt, who)).open == 1
