"""Deeds on many people: to some who were picked, to all whom a filter finds, and taken back from exactly these."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.audiences import deeds, exporting, people
from cablegram.audiences.deed_model import Deed, What
from cablegram.contacts import export_jobs, lists, tags
from cablegram.contacts.model import ContactList
from cablegram.jobs import files, find
from cablegram.jobs.model import JobState
from cablegram.jobs.run import Runner
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, Unavailable
from cablegram.kit.ids import JobId, uuid7
from cablegram.runtime.runtime import Runtime
from knowing import EVERYBODY, found

HANDLERS = {
    deeds.KIND: deeds.work,
    export_jobs.KIND: export_jobs.handler({**export_jobs.SOURCES, exporting.SOURCE: exporting.OfFilter()}),
}


async def ids(rt: Runtime, who: Principal, given: str) -> list[UUID]:
    return [one.contact.id for one in await people.page(rt, who, given)]


async def worked(rt: Runtime, who: Principal, job_id: JobId) -> dict[str, Any]:
    assert await Runner(rt, HANDLERS).step(1)
    job = await find.get(rt, who, job_id)
    assert job.state is JobState.FINISHED
    assert job.result is not None
    return job.result


async def test_those_who_were_picked_are_tagged_and_only_they_lose_it_again(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    del customers
    picked = await ids(rt, who, "city = Madrid or city = Leeds")
    done = await deeds.do(rt, who, [*picked, uuid7()], Deed(What.TAG, " VIP "))
    assert (done.people, done.deed, done.can_be_undone) == (1, Deed(What.TAG, "vip"), True)
    assert await found(rt, who, "tag = vip") == "Ana Luz Pat"
    assert await deeds.undo(rt, who, done.id) == 1
    assert await found(rt, who, "tag = vip") == "Ana Luz"
    with pytest.raises(Conflict, match="can't be undone"):
        await deeds.undo(rt, who, done.id)
    gone = await deeds.do(rt, who, picked, Deed(What.UNTAG, "new"))
    assert await found(rt, who, "tag = new") == ""
    await tags.change_numbers(rt, who, ["+34600000003"], add=["new"])  # by hand, meanwhile
    assert await deeds.undo(rt, who, gone.id) == 0


async def test_all_whom_a_filter_finds_join_a_list_as_a_job(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    few = await lists.create(rt, who, "Regulars")
    job_id = await deeds.start(rt, who, "tag = vip", Deed(What.JOIN, str(few.id)), about="VIPs into Regulars")
    result = await worked(rt, who, job_id)
    assert result["changed"] == 2
    assert await found(rt, who, "list = Regulars") == "Ana Luz"
    assert (await lists.get(rt, who, few.id)).size == 2
    everybody = await deeds.start(rt, who, None, Deed(What.LEAVE, str(customers.id)), about="All out")
    done = await worked(rt, who, everybody)
    assert (done["changed"], (await lists.get(rt, who, customers.id)).size) == (5, 0)
    assert await deeds.undo(rt, who, UUID(str(done["deed_id"]))) == 5
    assert (await lists.get(rt, who, customers.id)).size == 5
    assert await found(rt, who, "list = people") == EVERYBODY


async def test_statuses_are_set_and_what_people_agreed_to_stays(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    del customers
    everybody = await ids(rt, who, "")
    paused = await deeds.do(rt, who, everybody, Deed(What.PAUSE))
    assert (paused.people, await found(rt, who, "phone = active")) == (4, "")
    assert await deeds.undo(rt, who, paused.id) == 4
    assert await found(rt, who, "phone = paused") == "Eva"
    assert (await deeds.do(rt, who, everybody, Deed(What.ACTIVATE))).people == 1
    said = await deeds.do(rt, who, await ids(rt, who, "subscription = subscribed"), Deed(What.UNSUBSCRIBE))
    assert await found(rt, who, "subscription = not_subscribed") == "Ana Luz"
    assert await rows(rt, "SELECT count(*) FROM evidence WHERE kind = 'opt_out' AND number = '34600000001'") == [(1,)]
    barred = await deeds.do(rt, who, everybody, Deed(What.BLACKLIST))
    assert await found(rt, who, "blacklisted = yes") == EVERYBODY
    for done in (said, barred):
        with pytest.raises(Conflict):
            await deeds.undo(rt, who, done.id)
    job_id = await deeds.start(rt, who, "country = ES", Deed(What.UNSUBSCRIBE), about="No")
    assert (await worked(rt, who, job_id))["changed"] == 2


async def test_deeds_name_what_is_there_and_belong_to_their_account(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    other = await make.account(rt)
    some = await ids(rt, who, "")
    assert (await deeds.do(rt, other, some, Deed(What.TAG, "mine"))).people == 0
    for value in (str(customers.id), "no id"):
        with pytest.raises(NotFound):
            await deeds.do(rt, other, some, Deed(What.JOIN, value))
    with pytest.raises(InvalidInput):
        await deeds.do(rt, who, some, Deed(What.TAG, "a, b"))
    done = await deeds.do(rt, who, some, Deed(What.TAG, "mine"))
    with pytest.raises(NotFound):
        await deeds.undo(rt, other, done.id)
    await deeds.forget(rt)
    assert (await deeds.get(rt, who, done.id)).people == 5


async def test_a_cancelled_deed_is_as_if_it_never_was(rt: Runtime, who: Principal, customers: ContactList) -> None:
    del customers
    job_id = await deeds.start(rt, who, "country = ES", Deed(What.TAG, "half"), about="Half")

    async def cancelled(rt: Runtime, job: Any, say: Any) -> dict[str, Any]:  # noqa: ANN401 - as a handler
        class Cancelling:
            hold = say.hold

            async def __call__(self, done: int, *, step: str) -> None:
                await find.cancel(rt, who, job_id)
                await say(done, step=step)

        return await deeds.work(rt, job, Cancelling())  # pyright: ignore[reportArgumentType] - stands for Say

    assert await Runner(rt, {deeds.KIND: cancelled}).step(1)
    assert (await find.get(rt, who, job_id)).state is JobState.CANCELLED
    assert await found(rt, who, "tag is empty") == "Eva Pau Pat"


async def test_what_a_worker_did_before_it_died_is_taken_back_too(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    del customers
    job_id = await deeds.start(rt, who, "country = ES", Deed(What.TAG, "half"), about="Half")

    async def dies(rt: Runtime, job: Any, say: Any) -> dict[str, Any]:  # noqa: ANN401 - as a handler
        await deeds.work(rt, job, say)
        raise Unavailable("database_gone", "It is gone.")

    assert await Runner(rt, {deeds.KIND: dies}, pause=0).step(1)
    assert await found(rt, who, "tag = half") == "Ana Eva Luz Pau"
    await tags.change_numbers(rt, who, ["+34600000004"], remove=["half"])

    async def cancelled(rt: Runtime, job: Any, say: Any) -> dict[str, Any]:  # noqa: ANN401 - as a handler
        await find.cancel(rt, who, job_id)
        return await deeds.work(rt, job, say)

    assert await Runner(rt, {deeds.KIND: cancelled}).step(1)
    assert (await find.get(rt, who, job_id)).state is JobState.CANCELLED
    assert await found(rt, who, "tag = half") == ""


async def test_whom_a_filter_finds_is_exported(rt: Runtime, who: Principal, customers: ContactList) -> None:
    del customers
    job_id = await exporting.start(rt, who, "tag = vip", name="VIPs")
    assert (await worked(rt, who, job_id))["rows"] == 2
    name, _, pieces = await files.fetch(rt, who, job_id)
    lines = b"".join([piece async for piece in pieces]).decode().splitlines()
    assert (name, len(lines)) == ("VIPs.csv", 3)
    assert lines[1].startswith("+34600000001,")
    everybody = await exporting.start(rt, who, None, name="All")
    assert (await worked(rt, who, everybody))["rows"] == 5
