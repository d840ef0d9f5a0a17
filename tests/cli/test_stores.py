"""`cablegram store`: opened, set, joined and written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable


@pytest.mark.req("R112", "R169", "R119")
def test_a_store_s_life_from_the_command_line(cable: Cable, tmp_path: Path) -> None:
    cable("account", "create", "Acme", "--credits", "100", "--country", "US")
    cable("connector", "add", "smpp", "--host", "127.0.0.1", "--system-id", "s", "--password", "p", "--name", "Main")
    cable("sender", "add", "444999", "--country", "US", "--default")
    tariff = tmp_path / "tariff.csv"
    tariff.write_text("prefix,country,name,price\n1,US,USA,1\n")
    cable("tariffs", "import", tariff)
    made = cable("store", "create", "Bob's", "pizza123", "--json").facts
    assert (made["keyword"], made["opt_in"]) == ("PIZZA123", "double")
    changed = cable("store", "set", "PIZZA123", "--opt-in", "single", "--text", "help=Call 555", "--json").facts
    assert (changed["opt_in"], changed["texts"]["help"]) == ("single", "Call 555")
    cable("store", "keyword", "PIZZA123", "COUPON", "--answer", "Here it is")
    cable("store", "keyword", "PIZZA123", "COUPON", "--remove")
    joined = cable("store", "sign-up", "PIZZA123", "+12125550118", "--source", "paper", "--json").facts
    assert joined["status"] == 3
    assert "Accepted" in cable("store", "send", "PIZZA123", "+12125550118", "Pizza is ready").out
    assert "opted in" in cable("store", "list").out
    assert "PIZZA123" in cable("store", "list").out
    assert len(cable("store", "login", "shop@example.com", "--json").facts["password"]) == 40
    assert cable("store", "code", "444999", "communication", "--json").facts["use"] == "communication"
