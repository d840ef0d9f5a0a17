"""Jobs by command, and files that are tried out before they are imported."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import make
from cablegram.accounts.access import Principal
from cablegram.cli.work import HANDLERS
from cablegram.contacts import export_jobs
from cablegram.jobs.run import Runner
from commanding import Cable
from workbooks import workbook


@pytest.mark.req("R97")
def test_a_job_is_followed_fetched_and_cancelled(
    cable: Cable, acme: Principal, database_url: str, tmp_path: Path
) -> None:
    assert cable("job", "list").out == "There are no jobs.\n"

    async def open_two() -> None:
        rt = make.runtime(database_url, make.clock())
        await rt.db.open()
        for name in ("first", "second"):
            await export_jobs.start(rt, acme, "everybody", {}, name=name)
        assert await Runner(rt, HANDLERS).step(1)
        await rt.db.close()

    asyncio.run(open_two())
    second, first = cable("job", "list", "--json").facts
    assert (first["state"], second["state"]) == ("finished", "waiting")
    assert "first as CSV" in cable("job", "list", "--state", "finished").out
    assert cable("job", "wait", first["id"]).out == "first as CSV: finished.\n  rows: 0\n"
    file = tmp_path / "out.csv"
    cable("job", "result", first["id"], "--out", str(file))
    assert file.read_bytes() == b"number\r\n"
    assert cable("job", "result", first["id"], "--out", str(file), status=1).error == "file_exists"
    assert cable("job", "cancel", second["id"]).out == "second as CSV: cancelled.\n"
    assert cable("job", "cancel", second["id"], status=1).error == "job_over"
    assert cable("job", "show", second["id"], "--json").facts["state"] == "cancelled"
    assert cable("job", "wait", second["id"], status=1).out == "second as CSV: cancelled.\n"


@pytest.mark.req("R87")
@pytest.mark.usefixtures("acme")
def test_a_workbook_is_tried_out_and_imported(cable: Cable, tmp_path: Path) -> None:
    file = tmp_path / "club.xlsx"
    file.write_bytes(workbook([["Id", "Name", "Mobile"], [1, "Ana", "+34600000118"], [2, "Eva", "12"]]))
    words = ("import", str(file), "--list", "Club", "--columns", ",first_name,number")
    trial = cable(*words, "--dry-run").out
    assert trial.startswith("Club would have 1 people: 1 new, 0 changed; 0 rows came again further down.\n1 bad row")
    assert cable(*words, status=1).error == "bad_rows"
    done = cable(*words, "--skip-bad-rows", "--json").facts
    assert (done["list"], done["size"], done["added"]) == ("Club", 1, 1)
