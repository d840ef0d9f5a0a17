"""Texts that come in for an account, as a recorder hands them over; no carrier has to send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from books import rows
from cablegram.accounts.access import Principal
from cablegram.connectors.contract import Fragment, Incoming
from cablegram.dispatch.recorder import Text
from cablegram.inbound.receive import receive
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.runtime.runtime import Runtime

ANA, BEA = "34600000118", "34600000119"
CARRIER = ConnectorId(uuid7())


@dataclass(slots=True)
class Line:
    """One of an account's numbers, and what people write to it."""

    rt: Runtime
    who: Principal
    address: str

    def text(self, words: str, source: str = ANA, *, fragment: Fragment | None = None) -> Text:
        """Make a text that arrives now."""
        return Text(uuid7(), CARRIER, Incoming(source, self.address, words, fragment), self.rt.clock.now())

    async def hear(self, words: str, source: str = ANA) -> Text:
        """Let one text come in."""
        (text,) = await self.hear_all([self.text(words, source)])
        return text

    async def hear_all(self, texts: Sequence[Text]) -> Sequence[Text]:
        """Let texts come in together."""
        async with self.rt.db.transaction() as conn:
            await receive(conn, texts)
        return texts

    async def rules(self) -> list[object]:
        """Return by which rules texts were decided, in the order they came."""
        return [rule for (rule,) in await rows(self.rt, "SELECT rule FROM inbound_text ORDER BY received_at, id")]

    async def said(self, number: str = ANA) -> list[object]:
        """Return what the account wrote to a number from this one, oldest first."""
        return [
            body
            for (body,) in await rows(
                self.rt, "SELECT body FROM message WHERE dst = %s AND src = %s ORDER BY id", number, self.address
            )
        ]


async def line(rt: Runtime, who: Principal, *, stop: bool = True, reply: str = "") -> Line:
    """Set up the account's own number: whether it reads STOP, and what it answers."""
    ((address,),) = await rows(
        rt,
        "UPDATE sender SET stop_words_enabled = %s, autoresponder_enabled = %s, autoresponder_text = %s"
        " WHERE account_id = %s RETURNING address",
        stop,
        bool(reply),
        reply,
        who.account_id,
    )
    return Line(rt, who, str(address))
