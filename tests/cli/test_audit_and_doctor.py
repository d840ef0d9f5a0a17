from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from commanding import Cable, said
from system import free_port


@pytest.mark.usefixtures("acme")
def test_the_audit_prints_the_sums_and_names_what_is_off(cable: Cable, database_url: str) -> None:
    sent = cable("send", "--to", "+34600000118", "--text", "Hello there", "--from", "Acme", "--json").facts
    healthy = cable("audit")
    assert healthy.out.endswith("audit: ok\n")
    assert "acme" in healthy.out
    facts = cable("audit", "--json").facts
    assert (facts["audit"], facts["sums"][0]["by_state"]) == (
        "ok",
        {"queued": {"messages": 1, "amount": sent["price"]}},
    )

    with psycopg.connect(database_url) as conn:
        conn.execute("DELETE FROM queue")
    broken = cable("audit", status=1).out
    assert sent["id"] in broken
    assert "audit: NOT ok" in broken
    failed = [one["name"] for one in cable("audit", "--json", status=1).facts["checks"] if not one["is_ok"]]
    assert failed == ["waiting"]


def verdicts(facts: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["verdict"] for one in facts["findings"]}


@pytest.mark.usefixtures("acme")
def test_the_doctor_says_what_is_well_and_what_is_not(cable: Cable) -> None:
    quiet = {"CABLEGRAM_PORT": str(free_port()), "CABLEGRAM_SIMULATOR": "false"}
    found = verdicts(cable("doctor", "--json", variables=quiet, **_unsafe()).facts)
    assert found["postgresql"] == found["schema"] == found["clock"] == found["accounts"] == found["tariff"] == "ok"
    assert found["connector Carrier"] == "ok"
    assert found["sending"] == "warn"  # nothing runs


def _unsafe() -> dict[str, int]:
    """The tests' own PostgreSQL would lose messages in a power cut, and the doctor is right to say so."""
    return {"status": 1}


@pytest.mark.usefixtures("acme")
def test_another_key_than_that_of_the_passwords_is_found(cable: Cable) -> None:
    key = cable("secret-key").out.strip()
    said_so = cable("doctor", variables={"CABLEGRAM_SECRET_KEY": key, "CABLEGRAM_SIMULATOR": "false"}, status=1).out
    assert "was sealed with another" in said_so


def test_a_database_that_is_behind_is_not_touched_by_the_doctor(cable: Cable, database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("DELETE FROM migration WHERE name = (SELECT max(name) FROM migration)")
    assert verdicts(cable("doctor", "--json", status=1).facts)["schema"] == "warn"
    with psycopg.connect(database_url) as conn:
        conn.execute("UPDATE migration SET hash = 'another' WHERE name LIKE '0001%'")
    assert verdicts(cable("doctor", "--json", status=1).facts)["schema"] == "fail"


def test_a_place_where_nothing_is_yet_stays_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    quiet = {"CABLEGRAM_PORT": str(free_port()), "CABLEGRAM_SIMULATOR": "false"}
    found = verdicts(said(folder, "doctor", "--json", variables=quiet).facts)
    assert found["data folder"] == found["database"] == "warn"
    assert not folder.exists()


def test_open_secrets_are_a_failure(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("secret")
    (tmp_path / "secret.key").chmod(0o644)
    assert verdicts(said(tmp_path, "doctor", "--json", status=1).facts)["secrets"] == "fail"


def test_a_database_that_does_not_answer_is_a_failure_with_a_way_out(tmp_path: Path) -> None:
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    shown = said(tmp_path, "doctor", database_url=away, status=1).out
    assert "FAIL  database: The database can't be reached" in shown
    assert "correct CABLEGRAM_DATABASE_URL" in shown


def test_a_setting_that_nobody_knows_is_a_failure(tmp_path: Path) -> None:
    shown = said(tmp_path, "doctor", variables={"CABLEGRAM_PROT": "1"}, status=1).out
    assert "CABLEGRAM_PORT meant?" in shown
