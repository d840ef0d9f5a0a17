"""Bring a database up to the schema this code needs. Safe to run from many processes at once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import psycopg
from psycopg import sql

from cablegram.kit.errors import Conflict, Refused
from cablegram.runtime.database import unreachable
from cablegram.runtime.postgres_tools import RESTORING

_HERE = Path(__file__).parent
_FILE = re.compile(r"^\d{4}_(pre|post)_[a-z0-9_]+\.sql$")
# Of our advisory locks: 7410 migrations, 7411 dispatchers, 7412 campaigns, 7413 links, 7414 the messages of a share
# (messages/hold.py), 7415 an account's contacts, 7416 parts of texts between two addresses, 7418 workers on jobs,
# 7419 who asks for services from one place, 7420 who wants a keyword, 7421 who closes the books of a day, 7422 who does
# carriers' notices, 7423 who counts visits of links.
_LOCK = 7410
_LEAST_SERVER = 150000
# Off, each of them can lose what was answered with success, or more.
SAFETY = ("fsync", "synchronous_commit", "full_page_writes")

_JOURNAL = """
CREATE TABLE IF NOT EXISTS migration (
    name text PRIMARY KEY,
    hash text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


def files() -> list[Path]:
    """Return the migration files in the order in which they apply."""
    found = sorted(path for path in _HERE.glob("*.sql") if path.name != "schema.sql")
    strange = [path.name for path in found if not _FILE.match(path.name)]
    if strange:
        raise ValueError(f"migrations are named NNNN_pre_what.sql or NNNN_post_what.sql, not {strange}")
    return found


def migrate(url: str, *, allow_unsafe: bool = False, is_restoring: bool = False) -> list[str]:
    """Apply what is missing, one transaction a file, under an advisory lock; return the names that were applied.

    Raises Unavailable (`database_unreachable`), Refused (`postgresql_too_old`, `unsafe_database`), Conflict
    (`migration_changed`) when a file differs from what this database was made with, (`restore_underway`) when a backup
    is being read into it and this is not who does so.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as conn:
            _check_server(conn, allow_unsafe=allow_unsafe)
            if not is_restoring:
                _check_whole(conn)
            conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            conn.execute(_JOURNAL)
            return _apply_missing(conn)
    except psycopg.OperationalError as error:
        raise unreachable(error) from error


def _check_server(conn: psycopg.Connection, *, allow_unsafe: bool) -> None:
    if conn.info.server_version < _LEAST_SERVER:
        message = f"PostgreSQL 15 or newer is needed; this server is {conn.info.parameter_status('server_version')}."
        raise Refused("postgresql_too_old", message)
    unsafe = [name for name in SAFETY if conn.execute("SELECT current_setting(%s)", (name,)).fetchone() == ("off",)]
    if unsafe and not allow_unsafe:
        message = (
            f"This PostgreSQL has {' and '.join(unsafe)} off: what was answered with success could be lost. "
            "Switch it on, in the server's settings or for this database."
        )
        raise Refused("unsafe_database", message)


def _check_whole(conn: psycopg.Connection) -> None:
    if conn.execute("SELECT to_regnamespace(%s)", (RESTORING,)).fetchone() != (None,):
        message = (
            "A backup is being read into this database, or that was broken off. If nobody is at it, give "
            "`cablegram restore` another, empty one."
        )
        raise Conflict("restore_underway", message)


def _apply_missing(conn: psycopg.Connection) -> list[str]:
    done = dict(conn.execute("SELECT name, hash FROM migration").fetchall())
    applied: list[str] = []
    for path in files():
        text = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if path.name in done:
            if done[path.name] != digest:
                message = f"{path.name} was changed after this database applied it. Restore the file, or add a new one."
                raise Conflict("migration_changed", message)
            continue
        with conn.transaction():
            # A migration that can't get its locks gives up rather than queue everybody else behind itself.
            conn.execute("SET LOCAL lock_timeout = '4s'")
            conn.execute(sql.SQL(text))  # pyright: ignore[reportArgumentType] - our own files are the statements
            conn.execute("INSERT INTO migration (name, hash) VALUES (%s, %s)", (path.name, digest))
        applied.append(path.name)
    return applied
