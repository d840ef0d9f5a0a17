"""Processes of a benchmark: started, measured, stopped. And the facts of the machine."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 120.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(look: Callable[[], T], is_so: Callable[[T], object], what: str, *, patience: float = PATIENCE) -> T:
    """Look every few milliseconds until what is seen is so."""
    until = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError):
            seen = look()
            if is_so(seen):
                return seen
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {patience:.0f} s")
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def process(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Generator[subprocess.Popen[str]]:
    """Run a program for a block; it is told to end afterwards, and killed if it doesn't."""
    with log.open("a") as out:
        running = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=out, text=True, env=env, cwd=cwd
        )
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                running.kill()
                running.communicate()


def memory(pids: Sequence[int]) -> float:
    """Return the proportional set size of processes, in MB: shared pages count once."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def facts() -> dict[str, str]:
    """Say what machine this is."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return {
        "processor": f"{os.cpu_count()} x {model}",
        "python": platform.python_version(),
        "kernel": platform.release(),
        "load before": load,
        "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
    }
