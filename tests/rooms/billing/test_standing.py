from __future__ import annotations

import make
from cablegram.accounts import directory
from cablegram.billing import standing
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime


async def test_an_account_and_its_balance_are_those_of_one_moment(rt: Runtime) -> None:
    who = await make.account(rt, credits=10)
    changed, balance = await standing.change(rt, who, name="Acme")
    assert (changed, balance) == (await directory.show(rt, who), 10 * MICRO)
