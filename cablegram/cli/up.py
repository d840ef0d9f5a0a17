"""`cablegram up`: the whole system in one command, supervised.

PostgreSQL (unless another one is given), the simulated carrier, the API and panel, the dispatcher and the worker, each
a process of its own. What crashes is started again, slower each time; what we started ends with us, even by SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated

from cyclopts import Parameter

from cablegram.cli import whereabouts
from cablegram.cli.listening import listen
from cablegram.cli.opening import HERE, Place, bring_up_to_date, read_seal, read_settings, run
from cablegram.cli.welcome import Welcome, prepare
from cablegram.kit.errors import CablegramError, Refused
from cablegram.runtime.children import Child
from cablegram.runtime.embedded import Embedded
from cablegram.runtime.settings import Settings

_LOOK = 0.2  # seconds between looks at the children
_READY = 90.0  # seconds; on a machine with much else to do, starting takes its time
_PATIENCE = ((signal.SIGTERM, 15.0),)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_DATABASE_PAUSE = 2.0


@dataclass(slots=True)
class _Process:
    """One of our processes, and when to start it again if it ends."""

    name: str
    command: list[str]
    child: Child
    started: float
    pause: float = _FIRST_PAUSE
    again_at: float | None = None


def up(
    *,
    port: int | None = None,
    host: str | None = None,
    simulator: Annotated[bool | None, Parameter(help="Start the simulated carrier too.")] = None,
    workers: Annotated[int | None, Parameter(help="How many of each process to run, to use more cores.")] = None,
    place: Place = HERE,
) -> None:
    """Run the whole system until Ctrl-C."""
    settings = read_settings(place, port=port, host=host, simulator=simulator, workers=workers)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with running(settings) as system:
        print(system.welcome.text(), flush=True)
        system.watch()


class System:
    """The processes of a running installation."""

    def __init__(self, settings: Settings, database: Embedded | None, listener: socket.socket) -> None:
        self.settings = settings
        self._listener = listener  # ours, so that callers wait and are not refused while a server is started again
        self.welcome = Welcome("")
        self._database = database
        self._processes: list[_Process] = []
        self._database_at: float | None = None  # when to start PostgreSQL again
        self._is_stopping = False

    def start(self) -> None:
        """Prepare the database, start everything, and wait until the API answers."""
        if self.settings.simulator:
            self._spawn("carrier", ["--host", self.settings.carrier_host])
        self.welcome = run(self.settings, prepare, process="up", hot=False)
        if self.settings.simulator:
            self._wait_for_carrier()  # else the first link would find nobody there, and wait before it tries again
        for name in ("dispatch", "work", "serve"):
            for _ in range(self.settings.workers):
                self._spawn(name, ["--listener", str(self._listener.fileno())] if name == "serve" else [])
        self._wait_until_ready()
        whereabouts.note(self.settings)

    def watch(self) -> None:
        """Start again what ends, until we are told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        while not self._is_stopping:
            self._look()
            time.sleep(_LOOK)

    def stop(self) -> None:
        """Stop the doors, then the links, which wait for answers on the wire, then the carrier that gives them."""
        for process in reversed(self._processes):
            process.child.stop(_PATIENCE)

    def pids(self) -> dict[str, int]:
        """Return the process ids by name, PostgreSQL's among them where it is ours."""
        found: dict[str, int] = {}
        for process in self._processes:
            number = sum(name.partition(" ")[0] == process.name for name in found) + 1
            found[process.name if number == 1 else f"{process.name} {number}"] = process.child.pid
        if self._database and (pid := self._database.pid()):
            found["postgres"] = pid
        return found

    def _ask_to_stop(self, *_: object) -> None:
        self._is_stopping = True

    def _spawn(self, name: str, options: list[str]) -> None:
        command = [sys.executable, "-m", "cablegram", name, *options]
        self._processes.append(_Process(name, command, self._child(command), time.monotonic()))

    def _child(self, command: list[str]) -> Child:
        # On standard output stands what this command answers, alone; their faults go to standard error.
        return Child(
            command,
            at_our_end=signal.SIGTERM,
            is_silent=True,
            environ=_environ(self.settings),
            files=[self._listener.fileno()] if "--listener" in command else [],
        )

    def _look(self) -> None:
        if self._database:
            self._look_at_database(self._database, time.monotonic())
        for process in self._processes:
            self._look_at(process, time.monotonic())

    def _look_at_database(self, database: Embedded, now: float) -> None:
        """Start PostgreSQL again when it ended. The others wait for it meanwhile, however many tries it takes."""
        if database.exit_code() is not None:
            print("cablegram: PostgreSQL ended; starting it again", file=sys.stderr, flush=True)
            database.stop()
            self._database_at = now
        if self._database_at is None or now < self._database_at:
            return
        try:
            database.start()
        except CablegramError as error:
            print(f"cablegram: {error.message} Again in {_DATABASE_PAUSE:.0f} s.", file=sys.stderr, flush=True)
            self._database_at = time.monotonic() + _DATABASE_PAUSE
        else:
            self._database_at = None

    def _look_at(self, process: _Process, now: float) -> None:
        if process.again_at is not None:
            if now >= process.again_at:
                process.again_at, process.started = None, now
                process.child = self._child(process.command)
            return
        code = process.child.exit_code()
        if code is None:
            return
        if now - process.started > _LONGEST_PAUSE:
            process.pause = _FIRST_PAUSE
        print(f"cablegram: {process.name} ended ({code}); again in {process.pause:.1f} s", file=sys.stderr, flush=True)
        process.again_at = now + process.pause
        process.pause = min(process.pause * 2, _LONGEST_PAUSE)

    def _wait_for_carrier(self) -> None:
        until = time.monotonic() + _READY
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                socket.create_connection((self.settings.carrier_host, self.settings.carrier_port), timeout=1).close()
                return
            self._look()
            time.sleep(0.05)
        raise Refused("not_ready", f"The simulated carrier did not start within {_READY:.0f} seconds.")

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + _READY
        while time.monotonic() < until:
            with contextlib.suppress(urllib.error.URLError, OSError):
                address = f"http://{_reachable(self.settings.host)}:{self.settings.port}/health"
                with urllib.request.urlopen(address, timeout=1) as answer:
                    if answer.status == 200:
                        return
            self._look()
            time.sleep(0.05)
        raise Refused("not_ready", f"The API did not answer within {_READY:.0f} seconds; see the messages above.")


@contextmanager
def running(settings: Settings) -> Generator[System]:
    """Run the system for a block; PostgreSQL and all processes end with it."""
    with listen(settings.host, settings.port) as listener:
        database = None if settings.database_url else Embedded(settings.data_dir)
        url = settings.database_url or (database.start() if database else "")
        try:
            bring_up_to_date(url)
            settings = _with_ports(replace(settings, database_url=url))
            read_seal(settings)  # makes the key before any process needs it
            system = System(settings, database, listener)
            try:
                system.start()
                yield system
            finally:
                system.stop()
        finally:
            if database:
                database.stop()


def _with_ports(settings: Settings) -> Settings:
    """Move the simulated carrier to other ports where its own are taken, for nobody else needs to know them."""
    if not settings.simulator:
        return settings
    carrier = free_port(settings.carrier_host, settings.carrier_port)
    handsets = free_port(settings.carrier_host, settings.handset_port)
    return replace(settings, carrier_port=carrier, handset_port=handsets)


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port if nobody has it, else any that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise Refused("no_free_port", f"No port is free on {host} for the simulated carrier.")


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _environ(settings: Settings) -> dict[str, str]:
    return {**os.environ, **settings.environ()}
