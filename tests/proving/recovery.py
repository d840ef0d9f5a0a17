"""How long until sending goes on, with a million messages queued when everything dies.

    python -m proving.recovery                                 a million messages
    python -m proving.recovery --queued 50000                  half a minute

Messages are handed in by the API while nobody is there to carry them, so all of them stand in the queue. Then a carrier
comes; then our processes are killed, and later PostgreSQL with them. What is measured goes from the kill to the next
message that the carrier gets, the start of `cablegram up` in between.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from bench.load import Sink, sink
from bench.machine import facts, free_port
from bench.sink import Behavior
from proving.installation import Installation, Victim
from proving.million import recovery
from proving.saying import say

TARGETS = {Victim.OURS: 10.0, Victim.EVERYTHING: 15.0, Victim.POSTGRES: 15.0, Victim.DISPATCHER: 10.0}  # seconds
_ANSWER = (
    0.1  # seconds that the carrier takes: the queue is to last, and the window to be full when the next kill comes
)
_BATCH = 1000
_AT_ONCE = 4
_SENDING = 2.0  # seconds between sending again and the next kill
_FIRST = 34_600_000_000
_QUEUED = "SELECT count(*)::int FROM queue"


def main() -> int:
    """Run it and print a table; 1 if something took longer than it may, or the audit finds anything."""
    parser = argparse.ArgumentParser(prog="proving.recovery", description="Measure how soon sending goes on.")
    parser.add_argument("--queued", type=int, default=1_000_000, help="how many messages wait when the killing begins")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cablegram-recovery-"))
    port = free_port()
    house = Installation(folder, port)
    say("\n".join(f"{name}: {value}" for name, value in facts().items()))
    try:
        house.start()
        fill(house, given.queued)
        with sink(folder, smpp_port=port) as carrier:
            carrier.reset(Behavior(delay=_ANSWER, repeats_receipts=True))
            took = {victim: _measure(house, carrier, victim) for victim in TARGETS}
            faults = house.audit()
            twice = int(carrier.stats()["twice"])
    finally:
        house.stop()
    say("\n| killed | next message after | at most |\n|---|---:|---:|")
    for victim, seconds in took.items():
        say(f"| {victim} | {seconds:.1f} s | {TARGETS[victim]:.0f} s |")
    faults += [f"{twice} messages came twice"] if twice else []
    say("\n".join(faults or ["audit: ok"]))
    is_right = not faults and all(seconds < TARGETS[victim] for victim, seconds in took.items())
    if is_right:
        shutil.rmtree(folder)
    return int(not is_right)


def fill(house: Installation, count: int) -> None:
    """Hand in so many messages by the API, a thousand at a time."""
    key = house.furnish().api_key
    began = time.monotonic()
    asyncio.run(_hand_in(f"{house.url}/v1/messages/batch", key, count))
    (queued,) = house.ask(_QUEUED)
    say(f"{queued:,} messages are queued, after {time.monotonic() - began:.0f} s")


async def _hand_in(url: str, key: str, count: int) -> None:
    batches = iter(range(0, count, _BATCH))

    async def lane(session: aiohttp.ClientSession) -> None:
        for start in batches:
            messages = [
                {"to": f"+{_FIRST + n}", "text": f"#{n:010d} your table is booked"}
                for n in range(start, start + _BATCH)
            ]
            async with session.post(url, json={"messages": messages}) as reply:
                if reply.status != 202:
                    raise AssertionError(f"a batch was refused: {reply.status} {await reply.text()}")

    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers) as session, asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(lane(session))


def _measure(house: Installation, carrier: Sink, victim: Victim) -> float:
    (queued,) = house.ask(_QUEUED)
    took = recovery(house, carrier, victim)
    assert took is not None
    say(f"killed {victim} with {queued:,} messages queued; the next one came after {took:.1f} s")
    time.sleep(_SENDING)
    return took


if __name__ == "__main__":
    sys.exit(main())
