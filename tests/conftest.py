"""What all tests share: one PostgreSQL for the run, a database of its own for each test, and no way off this machine.

`CABLEGRAM_TEST_DATABASE_URL` names another server (of PostgreSQL 15 or newer, with the right to create databases) to
run against; otherwise each worker of the run starts the embedded one, without fsync.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Generator, Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cablegram.migrations.runner import migrate
from cablegram.runtime.embedded import Embedded


class Server:
    """A PostgreSQL that hands out databases, each a copy of one that was migrated once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._admin = psycopg.connect(url, autocommit=True)
        self._mark = f"cablegram_test_{os.getpid()}"
        self._numbers = count(1)
        self._template = self.empty("template")
        migrate(self._template)

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


@pytest.fixture(scope="session")
def pg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give the PostgreSQL of this run."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("CABLEGRAM_TEST_DATABASE_URL")
        if url is None:
            data_dir = tmp_path_factory.mktemp("postgres")
            stack.callback(shutil.rmtree, data_dir)
            embedded = Embedded(data_dir, for_tests=True)
            url = embedded.start()
            stack.callback(embedded.stop)
        server = Server(url)
        stack.callback(server.close)
        yield server


@pytest.fixture
def database_url(pg: Server) -> Iterator[str]:
    """Give the address of a fresh, migrated database that nobody else uses."""
    url = pg.migrated()
    yield url
    pg.drop(url)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio alone; the product runs on nothing else."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Generator[None]:  # pyright: ignore[reportUnusedFunction] - pytest finds it by its decorator
    """Let no test connect to another machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def guarded(self: socket.socket, address: Any) -> Any:  # noqa: ANN401 - as socket.connect
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test wants to leave this machine, for {address[0]}")
        return connect(self, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
