"""`cablegram sender`: granted, brought in by file, set, taken away; and several in `--from`."""

from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable


@pytest.mark.req("R58", "R61", "R48")
def test_a_sender_s_life_from_the_command_line(cable: Cable, tmp_path: Path) -> None:
    cable("account", "create", "Acme", "--own-senders-only", "--credits", "100")
    cable("connector", "add", "smpp", "--host", "127.0.0.1", "--system-id", "s", "--password", "p", "--name", "Main")
    added = cable("sender", "add", "+34600000101", "--connector", "main", "--can", "sms", "--can", "voice").out
    assert "34600000101 (mobile number of ES)" in added
    file = tmp_path / "senders.csv"
    file.write_text("number,country,type,capabilities,connector,account\n34600000102,,,,Main,Acme\n70500,ES,,,,acme\n")
    assert cable("sender", "import", file, "--json").facts == {"added": 2, "updated": 0}
    changed = cable("sender", "set", "+34600000101", "--auto-reply", "Not read", "--stop", "--default", "--json").facts
    assert (changed["autoresponder_enabled"], changed["stop_words_enabled"], changed["is_default"]) == (
        True,
        True,
        True,
    )
    listed = cable("sender", "list").out
    assert all(word in listed for word in ("34600000102", "short code", "sms voice", "Main", "any connector"))
    assert "Auto-reply: Not read" in cable("sender", "show", "34600000101").out

    tariff = tmp_path / "tariff.csv"
    tariff.write_text("prefix,country,name,price\n34,ES,Spain,1\n")
    cable("tariffs", "import", tariff)
    one = ("send", "--to", "+34600000118", "--text", "Hello there", "--from", "34600000101", "--from")
    assert cable(*one, "34600000102", "--json").facts["from"] in {"34600000101", "34600000102"}
    cable("sender", "remove", "34600000102")
    assert cable(*one, "34600000102", "--json", status=1).error == "sender_not_owned"
