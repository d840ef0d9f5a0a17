"""Server-sent events."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.panel import stream


def test_each_line_of_a_part_is_a_line_of_data() -> None:
    assert stream.message("<p>\n</p>") == b"data: <p>\ndata: </p>\n\n"


def test_a_named_message_may_be_empty() -> None:
    assert stream.message("", event="done") == b"event: done\ndata:\n\n"


@given(st.text(st.characters(codec="utf-8")))
def test_nothing_in_a_part_can_end_its_message(text: str) -> None:
    lines = stream.message(text).decode()[:-2].split("\n")
    assert all(line.startswith("data:") for line in lines)
    assert not any("\r" in line for line in lines)


async def test_a_wait_ends_with_news_or_with_time() -> None:
    news = asyncio.Event()
    await stream.wait(news, 0.001)
    news.set()
    async with asyncio.timeout(5):
        await stream.wait(news, 60)
    assert not news.is_set()


async def test_a_quiet_stream_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_HEARTBEAT", 0.001)
    told, ended = asyncio.Event(), asyncio.Event()

    async def changes() -> stream.Changes:
        try:
            await told.wait()
            yield b"one"
            await asyncio.Event().wait()
        finally:
            ended.set()

    closing = asyncio.Event()
    seen: list[bytes | str] = []
    async with asyncio.timeout(5):
        async for piece in stream.answer(changes(), closing).iterator:  # pyright: ignore[reportGeneralTypeIssues] - it is one of ours
            seen.append(piece)
            if seen == [b": still here\n\n"] * 2:
                told.set()
            if b"one" in seen and seen[-1] != b"one":
                closing.set()
        await ended.wait()
    assert seen.count(b"one") == 1
    assert set(seen) == {b"one", b": still here\n\n"}


async def test_a_stream_ends_when_there_is_nothing_more() -> None:
    async def changes() -> stream.Changes:
        yield b"one"
        yield b"two"

    pieces = stream.answer(changes(), asyncio.Event()).iterator
    assert [piece async for piece in pieces] == [b"one", b"two"]  # pyright: ignore[reportGeneralTypeIssues]
