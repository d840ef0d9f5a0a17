"""What presses on a gateway: wrk for rates, a slow and regular client for latency; and the sink that it all ends in."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bench.machine import free_port, process
from bench.sink import Behavior

_SCRIPTS = Path(__file__).parent / "wrk"


@dataclass(frozen=True)
class Pressed:
    """What wrk saw: latencies are milliseconds."""

    requests: int
    seconds: float
    wrong: int
    p50: float
    p99: float


def press(url: str, script: str, *args: str, connections: int, seconds: float) -> Pressed:
    """Send requests over keep-alive connections, as fast as they are answered."""
    command = [
        "wrk", "--latency", "-t", "1", "-c", str(connections), "-d", f"{seconds:g}s", "--timeout", "30s",
        "-s", str(_SCRIPTS / f"{script}.lua"), url, "--", *args,
    ]  # fmt: skip
    env = {**os.environ, "CABLEGRAM_BENCH_DONE": str(_SCRIPTS / "done.lua")}
    out = subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout
    return Pressed(**json.loads(out.strip().splitlines()[-1]))


async def ask_regularly(
    ask: Callable[[aiohttp.ClientSession, int], Coroutine[Any, Any, None]], *, first: int, count: int, per_second: float
) -> dict[int, float]:
    """Ask at even intervals, whether the last answer has come or not; return when each was asked, by serial."""
    asked: dict[int, float] = {}
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        began = loop.time()
        for n in range(count):
            await asyncio.sleep(max(0.0, began + n / per_second - loop.time()))
            asked[first + n] = time.monotonic()
            group.create_task(ask(session, first + n))
    return asked


class Sink:
    """The sink's process, and its control line."""

    def __init__(self, smpp_port: int, callback_port: int, control_port: int, pid: int) -> None:
        self.smpp_port = smpp_port
        self.callback_port = callback_port
        self.pid = pid
        self._line = socket.create_connection(("127.0.0.1", control_port))
        self._file = self._line.makefile("rw")

    def reset(self, behavior: Behavior | None = None) -> None:
        """Forget what was seen, and behave like this."""
        self._ask(f"reset {json.dumps(asdict(behavior or Behavior()))}")

    def stats(self) -> dict[str, float]:
        """Return what was seen."""
        return self._ask("stats")

    def times(self) -> dict[int, float]:
        """Return when each serial came; only if it was asked to record that."""
        return {int(serial): at for serial, at in self._ask("times").items()}

    def mark(self) -> None:
        """Forget when sending went on: the next submit is noted as `resumed`."""
        self._ask("mark")

    def talk(self, *, count: int, to: str, window: int = 500, stop_each: int = 0) -> None:
        """Begin to write texts to an address, a window of them unanswered at a time."""
        self._ask(f"talk {json.dumps({'count': count, 'to': to, 'window': window, 'stop_each': stop_each})}")

    def heard(self) -> dict[str, float]:
        """Return how many texts were answered by now, and when the first was written and the last answered."""
        return self._ask("heard")

    def serials(self, count: int) -> list[bool]:
        """Tell of each of the first so many serials whether it came."""
        return [digit == "1" for digit in self._ask(f"serials {count}")]

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._line.close()

    def _ask(self, line: str) -> Any:  # noqa: ANN401 - JSON
        self._file.write(line + "\n")
        self._file.flush()
        return json.loads(self._file.readline())


@contextmanager
def sink(folder: Path, *, smpp_port: int | None = None) -> Generator[Sink]:
    """Run a sink for a block."""
    smpp, callbacks, control = smpp_port or free_port(), free_port(), free_port()
    command = [sys.executable, "-m", "bench.sink", "--smpp", str(smpp), "--callbacks", str(callbacks)]
    root = Path(__file__).parent.parent
    with process([*command, "--control", str(control)], log=folder / "sink.log", cwd=root) as running:
        if running.stdout:
            running.stdout.readline()  # it says that it listens
        found = Sink(smpp, callbacks, control, running.pid)
        yield found
        found.close()
