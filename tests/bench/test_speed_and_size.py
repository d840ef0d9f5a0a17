"""How fast and how large the whole system is, on this machine at this hour. Measures; judges nothing.

    make bench

Compare figures of one run with one another, never with another machine's.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

RUNS = 3
CABLEGRAM = [sys.executable, "-m", "cablegram"]


@pytest.mark.bench
def test_demo_of_ten_thousand_messages(tmp_path: Path) -> None:
    print("\n10,000 messages, CSV to final state, everything on this machine:")
    for run in range(RUNS):
        command = [*CABLEGRAM, "demo", "--json", "--data-dir", str(tmp_path / f"run{run}")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        facts = json.loads(done.stdout.splitlines()[-1])
        messages = sum(n for state, n in facts["by_state"].items() if state != "skipped")
        cpu = {name: round(seconds / messages * 1e6) for name, seconds in facts["cpu_seconds"].items()}
        print(
            f"  {facts['seconds']:6.2f} s  {messages / facts['seconds']:8,.0f} messages/s  "
            f"import {facts['import_seconds']:.2f} s  CPU us/message {sum(cpu.values())} {cpu}  audit: {facts['audit']}"
        )


@pytest.mark.bench
def test_start_and_memory(tmp_path: Path) -> None:
    for name in ("first", "second"):
        began = time.monotonic()
        with started(tmp_path) as (process, greeting):
            seconds = time.monotonic() - began
            print(f"\n{name} start: ready after {seconds:.1f} s; {pss_of_tree(process.pid):.0f} MB (PSS)  {greeting}")


@contextmanager
def started(data_dir: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*CABLEGRAM, "up", "--data-dir", str(data_dir), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        greeting = next((line.strip() for line in process.stdout if "ready" in line), "")
        yield process, greeting.partition("/login")[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def pss_of_tree(root: int) -> float:
    """Return the proportional set size of a process and all its descendants, in MB."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    family = [root]
    for pid in family:
        family += parents.get(pid, [])
    return sum(_pss(pid) for pid in family) / 1024


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it ended, or is somebody else's and we are not root
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
