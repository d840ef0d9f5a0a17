"""The versions of all technology in use (R11): ours, Python's, the database's, and of each library that we run on."""

from __future__ import annotations

import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

from cablegram.accounts.access import Principal, Scope
from cablegram.overview import store
from cablegram.runtime.runtime import Runtime

_NAME = re.compile(r"[A-Za-z0-9._-]+")


async def listed(rt: Runtime, who: Principal) -> list[tuple[str, str]]:
    """Return (name, version): Cablegram, Python, PostgreSQL, then libraries by name."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        database = (await store.facts(conn)).version
    return [
        ("Cablegram", version("cablegram")),
        ("Python", platform.python_version()),
        ("PostgreSQL", database),
        *_libraries(),
    ]


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    wanted = {found[0] for line in requires("cablegram") or () if (found := _NAME.match(line))}
    return tuple((name, known) for name in sorted(wanted) if (known := _version(name)))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # wanted on another platform alone
        return ""
