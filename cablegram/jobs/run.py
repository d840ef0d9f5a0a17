"""Work on jobs: each `work` process has a Runner, and what a process that died had begun another one begins again.

That a worker lives is shown by an advisory lock of its database session, as with dispatchers, and by nothing else: no
clock says how long a job may take. Whose session is gone has lost its jobs, even if the process still runs; then what
it writes of them is refused (`Say`). So a handler must be repeatable: what it does before its last transaction it may
do again, and what must be done once it does in one transaction with `Say.finish`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.jobs import store
from cablegram.jobs.model import Job, JobState, Trouble
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

MOST_ATTEMPTS = 10  # a job that ends the process which works on it would end one after another

_AT_ONCE = 2  # of a process: a long one does not keep a short one waiting
_LOOK = 1.0  # seconds between looks for what a lost wake-up missed, and for the dead
_TELL_EVERY = 0.4  # seconds between two notes of how far a job is


class JobLost(Exception):
    """Another worker has taken the job over; nothing more is to be done about it here."""


class JobCancelled(Exception):
    """Somebody cancelled the job."""


class Handler(Protocol):
    """Does one kind of job. Returns its result (JSON), or raises a CablegramError that says why it failed."""

    async def __call__(self, rt: Runtime, job: Job, say: Say, /) -> dict[str, Any]:
        """Do a job; may be called again for the same one after a crash."""
        ...


class Say:
    """How a handler tells how far it is, and learns that it is to stop.

    All of it raises JobCancelled where somebody cancelled the job, and JobLost where another worker has it now.
    """

    def __init__(self, rt: Runtime, job: Job) -> None:
        self._rt = rt
        self._job = job
        self._told_at = -_TELL_EVERY
        self._step = ""
        self.is_ended = False
        self.so_far: dict[str, Any] | None = None
        """What is kept as the result of a job that fails."""

    async def __call__(self, done: int, *, total: int | None = None, step: str | None = None) -> None:
        """Tell how much is done. Cheap: it is written a few times a second, and when the step changes."""
        now = self._rt.clock.monotonic()
        is_new = step is not None and step != self._step
        if not is_new and now - self._told_at < _TELL_EVERY:
            return
        self._told_at, self._step = now, step or self._step
        async with self._rt.db.connection() as conn:
            _go_on(is_to_stop=await store.progress(conn, self._job, done=done, total=total, step=step))

    async def hold(self, conn: Conn) -> None:
        """Lock the job, so that what this transaction does is done by the one worker that has it."""
        _go_on(is_to_stop=await store.hold_own(conn, self._job))

    async def finish(self, conn: Conn, result: dict[str, Any]) -> None:
        """Finish the job in the transaction in which its work is done: both happen once, or neither."""
        await self.hold(conn)
        await end(self._rt, conn, self._job, JobState.FINISHED, result=result)
        self.is_ended = True


def _go_on(*, is_to_stop: bool | None) -> None:
    if is_to_stop is None:
        raise JobLost
    if is_to_stop:
        raise JobCancelled


async def end(
    rt: Runtime,
    conn: Conn,
    job: Job,
    state: JobState,
    *,
    result: dict[str, Any] | None = None,
    error: Trouble | None = None,
) -> None:
    """End a job and report it. Raises JobLost."""
    now = rt.clock.now()
    if not await store.end_job(conn, job, state, result=result, error=error, now=now):
        raise JobLost
    facts = {"kind": job.kind, "state": state.value, "about": job.about, "by": job.by}
    await record(conn, [Event(Kind.JOB_FINISHED, job.account_id, job.id, facts)], now=now)


class Runner:
    """Works on jobs of the kinds it has handlers for; `run` ends only by being cancelled."""

    def __init__(
        self, rt: Runtime, handlers: Mapping[str, Handler], *, at_once: int = _AT_ONCE, pause: float = _LOOK
    ) -> None:
        self._rt = rt
        self._handlers = handlers
        self._at_once = at_once
        self._pause = pause  # seconds until what has to wait is tried again
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; what is at work then is for others to do again."""
        while True:
            try:
                async with self._rt.db.session() as conn:
                    await self._live(conn)
            except Unavailable as error:
                self._rt.log.warning("jobs wait for the database", error=error.message)
            await asyncio.sleep(_LOOK)

    async def _live(self, conn: Conn) -> None:
        """Hold our lock and work, for as long as the session lasts."""
        worker = await store.new_worker(conn)
        await store.hold_worker_lock(conn, worker)
        await store.listen(conn)
        slots = [asyncio.create_task(self._slot(worker), name=f"jobs {n}") for n in range(self._at_once)]
        try:
            while True:
                self._news.set()
                await store.news(conn, wait=_LOOK)
                for slot in slots:
                    if slot.done():
                        slot.result()  # it never ends by itself: this raises what went wrong
        finally:
            for slot in slots:
                slot.cancel()
            await asyncio.gather(*slots, return_exceptions=True)

    async def _slot(self, worker: int) -> None:
        """Do one job after another."""
        while True:
            try:
                if not await self.step(worker):
                    self._news.clear()
                    await self._news.wait()
            except Unavailable as error:
                self._rt.log.warning("jobs wait for the database", error=error.message)
                await asyncio.sleep(_LOOK)

    async def step(self, worker: int) -> bool:
        """Take up the next job and do it; False where there is none. Raises Unavailable."""
        async with self._rt.db.transaction() as conn:
            job = await store.claim(conn, worker, list(self._handlers), self._rt.clock.now())
        if job is None:
            return False
        reach("job.claimed")
        await self._do(job)
        return True

    async def _do(self, job: Job) -> None:
        say = Say(self._rt, job)
        try:
            await self._try(job, say)
        except JobLost:
            self._rt.log.warning("a job is another worker's now", job=str(job.id), kind=job.kind)
        except JobCancelled:
            await self._end(job, JobState.CANCELLED, result=None, error=None)
        except Unavailable as error:
            self._rt.log.warning("a job has to wait", job=str(job.id), kind=job.kind, error=error.message)
            await asyncio.sleep(self._pause)
            await self._surely(lambda: self._put_back(job))
        except CablegramError as error:
            trouble = Trouble(error.code, error.message, list(error.faults))
            await self._end(job, JobState.FAILED, result=say.so_far, error=trouble)
        except Exception:  # whatever it is, it belongs to this job alone
            self._rt.log.exception("a job could not be done", job=str(job.id), kind=job.kind)
            message = "Something went wrong on our side; the log of the work process has it. Start it again."
            await self._end(job, JobState.FAILED, result=say.so_far, error=Trouble("job_broke", message))

    async def _try(self, job: Job, say: Say) -> None:
        if job.attempts > MOST_ATTEMPTS:
            message = f"It was begun {MOST_ATTEMPTS} times, and each time the process that worked on it ended."
            return await self._end(job, JobState.FAILED, result=None, error=Trouble("job_gave_up", message))
        if job.attempts > 1:
            async with self._rt.db.transaction() as conn:
                await store.delete_results(conn, job.account_id, job.id)
        result = await self._handlers[job.kind](self._rt, job, say)
        reach("job.done")
        if not say.is_ended:
            await self._end(job, JobState.FINISHED, result=result, error=None)
        return None

    async def _end(self, job: Job, state: JobState, *, result: dict[str, Any] | None, error: Trouble | None) -> None:
        async def write() -> None:
            async with self._rt.db.transaction() as conn:
                if state is JobState.CANCELLED:
                    await store.delete_results(conn, job.account_id, job.id)
                await end(self._rt, conn, job, state, result=result, error=error)

        try:
            await self._surely(write)
        except JobLost:
            self._rt.log.warning("a job is another worker's now", job=str(job.id), kind=job.kind)

    async def _put_back(self, job: Job) -> None:
        async with self._rt.db.transaction() as conn:
            await store.put_back(conn, job)

    async def _surely(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write what becomes of a job as soon as the database can: while this worker lives no other takes it up."""
        while True:
            try:
                return await write()
            except Unavailable as error:
                self._rt.log.warning("the end of a job waits for the database", error=error.message)
                await asyncio.sleep(self._pause)
