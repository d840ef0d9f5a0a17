"""What is measured: each work presses on one running gateway and returns rows for the table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles
from typing import Any

import aiohttp

from bench.load import Sink, ask_regularly, press
from bench.machine import wait_for
from bench.ours import Ours
from bench.sink import Behavior
from cablegram.cli.cpu import Meter
from cablegram.kit.ids import ListId

_MILLION = 1_000_000
# The sink knows twelve million serials, and forgets them with each reset: the first come again long after that.
_serials = cycle(range(1, 10 * _MILLION, _MILLION))


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


def first_serial() -> int:
    """Return where a work's serials begin: each begins a million further, so that none comes twice."""
    return next(_serials)


def cpu_of(meter: Meter, messages: float) -> dict[str, float]:
    """Return CPU microseconds a message, by process."""
    return {name: round(seconds / max(messages, 1) * 1e6, 1) for name, seconds in meter.read().items()}


def single(ours: Ours, *, connections: int, seconds: float) -> Row:
    """One POST a message; each answer says that it is on disk. Nobody carries them meanwhile."""
    meter = ours.meter()
    pressed = press(ours.url, "single", ours.key, str(first_serial()), connections=connections, seconds=seconds)
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu = cpu_of(meter, pressed.requests)
    return Row(
        f"single c{connections}", "cablegram", pressed.requests / pressed.seconds, pressed.p50, pressed.p99, cpu, note
    )


def batch(ours: Ours, *, connections: int, seconds: float) -> Row:
    """POSTs of 1,000 messages."""
    meter = ours.meter()
    pressed = press(ours.url, "batch", ours.key, str(first_serial()), connections=connections, seconds=seconds)
    messages = pressed.requests * 1000
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu = cpu_of(meter, messages)
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
    held: list[float] = []  # by our processes, in MB, about once a second

    def look() -> float:
        if time.monotonic() - began > len(held):
            held.append(ours.memory()["ours"])
        return sink.stats()["submits"]

    wait_for(look, lambda n: n >= people, f"{people} messages at the carrier", patience=3600)
    ended = ours.wait_until_final()
    cpu, stats = cpu_of(meter, people), sink.stats()
    note = f"at the carrier {people / (stats['last'] - stats['first']):,.0f}/s; {faults(stats, people)}"
    if behavior and behavior.delay:
        note += f"; {unanswered(stats)}"
    if people >= _MILLION:
        note += (
            f"; memory at each tenth of the time {', '.join(f'{held[n * len(held) // 10]:.0f}' for n in range(10))} MB"
        )
    return Row(name, "cablegram", people / (ended - began), cpu=cpu, note=note)


def unanswered(stats: dict[str, float]) -> str:
    """Say how long the sink really took to answer, and how many messages were unanswered on average (Little's law)."""
    each, places = stats["held"] / stats["submits"], stats["held"] / (stats["last"] - stats["first"])
    return f"answered after {each * 1000:.1f} ms, {places:.0f} unanswered on average"


def end_to_end(ours: Ours, sink: Sink, *, connections: int, seconds: float) -> Row:
    """HTTP singles to the carrier and receipts back, until every state is committed."""
    sink.reset()
    meter = ours.meter()
    began = time.monotonic()
    pressed = press(ours.url, "single", ours.key, str(first_serial()), connections=connections, seconds=seconds)
    ended = ours.wait_until_final()
    stats = sink.stats()
    messages = stats["unique"]
    behind = max(0.0, ended - stats["last"])
    note = f"last state {behind * 1000:,.0f} ms after the last submit; {faults(stats, pressed.requests)}"
    return Row(
        "end to end",
        "cablegram",
        messages / (ended - began),
        pressed.p50,
        pressed.p99,
        cpu_of(meter, messages),
        note,
    )


def receiving(ours: Ours, sink: Sink, *, count: int, stop_each: int = 20) -> Row:
    """Texts from as many phones, read for STOP and answered by themselves, until every answer has its final state."""
    sink.reset()
    ours.act(
        "UPDATE sender SET stop_words_enabled = true, autoresponder_enabled = true,"
        " autoresponder_text = 'Thanks! We call you back.' WHERE is_default"
    )
    meter = ours.meter()
    sink.talk(count=count, to="1000", stop_each=stop_each)
    heard = wait_for(sink.heard, lambda seen: seen["answered"] >= count, f"{count} texts are on disk", patience=600)
    ended = ours.wait_until_final()
    note = f"answered by {ended - heard['first']:.1f} s, the last text after {heard['last'] - heard['first']:.1f} s; "
    note += f"{sink.stats()['submits']:.0f} answers at the carrier"
    rate = count / (heard["last"] - heard["first"])
    return Row("receiving", "cablegram", rate, cpu=cpu_of(meter, count), note=note)


def faults(stats: dict[str, float], wanted: int) -> str:
    """Say what the sink missed, and what it saw twice."""
    lost = max(0, wanted - stats["unique"])
    return f"{lost:.0f} lost, {stats['twice']:.0f} twice"


def latency(ours: Ours, sink: Sink, *, count: int, per_second: float) -> Row:
    """From a POST to its submit_sm at the carrier, at an even and low rate."""
    sink.reset(Behavior(record_from=0))
    ask = asking(ours, "transactional")
    meter = ours.meter()
    first = first_serial()
    asked = asyncio.run(ask_regularly(ask, first=first, count=count, per_second=per_second))
    ours.wait_until_final()
    p50, p99 = percentiles(asked, sink.times())
    return Row(f"latency at {per_second:g}/s", "cablegram", per_second, p50, p99, cpu_of(meter, count))


def asking(ours: Ours, message_class: str) -> Callable[[aiohttp.ClientSession, int], Coroutine[Any, Any, None]]:
    """Return how one message is sent by the API."""
    head = {"Authorization": f"Bearer {ours.key}"}

    async def ask(session: aiohttp.ClientSession, serial: int) -> None:
        text = f"#{serial:010d} Your code is 4711."
        body = {"to": f"+34600{serial % _MILLION:06d}", "text": text, "class": message_class}
        async with session.post(f"{ours.url}/v1/messages", json=body, headers=head) as answer:
            answer.raise_for_status()

    return ask


def percentiles(asked: dict[int, float], came: dict[int, float], *, high: int = 99) -> tuple[float, float]:
    """Return the median and a high percentile of the time from asking to coming, in milliseconds."""
    taken = [(came[serial] - at) * 1000 for serial, at in asked.items() if serial in came]
    cuts = quantiles(taken, n=100)
    return round(cuts[49], 2), round(cuts[high - 1], 2)
