"""The PostgreSQL that tests run against, and the databases it hands out."""

from __future__ import annotations

import os
from itertools import count

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cablegram.migrations.runner import migrate


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
