"""What each stage of a message costs by how many go together: CPU a transaction, ours and that of the server's process.

python -m bench.stages

One after the other and alone, so neither the machine's other work nor waiting counts: a batch is accepted at the desk,
claimed, recorded as taken, recorded as delivered. What a transaction costs whatever it holds is what single messages
pay where few come together.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.ledger import cpu_of_process
from bench.load import sink
from bench.ours import Ours, ours
from cablegram.cli.opening import run
from cablegram.connectors import reading
from cablegram.connectors.contract import Outcome, PartResult, Result, Verdict
from cablegram.connectors.model import IdForm
from cablegram.dispatch import record, store
from cablegram.dispatch.model import Claimed, Pending
from cablegram.dispatch.record import Answered
from cablegram.kit.ids import ConnectorId
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.model import Answer
from cablegram.messages.submit import Asked
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn, Database, transaction_on

_NOBODY = 1_000_000  # a dispatcher that there is not, so that nobody takes its messages for lost ones
_WARM = 4  # of so many turns one warms up
Costs = dict[tuple[int, str], list[tuple[float, float]]]
"""By size and stage: CPU seconds, ours and the server's."""


@dataclass
class _Way:
    """Two connections, as the door and the dispatcher have them, and what goes over them."""

    rt: Runtime
    product: Ours
    connector_id: ConnectorId
    desk: Desk
    front: Conn
    back: Conn
    serial: int = 0

    async def send(self, size: int, costs: Costs) -> None:
        """Send a batch through all stages, and note what each costs."""
        parcels, front, back = self._parcels(size), self.front, self.back
        with _counted(costs[size, "accept"], front):
            async with transaction_on(front):
                await self.desk.write(front, parcels)
        now = self.rt.clock.now()
        after = [-1, -1, -1]
        with _counted(costs[size, "claim"], back):
            claimed = await store.claim(
                back,
                self.connector_id,
                _NOBODY,
                room=size,
                is_window_empty=True,
                after=after,
                now=now,
                day=now.date(),
            )
        answered = [Answered(Result(one.id, [_taken(one)], one.outgoing), one) for one in claimed]
        with _counted(costs[size, "take"], back):
            async with transaction_on(back):
                await record.results(back, answered, now=now)
        told = [self._receipt(one) for one in claimed]
        with _counted(costs[size, "land"], back):
            async with transaction_on(back):
                await record.receipts(back, self.connector_id, told, form=IdForm.SAME, now=now, day=now.date())

    def _parcels(self, size: int) -> list[Parcel]:
        found: list[Parcel] = []
        for _ in range(size):
            self.serial += 1
            text = f"#{self.serial:010d} Your table is booked for tonight at nine."
            asked = Asked(to=f"+34600{self.serial % 1_000_000:06d}", text=text)
            found.append(Parcel(self.product.who.account_id, "ES", [asked], lambda _: Answer(202, b"{}")))
        return found

    def _receipt(self, one: Claimed) -> Pending:
        number = one.outgoing.number if one.outgoing else ""
        now = self.rt.clock.now()
        return Pending(None, _taken(one).provider_id, Outcome.DELIVERED, "", "1000", number, "", now, "DELIVRD")


def _taken(one: Claimed) -> PartResult:
    return PartResult(Verdict.TAKEN, f"{one.id.int & 0xFFFFFFFFFF:d}")


@contextmanager
def _counted(into: list[tuple[float, float]], conn: Conn) -> Generator[None]:
    pid = conn.info.backend_pid
    ours_before, theirs_before = time.process_time(), cpu_of_process(pid)
    yield
    into.append((time.process_time() - ours_before, cpu_of_process(pid) - theirs_before))


def stages(product: Ours, *, sizes: list[int], turns: int) -> Costs:
    """Send batches of these sizes through all stages, so many of each."""

    async def act(rt: Runtime) -> Costs:
        costs: Costs = defaultdict(list)
        hot = Database(rt.db.url, size=1, hot=True)
        await hot.open()
        try:
            async with rt.db.connection() as front, hot.connection() as back:
                (connector,) = await reading.enabled(front)
                way = _Way(rt, product, connector.id, Desk(rt), front, back)
                for size in sizes:
                    for _ in range(turns):
                        await way.send(size, costs)
        finally:
            await hot.close()
        return costs

    return run(product.system.settings, act, process="command", hot=False)


def main() -> None:
    """Run it and print a table: microseconds a transaction, and a message."""
    parser = argparse.ArgumentParser(prog="bench.stages")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100, 1000], help="messages that go together")
    parser.add_argument("--turns", type=int, default=80, help="of each size")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cablegram-bench-") as name, sink(Path(name)) as carrier:
        with ours(Path(name) / "stages", carrier, is_carried=False) as product:
            costs = stages(product, sizes=asked.sizes, turns=asked.turns)
        shutil.rmtree(Path(name) / "stages")
    print("| together | stage | ours, us a transaction | PostgreSQL | both, us a message |\n|---:|---|---:|---:|---:|")
    for (size, stage), found in costs.items():
        own, theirs = (median(of_one) * 1e6 for of_one in zip(*found[len(found) // _WARM :], strict=True))
        print(f"| {size:,} | {stage} | {own:,.0f} | {theirs:,.0f} | {(own + theirs) / size:,.1f} |")


if __name__ == "__main__":
    main()
