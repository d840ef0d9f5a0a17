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
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any
from zlib import crc32

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

import make
from cablegram.accounts.access import Principal
from cablegram.kit.clock import SetClock
from cablegram.runtime.embedded import Embedded
from cablegram.runtime.runtime import Runtime
from house.reading import excuses
from stripe_at_home import Door, localstripe
from testbed import Server, memory, open_quickly

# How long an example takes says something about the machine at this moment, and nothing about us.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """Keep what tests write in memory, and let the commands they run take a server without fsync."""
    os.environ["CABLEGRAM_TEST_UNSAFE_DATABASE"] = "1"
    if folder := memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


class _FewInstallations(LoadScopeScheduling):
    """Gives tests to workers one by one, and those that share an installation to as few workers as it pays."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.endswith("panel/test_browser.py") or "/stories/" in module:  # two demos at once want the same ports
            return module
        if module.endswith("proving/test_every_fail_point.py"):
            return f"{module} {crc32(nodeid.encode()) % 2}"
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:  # noqa: ANN401 - xdist's own
    """Let `-n` hand out tests so."""
    return _FewInstallations(config, log)


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
            open_quickly(url)
        server = Server(url)
        stack.callback(server.close)
        yield server


@pytest.fixture
def database_url(pg: Server) -> Iterator[str]:
    """Give the address of a fresh, migrated database that nobody else uses."""
    url = pg.migrated()
    yield url
    pg.drop(url)


@pytest.fixture
def clock() -> SetClock:
    """Give a clock that stands still until it is moved."""
    return make.clock()


@pytest.fixture
async def rt(database_url: str, clock: SetClock) -> AsyncIterator[Runtime]:
    """Give a runtime on a database of its own."""
    runtime = make.runtime(database_url, clock)
    await runtime.db.open()
    yield runtime
    await runtime.db.close()


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    """Give one who may do everything in an account with 100 credits."""
    return await make.account(rt)


@pytest.fixture(scope="session")
def stripe_address() -> Iterator[str]:
    """Give the address of a Stripe on this machine."""
    with localstripe() as address:
        yield address


@pytest.fixture
async def door(stripe_address: str) -> AsyncIterator[Door]:
    """Give a Stripe that has no cards and no payments yet."""
    async with Door(stripe_address).open() as opened:
        await opened.ask("DELETE", "/_config/data")
        yield opened


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the exceptions from the rules of the house whenever the rules were tested."""
    reports = [each for group in terminalreporter.stats.values() for each in group if hasattr(each, "nodeid")]
    if any(report.nodeid.startswith("tests/house/") for report in reports):
        terminalreporter.section("exceptions from the rules of the house")
        terminalreporter.line("\n".join(excuses()) or "none")
