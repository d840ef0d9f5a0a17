"""The PostgreSQL that tests run against, and the databases it hands out."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cablegram.migrations.runner import migrate

_MEMORY = Path("/dev/shm")  # noqa: S108 - asked whether it is there, and used for what only tests write
_ENOUGH = 4_000_000_000


def memory() -> Path | None:
    """Return a folder that is kept in memory and has room for a whole run, None where there is none.

    The files of a database are made there in a tenth of the processor time that a file system takes.
    """
    try:
        has_room = shutil.disk_usage(_MEMORY).free > _ENOUGH
    except OSError:
        return None
    return _MEMORY if has_room and os.access(_MEMORY, os.W_OK | os.X_OK) else None


def open_quickly(url: str) -> None:
    """Let each connection to a server of ours cost one round of hashing in place of 4,096."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET scram_iterations = 1")
        password = sql.Literal(conninfo_to_dict(url)["password"])
        admin.execute(sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(password))


class Server:
    """A PostgreSQL that hands out databases, each a copy of one that was migrated once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._admin = psycopg.connect(url, autocommit=True)
        self._mark = f"cablegram_test_{os.getpid()}"
        self._numbers = count(1)
        self._template = self.empty("template")
        migrate(self._template, allow_unsafe=True)

    @property
    def version(self) -> int:
        """Return the server's version: 150008, 180006."""
        return self._admin.info.server_version

    def empty(self, name: str) -> str:
        """Make a database without anything in it."""
        return self._make(name, "template1")

    def migrated(self) -> str:
        """Make a database with the whole schema, as fast as this server can."""
        return self._make(f"db{next(self._numbers)}", self._name_of(self._template))

    def copy(self, url: str) -> str:
        """Make a database with all that another holds, to which nobody is connected."""
        return self._make(f"db{next(self._numbers)}", self._name_of(url))

    def drop(self, url: str) -> None:
        """Drop a database, and whoever is still connected to it."""
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name_of(url))))

    def close(self) -> None:
        """Drop the template too."""
        self.drop(self._template)
        self._admin.close()

    def _make(self, name: str, template: str) -> str:
        full = f"{self._mark}_{name}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(statement.format(sql.Identifier(full), sql.Identifier(template)))
        return make_conninfo(self._url, dbname=full)

    @staticmethod
    def _name_of(url: str) -> str:
        return str(conninfo_to_dict(url)["dbname"])
