from __future__ import annotations

import pytest

from commanding import Cable


@pytest.mark.usefixtures("acme")
def test_a_payment_is_entered_once_listed_and_given_back(cable: Cable) -> None:
    wanted = ("payment", "enter", "Acme", "40", "--amount", "1.00", "--currency", "EUR", "--reference", "T 1")
    made = cable(*wanted, "--json").facts
    assert (made["state"], made["amount"]) == ("paid", 100)
    assert "reference_used" in cable(*wanted, status=1).err
    assert "1.00 EUR went back; it is refunded." in cable("payment", "refund", made["id"], "--amount", "1").out
    assert "T 1" in cable("payment", "list", "--state", "refunded").out
    assert "cards_not_taken" in cable("payment", "auto", "Acme", "--credits", "5", status=1).err
    assert "Cable Norte" in cable("payment", "seller", "--name", "Cable Norte").out
