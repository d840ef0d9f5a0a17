"""`cablegram up --workers 2`: two of each process share one database, one port and one carrier."""

from __future__ import annotations

import json
import os
import signal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from system import Up, command, outside_carrier, up, wait_for

MESSAGES = 300


def call(system: Up, key: str, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
    """Call the API on a connection of its own, so that any of the servers may take it."""
    connection = HTTPConnection("127.0.0.1", system.port, timeout=30)
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), head)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def processes(system: Up, name: str) -> list[int]:
    """Return the ids of the living processes of a name."""
    found: list[int] = []
    for pid in system.family():
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if words[1:4] == [b"-m", b"cablegram", name.encode()]:
            found.append(pid)
    return found


def test_two_of_each_share_the_work_and_one_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    with outside_carrier(tmp_path) as carrier, up(tmp_path / "data", "--no-simulator", "--workers", "2") as system:
        account = command(system.data_dir, "account", "create", "Acme", "--credits", "5000", "--country", "ES")
        login = ("--host", "127.0.0.1", "--port", str(carrier.smpp_port), "--system-id", "s", "--password", "p")
        command(system.data_dir, "connector", "add", "smpp", *login, "--binds", "2")
        command(system.data_dir, "tariffs", "import", str(Path(__file__).parents[2] / "examples" / "tariffs.csv"))
        assert [len(processes(system, name)) for name in ("serve", "dispatch", "work")] == [2, 2, 2]

        key = account["api_key"]
        os.kill(processes(system, "serve")[0], signal.SIGKILL)  # the port stays open: the other one answers
        for start in range(0, MESSAGES, 10):
            numbers = range(start, start + 10)
            items = [{"from": "Acme", "to": f"+34600001{n:03d}", "text": f"Hello number {n}"} for n in numbers]
            answer = call(system, key, "/v1/messages/batch", {"messages": items})
            assert answer["accepted"] == 10
        wait_for(lambda: len(carrier.asked()) == MESSAGES, "everything was with the carrier")
        wait_for(lambda: len(processes(system, "serve")) == 2, "the killed server was started again")
        taken = carrier.taken()
        assert len(taken) == len(set(taken))
        wait_for(lambda: command(system.data_dir, "audit")["audit"] == "ok", "the books hold")
