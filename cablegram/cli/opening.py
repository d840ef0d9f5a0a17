"""Open the system for a command: settings, PostgreSQL (borrowed or started), schema, Runtime."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeVar

import uvloop
from cyclopts import Parameter

from cablegram.kit.seal import Seal
from cablegram.migrations.runner import migrate
from cablegram.runtime import Runtime, failpoints, logging
from cablegram.runtime.database import Database
from cablegram.runtime.embedded import borrow
from cablegram.runtime.secret_files import read_or_make
from cablegram.runtime.settings import Settings

T = TypeVar("T")


@Parameter(name="*")
@dataclass(frozen=True)
class Place:
    """Which installation a command means.

    Parameters
    ----------
    data_dir
        The data folder (CABLEGRAM_DATA_DIR); with it comes the embedded PostgreSQL.
    database_url
        Another PostgreSQL instead (CABLEGRAM_DATABASE_URL).
    """

    data_dir: Path | None = None
    database_url: str | None = None


HERE = Place()
AsJson = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON, for scripts.")]


def read_settings(place: Place, **options: object) -> Settings:
    """Read settings from the environment and this command's options."""
    return Settings.read(os.environ, data_dir=place.data_dir, database_url=place.database_url, **options)


@contextmanager
def with_database(settings: Settings) -> Generator[Settings]:
    """Lend settings whose database runs and has its schema; an embedded one that was started here stops afterwards."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.database_url:
        bring_up_to_date(settings.database_url)
        yield settings
        return
    with borrow(settings.data_dir) as url:
        bring_up_to_date(url)
        yield replace(settings, database_url=url)


def bring_up_to_date(url: str, *, is_restoring: bool = False) -> None:
    """Apply missing migrations; a database that may lose what it confirmed is for tests alone."""
    migrate(url, allow_unsafe="CABLEGRAM_TEST_UNSAFE_DATABASE" in os.environ, is_restoring=is_restoring)


def act(place: Place, deed: Callable[[Runtime], Awaitable[T]]) -> T:
    """Open the system, do one thing, close it."""
    with with_database(read_settings(place)) as settings:
        return run(settings, deed, process="command", hot=False)


def run(settings: Settings, deed: Callable[[Runtime], Awaitable[T]], *, process: str, hot: bool) -> T:
    """Build the Runtime of this process and run a deed with it. `hot` processes plan their statements by key only."""
    logging.configure(
        level="warning" if process == "command" else settings.log_level,
        as_json=settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty()),
        process=process,
    )
    if settings.failpoint:
        failpoints.arm(settings.failpoint)

    async def live() -> T:
        db = Database(
            settings.database_url or "",
            size=settings.pool_size,
            hot=hot,
            name=f"cablegram {process}",
            patience=settings.database_patience,
        )
        await db.open()
        _collect_seldom()
        try:
            return await deed(Runtime(settings, db, read_seal(settings)))
        finally:
            await db.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(live())


def _collect_seldom() -> None:
    """Have Python look for circles among objects once in 20,000 new ones, not in 700.

    A batch of a thousand messages makes several thousand objects and no circle; looking through them, and through all
    that was loaded at the start, took 20 to 40 % of the CPU that accepting a batch takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def read_seal(settings: Settings) -> Seal:
    """Return the installation's seal: by the key that was set, or by the one kept in the data folder."""
    return Seal.from_text(settings.secret_key or read_or_make(settings.data_dir / "secret.key", Seal.new_key))
