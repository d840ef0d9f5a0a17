"""No role is shown an entry or a tab that refuses it."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar

from books import rows
from browsing import person
from cablegram.accounts import members
from cablegram.accounts.access import operator as as_operator
from cablegram.kit.ids import AccountId
from cablegram.panel.shell import NEEDS
from cablegram.runtime.runtime import Runtime

_NAV = re.compile(r"<(?:nav|aside)\b.*?</(?:nav|aside)>", re.DOTALL)


def places(page: str) -> list[str]:
    """Return where the entries and tabs of a page lead, whatever is asked for there."""
    found = [href for part in _NAV.findall(page) for href in re.findall(r'href="(/[^"#?]*)', part)]
    return [one for one in dict.fromkeys(found) if not one.startswith(("/static", "/logout", "/docs"))]


@pytest.mark.usefixtures("operator")
async def test_who_may_only_look_is_led_nowhere_that_refuses_them(panel: Litestar, rt: Runtime) -> None:
    ((account_id,),) = await rows(rt, "SELECT id FROM account")
    boss = as_operator("tests", AccountId(account_id))  # type: ignore[arg-type]  # what the column holds
    _, token = await members.invite(rt, boss, login="vera", display_name="Vera", role="viewer")
    async with person(panel) as somebody:
        await somebody.open(f"/login/{token}")
        waiting, seen = ["/"], set[str]()
        while waiting:
            address = waiting.pop()
            seen.add(address)
            page = await somebody.client.get(address)  # unread: reading forty pages takes as long as drawing them
            assert page.status_code == 200, address
            waiting += [one for one in places(page.text) if one not in seen and one not in waiting]
        assert len(seen) > 30, seen
        assert not seen & NEEDS.keys()
        # Who knows the address is told why, within the frame, so that there is a way on.
        page = await somebody.open("/settings/log", expect=403)
        assert ("This is not for your role" in page.text, "/campaigns" in page.links) == (True, True)
        page = await somebody.open(f"/campaigns/{account_id}", expect=404)
        assert ("/campaigns" in page.links, "Kiosko Luna" in page.text) == (True, True)
        # The operator's rooms are nobody else's, and so is the way through them.
        page = await somebody.open("/operator/accounts", expect=403)
        assert ("/operator" in page.body, "/campaigns" in page.links) == (False, True)
