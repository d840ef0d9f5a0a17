from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable

SMPP = ("connector", "add", "smpp", "--host", "127.0.0.1", "--system-id", "s")


def test_a_connector_is_added_with_a_name_of_its_own(cable: Cable) -> None:
    first = cable(
        *SMPP, "--port", "2776", "--password", "p", "--window", "9", "--mode", "transmitter_receiver", "--json"
    ).facts
    assert (first["name"], first["window"], first["mode"]) == ("smpp 127.0.0.1:2776 (s)", 9, "transmitter_receiver")
    second = cable(*SMPP, "--port", "2776", "--json", typed="secret\n").facts
    assert second["name"] == "smpp 127.0.0.1:2776 (s) 2"
    assert "password" not in second

    shown = cable("connector", "list").out
    assert "127.0.0.1:2776" in shown
    assert "none yet" in shown


def test_a_connector_is_switched_off_and_on_by_name_or_id(cable: Cable) -> None:
    added = cable(*SMPP, "--password", "p", "--name", "Carrier", "--json").facts
    assert cable("connector", "disable", "carrier", "--json").facts["is_enabled"] is False
    assert cable("connector", "enable", added["connector_id"], "--json").facts["is_enabled"] is True
    assert cable("connector", "enable", "nothing", status=1).error == "connector_not_found"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--password", "far too long"), "password_too_long"),
        (("--password", "p", "--port", "99999"), "bad_value"),
        (("--password", "p", "--window", "0"), "bad_value"),
        (("--password", "p", "--name", " "), "bad_name"),
    ],
)
def test_a_connector_that_cannot_be_is_refused(cable: Cable, options: tuple[str, ...], code: str) -> None:
    assert cable(*SMPP, *options, "--json", status=1).error == code


@pytest.mark.req("R16")
def test_a_tariff_file_replaces_the_tariff_or_changes_nothing(cable: Cable, tmp_path: Path) -> None:
    file = tmp_path / "tariffs.csv"
    file.write_text("prefix,country,name,price\n34,ES,Spain,0.75\n346,ES,Spain mobile,0.9\n1,US,United States,1\n")
    assert cable("tariffs", "import", file, "--json").facts["countries"] == 2
    file.write_text("prefix,country,name,price\n34,ES,Spain,free\n")
    wrong = cable("tariffs", "import", file, status=1)
    assert wrong.error == "bad_tariff_file"
    assert "Line 2" in wrong.err

    assert [one["prefix"] for one in cable("tariffs", "list", "--json").facts] == ["1", "34", "346"]
    assert "0.75 to 0.9" in cable("tariffs", "list").out
    assert "Spain mobile" in cable("tariffs", "list", "--country", "es").out
    assert "no tariff" in cable("tariffs", "list", "--country", "fr").out
    assert cable("tariffs", "import", tmp_path / "nothing.csv", status=1).error == "file_not_found"
    assert cable("tariffs", "import", tmp_path, status=1).error == "file_unreadable"


@pytest.mark.req("R32", "R33", "R34")
def test_networks_are_taken_from_a_file_and_destinations_listed(cable: Cable, tmp_path: Path) -> None:
    assert "No network is known" in cable("network", "list").out
    assert cable("network", "import", status=1).error == "networks_not_installed"
    file = tmp_path / "networks.csv"
    file.write_text("mcc,mnc,name,country\n214,07,Movistar,ES\n310,410,AT&T,US\n")
    assert cable("network", "import", file, "--json").facts == {"networks": 2}
    listed = cable("network", "list", "--sort-by", "mcc", "--order", "desc", "--json").facts
    assert [one["mcc"] for one in listed] == ["310", "214"]
    assert cable("network", "list", "--csv").out == file.read_text().replace("\n", "\r\n")
    assert "AT&T, United States" in cable("network", "show", "310410123456789").out
    cable("account", "create", "Acme")
    tariffs = tmp_path / "tariffs.csv"
    tariffs.write_text("prefix,country,name,price\n34,ES,Spain,0.75\n1,US,United States,1\n")
    cable("tariffs", "import", tariffs)
    assert [one["prefix"] for one in cable("destinations", "--json").facts] == ["34", "1"]
    assert "1,US,United States,1,true" in cable("destinations", "--csv").out
