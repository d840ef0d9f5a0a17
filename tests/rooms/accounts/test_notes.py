"""Small things an account asked to remember, and how many people it has."""

from __future__ import annotations

import pytest

import make
from cablegram.accounts import members, notes
from cablegram.accounts.access import Principal
from cablegram.accounts.access import operator as as_operator
from cablegram.kit.errors import NotAllowed
from cablegram.runtime.runtime import Runtime


async def test_a_note_stays_until_another_takes_its_place_and_is_the_accounts_own(rt: Runtime, who: Principal) -> None:
    assert await notes.read(rt, who) == {}
    await notes.write(rt, who, "checklist.skipped", "contacts")
    await notes.write(rt, who, "checklist.skipped", "contacts carrier")
    await notes.write(rt, who, "other", "x")
    assert await notes.read(rt, who) == {"checklist.skipped": "contacts carrier", "other": "x"}
    assert await notes.read(rt, await make.account(rt)) == {}


async def test_the_operator_sees_how_many_people_accounts_have(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    for login in ("ana", "bo"):
        await members.invite(rt, who, login=login, display_name=login, role="owner")
    found = await members.counts(rt, as_operator("tests"), [who.account_id, other.account_id])
    assert found == {who.account_id: 2}
    with pytest.raises(NotAllowed):
        await members.counts(rt, who, [who.account_id])
