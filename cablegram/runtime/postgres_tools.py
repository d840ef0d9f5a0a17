"""Write a whole database into a file and read it back, with PostgreSQL's own pg_dump and pg_restore.

The programs are those of the server's own version where they can be found: the wheel's, which the embedded server comes
from, or the machine's. pg_dump reads one snapshot, so the file is of one moment while everything goes on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cablegram.kit.errors import Conflict, Refused, Unavailable
from cablegram.runtime import postgres_home
from cablegram.runtime.database import unreachable

# A schema of this name says that a restore is under way: no process starts on such a database.
RESTORING = "cablegram_restore"


def dump(url: str, file: Path) -> None:
    """Write the database into a file that only its owner may read; whole or not at all.

    Raises Conflict (`file_exists`), Refused (`bad_file`), Unavailable (`database_unreachable`, `postgres_missing`,
    `backup_failed`).
    """
    if file.exists():
        raise Conflict("file_exists", f"{file} is there already. A backup overwrites nothing: give another name.")
    part = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise Refused("bad_file", f"Can't write {part}: {error.strerror}.") from error
    try:
        # What processes say of themselves is of their moment; none of them lives in the copy.
        words = ["--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=process", f"--file={part}"]
        if fault := _fault("pg_dump", url, words):
            raise Unavailable("backup_failed", fault)
        _to_disk(part)
        part.rename(file)
        _to_disk(file.absolute().parent)
    finally:
        part.unlink(missing_ok=True)


def load(url: str, file: Path) -> None:
    """Fill an empty database from a file, in one transaction; then it is marked until `finish_restore`.

    Raises Conflict (`database_not_empty`), Refused (`bad_file`), Unavailable (`database_unreachable`,
    `postgres_missing`, `restore_failed`).
    """
    try:
        with file.open("rb") as opened:
            is_ours = opened.read(5) == b"PGDMP"
    except OSError as error:
        raise Refused("bad_file", f"Can't read {file}: {error.strerror}.") from error
    if not is_ours:
        raise Refused("bad_file", f"{file} is no backup: `cablegram backup` writes PostgreSQL's custom format.")
    need_empty(url, "a restore replaces nothing")
    with _connected(url) as conn:
        conn.execute(f"CREATE SCHEMA IF NOT EXISTS {RESTORING}")
    fault: str | None = "pg_restore was broken off"
    try:
        fault = _fault("pg_restore", url, ["--no-owner", "--no-privileges", "--single-transaction", str(file)])
    finally:
        if fault:
            finish_restore(url)  # nothing of it is in the database
    if fault:
        raise Unavailable("restore_failed", fault)


def need_empty(url: str, why: str) -> None:
    """Raise Conflict (`database_not_empty`), saying why, if there is anything in the database."""
    with _connected(url) as conn:
        if _is_filled(conn):
            message = (
                f"There are tables in this database, and {why}. Give an empty one: another --data-dir, or a new "
                "database at --database-url."
            )
            raise Conflict("database_not_empty", message)


def finish_restore(url: str) -> None:
    """Take the mark away: processes may start on this database."""
    with _connected(url) as conn:
        conn.execute(f"DROP SCHEMA IF EXISTS {RESTORING}")


def _connected(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise unreachable(error) from error


def _is_filled(conn: psycopg.Connection) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))"
    ).fetchone()
    return bool(row and row[0])


def _fault(name: str, url: str, words: list[str]) -> str | None:
    """Run a program on a database; return what it said when it failed, None when it did what it was asked."""
    with _connected(url) as conn:
        major = str(conn.info.server_version // 10000)
    given = conninfo_to_dict(url)
    password = given.pop("password", None)
    # Not among the words, where everybody on the machine could read it.
    secret = {"PGPASSWORD": str(password)} if password else {}
    command = [str(_program(name, major)), f"--dbname={make_conninfo('', **given)}", *words]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        command,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", **secret},
    )
    if not done.returncode:
        return None
    said = next((line for line in done.stderr.splitlines() if "error:" in line), done.stderr.strip())
    return f"{name} failed: {said}"


def _program(name: str, major: str) -> Path:
    """Find a program, of the server's own version if there is one. Raises Unavailable (`postgres_missing`)."""
    wheel = postgres_home.own_programs()
    if wheel and wheel[1].partition(".")[0] == major:
        return wheel[0] / name
    debian = Path(f"/usr/lib/postgresql/{major}/bin") / name
    found = debian if debian.exists() else shutil.which(name)
    if found:
        return Path(found)
    if wheel:
        return wheel[0] / name
    raise Unavailable("postgres_missing", f"There is no {name} here. Install PostgreSQL's client programs, {major}.")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
