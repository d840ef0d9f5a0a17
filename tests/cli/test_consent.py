from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from commanding import Cable

ANA = "+34600000118"


@pytest.mark.usefixtures("acme")
def test_consent_is_shown_exported_and_verified(cable: Cable, tmp_path: Path, database_url: str) -> None:
    assert cable("consent", "verify").out == "No account has anything in its ledger of consent yet.\n"
    cable("blacklist", "add", ANA, "--note", "by letter")
    cable("blacklist", "remove", ANA)
    said = cable("consent", "show", ANA).out
    assert "wants no more: everything the account sends, told by the operator" in said
    assert "Source: by letter" in said
    assert [one["kind"] for one in cable("consent", "export", ANA).facts["events"]] == ["resumed", "opt_out"]
    file = tmp_path / "proof.pdf"
    cable("consent", "export", ANA, "--pdf", "--to", str(file))
    assert file.read_bytes().startswith(b"%PDF-")
    assert cable("consent", "export", ANA, "--pdf", "--json", status=1).error == "one_form"
    (one,) = cable("consent", "verify", "--json").facts
    assert (one["is_ok"], one["events"]) == (True, 2)
    assert "as written" in cable("consent", "verify", "--account", one["account_id"], "--end", one["end"]).out
    assert cable("consent", "verify", "--end", one["end"], status=1).error == "bad_end"
    with psycopg.connect(database_url) as conn:
        conn.execute("ALTER TABLE evidence DISABLE TRIGGER ALL")
        ((its_id,),) = conn.execute("UPDATE evidence SET source = 'by telephone' WHERE seq = 1 RETURNING id").fetchall()
    out = cable("consent", "verify", status=1).out
    assert "NOT as written, 1 fault" in out
    assert f"event 1 ({its_id}): who, by whom, which words or which source is not what was written" in out
    assert "event 1 of the ledger of consent" in cable("audit", status=1).out
