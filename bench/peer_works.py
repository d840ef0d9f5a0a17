"""The same works for a peer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import aiohttp

from bench.load import Pressed, Sink, ask_regularly, press
from bench.peer import Peer
from bench.works import Row, cpu_of, faults, first_serial, percentiles


def single(peer: Peer, *, connections: int, seconds: float) -> Row:
    """One request a message; neither peer says that it is on disk, only that it was taken."""
    meter = peer.meter()
    pressed = _press(peer, "-", connections=connections, seconds=seconds)
    note = f"{pressed.wrong} refused" if pressed.wrong else ""
    cpu, rate = cpu_of(meter, pressed.requests), pressed.requests / pressed.seconds
    return Row(f"single c{connections}", peer.name, rate, pressed.p50, pressed.p99, cpu, note)


def end_to_end(peer: Peer, sink: Sink, *, connections: int, seconds: float) -> Row:
    """Singles until the last receipt was reported to a callback and answered."""
    sink.reset(peer.carrier)
    meter = peer.meter()
    began = time.monotonic()
    pressed = _press(peer, peer.receipts, connections=connections, seconds=seconds)
    ended = _until_quiet(sink, peer.longest_pause)
    stats = sink.stats()
    messages = stats["unique"]
    cpu, rate = cpu_of(meter, messages), messages / (ended - began)
    note = f"{stats['callbacks']:,.0f} callbacks; {faults(stats, pressed.requests)}"
    return Row("end to end", peer.name, rate, pressed.p50, pressed.p99, cpu, note)


def latency(peer: Peer, sink: Sink, *, count: int, per_second: float) -> Row:
    """From a request to its submit_sm, at an even and low rate."""
    sink.reset(replace(peer.carrier, record_from=0))

    async def ask(session: aiohttp.ClientSession, serial: int) -> None:
        query = {"username": "u", "password": "p", "from": "1000", "to": f"34600{serial % 1_000_000:06d}"}
        query[peer.text_field] = f"#{serial:010d} Your code is 4711."
        async with session.get(peer.url + peer.path, params=query) as answer:
            answer.raise_for_status()

    meter = peer.meter()
    first = first_serial()
    asked = asyncio.run(ask_regularly(ask, first=first, count=count, per_second=per_second))
    _until_quiet(sink, 2.0)
    p50, p99 = percentiles(asked, sink.times())
    return Row(f"latency at {per_second:g}/s", peer.name, per_second, p50, p99, cpu_of(meter, count))


def _press(peer: Peer, more: str, *, connections: int, seconds: float) -> Pressed:
    words = (peer.path, peer.text_field, more, str(first_serial()))
    return press(peer.url, "peer", *words, connections=connections, seconds=seconds)


def _until_quiet(sink: Sink, longest_pause: float) -> float:
    """Wait until nothing more comes; return when the last thing came."""
    last, since = sink.stats(), time.monotonic()
    while time.monotonic() - since < longest_pause:
        time.sleep(0.05)
        now = sink.stats()
        if now != last:
            last, since = now, time.monotonic()
    return max(last["last"], last["last_receipt"], last["last_callback"])
