"""The database dies in the middle of everything and comes back: calls say 503 meanwhile, and the count holds."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import system
from commanding import said

PEOPLE = 1000
THROUGHPUT = 400
CLIENTS = 4


class Door:
    """The API, over one connection."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=system.PATIENCE)
        self._key = key

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> tuple[int, Any, Any]:
        """Return status, JSON and headers of the answer."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": kind}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null"), answer.headers

    def post(self, path: str, what: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON of an answer that must be a success."""
        status, told, _ = self.ask("POST", path, json.dumps(what).encode())
        assert status < 300, told
        return told

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass
class Caller:
    """A program that sends one message after the other, each to a number of its own, and notes every answer."""

    door: Door
    head: str
    taken: list[str] = field(default_factory=list[str])
    refused: dict[str, tuple[int, str, str | None]] = field(default_factory=dict[str, tuple[int, str, str | None]])
    is_over: threading.Event = field(default_factory=threading.Event)

    def was_told(self, code: str) -> bool:
        """Tell whether a call was refused with this code."""
        return any(told == code for _, told, _ in list(self.refused.values()))

    def call(self) -> None:
        """Send until told that it is over."""
        while not self.is_over.is_set():
            number = f"{self.head}{len(self.taken) + len(self.refused):06d}"
            body = {"from": "1000", "to": number, "text": "Your parcel has arrived."}
            status, told, headers = self.door.ask("POST", "/v1/messages", json.dumps(body).encode())
            if status == 202:
                self.taken.append(number)
            else:
                self.refused[number] = (status, told["code"], headers["Retry-After"])


@contextmanager
def calling(port: int, key: str) -> Generator[list[Caller]]:
    callers = [Caller(Door(port, key), f"3466{at}") for at in range(CLIENTS)]
    threads = [threading.Thread(target=caller.call) for caller in callers]
    for thread in threads:
        thread.start()
    try:
        yield callers
    finally:
        for caller in callers:
            caller.is_over.set()
        for caller, thread in zip(callers, threads, strict=True):
            thread.join()
            caller.door.close()


def servers(running: system.Up) -> list[int]:
    """Return PostgreSQL's processes."""
    found: list[int] = []
    for pid in running.family():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                found.append(pid)
    return found


def tell(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def test_nothing_is_lost_when_the_database_dies_under_a_campaign_and_callers(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with system.outside_carrier(tmp_path) as carrier, system.up(data, "--no-simulator") as running:
        key, door = set_up(data, carrier, running)
        campaign = new_campaign(door)
        with calling(running.port, key) as callers:
            door.post(f"/v1/campaigns/{campaign}/lifecycle", {"action": "start"})
            system.wait_for(lambda: len(carrier.taken()) > PEOPLE // 10, "the first tenth")
            assert not any(each.refused for each in callers)
            database = servers(running)
            # It hangs in the middle of whatever it does, then it is gone; nobody may start it again yet.
            tell([running.process.pid, *database], signal.SIGSTOP)
            tell(database, signal.SIGKILL)
            system.wait_for(
                lambda: all(each.was_told("database_unreachable") for each in callers), "word to every caller"
            )
            tell([running.process.pid], signal.SIGCONT)
            enough = [len(each.taken) + 20 for each in callers]
            system.wait_for(
                lambda: all(len(each.taken) > least for each, least in zip(callers, enough, strict=True)),
                "answers from the new database",
            )
        system.wait_for(lambda: is_over(door, campaign), "the end of everything")
        door.close()
        proof = system.command(data, "audit")
    assert proof["audit"] == "ok"
    assert not any(one["by_state"].get("unknown") for one in proof["sums"]), "nothing is in question: dispatch lived"
    assert "PostgreSQL ended; starting it again" in (tmp_path / "data.log").read_text()
    check(callers, carrier)


def check(callers: list[Caller], carrier: system.OutsideCarrier) -> None:
    refused = {number: what for each in callers for number, what in each.refused.items()}
    codes = {code for _, code, _ in refused.values()}
    assert "database_unreachable" in codes <= {"database_unreachable", "outcome_unknown"}
    assert all(status == 503 and wait and int(wait) > 0 for status, _, wait in refused.values())
    # What nobody could tell may have been done. Of all others the carrier was asked what was answered with 202.
    unsure = {number for number, (_, code, _) in refused.items() if code == "outcome_unknown"}
    seen = Counter(number for number, _, _ in carrier.taken())
    assert max(seen.values()) == 1, "the carrier got a message twice"
    assert carrier.asked() - unsure == {number for each in callers for number in each.taken} | set(people())


def people() -> list[str]:
    # Ordinary numbers: none ends in 9001 to 9099, where the simulated carrier's scripts are.
    return [f"346{at:08d}" for at in range(PEOPLE)]


def set_up(data: Path, carrier: system.OutsideCarrier, running: system.Up) -> tuple[str, Door]:
    key: str = system.command(data, "account", "create", "acme", "--credits", "100000")["api_key"]
    system.command(
        data, "connector", "add", "smpp", "--host", "127.0.0.1", "--port", str(carrier.smpp_port),
        "--system-id", "s", "--password", "p", "--window", "20", "--throughput", str(THROUGHPUT),
    )  # fmt: skip
    return key, Door(running.port, key)


def new_campaign(door: Door) -> str:
    made = door.post("/v1/contact_lists", {"name": "People"})["id"]
    rows = "".join(f"{number}\n" for number in ["number", *people()])
    assert door.ask("PUT", f"/v1/contact_lists/{made}/contacts", rows.encode(), "text/csv")[0] == 200
    campaign = {"name": "Sale", "contact_list_ids": [made], "from": "1000", "text": "The sale is on."}
    return door.post("/v1/campaigns", campaign)["id"]


def is_over(door: Door, campaign: str) -> bool:
    found = door.ask("GET", f"/v1/campaigns/{campaign}")[1]
    waits = ("queued", "submitting", "submitted")
    return found["state"] == "finished" and not any(
        door.ask("GET", f"/v1/messages?status={state}&limit=1")[1]["items"] for state in waits
    )


@pytest.mark.parametrize("command", ["serve", "dispatch", "work"])
def test_a_process_that_finds_no_database_says_so_and_ends(tmp_path: Path, command: str) -> None:
    nobody = f"postgresql://me@127.0.0.1:{system.free_port()}/none"
    heard = said(tmp_path, command, database_url=nobody, status=1)
    assert heard.error == "database_unreachable"
