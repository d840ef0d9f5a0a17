"""Whether this process can do its work: for load balancers, which send requests elsewhere while it can't."""

from __future__ import annotations

import hashlib
from functools import cache

from cablegram.kit.errors import Fault, Unavailable
from cablegram.migrations.runner import files
from cablegram.overview import store
from cablegram.runtime.runtime import Runtime

_PATIENCE = 3.0  # seconds: who asks gives up soon after


async def check(rt: Runtime) -> list[Fault]:
    """Return what stands in the way; nothing when requests can be answered."""
    try:
        await rt.db.feel(within=_PATIENCE)
        async with rt.db.connection() as conn:
            return differences(_known(), await store.migrations(conn))
    except Unavailable as error:
        return [Fault("database", error.code, error.message)]


async def is_sending_stopped(rt: Runtime) -> bool:
    """Tell whether the operator has stopped all sending: requests are answered all the same."""
    async with rt.db.connection() as conn:
        return await store.stopped(conn) is not None


def differences(known: dict[str, str], applied: dict[str, str]) -> list[Fault]:
    """Compare this program's migrations with a database's, both as name and hash. Pure.

    A database that is ahead is in order: a newer program's first half of an upgrade keeps the older one working.
    """
    missing = [name for name in known if name not in applied]
    changed = [name for name in known if name in applied and applied[name] != known[name]]
    faults: list[Fault] = []
    if missing:
        message = f"The database has not got {', '.join(missing)}. Run `cablegram migrate`."
        faults.append(Fault("schema", "migration_missing", message))
    if changed:
        message = f"The database was made with another {', '.join(changed)} than this program's."
        faults.append(Fault("schema", "migration_changed", message))
    return faults


@cache
def _known() -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files()}
