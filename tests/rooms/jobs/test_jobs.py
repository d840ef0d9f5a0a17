"""Jobs on a real database: done once, taken over when their worker dies, cancelled, and their files."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

import make
from cablegram.accounts.access import Principal, Scope
from cablegram.events.record import story
from cablegram.jobs import files, find, run, store, upkeep
from cablegram.jobs.model import Job, JobState, NewJob
from cablegram.jobs.open import MOST_AT_ONCE, open_job
from cablegram.jobs.run import JobCancelled, JobLost, Runner, Say
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooLarge, Unavailable
from cablegram.kit.ids import JobId
from cablegram.runtime.runtime import Runtime


async def opened(rt: Runtime, who: Principal, kind: str = "count", **args: Any) -> JobId:  # noqa: ANN401 - any JSON
    async with rt.db.transaction() as conn:
        new = NewJob(who.account_id, kind, "beans", Scope.CONTACTS, args, who.name)
        return await open_job(conn, new, now=rt.clock.now())


async def bytes_of(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def read(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def count(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Count as far as the job says, and write the numbers down."""
    async with files.result(rt, job, "beans.csv", media_type="text/csv") as out:
        for number in range(job.args.get("to", 2)):
            await say(number, total=2, step="Counting")
            await out.write(b"%d\n" % number)
    return {"beans": 2}


def runner(rt: Runtime, handler: run.Handler = count) -> Runner:
    return Runner(rt, {"count": handler})


@pytest.mark.req("R97")
async def test_a_job_is_done_and_what_came_of_it_stays(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)
    assert (await find.get(rt, who, job_id)).state is JobState.WAITING
    assert await runner(rt).step(1)
    assert not await runner(rt).step(1)
    job = await find.get(rt, who, job_id)
    assert (job.state, job.result, job.done, job.total) == (JobState.FINISHED, {"beans": 2}, 2, 2)
    assert (job.ended_at, job.worker) == (rt.clock.now(), None)
    assert await find.page(rt, who, kind="count", state=JobState.FINISHED) == [job]
    assert await find.page(rt, who, state=JobState.FAILED) == []
    name, media_type, pieces = await files.fetch(rt, who, job_id)
    assert (name, media_type, await read(pieces)) == ("beans.csv", "text/csv", b"0\n1\n")
    async with rt.db.connection() as conn:
        ((_, kind, facts),) = await story(conn, who.account_id, job_id)
    assert (kind, facts["state"], facts["about"]) == ("job.finished", "finished", "beans")


async def test_only_a_worker_whose_session_is_gone_is_taken_over(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)
    async with rt.db.session() as session:
        dead = await store.new_worker(session)
        assert await store.hold_worker_lock(session, dead)
        async with rt.db.transaction() as conn:
            held = await store.claim(conn, dead, ["count"], rt.clock.now())
        assert held is not None
        say = Say(rt, held)
        await say(1, step="Counting")
        async with files.result(rt, held, "beans.csv", media_type="text/csv") as out:
            await out.write(b"half")
        assert not await runner(rt).step(dead + 1)  # it lives
    for _ in range(100):  # until the server has noticed
        if await runner(rt).step(dead + 1):
            break
        await asyncio.sleep(0.01)
    job = await find.get(rt, who, job_id)
    assert (job.state, job.attempts) == (JobState.FINISHED, 2)
    assert await read((await files.fetch(rt, who, job_id))[2]) == b"0\n1\n"  # nothing of the dead worker's
    # Whoever was taken for dead, and lives, can do nothing more about it.
    with pytest.raises(JobLost):
        await say(2, step="More")
    async with rt.db.transaction() as conn:
        with pytest.raises(JobLost):
            await say.hold(conn)


async def test_the_end_of_a_job_is_written_when_the_database_can(
    rt: Runtime, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, write = await opened(rt, who), store.end_job
    tries = 0

    async def crowded(*given: Any, **more: Any) -> bool:  # noqa: ANN401 - as `end_job`
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Unavailable("database_crowded", "Too much at once.")
        return await write(*given, **more)

    monkeypatch.setattr(store, "end_job", crowded)
    assert await Runner(rt, {"count": count}, pause=0).step(1)
    assert ((await find.get(rt, who, job_id)).state, tries) == (JobState.FINISHED, 2)


@pytest.mark.req("R97")
async def test_a_cancelled_job_stops_at_its_next_step_and_leaves_nothing(rt: Runtime, who: Principal) -> None:
    waiting, running = await opened(rt, who), await opened(rt, who)
    assert (await find.cancel(rt, who, waiting)).state is JobState.CANCELLED

    async def cancelled_meanwhile(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
        async with files.result(rt, job, "half.csv", media_type="text/csv") as out:
            await out.write(b"half")
        assert (await find.cancel(rt, who, job.id)).is_cancel_asked
        await say(1, step="Next")
        raise AssertionError("it went on")

    assert await runner(rt, cancelled_meanwhile).step(1)
    assert (await find.get(rt, who, running)).state is JobState.CANCELLED
    with pytest.raises(NotFound, match="no result file"):
        await files.fetch(rt, who, running)
    with pytest.raises(Conflict, match="cancelled already"):
        await find.cancel(rt, who, running)


async def test_who_cancels_needs_what_the_job_was_opened_with(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)
    with pytest.raises(NotAllowed):
        await find.cancel(rt, Principal(who.account_id, "reader", frozenset({Scope.READ})), job_id)
    stranger = await make.account(rt)
    for deed in (find.get, find.cancel):
        with pytest.raises(NotFound):
            await deed(rt, stranger, job_id)
    assert await find.page(rt, stranger) == []


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (InvalidInput("bad_rows", "Three rows are bad."), JobState.FAILED, "bad_rows"),
        (ValueError("nobody foresaw this"), JobState.FAILED, "job_broke"),
        (Unavailable("database_crowded", "Later."), JobState.WAITING, None),
    ],
)
async def test_a_job_that_fails_says_why_and_one_that_has_to_wait_waits(
    rt: Runtime, who: Principal, error: Exception, state: JobState, code: str | None
) -> None:
    job_id = await opened(rt, who)

    async def failing(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:  # noqa: ARG001 - a handler
        say.so_far = {"rows": 3}
        raise error

    assert await Runner(rt, {"count": failing}, pause=0).step(1)
    job = await find.get(rt, who, job_id)
    assert (job.state, job.error and job.error.code) == (state, code)
    assert job.result == ({"rows": 3} if code else None)


async def test_a_job_that_ends_one_process_after_another_is_given_up(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)
    for worker in range(1, run.MOST_ATTEMPTS + 1):  # no session holds the locks of these
        async with rt.db.transaction() as conn:
            assert await store.claim(conn, worker, ["count"], rt.clock.now())
    assert await runner(rt).step(99)
    error = (await find.get(rt, who, job_id)).error
    assert error is not None
    assert error.code == "job_gave_up"


async def test_what_is_done_with_the_last_transaction_is_done_once(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)

    async def at_once(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
        async with rt.db.transaction() as conn:
            await say.finish(conn, {"beans": 3})
        with pytest.raises(JobLost):
            async with rt.db.transaction() as conn:
                await say.finish(conn, {"beans": 4})
        return {"beans": job.args.get("never", 5)}

    assert await runner(rt, at_once).step(1)
    job = await find.get(rt, who, job_id)
    assert (job.state, job.result) == (JobState.FINISHED, {"beans": 3})


async def test_the_runner_does_what_is_opened_and_stops_in_good_order(rt: Runtime, who: Principal) -> None:
    begun = asyncio.Event()

    async def endless(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:  # noqa: ARG001 - a handler
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("never")

    first = await opened(rt, who)
    at_work = asyncio.create_task(runner(rt, endless).run())
    await asyncio.wait_for(begun.wait(), 10)
    assert (await find.get(rt, who, first)).state is JobState.RUNNING
    at_work.cancel()
    with suppress(asyncio.CancelledError):
        await at_work
    for _ in range(100):
        if await runner(rt).step(10_000):
            break
        await asyncio.sleep(0.01)
    assert (await find.get(rt, who, first)).state is JobState.FINISHED


async def test_an_account_has_only_so_many_jobs_at_once_and_another_comes_between(rt: Runtime, who: Principal) -> None:
    first, second = await opened(rt, who), await opened(rt, who)
    other = await make.account(rt)
    between = await opened(rt, other)
    order: list[JobId] = []
    async with rt.db.session() as conn:
        assert await store.hold_worker_lock(conn, 1)
        while job := await store.claim(conn, 1, ["count"], rt.clock.now()):
            order.append(job.id)
    assert order == [first, between, second]
    for _ in range(MOST_AT_ONCE - 2):
        await opened(rt, who)
    with pytest.raises(Conflict, match="100 jobs"):
        await opened(rt, who)


@pytest.mark.req("R95", "R97")
async def test_several_files_come_as_a_zip(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)
    large = bytes(range(256)) * 5_000

    async def two(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:  # noqa: ARG001 - a handler
        for name, data in (("a.csv", b"number\n"), ("../b.csv", large)):
            async with files.result(rt, job, name, media_type="text/csv") as out:
                await out.write(data)
        with suppress(ValueError):
            async with files.result(rt, job, "broken.csv", media_type="text/csv") as out:
                raise ValueError
        return {}

    assert await runner(rt, two).step(1)
    name, media_type, pieces = await files.fetch(rt, who, job_id)
    assert (name, media_type) == (f"job-{job_id}.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(await read(pieces))) as packed:
        assert packed.testzip() is None
        assert {one: packed.read(one) for one in packed.namelist()} == {"a.csv": b"number\n", "b.csv": large}


async def test_a_file_that_is_brought_comes_back_as_it_was(rt: Runtime, who: Principal, clock: SetClock) -> None:
    data = bytes(range(256)) * 3_000
    brought = await files.receive(
        rt, who, bytes_of(data[:10], data[10:]), name=r"C:\lists\people.csv", media_type="text/csv"
    )
    assert (brought.name, brought.size) == ("people.csv", len(data))
    assert await files.get(rt, who, brought.id) == brought
    assert await read(files.read(rt, brought)) == data
    with pytest.raises(NotFound):
        await files.get(rt, await make.account(rt), brought.id)
    with pytest.raises(TooLarge, match="more than 1 MB"):
        await files.receive(rt, who, bytes_of(data, data), name="x", media_type="text/csv", most_bytes=1_000_000)
    with pytest.raises(InvalidInput, match="empty"):
        await files.receive(rt, who, bytes_of(), name="x", media_type="text/csv")
    clock.move(timedelta(days=1, seconds=1))
    await upkeep.forget(rt)
    with pytest.raises(NotFound, match="kept for a day"):
        await files.get(rt, who, brought.id)


async def test_jobs_are_forgotten_after_ninety_days_and_taken_files_later(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    brought = await files.receive(rt, who, bytes_of(b"number\n"), name="", media_type="text/csv")
    async with rt.db.transaction() as conn:
        await files.keep(conn, who, brought.id, now=clock.now())
    job_id = await opened(rt, who)
    assert await runner(rt).step(1)
    clock.move(timedelta(days=6))
    await upkeep.forget(rt)
    assert (await files.get(rt, who, brought.id)).name == "file"
    clock.move(timedelta(days=2))
    await upkeep.forget(rt)
    assert (await find.get(rt, who, job_id)).state is JobState.FINISHED
    with pytest.raises(NotFound):
        await files.fetch(rt, who, job_id)
    async with rt.db.transaction() as conn:
        with pytest.raises(NotFound, match="Bring it again"):
            await files.keep(conn, who, brought.id, now=clock.now())
    clock.move(timedelta(days=90))
    await upkeep.forget(rt)
    with pytest.raises(NotFound):
        await find.get(rt, who, job_id)


async def test_cancel_is_told_also_where_the_work_is_about_to_be_committed(rt: Runtime, who: Principal) -> None:
    await opened(rt, who)
    async with rt.db.transaction() as conn:
        job = await store.claim(conn, 1, ["count"], rt.clock.now())
    assert job is not None
    await find.cancel(rt, who, job.id)
    async with rt.db.transaction() as conn:
        with pytest.raises(JobCancelled):
            await Say(rt, job).finish(conn, {})


@pytest.mark.req("R97")
async def test_only_who_started_a_job_can_ask_to_be_told_of_its_end(rt: Runtime, who: Principal) -> None:
    job_id = await opened(rt, who)
    with pytest.raises(Conflict, match="who started it can ask"):
        await find.ask_to_be_told(rt, who, job_id)
    with pytest.raises(NotFound):
        await find.ask_to_be_told(rt, await make.account(rt), job_id)
