"""Exports as jobs: what comes out can go in again, and no spreadsheet computes it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator

import pytest
from python_calamine import CalamineWorkbook

import make
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import export_jobs, exporting, importing, lists, members
from cablegram.contacts.export_jobs import SOURCES, Format
from cablegram.contacts.model import ContactList
from cablegram.jobs import files, find
from cablegram.jobs.model import Job, JobState
from cablegram.jobs.run import Runner
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import JobId, ListId, uuid7
from cablegram.runtime.runtime import Runtime

ROWS = [
    ["+34600000118", '=HYPERLINK("http://x")', "-12.5", "+1"],
    ["+34600000119", "@sum", "a,b", "-1+2"],
    ["+34600000120", "plain", "", "'tis"],
]  # fmt: skip
HEADER = ["number", "one", "two", "three"]


@pytest.fixture
async def club(rt: Runtime, who: Principal) -> ContactList:
    async def file() -> AsyncIterator[bytes]:
        lines = [",".join(HEADER), *(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS)]
        yield "\n".join(lines).encode()

    made = await lists.create(rt, who, "Club: ES/PT")
    await importing.import_csv(rt, who, made.id, file(), agreed="shop")
    return made


async def done(rt: Runtime, who: Principal, job_id: JobId) -> tuple[Job, str, bytes]:
    assert await Runner(rt, {export_jobs.KIND: export_jobs.handler(SOURCES)}).step(1)
    name, _, pieces = await files.fetch(rt, who, job_id)
    return await find.get(rt, who, job_id), name, b"".join([one async for one in pieces])


@pytest.mark.req("R90", "R97")
async def test_a_list_comes_out_as_a_file_that_goes_in_again(rt: Runtime, who: Principal, club: ContactList) -> None:
    reader = Principal(who.account_id, "reader", frozenset({Scope.READ}))
    job, name, data = await done(rt, who, await export_jobs.start_list(rt, reader, club.id))
    assert (job.state, job.result, job.total) == (JobState.FINISHED, {"rows": 3}, None)
    assert name == "PT.csv"
    lines = data.decode().splitlines()
    assert lines == [
        "number,one,two,three",
        '+34600000118,"\'=HYPERLINK(""http://x"")",-12.5,+1',
        "+34600000119,'@sum,\"a,b\",'-1+2",
        "+34600000120,plain,,'tis",
    ]
    assert data == b"".join([one async for one in exporting.export_csv(rt, who, club.id)])

    async def again() -> AsyncIterator[bytes]:
        yield data

    copy = await lists.create(rt, who, "Copy")
    result = await importing.import_csv(rt, who, copy.id, again())
    assert (result.size, result.updated) == (3, 0)  # nobody's values changed on the way
    assert [one.variables for one in await members.page(rt, who, copy.id)] == [
        dict(zip(HEADER[1:], row[1:], strict=True)) for row in reversed(ROWS)
    ]


async def test_a_workbook_has_texts_alone(rt: Runtime, who: Principal, club: ContactList) -> None:
    job_id = await export_jobs.start_list(rt, who, club.id, form="xlsx", with_statuses=True)
    _, name, data = await done(rt, who, job_id)
    assert name == "PT.xlsx"
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        (sheet,) = book.sheet_names
        rows = book.get_sheet_by_index(0).to_python()
    assert sheet == "Club  ES PT"
    assert rows[0] == [*HEADER, "_mobilePhoneStatus", "_smsSubscriptionStatus"]
    assert rows[1:] == [[*row, "active", "subscribed"] for row in ROWS]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_everybody_comes_out_in_slices(
    rt: Runtime, who: Principal, club: ContactList, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    monkeypatch.setattr(export_jobs, "_SLICE", 2)
    job_id = await export_jobs.start(rt, who, "everybody", {}, name="All", form=form)
    job, _, data = await done(rt, who, job_id)
    assert job.result == {"rows": 3}
    if form == "csv":
        assert data.decode().splitlines()[0] == "number,one,three,two"
        assert data.count(b"\n") == 4
    assert club.size == 0


async def test_a_list_that_is_gone_or_another_s_is_not_exported(rt: Runtime, who: Principal, club: ContactList) -> None:
    with pytest.raises(NotFound):
        await export_jobs.start_list(rt, who, ListId(uuid7()))
    with pytest.raises(NotFound):
        await export_jobs.start_list(rt, await make.account(rt), club.id)
    job_id = await export_jobs.start_list(rt, who, club.id)
    await lists.delete(rt, who, club.id)
    assert await Runner(rt, {export_jobs.KIND: export_jobs.handler(SOURCES)}).step(1)
    error = (await find.get(rt, who, job_id)).error
    assert error is not None
    assert error.code == "list_not_found"
