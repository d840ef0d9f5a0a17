"""The gate of claims: many inside at a time, or nobody."""

from __future__ import annotations

import asyncio

import pytest

from cablegram.dispatch.gate import Gate


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Visitor:
    """Somebody inside until told to leave."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._leave = asyncio.Event()
        self.is_inside = False
        self.task = asyncio.create_task(self._visit())

    async def _visit(self) -> None:
        async with self._gate.passing():
            self.is_inside = True
            await self._leave.wait()
        self.is_inside = False

    async def leave(self) -> None:
        """Go out."""
        self._leave.set()
        await self.task


async def test_many_are_inside_at_a_time() -> None:
    gate = Gate()
    visitors = [Visitor(gate) for _ in range(3)]
    await settle()
    assert all(one.is_inside for one in visitors)
    await asyncio.gather(*(one.leave() for one in visitors))


async def test_who_closes_waits_for_all_inside_and_lets_nobody_else_in() -> None:
    gate = Gate()
    early = [Visitor(gate), Visitor(gate)]
    await settle()
    closed, work_done = asyncio.Event(), asyncio.Event()

    async def close() -> None:
        async with gate.closed():
            closed.set()
            await work_done.wait()

    closing = asyncio.create_task(close())
    await settle()
    late = Visitor(gate)
    await early[0].leave()
    await settle()
    assert not closed.is_set()
    await early[1].leave()
    await settle()
    assert closed.is_set()
    assert not late.is_inside
    work_done.set()
    await closing
    await settle()
    assert late.is_inside
    await late.leave()


async def test_two_who_close_come_one_after_the_other_and_the_waiting_pass_in_the_end() -> None:
    gate = Gate()
    at_once: list[int] = []
    busy = 0

    async def close() -> None:
        nonlocal busy
        async with gate.closed():
            busy += 1
            at_once.append(busy)
            await asyncio.sleep(0)
            busy -= 1

    closers = [asyncio.create_task(close()) for _ in range(2)]
    await asyncio.sleep(0)
    visitor = Visitor(gate)
    await settle()
    assert visitor.is_inside
    await visitor.leave()
    await asyncio.gather(*closers)
    assert at_once == [1, 1]


async def test_a_fault_inside_or_while_closed_leaves_the_gate_open() -> None:
    gate = Gate()
    with pytest.raises(ZeroDivisionError):
        async with gate.passing():
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        async with gate.closed():
            raise ZeroDivisionError
    visitor = Visitor(gate)
    closing = asyncio.create_task(gate.closed().__aenter__())
    await settle()
    closing.cancel()  # who waited to close and was told to end
    await asyncio.gather(closing, return_exceptions=True)
    other = Visitor(gate)
    await settle()
    assert other.is_inside
    await asyncio.gather(visitor.leave(), other.leave())
