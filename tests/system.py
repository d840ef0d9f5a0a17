"""The whole product as a stranger runs it: `cablegram up` and its commands, each a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cablegram.cli.cpu import family

CABLEGRAM = [sys.executable, "-m", "cablegram"]
PATIENCE = 90.0
T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], T | None], what: str, *, patience: float = PATIENCE) -> T:
    """Ask until the answer is true."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            if found := condition():
                return found
        time.sleep(0.1)  # house: between two looks at another process
    raise AssertionError(f"{what} did not happen within {patience:.0f} s")


def environ(data_dir: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("CABLEGRAM_TEST_") or not name.startswith("CABLEGRAM_")
    }
    return {**kept, "CABLEGRAM_DATA_DIR": str(data_dir), "CABLEGRAM_LOG_FORMAT": "plain"}


def unmeasured() -> dict[str, str]:
    """Return the environment for a program of which nobody wants to know what it covers: that takes half its time."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


def command(data_dir: Path, *words: str) -> Any:  # noqa: ANN401 - JSON
    """Run a command to its end and return the JSON it prints."""
    words = (*words, "--json")
    done = subprocess.run(
        [*CABLEGRAM, *words], env=environ(data_dir), capture_output=True, text=True, timeout=PATIENCE * 2, check=False
    )
    if done.returncode:
        raise AssertionError(f"cablegram {' '.join(words)} ended with {done.returncode}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Up:
    """A running `cablegram up`."""

    data_dir: Path
    port: int
    process: subprocess.Popen[str]
    greeting: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def family(self) -> list[int]:
        """Return its process id and those of all its descendants."""
        return family(self.process.pid)

    def kill_all(self) -> list[int]:
        """SIGKILL the whole tree at once; return who was in it."""
        family = self.family()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        return family


@contextmanager
def up(data_dir: Path, *options: str, port: int | None = None) -> Generator[Up]:
    """Run `cablegram up` until the block ends."""
    port = port or free_port()
    words = [*CABLEGRAM, "up", "--port", str(port), *options]
    log = (data_dir.parent / f"{data_dir.name}.log").open("a")
    process = subprocess.Popen(words, env=environ(data_dir), stdout=subprocess.PIPE, stderr=log, text=True)
    running = Up(data_dir, port, process)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            running.greeting.append(line.rstrip())
            if "is ready" in line:
                break
        else:
            raise AssertionError(f"up did not start: {running.greeting}")
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()
        log.close()


@dataclass(frozen=True)
class OutsideCarrier:
    """A simulated carrier that is not ours to kill: it writes down what it saw."""

    smpp_port: int
    journal: Path

    def asked(self) -> set[str]:
        """Return the numbers it was asked to reach, whether it took the message or refused it."""
        return {json.loads(line)["to"] for line in self.journal.read_text().splitlines()}

    def taken(self) -> list[tuple[str, Any, str]]:
        """Return what the carrier took: (number, part, text)."""
        lines = [json.loads(line) for line in self.journal.read_text().splitlines()]
        return [(line["to"], json.dumps(line["part"]), line["text"]) for line in lines if line["taken"]]


@contextmanager
def outside_carrier(folder: Path, *options: str) -> Generator[OutsideCarrier]:
    smpp_port, http_port, journal = free_port(), free_port(), folder / "journal"
    words = [*CABLEGRAM, "carrier", "--smpp-port", str(smpp_port), "--http-port", str(http_port)]
    process = subprocess.Popen(
        [*words, "--journal", str(journal), *options], env=environ(folder), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield OutsideCarrier(smpp_port, journal)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
