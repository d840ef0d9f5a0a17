"""schemathesis, with nothing but the address and a key, finds nothing."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from calling import Served
from system import unmeasured


async def test_schemathesis_finds_nothing(served: Served, tmp_path: Path) -> None:
    client = await served.operator()  # may call everything
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        *("run", f"{served.address}/v1/openapi.json"),
        *("-H", f"Authorization: {client.headers['Authorization']}"),
        # Examples and each field's edges. Fuzzing and chains of calls take minutes: CONTRIBUTING says how to run them.
        # A body of eight forms is thousands of cases: tests/api/test_connectors.py and test_describing.py have those.
        # Any bytes are a file that can be brought: what is wrong with them is said when they are read.
        *(
            word
            for name in ("createConnector", "previewConnector", "bringFile")
            for word in ("--exclude-operation-id", name)
        ),
        *("--phases", "examples,coverage", "--seed", "1", "--no-color"),
    ]
    # From an empty folder: without a configuration of ours.
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=unmeasured(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
