"""Look at a database without changing it: is it one we can trust, and is it up to date? For `cablegram doctor`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

from cablegram.migrations.runner import SAFETY, files
from cablegram.runtime.database import unreachable

_DISPATCHERS = 7411  # the first half of the lock that each living dispatcher holds


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a database says of itself. `unsafe` are settings that are off; `missing` and `changed` are migrations.

    `strange` were applied by a newer program than this. `dispatchers` live at this moment.
    """

    version: str
    is_new_enough: bool
    unsafe: tuple[str, ...]
    now: datetime
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    strange: tuple[str, ...]
    dispatchers: int


def look(url: str) -> Checkup:
    """Ask the database. Raises Unavailable (`database_unreachable`)."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as conn:
            done = _applied(conn)
            known = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files()}
            return Checkup(
                version=str(conn.info.parameter_status("server_version")),
                is_new_enough=conn.info.server_version >= 150000,
                unsafe=tuple(name for name in SAFETY if _one(conn, "SELECT current_setting(%s)", name) == "off"),
                now=_moment(conn),
                missing=tuple(name for name in known if name not in done),
                changed=tuple(name for name in known if name in done and done[name] != known[name]),
                strange=tuple(sorted(done.keys() - known.keys())),
                dispatchers=_dispatchers(conn),
            )
    except psycopg.OperationalError as error:
        raise unreachable(error) from error


def _applied(conn: psycopg.Connection) -> dict[str, str]:
    if _one(conn, "SELECT to_regclass(%s)::text", "migration") is None:
        return {}
    return dict(conn.execute("SELECT name, hash FROM migration").fetchall())


def _one(conn: psycopg.Connection, question: LiteralString, value: str) -> str | None:
    row = conn.execute(question, [value]).fetchone()
    return row[0] if row else None


def _moment(conn: psycopg.Connection) -> datetime:
    ((now,),) = conn.execute("SELECT clock_timestamp()").fetchall()
    return now


def _dispatchers(conn: psycopg.Connection) -> int:
    ((count,),) = conn.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE pg_locks.locktype = 'advisory' AND pg_locks.classid = %s AND pg_locks.granted"
        " AND pg_database.datname = current_database()",
        [_DISPATCHERS],
    ).fetchall()
    return count
