"""The desk where calls of providers are handed in: one commit for all that came in while the last one ran."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from cablegram.billing.prices import Prices
from cablegram.connectors.contract import Incoming, Receipt
from cablegram.inbound import callbacks
from cablegram.inbound.callback_model import Call
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.group_commit import GroupCommit
from cablegram.runtime.runtime import Runtime

_LARGEST_FLUSH = 1_000  # calls and what they tell
_LITTLE = 100


class CallbackDesk(GroupCommit[Call, None]):
    """Takes calls; their futures end when all that they tell is on disk."""

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, most=_LARGEST_FLUSH, little=_LITTLE)
        self._prices = Prices()

    def leave(self, call: Call) -> asyncio.Future[None]:
        """Hand in, and wait elsewhere. Raises Unavailable if there is no room."""
        self.need_room(self.size(call))
        return self.put(call)

    def size(self, parcel: Call) -> int:
        """Return how many things a call tells, and one for the call."""
        return 1 + (len(parcel.callback.items) if parcel.callback else 0)

    def undo(self, parcel: Call) -> None:
        """Forget what a transaction made of a call that failed."""
        parcel.begin()

    def on_taken(self) -> None:
        """Pass the point before the transaction."""
        reach("callback.taken")

    async def write(self, conn: Conn, parcels: list[Call]) -> list[None]:
        """Take in what calls tell."""
        conn.keep_plans()
        clock = self._rt.clock
        await callbacks.take(conn, parcels, prices=self._prices, now=clock.now(), clock=clock.monotonic())
        return [None] * len(parcels)

    def on_committed(self, parcels: Sequence[Call], seconds: float) -> None:
        """Count what was committed just now, and say so in one line for all calls of the flush."""
        reach("callback.committed")
        told: Counter[tuple[str, str]] = Counter()
        texts: Counter[str] = Counter()
        for call in parcels:
            for _, item in () if call.is_repeated else call.said():
                match item:
                    case Receipt():
                        told[str(call.connector_id), item.outcome.value] += 1
                    case Incoming():
                        texts[str(call.connector_id)] += 1
                    case _:
                        pass
        for (connector_id, outcome), n in told.items():
            self._rt.meters.count("receipts", connector_id, outcome, n=n)
        for connector_id, n in texts.items():
            self._rt.meters.count("texts", connector_id, n=n)
        self._rt.meters.took("callbacks", seconds, messages=len(parcels))
        self._rt.log.info("calls of providers recorded", calls=len(parcels), ms=round(seconds * 1000, 1))

    def on_answered(self) -> None:
        """Pass the point behind the answers."""
        reach("callback.answered")
