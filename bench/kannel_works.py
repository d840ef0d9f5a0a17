"""The same works for Kannel."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from bench.kannel import Kannel
from bench.load import Sink, ask_regularly, press
from bench.sink import Behavior
from bench.works import Row, cpu_of, faults, first_serial, percentiles


def single(kannel: Kannel, *, connections: int, seconds: float) -> Row:
    """The same work for Kannel, which answers before its spool is on disk."""
    meter = kannel.meter()
    pressed = press(kannel.url, "kannel", "-", str(first_serial()), connections=connections, seconds=seconds)
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu = cpu_of(meter, pressed.requests)
    return Row(
        f"single c{connections}", "kannel", pressed.requests / pressed.seconds, pressed.p50, pressed.p99, cpu, note
    )


def end_to_end(kannel: Kannel, sink: Sink, *, connections: int, seconds: float) -> Row:
    """The same for Kannel, until the last receipt was reported to a callback and answered."""
    sink.reset()
    meter = kannel.meter()
    began = time.monotonic()
    pressed = press(
        kannel.url, "kannel", kannel.receipts, str(first_serial()), connections=connections, seconds=seconds
    )
    # It reports twice for each message: buffered by the carrier, and delivered (dlr-mask 3 asks for the end alone).
    quiet = _until_quiet(sink)
    stats = sink.stats()
    messages = stats["unique"]
    note = f"{stats['callbacks']:,.0f} callbacks; {faults(stats, pressed.requests)}"
    return Row(
        f"end to end c{connections}",
        "kannel",
        messages / (quiet - began),
        pressed.p50,
        pressed.p99,
        cpu_of(meter, messages),
        note,
    )


def latency(kannel: Kannel, sink: Sink, *, count: int, per_second: float) -> Row:
    """The same for Kannel."""
    sink.reset(Behavior(record_from=0))

    async def ask(session: aiohttp.ClientSession, serial: int) -> None:
        query = {
            "username": "u",
            "password": "p",
            "from": "1000",
            "to": f"34600{serial % 1_000_000:06d}",
        }
        query["text"] = f"#{serial:010d} Your code is 4711."
        async with session.get(f"{kannel.url}/cgi-bin/sendsms", params=query) as answer:
            answer.raise_for_status()

    meter = kannel.meter()
    first = first_serial()
    asked = asyncio.run(ask_regularly(ask, first=first, count=count, per_second=per_second))
    _until_quiet(sink)
    p50, p99 = percentiles(asked, sink.times())
    return Row(f"latency at {per_second:g}/s", "kannel", per_second, p50, p99, cpu_of(meter, count))


def _until_quiet(sink: Sink) -> float:
    """Wait until nothing has come for two seconds; return when the last thing came."""
    last, since = sink.stats(), time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.05)
        now = sink.stats()
        if now != last:
            last, since = now, time.monotonic()
    return max(last["last"], last["last_receipt"], last["last_callback"])
