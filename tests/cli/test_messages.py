from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from cablegram.accounts.access import Principal
from commanding import Cable

TO = ("--to", "+34 600 000 118")


@pytest.mark.req("R46", "R17")
def test_a_message_is_accepted_and_charged_when_the_command_ends(
    cable: Cable, acme: Principal, database_url: str
) -> None:
    sent = cable("send", *TO, "--text", "a" * 161, "--from", "Acme", "--ref", "booking-17", "--json").facts
    assert sent | {"id": "", "price": 0} == {
        "id": "", "status": "queued", "reason": None, "from": "Acme", "to": "+34600000118", "country": "ES",
        "encoding": "gsm0338", "segments": 2, "price": 0, "client_ref": "booking-17",
    }  # fmt: skip
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT id::text, price FROM message").fetchall() == [(sent["id"], sent["price"])]
    (account,) = cable("account", "list", "--json").facts
    assert account["balance"] == 1000 * 1_000_000 - sent["price"]
    assert account["account_id"] == str(acme.account_id)


@pytest.mark.usefixtures("acme")
def test_waiting_for_a_carrier_that_is_not_there_ends_with_status_1(cable: Cable) -> None:
    words = ("send", *TO, "--text", "Hello there", "--from", "Acme", "--wait", "--timeout", "0.2")
    assert "is queued" in cable(*words, status=1).out


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--to", "+3460", "--text", "Hello there"), "number_invalid"),
        ((*TO, "--text", "Hey"), "text_too_short"),
        (TO, "text_or_template"),
        ((*TO, "--template", "welcome"), "template_not_found"),
        ((*TO, "--text", "Hello there", "--var", "name"), "bad_variable"),
        ((*TO, "--text", "Hello there", "--value", "uid"), "bad_variable"),
        (("--to", "+47 406 12 345", "--text", "Hello there"), "no_tariff"),
        ((*TO, "--text", "Hello " * 7000), "text_too_long"),
    ],
)
def test_a_message_that_cannot_be_sent_is_refused_with_a_code(
    cable: Cable, options: tuple[str, ...], code: str
) -> None:
    assert cable("send", *options, "--from", "Acme", status=1).error == code


@pytest.mark.req("R131", "R139")
@pytest.mark.usefixtures("acme")
def test_a_message_brings_along_what_its_provider_wants(cable: Cable, database_url: str) -> None:
    brought = ("--template-id", "1107", "--variable", "VAR1=Ana", "--value", "uid=7", "--value", "route=a=b")
    cable("send", *TO, "--text", "Hello there", "--from", "Acme", *brought)
    with psycopg.connect(database_url) as conn:
        (kept,) = conn.execute("SELECT provider_values FROM message").fetchall()
    assert kept[0] == {"template_id": "1107", "variables": {"VAR1": "Ana"}, "values": {"uid": "7", "route": "a=b"}}


@pytest.mark.req("R19")
def test_without_credit_nothing_is_sent(cable: Cable, acme: Principal) -> None:
    cable("account", "create", "poor")
    words = ("send", *TO, "--text", "Hello there", "--from", "Poor")
    assert cable(*words, "--account", "poor", "--json", status=1).error == "insufficient_credit"
    assert cable(*words, "--account", str(acme.account_id), "--json").facts["status"] == "queued"


@pytest.mark.req("R45")
@pytest.mark.usefixtures("acme")
def test_a_text_is_simulated(cable: Cable) -> None:
    found = cable("simulate", "--text", "Only 5 € 😀", "--country", "es", "--json").facts
    assert (found["encoding"], found["segments"], found["units"], found["units_left"]) == ("ucs2", 1, 11, 59)
    assert found["offenders"] == [{"position": 9, "character": "😀"}]
    assert found["price"] == found["tariff"]["price"]
    assert "GRINNING FACE" in cable("simulate", "--text", "Only 5 € 😀", "--country", "es").out
    assert "would be refused" in cable("simulate", "--text", "Hey", "--country", "no").out
    assert cable("simulate", "--text", "Hello", "--country", "Spain", "--json", status=1).error == "unknown_country"


@pytest.mark.req("R87")
@pytest.mark.usefixtures("acme")
def test_people_are_imported_and_a_campaign_is_made_for_them(cable: Cable, tmp_path: Path, database_url: str) -> None:
    file, text = tmp_path / "people.csv", tmp_path / "text.txt"
    file.write_text("number,name\n+34600000118,Inés\nmonkeys,Nobody\n+34600000119,Max\n", encoding="utf-8")
    text.write_text("Hello {{ name }}, welcome\n", encoding="utf-8")

    wrong = cable("import", file, "--list", "customers", status=1)
    assert wrong.error == "bad_rows"
    assert "lines.3.number" in wrong.err
    words = ("campaign", "create", "spring", "--list", "customers", "--text-file", text, "--from", "Acme")
    assert cable(*words, status=1).error == "list_not_found"  # nothing half done

    done = cable("import", file, "--list", "customers", "--skip-bad-rows", "--json").facts
    assert (done["size"], done["skipped"], done["errors"][0]["field"]) == (2, 1, "lines.3.number")
    again = ("import", file, "--list", "Customers", "--skip-bad-rows", "--subscribed")
    assert cable(*again, status=1).error == "source_needed"  # it has to be said where they agreed
    assert "2 people" in cable(*again, "--source", "web shop").out

    made = cable(*words, "--value", "uid={{ name }}", "--json").facts
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT provider_values -> 'values' FROM campaign").fetchall() == [({"uid": "{{ name }}"},)]
    assert (made["status"], made["recipients"]) == ("ready", 2)
    assert cable("campaign", "pause", "spring", status=1).error == "illegal_move"
    assert cable("campaign", "start", made["campaign_id"], "--json").facts["status"] == "running"
    assert cable("campaign", "pause", "spring", "--json").facts["reason"] == "by_hand"
    assert "paused (by_hand)" in cable("campaign", "watch", "spring", status=1).out
    assert cable("campaign", "resume", "spring", "--json").facts["status"] == "running"
    assert cable("campaign", "cancel", "spring", "--json").facts["status"] == "cancelled"
    assert cable("campaign", "watch", "spring", "--json").facts["status"] == "cancelled"
    assert cable("campaign", "start", "spring", "--json", status=1).error == "illegal_move"
    assert cable("campaign", "start", "autumn", status=1).error == "campaign_not_found"
    assert "spring" in cable("campaign", "list").out
