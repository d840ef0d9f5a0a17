"""Imports as jobs: looked at, tried out, done once; what is wrong comes back as a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

import make
from cablegram.accounts.access import Principal
from cablegram.contacts import campaign_file, fields, import_jobs, lists, members, people, suppression, tables
from cablegram.contacts.field_model import FieldType
from cablegram.contacts.importing import Order
from cablegram.contacts.model import Subscription
from cablegram.contacts.people import Change
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.evidence.canonical import digest_of
from cablegram.jobs import files, find
from cablegram.jobs.model import Job, JobFile, JobState
from cablegram.jobs.run import Runner
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotFound
from cablegram.kit.ids import CampaignId, ListId, uuid7
from cablegram.runtime.runtime import Runtime
from workbooks import far_cell, workbook

ANA, EVA, BO, CY = "34600000118", "34600000119", "34600000120", "34600000121"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await make.account(rt, default_country="ES")


async def brought(rt: Runtime, who: Principal, data: str | bytes, name: str = "people.csv") -> JobFile:
    async def chunks() -> AsyncIterator[bytes]:
        yield data.encode() if isinstance(data, str) else data

    return await files.receive(rt, who, chunks(), name=name, media_type=import_jobs.media_type_of(name))


async def done(
    rt: Runtime, who: Principal, data: str | bytes, order: Order, *, name: str = "people.csv", is_trial: bool = False
) -> Job:
    """Bring a file, import it, and return the job when it is over."""
    file = await brought(rt, who, data, name)
    job_id = await import_jobs.start(rt, who, file.id, order, is_trial=is_trial)
    assert await Runner(rt, {import_jobs.KIND: import_jobs.do, import_jobs.TRIAL: import_jobs.do}).step(1)
    return await find.get(rt, who, job_id)


async def error_file(rt: Runtime, who: Principal, job: Job) -> str:
    _, _, pieces = await files.fetch(rt, who, job.id)
    return b"".join([one async for one in pieces]).decode()


async def on_list(rt: Runtime, who: Principal, job: Job) -> dict[str, dict[str, str]]:
    assert job.result is not None
    list_id = ListId(UUID(job.result["list_id"]))
    return {one.number: one.variables for one in await members.page(rt, who, list_id, limit=100)}


async def said(rt: Runtime, who: Principal, number: str) -> tuple[Subscription | None, str | None]:
    found = await people.get(rt, who, f"+{number}")
    return found.subscription, found.subscription_source


@pytest.mark.req("R87")
async def test_a_file_of_another_tool_is_looked_at_and_its_columns_guessed(rt: Runtime, who: Principal) -> None:
    await fields.create(rt, who, "birthday", label="Date of birth", kind=FieldType.DATE)
    text = "Customer ID,Nombre,Teléfono móvil,Date of Birth\n17,Ana,600 000 118,3.5.1990\n18,Eva,600 000 119,\n"
    file = await brought(rt, who, text)
    found = await import_jobs.look(rt, who, file.id)
    assert found.words == ["customer_id", "Nombre", "number", "birthday"]
    assert found.rows[0][1] == ["17", "Ana", "600 000 118", "3.5.1990"]
    words = ["", "first_name", "number", "birthday"]
    job = await done(rt, who, text, Order(None, list_name="Club", words=words))
    assert job.state is JobState.FINISHED
    assert await on_list(rt, who, job) == {
        ANA: {"first_name": "Ana", "birthday": "1990-05-03"}, EVA: {"first_name": "Eva", "birthday": ""}
    }  # fmt: skip


async def test_a_file_without_header_is_read_by_place(rt: Runtime, who: Principal) -> None:
    file = await brought(rt, who, "Ana,600000118\nEva,600000119\n")
    found = await import_jobs.look(rt, who, file.id)
    assert (found.has_header, found.header, found.words) == (False, ["column_1", "column_2"], ["column_1", "number"])
    order = Order(None, list_name="Club", words=["first_name", "number"], has_header=False)
    job = await done(rt, who, "Ana,600000118\nEva,12\n", replace(order, on_bad_rows="skip"))
    assert await on_list(rt, who, job) == {ANA: {"first_name": "Ana"}}
    header, row = (await error_file(rt, who, job)).splitlines()
    assert header == "column_1,column_2,line,problem"
    assert row.startswith("Eva,12,2,")


@pytest.mark.req("R88")
async def test_a_trial_counts_what_the_import_then_does_and_changes_nothing(rt: Runtime, who: Principal) -> None:
    members_ = await lists.create(rt, who, "Club")
    first = f"number,city\n+{ANA},Lugo\n+{EVA},Lugo\n+{BO},Lugo\n"
    await done(rt, who, first, Order(members_.id))
    await people.change(rt, who, f"+{EVA}", Change(subscription=Subscription.NOT_SUBSCRIBED))
    text = f"number,city\n+{ANA},Madrid\n+{EVA},Lugo\n+{CY},Vigo\n+{CY},Soria\n12,Nowhere\n"
    order = Order(members_.id, agreed="web shop", on_bad_rows="skip")
    trial = await done(rt, who, text, order, is_trial=True)
    assert (trial.kind, trial.state) == ("import_check", JobState.FINISHED)
    assert set(await on_list(rt, who, await done(rt, who, first, Order(members_.id)))) == {ANA, EVA, BO}
    real = await done(rt, who, text, order)
    assert trial.result is not None
    assert real.result == {**trial.result, "list_id": str(members_.id)}
    assert {name: trial.result[name] for name in ("rows", "people", "added", "updated", "duplicates", "bad")} == {
        "rows": 5, "people": 3, "added": 1, "updated": 1, "duplicates": 1, "bad": 1
    }  # fmt: skip
    assert {name: trial.result[name] for name in ("subscribed", "declined", "left")} == {
        "subscribed": 2, "declined": 1, "left": 1
    }  # fmt: skip
    assert await error_file(rt, who, trial) == await error_file(rt, who, real)


async def test_no_more_than_two_workbooks_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_AT_ONCE", asyncio.Semaphore(2))
    at_work, most = 0, 0

    async def frames(_path: str) -> AsyncGenerator[bytes]:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        for frame in (b"1", b'[[1,["number"]]]'):
            await asyncio.sleep(0)
            yield frame
        at_work -= 1

    async def chunks() -> AsyncIterator[bytes]:
        yield b"PK"

    async def rows() -> int:
        return sum([len(some) async for some in tables.of_workbook(chunks()).batches])

    monkeypatch.setattr(tables, "_frames", frames)
    assert await asyncio.gather(*(rows() for _ in range(5))) == [1] * 5
    assert most == 2


@pytest.mark.req("R88")
async def test_with_update_nobody_leaves_the_list(rt: Runtime, who: Principal) -> None:
    club = await lists.create(rt, who, "Club")
    await done(rt, who, f"number\n+{ANA}\n", Order(club.id))
    job = await done(rt, who, f"number\n+{EVA}\n", Order(club.id, keep_others=True))
    assert set(await on_list(rt, who, job)) == {ANA, EVA}


@pytest.mark.req("R87")
async def test_bad_rows_refuse_the_file_and_come_back_as_they_were(rt: Runtime, who: Principal) -> None:
    club = await lists.create(rt, who, "Club")
    text = f'number,note\n+{ANA},fine\n12,"=1+1, ""x"""\n+{EVA},one,two\n'
    job = await done(rt, who, text, Order(club.id))
    assert (job.state, job.error and job.error.code, job.result) == (JobState.FAILED, "bad_rows", {"bad": 2})
    assert (await lists.get(rt, who, club.id)).size == 0
    odd = await done(rt, who, "=1+1,number\nx,12\n", Order(club.id, words=["note", "number"]))
    assert (await error_file(rt, who, odd)).startswith("'=1+1,number,line,")
    header, bad, long = (await error_file(rt, who, job)).splitlines()
    assert header == "number,note,line,problem"
    assert bad.startswith('12,"\'=1+1, ""x""",3,')  # what a spreadsheet would compute is written as a text
    assert long.startswith(f"+{EVA},one,two,4,")
    assert "this row has 3 columns" in long


@pytest.mark.req("R142", "R144")
async def test_whom_a_file_subscribes_rests_on_one_event_of_evidence(
    rt: Runtime, who: Principal, database_url: str
) -> None:
    await done(rt, who, f"number\n+{EVA}\n", Order(None, list_name="Before"))
    await people.change(rt, who, f"+{EVA}", Change(subscription=Subscription.NOT_SUBSCRIBED))
    async with rt.db.transaction() as conn:  # erased, and known by a hash alone
        await suppression.keep(conn, [Kept(who.account_id, BO, Standing.NO_MARKETING)], now=rt.clock.now())
    text = f"number\n+{ANA}\n+{EVA}\n+{BO}\n+{CY}\n"
    order = Order(None, list_name="Club", agreed="web shop", shown="Send me offers")
    trial = await done(rt, who, text, order, is_trial=True)
    job = await done(rt, who, text, order)
    assert job.result is not None
    assert trial.result is not None
    assert (job.result["subscribed"], job.result["declined"]) == (2, 2)
    assert (trial.result["subscribed"], trial.result["declined"]) == (2, 2)
    assert await said(rt, who, ANA) == (Subscription.SUBSCRIBED, "web shop")
    assert (await said(rt, who, EVA))[0] is Subscription.NOT_SUBSCRIBED
    assert (await said(rt, who, BO))[0] is Subscription.NOT_SUBSCRIBED
    with psycopg.connect(database_url) as conn:
        ((evidence_id, *told),) = conn.execute(
            "SELECT id, kind, how, number, source, words, count, digest FROM evidence WHERE how = 'file'"
        ).fetchall()
        rest = conn.execute("SELECT number FROM contact WHERE evidence_id = %s ORDER BY number", [evidence_id])
        assert rest.fetchall() == [(ANA,), (CY,)]
    assert told == ["imported", "file", None, "web shop", "Send me offers", 2, digest_of([ANA, CY])]


async def test_a_no_in_a_file_counts_and_is_evidence_too(rt: Runtime, who: Principal, database_url: str) -> None:
    order = Order(None, list_name="Club", agreed="web shop")
    await done(rt, who, f"number\n+{ANA}\n", order)
    words = ["number", "_smsSubscriptionStatus"]
    await done(rt, who, f"Tel,Newsletter\n+{ANA},not subscribed\n", Order(None, list_name="Left", words=words))
    assert (await said(rt, who, ANA))[0] is Subscription.NOT_SUBSCRIBED
    with psycopg.connect(database_url) as conn:
        kinds = conn.execute("SELECT kind, count FROM evidence WHERE how = 'file' ORDER BY seq").fetchall()
    assert kinds == [("imported", 1), ("opt_out", 1)]


async def test_a_job_that_is_done_again_after_a_crash_does_the_same(rt: Runtime, who: Principal) -> None:
    file = await brought(rt, who, f"number\n+{ANA}\n12\n")
    order = Order(None, list_name="Club", on_bad_rows="skip")
    job_id = await import_jobs.start(rt, who, file.id, order)

    async def dies(rt: Runtime, job: Job, say: Any) -> dict[str, Any]:  # noqa: ANN401 - as a handler
        job.args["order"]["list_name"] = ""  # so that it breaks where the list is made, behind the file of bad rows
        with pytest.raises(CablegramError):
            await import_jobs.do(rt, job, say)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Runner(rt, {import_jobs.KIND: dies}).step(1)
    assert await Runner(rt, {import_jobs.KIND: import_jobs.do}).step(2)
    job = await find.get(rt, who, job_id)
    assert (job.state, job.attempts) == (JobState.FINISHED, 2)
    assert set(await on_list(rt, who, job)) == {ANA}
    assert (await error_file(rt, who, job)).count("\n") == 2


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Order(None, list_name="Club", words=["number"]), "bad_mapping"),
        (Order(None, list_name="Club", words=["number", "number"]), "bad_mapping"),
        (Order(None, list_name="Club", words=["", "name"]), "bad_mapping"),
        (Order(None, list_name="Club", words=["number", "first name"]), "bad_mapping"),
        (Order(None, list_name="Club", words=["number", "_smssubscriptionstatus"]), "bad_mapping"),
        (Order(None, list_name=" "), "bad_name"),
        (Order(None, list_name="TAKEN"), "list_name_taken"),
        (Order(ListId(uuid7())), "list_not_found"),
    ],
)
async def test_what_can_t_be_done_is_said_before_the_job_begins(
    rt: Runtime, who: Principal, order: Order, code: str
) -> None:
    await lists.create(rt, who, "Taken")
    file = await brought(rt, who, "number,name\n+34600000118,Ana\n")
    with pytest.raises(CablegramError) as caught:
        await import_jobs.start(rt, who, file.id, order)
    assert caught.value.code == code
    assert await find.page(rt, who) == []


@pytest.mark.req("R87")
async def test_a_workbook_is_read_as_people_see_it(rt: Runtime, who: Principal) -> None:
    rows: list[list[Any]] = [
        ["Name", "Mobile", "Born", "Points", "VIP"],
        ["Ana", 34600000118, 32996, 12.5, True],
        [],
        ["=Eva", "+34 600 000 119", None, 3, False],
        ["Bo", "12", None, None, None],
    ]
    data = workbook(rows, dates=[2])
    file = await brought(rt, who, data, "people.xlsx")
    found = await import_jobs.look(rt, who, file.id)
    assert found.words == ["Name", "number", "Born", "Points", "VIP"]
    order = Order(None, list_name="Club", on_bad_rows="skip")
    job = await done(rt, who, data, order, name="people.xlsx")
    assert job.error is None
    assert await on_list(rt, who, job) == {
        ANA: {"Name": "Ana", "Born": "1990-05-03", "Points": "12.5", "VIP": "yes"},
        EVA: {"Name": "=Eva", "Born": "", "Points": "3", "VIP": "no"},
    }
    assert "Bo,12,,,,5," in await error_file(rt, who, job)  # the line as the sheet numbers it


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.xlsx", b"PK\x03\x04 and no more", "no_workbook"),
        ("x.xlsx", b"number\n", "no_workbook"),
        ("x.xlsx", workbook([]), "csv_no_header"),
        ("x.xlsx", workbook([["a"] * 26, ["b"] * 26]), "bad_mapping"),
        ("far.xlsx", far_cell(), "workbook_too_large"),
        ("x.csv", b"a,b\n1,2\n", "bad_mapping"),
    ],
)
async def test_files_that_are_none_or_far_too_much_are_refused(
    rt: Runtime, who: Principal, name: str, data: bytes, code: str
) -> None:
    file = await brought(rt, who, data, name)
    with pytest.raises(CablegramError) as caught:
        await import_jobs.start(rt, who, file.id, Order(None, list_name="Club"))
    assert caught.value.code == code


async def test_kinds_of_files_that_are_not_read_are_named(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput, match=r"Files of the kind \.xls "):
        import_jobs.media_type_of("old.xls")
    assert import_jobs.media_type_of("x", tables.XLSX) == tables.XLSX
    with pytest.raises(NotFound):
        await import_jobs.look(rt, await make.account(rt), (await brought(rt, who, "number\n")).id)


@pytest.mark.req("R98")
async def test_a_file_that_comes_with_a_campaign_is_a_list_that_nobody_sees(rt: Runtime, who: Principal) -> None:
    campaign_id = CampaignId(uuid7())
    file = await brought(rt, who, f"number,first_name\n+{ANA},Ana\n")
    result = await campaign_file.fill(rt, who, campaign_id, file=file)
    assert result.list_id is not None
    assert (await lists.get(rt, who, ListId(result.list_id))).size == 1
    assert await lists.page(rt, who) == []
    bad = await brought(rt, who, "number\n12\n")
    with pytest.raises(InvalidInput, match="nothing was imported"):
        await campaign_file.fill(rt, who, CampaignId(uuid7()), file=bad)
    with pytest.raises(Conflict):
        await lists.create(rt, who, f"Campaign {campaign_id}")
