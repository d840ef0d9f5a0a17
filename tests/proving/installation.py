"""An installation as a stranger runs it: `cablegram up` with its own PostgreSQL; and the ways in which it dies."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import urllib.request
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import psycopg

from bench.machine import free_port
from cablegram.accounts.access import operator
from cablegram.audit.prove import audit
from cablegram.billing import importing as tariffs
from cablegram.cli.cpu import family
from cablegram.cli.opening import Place, act
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import SmppSettings
from cablegram.enrollment.open import Opened, open_account
from cablegram.kit.money import MICRO
from cablegram.runtime import Runtime, embedded
from cablegram.runtime.children import Child
from cablegram.senders.grant import NewSender, grant
from system import CABLEGRAM, environ, is_alive

WINDOW = 100
_LOOK = 0.02
_START = 120.0  # seconds
_STOP = ((signal.SIGTERM, 60.0),)
T = TypeVar("T")


class Victim(StrEnum):
    """Who is killed."""

    EVERYTHING = "everything, PostgreSQL too"
    OURS = "all our processes"
    DISPATCHER = "the dispatcher"
    POSTGRES = "PostgreSQL"

    @property
    def takes_the_supervisor(self) -> bool:
        """Tell whether nobody is left who starts anything again."""
        return self in {Victim.EVERYTHING, Victim.OURS}


class Installation:
    """One data folder with a carrier beyond it, started and killed again and again."""

    def __init__(self, folder: Path, carrier_port: int) -> None:
        self._data = folder / "data"
        self._log = folder / "up.log"
        self._carrier_port = carrier_port
        self._port = free_port()
        self._up: Child | None = None

    @property
    def url(self) -> str:
        """Return the API's address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start `cablegram up` and wait until its API answers."""
        words = [*CABLEGRAM, "up", "--no-simulator", "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._up = Child(words, at_our_end=signal.SIGTERM, log=log, environ=environ(self._data))
        until = time.monotonic() + _START
        while not self._is_ready():
            if self._up.exit_code() is not None or time.monotonic() > until:
                raise AssertionError(f"cablegram up did not start; see {self._log}")
            time.sleep(_LOOK)

    def stop(self) -> None:
        """Stop in good order."""
        if self._up:
            self._up.stop(_STOP)
            self._up = None

    def kill(self, victim: Victim) -> float:
        """Send SIGKILL; return when, in monotonic seconds."""
        assert self._up is not None
        pids = [pid for pid in family(self._up.pid) if _belongs(pid, victim)]
        if not pids:
            raise AssertionError(f"{victim} is not there to be killed; see {self._log}")
        at = time.monotonic()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim.takes_the_supervisor:
            self._up.wait(_START)
            self._up = None
        while any(is_alive(pid) for pid in pids):
            time.sleep(_LOOK)
        return at

    def furnish(self, *, throughput: float = 0) -> Opened:
        """Make prices, a link to the carrier, and an account with credit; return the account."""

        async def deed(rt: Runtime) -> Opened:
            await tariffs.load_demo(rt)
            login = SmppSettings(
                host="127.0.0.1",
                port=self._carrier_port,
                system_id="proving",
                window=WINDOW,
                throughput=throughput,
            )
            await add_smpp(rt, operator("proving"), NewSmpp(name="Sink", password="proving", settings=login))
            opened = await open_account(rt, None, "Proving", credits_micro=10**9 * MICRO, default_country="ES")
            async with rt.db.transaction() as conn:
                new = NewSender("1000", country="ES", is_default=True)
                await grant(conn, opened.account_id, new, now=rt.clock.now())
            return opened

        return self.act(deed)

    def act(self, deed: Callable[[Runtime], Awaitable[T]]) -> T:
        """Do something as a command beside the running system does it."""
        return act(Place(data_dir=self._data), deed)

    @contextmanager
    def asking(self) -> Generator[psycopg.Connection]:
        """Lend a connection to the database."""
        url = embedded.running(self._data)
        assert url is not None
        with psycopg.connect(url, autocommit=True) as conn:
            yield conn

    def ask(self, statement: str) -> tuple[int, ...]:
        """Return the one row of numbers that answers a question."""
        with self.asking() as conn:
            (row,) = conn.execute(statement.encode()).fetchall()
        return row

    def audit(self) -> list[str]:
        """Return the sentences of the audit that do not hold."""
        report = self.act(audit)
        return [f"{check.sentence}: {check.count} rows are off" for check in report.checks if not check.is_ok]

    def _is_ready(self) -> bool:
        address = f"{self.url}/health"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310 - our own address
            return answer.status == 200
        return False


def _belongs(pid: int, victim: Victim) -> bool:
    """Tell whether a process of the tree is one of those to be killed."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        is_postgres = Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False  # it has ended
    match victim:
        case Victim.EVERYTHING:
            return True
        case Victim.OURS:
            return not is_postgres
        case Victim.DISPATCHER:
            return b"dispatch" in words
        case Victim.POSTGRES:
            return is_postgres
