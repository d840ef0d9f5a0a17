"""What links say of themselves, as people see it."""

from __future__ import annotations

from dataclasses import replace

from cablegram.accounts.access import operator
from cablegram.connectors import configure, reading
from cablegram.connectors.configure import NewSmpp
from cablegram.connectors.model import LinkStatus, SmppSettings
from cablegram.runtime.runtime import Runtime

SETTINGS = SmppSettings(host="127.0.0.1", port=1, system_id="luna", binds=2)


async def test_a_link_that_a_connector_has_no_more_leaves_no_word_behind(rt: Runtime) -> None:
    who = operator("tests")
    made = await configure.add_smpp(rt, who, NewSmpp(name="Orange", password="", settings=SETTINGS))
    second = LinkStatus(made.id, 1, "bound", "", rt.clock.now())
    async with rt.db.connection() as conn:
        await reading.note_link(conn, second, 1)
    assert [link.state for link in await configure.links(rt, who, [made.id])] == ["bound"]
    fewer = SmppSettings(host="127.0.0.1", port=1, system_id="luna", binds=1)
    await configure.change_smpp(rt, who, made.id, settings=fewer)
    async with rt.db.connection() as conn:
        await reading.note_link(conn, replace(second, state="stopped"), 1)
        await reading.note_link(conn, replace(second, number=0), 1)
    assert [(link.number, link.state) for link in await configure.links(rt, who, [made.id])] == [(0, "bound")]
