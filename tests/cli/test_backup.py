"""The drill of docs/howto/back-up-and-restore.md, with the commands of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable
from testbed import Server


@pytest.mark.usefixtures("acme")
def test_a_backup_restored_elsewhere_holds_what_waits_until_the_word_is_given(
    cable: Cable, pg: Server, tmp_path: Path
) -> None:
    cable("send", "--to", "+34600000118", "--text", "Hello there", "--from", "Acme", "--json")
    file = tmp_path / "drill.dump"
    assert cable("backup", file, "--json").facts == {
        "file": str(file), "bytes": file.stat().st_size, "secret_key": "CABLEGRAM_SECRET_KEY"
    }  # fmt: skip
    assert cable("backup", file, status=1).error == "file_exists"

    empty = pg.empty("of_the_drill")
    try:
        there = ("--database-url", empty)
        said = cable("restore", file, *there)
        assert "1 message held, 0 in question, 0 campaigns paused" in said.out
        assert empty not in said.out
        assert cable("audit", *there).out.endswith("audit: ok\n")
        assert cable("restore", file, *there, status=1).error == "database_not_empty"
        assert cable("resume-after-restore", *there).out == "1 message and 0 campaigns go on.\n"
        assert cable("resume-after-restore", "--cancel", *there, status=1).error == "nothing_held"
        assert cable("audit", *there).out.endswith("audit: ok\n")
    finally:
        pg.drop(empty)
    assert {"drill.dump"} == {path.name for path in tmp_path.glob("drill*")}


def test_sending_is_stopped_and_goes_on_by_command(cable: Cable) -> None:
    assert cable("stop-sending", "--why", "a drill", "--json").facts["why"] == "a drill"
    assert "resume-sending" in cable("stop-sending").out
    assert cable("resume-sending").out == "Sending goes on.\n"
    assert cable("resume-sending", status=1).error == "sending_not_stopped"


def test_a_key_that_opens_no_password_is_told(cable: Cable, acme: object, pg: Server, tmp_path: Path) -> None:
    cable("backup", tmp_path / "file")
    empty = pg.empty("with_another_key")
    try:
        variables = {"CABLEGRAM_SECRET_KEY": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}
        said = cable("restore", tmp_path / "file", "--database-url", empty, "--json", variables=variables)
        assert said.facts["locked_out"] == ["Carrier"]
        assert acme
    finally:
        pg.drop(empty)
