"""What is measured: each work presses on one running gateway and returns rows for the table."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from typing import Any

import aiohttp

from bench.kannel import Kannel
from bench.load import Sink, ask_regularly, press
from bench.machine import wait_for
from bench.ours import Ours
from bench.sink import Behavior
from cablegram.cli.cpu import Meter
from cablegram.kit.ids import ListId

_serials = count(1, 1_000_000)  # each work begins a million further, so that no serial comes twice


@dataclass(frozen=True)
class Row:
    """One line of the table. Rates are messages a second, latencies milliseconds, CPU microseconds a message."""

    work: str
    product: str
    rate: float
    p50: float | None = None
    p99: float | None = None
    cpu: dict[str, float] = field(default_factory=dict[str, float])
    note: str = ""


def _cpu(meter: Meter, messages: float) -> dict[str, float]:
    return {name: round(seconds / max(messages, 1) * 1e6, 1) for name, seconds in meter.read().items()}


def single(ours: Ours, *, connections: int, seconds: float) -> Row:
    """One POST a message; each answer says that it is on disk. Nobody carries them meanwhile."""
    meter = ours.meter()
    pressed = press(ours.url, "single", ours.key, str(next(_serials)), connections=connections, seconds=seconds)
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu = _cpu(meter, pressed.requests)
    return Row(
        f"single c{connections}", "cablegram", pressed.requests / pressed.seconds, pressed.p50, pressed.p99, cpu, note
    )


def kannel_single(kannel: Kannel, *, connections: int, seconds: float) -> Row:
    """The same work for Kannel, which answers before its spool is on disk."""
    meter = kannel.meter()
    pressed = press(kannel.url, "kannel", "-", str(next(_serials)), connections=connections, seconds=seconds)
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu = _cpu(meter, pressed.requests)
    return Row(
        f"single c{connections}", "kannel", pressed.requests / pressed.seconds, pressed.p50, pressed.p99, cpu, note
    )


def batch(ours: Ours, *, connections: int, seconds: float) -> Row:
    """POSTs of 1,000 messages."""
    meter = ours.meter()
    pressed = press(ours.url, "batch", ours.key, str(next(_serials)), connections=connections, seconds=seconds)
    messages = pressed.requests * 1000
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu = _cpu(meter, messages)
    return Row(f"batch c{connections}", "cablegram", messages / pressed.seconds, pressed.p50, pressed.p99, cpu, note)


def campaign(
    ours: Ours,
    sink: Sink,
    list_id: ListId,
    *,
    people: int,
    behavior: Behavior | None = None,
    name: str = "campaign",
) -> Row:
    """A personalised message to everybody on a list, from start to the last final state."""
    sink.reset(behavior)
    meter = ours.meter()
    began = time.monotonic()
    ours.start_campaign(list_id)
    wait_for(lambda: sink.stats()["submits"], lambda n: n >= people, f"{people} messages at the carrier", patience=900)
    ended = ours.wait_until_final()
    cpu, stats = _cpu(meter, people), sink.stats()
    note = f"at the carrier {people / (stats['last'] - stats['first']):,.0f}/s; {_faults(stats, people)}"
    return Row(name, "cablegram", people / (ended - began), cpu=cpu, note=note)


def end_to_end(ours: Ours, sink: Sink, *, connections: int, seconds: float) -> Row:
    """HTTP singles to the carrier and receipts back, until every state is committed."""
    sink.reset()
    meter = ours.meter()
    began = time.monotonic()
    pressed = press(ours.url, "single", ours.key, str(next(_serials)), connections=connections, seconds=seconds)
    ended = ours.wait_until_final()
    stats = sink.stats()
    messages = stats["unique"]
    behind = max(0.0, ended - stats["last"])
    note = f"last state {behind * 1000:,.0f} ms after the last submit; {_faults(stats, pressed.requests)}"
    return Row(
        f"end to end c{connections}",
        "cablegram",
        messages / (ended - began),
        pressed.p50,
        pressed.p99,
        _cpu(meter, messages),
        note,
    )


def kannel_end_to_end(kannel: Kannel, sink: Sink, *, connections: int, seconds: float) -> Row:
    """The same for Kannel, until the last receipt was reported to a callback and answered."""
    sink.reset()
    meter = kannel.meter()
    began = time.monotonic()
    pressed = press(
        kannel.url, "kannel", kannel.receipts, str(next(_serials)), connections=connections, seconds=seconds
    )
    # It reports twice for each message: buffered by the carrier, and delivered (dlr-mask 3 asks for the end alone).
    quiet = _until_quiet(sink)
    stats = sink.stats()
    messages = stats["unique"]
    note = f"{stats['callbacks']:,.0f} callbacks; {_faults(stats, pressed.requests)}"
    return Row(
        f"end to end c{connections}",
        "kannel",
        messages / (quiet - began),
        pressed.p50,
        pressed.p99,
        _cpu(meter, messages),
        note,
    )


def _until_quiet(sink: Sink) -> float:
    """Wait until nothing has come for two seconds; return when the last thing came."""
    last, since = sink.stats(), time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.05)
        now = sink.stats()
        if now != last:
            last, since = now, time.monotonic()
    return max(last["last"], last["last_receipt"], last["last_callback"])


def _faults(stats: dict[str, float], wanted: int) -> str:
    lost = max(0, wanted - stats["unique"])
    return f"{lost:.0f} lost, {stats['twice']:.0f} twice"


def latency(ours: Ours, sink: Sink, *, count: int, per_second: float, message_class: str = "transactional") -> Row:
    """From a POST to its submit_sm at the carrier, at an even and low rate."""
    sink.reset(Behavior(record_times=True))
    head = {"Authorization": f"Bearer {ours.key}"}

    async def ask(session: aiohttp.ClientSession, serial: int) -> None:
        body = {
            "to": f"+34600{serial % 1_000_000:06d}",
            "text": f"#{serial:010d} Your code is 4711.",
            "class": message_class,
        }
        async with session.post(f"{ours.url}/v1/messages", json=body, headers=head) as answer:
            answer.raise_for_status()

    meter = ours.meter()
    first = next(_serials)
    asked = asyncio.run(ask_regularly(ask, first=first, count=count, per_second=per_second))
    ours.wait_until_final()
    p50, p99 = _percentiles(asked, sink.times())
    return Row(f"latency at {per_second:g}/s", "cablegram", per_second, p50, p99, _cpu(meter, count))


def kannel_latency(kannel: Kannel, sink: Sink, *, count: int, per_second: float) -> Row:
    """The same for Kannel."""
    sink.reset(Behavior(record_times=True))

    async def ask(session: aiohttp.ClientSession, serial: int) -> None:
        query: dict[str, Any] = {
            "username": "u",
            "password": "p",
            "from": "1000",
            "to": f"34600{serial % 1_000_000:06d}",
        }
        query["text"] = f"#{serial:010d} Your code is 4711."
        async with session.get(f"{kannel.url}/cgi-bin/sendsms", params=query) as answer:
            answer.raise_for_status()

    meter = kannel.meter()
    first = next(_serials)
    asked = asyncio.run(ask_regularly(ask, first=first, count=count, per_second=per_second))
    _until_quiet(sink)
    p50, p99 = _percentiles(asked, sink.times())
    return Row(f"latency at {per_second:g}/s", "kannel", per_second, p50, p99, _cpu(meter, count))


def _percentiles(asked: dict[int, float], came: dict[int, float]) -> tuple[float, float]:
    taken = [(came[serial] - at) * 1000 for serial, at in asked.items() if serial in came]
    cuts = quantiles(taken, n=100)
    return round(cuts[49], 2), round(cuts[98], 2)
