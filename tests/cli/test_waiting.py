from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commanding import Cable

WORDS = ("send", "--to", "+34 600 000 118", "--text", "Hello there", "--from", "Acme", "--json")


@pytest.mark.usefixtures("acme")
def test_a_planned_message_waits_and_is_taken_back(cable: Cable) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    planned = cable(*WORDS, "--at", tomorrow.isoformat()).facts
    assert (planned["status"], planned["reason"]) == ("scheduled", "schedule")
    assert cable("late", "--json").facts == {"count": 0}
    assert cable("late").out.strip() == "Nothing is late."
    assert cable("late", "--release", "--json").facts == {"queued": 0, "scheduled": 0, "expired": 0}
    assert "0 messages cancelled" in cable("late", "--cancel").out

    assert cable("cancel", planned["id"], "--json").facts["status"] == "cancelled"
    (account,) = cable("account", "list", "--json").facts
    assert account["balance"] == 1000 * 1_000_000
    assert cable("cancel", planned["id"], "--json", status=1).error == "too_late"
    assert cable("late", "--release", "--cancel", "--json", status=1).error == "contradiction"
    assert cable(*WORDS, "--at", "tomorrow", status=1).error == "bad_moment"
