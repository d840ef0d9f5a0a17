"""`cablegram number` and `cablegram plan`: the stock filled and priced, a number found, bought and given back."""

from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable


@pytest.mark.req("R59", "R60", "R27", "R28", "R22", "R63")
def test_a_number_s_life_from_the_command_line(cable: Cable, tmp_path: Path) -> None:
    cable("account", "create", "Acme", "--credits", "10")
    file = tmp_path / "stock.csv"
    file.write_text("number,note\n13055550100,easy\n13055550101,\n")
    assert cable("number", "import", file, "--json").facts == {"added": 2, "updated": 0}
    assert cable("number", "search", "US").out.strip() == "Nothing fits."  # nothing has a price
    cable("number", "price", "US", "local", "--setup", "5", "--monthly", "2")
    cable("number", "add", "+13055550101", "--setup", "50", "--monthly", "9")
    found = cable("number", "search", "US", "--pattern", "305", "--where", "starts_with", "--json").facts
    assert [(one["number"], one["setup"]) for one in found["items"]] == [
        ("+13055550100", 5_000_000),
        ("+13055550101", 50_000_000),
    ]
    assert cable("number", "buy", "+13055550101", "--json", status=1).error == "insufficient_credit"
    assert "Charged: 7 credits" in cable("number", "buy", "+13055550100").out
    assert "works until" in cable("number", "release", "+13055550100").out
    assert "stays" in cable("number", "release", "+13055550100", "--keep").out
    cable("number", "report-spam", "+13055550100", "Carrier A")
    assert "Acme" in cable("number", "stock", "--state", "rented").out
    cable("account", "bonus", "Acme", "--credits", "17", "--reason", "for the wait")
    cable("plan", "put", "team", "--name", "Team", "--fee", "10")
    assert "is on Team" in cable("plan", "choose", "team").out
    assert "Team" in cable("plan", "list").out
    assert "given back" in cable("number", "release", "+13055550100", "--at-once").out
    assert cable("number", "list").out.strip() == "The account rents no number."
    cable("number", "remove", "+13055550100")
