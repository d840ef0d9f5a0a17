"""schemathesis, with nothing but the address and a key, finds nothing."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from zlib import crc32

import pytest

from cablegram.api.app import RESOURCES
from calling import Served
from system import unmeasured

# A body of eight forms is thousands of cases: tests/api/test_connectors.py and test_describing.py have those. And any
# bytes are a file that can be brought: what is wrong with them is said when they are read.
# And some calls may take from the very key that asks what it calls with: tests/api/test_people.py has those.
_LEFT_OUT = {
    *("createConnector", "previewConnector", "bringFile"),
    *("replaceAccessList", "revokeKey", "rotateKey", "setSpendingCap", "suspendAccount"),
}
_SHARES = 12


async def test_schemathesis_finds_nothing(served: Served, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    client = await served.operator()  # may call everything
    ids = {operation.id for resource in RESOURCES for operation in resource.operations} - _LEFT_OUT
    # A twelfth of the calls in a run, by its seed: all of them take minutes. CONTRIBUTING says how to ask for all.
    seed = pytestconfig.getoption("randomly_seed", 0)
    share = (seed if isinstance(seed, int) else 0) % _SHARES
    chosen = sorted(
        one for one in ids if os.environ.get("SCHEMATHESIS") == "all" or crc32(one.encode()) % _SHARES == share
    )
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        *("run", f"{served.address}/v1/openapi.json"),
        *("-H", f"Authorization: {client.headers['Authorization']}"),
        *(word for name in chosen for word in ("--include-operation-id", name)),
        # Examples and each field's edges. Fuzzing and chains of calls take many minutes more.
        *("--phases", "examples,coverage", "--seed", "1", "--no-color"),
    ]
    # From an empty folder: without a configuration of ours.
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=unmeasured(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
