"""Everything is killed in mid-campaign, with SIGKILL, and started again: the count still holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import system

PEOPLE = 3000
WINDOW = 20


def people(folder: Path) -> Path:
    path = folder / "people.csv"
    # Ordinary numbers: none ends in 9001 to 9099, where the simulated carrier's scripts are.
    rows = "".join(f"346{i:08d},P{i}\n" for i in range(PEOPLE))
    path.write_text(f"number,first_name\n{rows}")
    return path


@pytest.mark.req("R100")
@pytest.mark.req("R29")
def test_a_campaign_survives_the_death_of_everything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with system.outside_carrier(tmp_path) as carrier:
        with system.up(data, "--no-simulator") as running:
            set_up(data, carrier, tmp_path)
            system.wait_for(lambda: carrier.journal.exists() and len(carrier.taken()) > PEOPLE // 10, "the first tenth")
            family = running.kill_all()
            assert len(carrier.taken()) < PEOPLE, "it was over before it could be killed"
        system.wait_for(lambda: not any(map(system.is_alive, family)), "the end of all processes, PostgreSQL's too")
        with system.up(data, "--no-simulator"):
            counts = system.wait_for(lambda: finished(data), "the end of the campaign", patience=120)
            assert system.command(data, "audit")["audit"] == "ok"
        seen, asked = Counter(number for number, _, _ in carrier.taken()), carrier.asked()
    assert max(seen.values()) == 1, "the carrier got a message twice"
    unknown = counts.get("unknown", 0)
    assert unknown <= 2 * WINDOW
    assert len(asked) >= PEOPLE - unknown


def set_up(data: Path, carrier: system.OutsideCarrier, folder: Path) -> None:
    system.command(data, "account", "create", "acme", "--credits", "100000")
    system.command(
        data, "connector", "add", "smpp", "--host", "127.0.0.1", "--port", str(carrier.smpp_port),
        "--system-id", "s", "--password", "p", "--window", str(WINDOW), "--throughput", "600",
    )  # fmt: skip
    system.command(data, "import", "--account", "acme", "--list", "People", str(people(folder)))
    system.command(
        data, "campaign", "create", "--account", "acme", "Sale", "--list", "People", "--from", "1000",
        "--text", "Hello {{ first_name }}, the sale is on.",
    )  # fmt: skip
    system.command(data, "campaign", "start", "--account", "acme", "Sale")


def finished(data: Path) -> dict[str, int] | None:
    (sale,) = system.command(data, "campaign", "list", "--account", "acme")
    counts: dict[str, int] = sale["counts"]
    return counts if sale["status"] == "finished" and not counts.get("submitted") else None
