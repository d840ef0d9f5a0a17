from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from cablegram.accounts.access import Principal
from commanding import Cable

ANA, EVA = "+34600000118", "+34600000119"


@pytest.mark.req("R91")
@pytest.mark.usefixtures("acme")
def test_numbers_come_to_the_blacklist_and_leave_it(cable: Cable, tmp_path: Path) -> None:
    assert cable("blacklist", "add", ANA, EVA, "--note", "by letter", "--json").facts == {
        "added": 2, "known": 0, "withdrawn": 0
    }  # fmt: skip
    assert "put there by command line (by hand): by letter." in cable("blacklist", "check", ANA).out
    assert cable("blacklist", "check", "+34600000777", status=1).out == "+34600000777 is not on the blacklist.\n"
    assert cable("blacklist", "remove", EVA).out.startswith(f"{EVA} is off the blacklist.")
    file = tmp_path / "blacklist.csv"
    file.write_text(f"number,note\n{ANA},x\n{EVA},again\n12,bad\n")
    assert cable("blacklist", "import", str(file), status=1).error == "bad_rows"
    done = cable("blacklist", "import", str(file), "--skip-bad-rows").out
    assert done.startswith("1 number added, 1 there already; 0 messages withdrawn and refunded.\n1 bad row left out:")
    assert [one["number"] for one in cable("blacklist", "list", "--json").facts] == [EVA, ANA]
    assert EVA in cable("blacklist", "list", "--search", "119").out
    assert [line[:12] for line in cable("blacklist", "export").out.splitlines()] == ["number,note,", EVA, ANA]


@pytest.mark.req("R62")
def test_texts_that_may_mean_no_are_read_and_decided(cable: Cable, acme: Principal, database_url: str) -> None:
    assert cable("review", "list").out == "No text waits for anybody.\n"
    text_id = "01a202e5-8af0-73b7-ad00-4ec8f398237f"
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "INSERT INTO consent_review (text_id, account_id, number, sender, matched, doubt, opened_at)"
            " VALUES (%s, %s, '34600000118', 'Acme', 'stop', 'idiom', now())",
            [text_id, acme.account_id],
        )
    assert "the stop word seems to be about something else: stop" in cable("review", "list").out
    assert "can be written to" in cable("review", "decide", text_id, "go_on").out
    assert "is held again" in cable("review", "decide", text_id, "undecided").out
    assert cable("review", "decide", text_id, "stop", "--json").facts["verdict"] == "stop"
    assert "stop by command line" in cable("review", "list", "--decided").out
