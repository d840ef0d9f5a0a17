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

# Some calls may take from the very key that asks what it calls with: tests/api/test_people.py has those.
_LEFT_OUT = {"replaceAccessList", "revokeKey", "rotateKey", "setSpendingCap", "suspendAccount"}
# What no schema can say is not asked of these. A description must name its number, its places must be places, and so
# on (tests/api/test_connectors.py and test_describing.py have those); and any bytes are a file that can be brought:
# what is wrong with them is said when they are read.
_NOT_ASKED = {
    "createConnector": "positive_data_acceptance",
    "previewConnector": "positive_data_acceptance",
    "bringFile": "negative_data_rejection",
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
    asked: list[tuple[str, ...]] = [
        (name, "--exclude-checks", _NOT_ASKED[name]) for name in chosen if name in _NOT_ASKED
    ]
    if ordinary := [name for name in chosen if name not in _NOT_ASKED]:
        asked.append(tuple(word for name in ordinary for word in ("--include-operation-id", name))[1:])
    for words in asked:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            *("run", f"{served.address}/v1/openapi.json"),
            *("-H", f"Authorization: {client.headers['Authorization']}"),
            *("--include-operation-id", *words),
            # Examples and each field's edges. Fuzzing and chains of calls take many minutes more.
            *("--phases", "examples,coverage", "--seed", "1", "--no-color"),
        ]
        # From an empty folder: without a configuration of ours.
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, env=unmeasured(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
