from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable

FILE = "prefix,country,name,price\n34,ES,Spain,{}\n"


@pytest.mark.req("R15", "R16", "R20")
def test_prices_have_steps_and_tariffs_have_dates(cable: Cable, tmp_path: Path) -> None:
    account = cable("account", "create", "Priced", "--credits", "5", "--json").facts["account_id"]
    assert cable("prices", "show", "--json").facts == {"credits": None}
    assert cable("prices", "set", "EUR", "0:0.012", "1000:0.01", "--json").facts["steps"][1]["price"] == 10_000
    assert cable("prices", "set", "EUR", "nothing", status=1).error == "bad_credit_price"
    assert cable("prices", "inbound", "Priced", "0.5", "--json").facts == {"inbound": 500_000}
    shown = cable("prices", "show", "--account", account, "--json").facts
    assert (shown["is_own"], shown["inbound"], shown["currency"]) == (False, 500_000, "EUR")
    assert "0.012 EUR" in cable("prices", "show").out

    file = tmp_path / "tariffs.csv"
    file.write_text(FILE.format("0.5"))
    later = cable("tariffs", "import", file, "--from", "2099-01-01", "--name", "Later", "--json").facts["version"]
    compared = cable("tariffs", "compare", str(later), "--json").facts
    assert "34" in {one["prefix"] for one in compared["differences"]}
    assert cable("tariffs", "dry-run", str(later), "--json").facts["total"]["messages"] == 0
    assert "Later" in cable("tariffs", "versions").out
    assert cable("tariffs", "withdraw", str(later), "--json").facts["withdrawn_at"]
    assert cable("tariffs", "import", file, "--from", "soon", status=1).error == "bad_valid_from"


@pytest.mark.req("R29")
def test_statements_closed_days_margins_and_invoices_can_be_asked_for(cable: Cable, tmp_path: Path) -> None:
    cable("account", "create", "Stated", "--credits", "5", "--json")
    for name, begins in (("statement.csv", b"number,at,kind"), ("statement.pdf", b"%PDF-")):
        told = cable("ledger", "statement", tmp_path / name, "--account", "Stated", "--json").facts
        assert (told["count"], told["closing"]) == (1, 5_000_000)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert cable("ledger", "verify", "--json").facts == {"days": 0, "is_ok": True, "faults": []}
    assert "Nothing was counted" in cable("margins").out

    cable("connector", "add", "smpp", "--host", "127.0.0.1", "--system-id", "s", "--password", "p", "--name", "One")
    tariff, invoice = tmp_path / "carrier.csv", tmp_path / "invoice.csv"
    tariff.write_text(FILE.format("0.01"))
    assert "from" in cable("tariffs", "import", tariff, "--connector", "One", "--currency", "eur").out
    invoice.write_text("SID,To,When,Price\nab,+34600000118,2026-11-01 09:30:00,0.01\n")
    told = cable("invoice", "compare", invoice, "--connector", "One", "--column.time", "When", "--json", status=1).facts
    assert [(one["kind"], one["line"]) for one in told["found"]] == [("missing_here", 2)]
    assert "missing here" in cable("invoice", "show", told["id"]).out
    assert "invoice.csv" in cable("invoice", "list").out
