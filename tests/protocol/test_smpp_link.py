"""The dispatcher and its links over real TCP, against a carrier that others wrote."""

from __future__ import annotations

import traffic
from cablegram.accounts.access import Principal
from cablegram.runtime.runtime import Runtime
from dispatching import carrier, dispatching, until_all, until_link
from peers.node_smsc import node_smsc


async def test_texts_go_out_and_come_back_as_delivered(rt: Runtime, who: Principal) -> None:
    texts = ["Hello Anna", "Привет, Анна!", "long " * 60, "Καλημέρα 😀 " * 12]
    async with node_smsc(password="secret") as smsc:
        await carrier(rt, smsc.port)
        async with dispatching(rt):
            await until_link(rt, "bound")
            await traffic.accepted(rt, [traffic.draft(who, text) for text in texts])
            await until_all(rt, delivered=4)
