"""Server-sent events: parts of a page as they change, a sign of life in between, an end when the browser goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from litestar.response import Stream

_HEARTBEAT = 15.0  # seconds: proxies drop connections on which nothing moves
_STILL_HERE = b": still here\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Changes = AsyncGenerator[bytes, None]


def answer(changes: Changes, closing: asyncio.Event) -> Stream:
    """Answer with a stream of messages (of `message`), which ends at the latest when the panel closes."""
    return Stream(_kept_alive(changes, closing), media_type="text/event-stream", headers=_HEADERS)


def message(text: str, *, event: str = "") -> bytes:
    """Write one message (HTML standard, section 9.2.6); one without an event's name is swapped into the page."""
    lines = [f"event: {event}"] if event else []
    lines += [f"data: {line}" for line in text.splitlines()] or ["data:"]
    return ("\n".join(lines) + "\n\n").encode()


async def wait(news: asyncio.Event, seconds: float) -> None:
    """Wait until there is news, or for so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return
    news.clear()


async def _kept_alive(changes: Changes, closing: asyncio.Event) -> Changes:
    next_one: asyncio.Task[bytes] | None = None
    closed = asyncio.create_task(closing.wait())
    try:
        while not closing.is_set():
            next_one = next_one or asyncio.create_task(_next(changes))
            done, _ = await asyncio.wait([next_one, closed], timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                yield _STILL_HERE
            elif next_one in done:
                ready, next_one = next_one, None
                if not (found := ready.result()):
                    return
                yield found
    finally:
        closed.cancel()
        # In a task of its own, since whoever goes away cancels us at every step.
        ending = asyncio.create_task(_end(changes, next_one))
        _ENDINGS.add(ending)
        ending.add_done_callback(_ENDINGS.discard)


_ENDINGS: set[asyncio.Task[None]] = set()


async def _next(changes: Changes) -> bytes:
    return await anext(changes, b"")


async def _end(changes: Changes, next_one: asyncio.Task[bytes] | None) -> None:
    if next_one:
        next_one.cancel()
        await asyncio.wait([next_one])
    await changes.aclose()
