"""The whole system as somebody meets it first: the demo from its CSV file to the last final state, and a start."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.machine import free_port, memory, process
from bench.works import Row
from cablegram.cli.cpu import family

_CABLEGRAM = (sys.executable, "-m", "cablegram")


def demo(folder: Path) -> Row:
    """Run `cablegram demo` in a new folder: 10,000 messages, everything on this machine."""
    command = [*_CABLEGRAM, "demo", "--json", "--data-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    messages = sum(n for state, n in told["by_state"].items() if state != "skipped")
    cpu = {name: round(seconds / messages * 1e6, 1) for name, seconds in told["cpu_seconds"].items()}
    note = f"{told['seconds']:.2f} s; import {told['import_seconds']:.2f} s; audit: {told['audit']}"
    return Row("demo, CSV to final", "cablegram", messages / told["seconds"], cpu=cpu, note=note)


def start(folder: Path) -> str:
    """Start `cablegram up` twice in a folder, new and known; say how long each took and what memory it has then."""
    found: list[str] = []
    for which in ("first", "second"):
        began = time.monotonic()
        with _up(folder) as pid:
            seconds = time.monotonic() - began
            found.append(f"{which} ready after {seconds:.1f} s with {memory(family(pid)):.0f} MB (PSS)")
    return "start: " + ", ".join(found)


@contextmanager
def _up(folder: Path) -> Generator[int]:
    """Run the system for a block, once it is ready; yields its process id."""
    command = [*_CABLEGRAM, "up", "--data-dir", folder, "--port", str(free_port())]
    with process(command, log=folder.with_suffix(".log")) as running:
        if not any("is ready" in line for line in running.stdout or ()):
            raise TimeoutError(f"cablegram up did not start: see {folder.with_suffix('.log')}")
        yield running.pid
