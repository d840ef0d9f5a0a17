"""A carrier by others: node-smpp (npm `smpp`), run by `smsc.mjs` in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("smsc.mjs")
MODULES = Path(__file__).parents[1] / "oracles" / "node_modules"
TIMEOUT = 10.0


class NodeSmsc:
    """What the carrier saw, and the way to tell it what to do; the words are explained in `smsc.mjs`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.seen: list[dict[str, Any]] = []
        self.process = process
        self._changed = asyncio.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.all("listening")[0]["port"]

    def all(self, event: str) -> list[dict[str, Any]]:
        """Return what it saw of one kind, in order."""
        return [each for each in self.seen if each["event"] == event]

    def tell(self, deed: str, **fields: str | int) -> None:
        """Tell it to do something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": deed} | fields).encode() + b"\n")

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so; asked again whenever it has seen something."""
        async with asyncio.timeout(TIMEOUT):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    async def listen(self) -> None:
        """Note what it says, until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.seen.append(json.loads(line))
            self._changed.set()


@asynccontextmanager
async def node_smsc(**options: str | int) -> AsyncGenerator[NodeSmsc]:
    """Run a carrier on a free port."""
    assert MODULES.is_dir(), "npm ci --ignore-scripts --prefix tests/oracles"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("node", SCRIPT, json.dumps(options), stdin=pipe, stdout=pipe)
    smsc = NodeSmsc(process)
    listening = asyncio.ensure_future(smsc.listen())
    try:
        await smsc.until(lambda: smsc.seen)
        yield smsc
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await listening
