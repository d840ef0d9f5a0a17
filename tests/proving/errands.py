"""Errands on which a process is killed: one that has imported all of it forks a child for each, and says how it ended.

A fork takes a hundredth of the time that starting Python and importing everything takes.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from cablegram.kit.errors import Unavailable
from cablegram.runtime import logging
from proving.arming import arm
from proving.orders import Armed, read_armed

DATABASE_WAS_AWAY = 75  # how a child ends from under which PostgreSQL was taken

Do = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


def serve(do: Do) -> None:
    """Fork a process for each errand that a line of JSON tells, armed as it says, and say how it ended."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _be_born(json.loads(line), do)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _be_born(told: dict[str, Any], do: Do) -> NoReturn:
    """Live as the child; never return into the parent's code."""
    code = 1
    try:
        logging.configure(level="error", as_json=False, process="errand")
        arm(read_armed(told["armed"]))
        asyncio.run(do(told["errand"]))
        code = 0
    except Unavailable:
        code = DATABASE_WAS_AWAY
    except BaseException:  # noqa: BLE001 - it ends here, and as an exit status
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


class Errands:
    """The process that forks, as a test sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    async def end_of(self, errand: Mapping[str, Any], armed: Armed) -> int:
        """Send somebody on an errand; return their exit status, negative for a signal."""
        return await asyncio.to_thread(self._run, json.dumps({"errand": errand, "armed": asdict(armed)}))

    def _run(self, errand: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{errand}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def of(module: str) -> Generator[Errands]:
    """Lend the errands of a module that calls `serve` when it is run."""
    tests = Path(__file__).parent.parent
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Errands(process)
