"""Files of jobs, in the database and in pieces: any machine can read them, and none ever holds a whole one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.jobs import store
from cablegram.jobs.model import Job, JobFile
from cablegram.jobs.zipping import ZipStream
from cablegram.kit.errors import InvalidInput, NotFound, TooLarge
from cablegram.kit.ids import FileId, JobId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

Pieces = AsyncIterator[bytes]

MOST_BYTES = 1_000_000_000
MOST_KEPT = 5_000_000_000  # bytes that people of one account brought
BROUGHT_FOR = timedelta(days=1)  # until a job takes it
RESULTS_FOR = timedelta(days=7)
LONGEST_NAME = 120

_PART = 512 * 1024


class Writer:
    """Writes one file, piece by piece."""

    def __init__(self, rt: Runtime, new: JobFile, *, most_bytes: int = MOST_BYTES) -> None:
        self._rt = rt
        self._waiting = bytearray()
        self._parts = 0
        self._most_bytes = most_bytes
        self.file = new

    async def write(self, data: bytes) -> None:
        """Write what comes next. Raises TooLarge (`file_too_large`)."""
        self.file.size += len(data)
        if self.file.size > self._most_bytes:
            message = f"{self.file.name} has more than {self._most_bytes // 1_000_000:,} MB, which is too much."
            raise TooLarge("file_too_large", f"{message} Cut it into several files.")
        self._waiting += data
        while len(self._waiting) >= _PART:
            await self._put(bytes(self._waiting[:_PART]))
            del self._waiting[:_PART]

    async def _put(self, data: bytes) -> None:
        async with self._rt.db.connection() as conn:
            await store.insert_part(conn, self.file.id, self._parts, data)
        self._parts += 1

    async def close(self) -> None:
        """Write the rest, and let others see the file."""
        if self._waiting:
            await self._put(bytes(self._waiting))
        async with self._rt.db.connection() as conn:
            await store.close_file(conn, self.file.account_id, self.file.id, size=self.file.size)


async def receive(
    rt: Runtime,
    who: Principal,
    chunks: AsyncIterable[bytes],
    *,
    name: str,
    media_type: str,
    most_bytes: int = MOST_BYTES,
) -> JobFile:
    """Take a file that somebody brings, as it arrives; it is kept for a day, or longer if a job takes it.

    Raises TooLarge (`file_too_large`, `too_many_files`), InvalidInput (`file_empty`).
    """
    who.needs(Scope.CONTACTS)
    now = rt.clock.now()
    async with rt.db.connection() as conn:
        if await store.bytes_kept(conn, who.account_id) > MOST_KEPT:
            message = (
                "The files brought to this account are more than 5 GB. Files are kept for some days: come again then."
            )
            raise TooLarge("too_many_files", message)
    new = JobFile(FileId(uuid7()), who.account_id, None, clean(name), media_type, 0, now, now + BROUGHT_FOR)
    async with _writing(rt, new, most_bytes=most_bytes) as out:
        async for chunk in chunks:
            await out.write(chunk)
        if not out.file.size:
            raise InvalidInput("file_empty", "The file is empty.")
    return new


@asynccontextmanager
async def result(rt: Runtime, job: Job, name: str, *, media_type: str) -> AsyncGenerator[Writer]:
    """Write a file of a job's result, kept for a week; an exception takes it away again."""
    async with _writing(rt, _new_result(rt, job, name, media_type=media_type), most_bytes=MOST_KEPT) as out:
        yield out


async def begin(rt: Runtime, job: Job, name: str, *, media_type: str) -> Writer:
    """Begin a file of a job's result that nobody sees until it is closed, also where the job fails then."""
    new = _new_result(rt, job, name, media_type=media_type)
    async with rt.db.connection() as conn:
        await store.insert_file(conn, new)
    return Writer(rt, new, most_bytes=MOST_KEPT)


def _new_result(rt: Runtime, job: Job, name: str, *, media_type: str) -> JobFile:
    now = rt.clock.now()
    return JobFile(FileId(uuid7()), job.account_id, job.id, clean(name), media_type, 0, now, now + RESULTS_FOR)


@asynccontextmanager
async def _writing(rt: Runtime, new: JobFile, *, most_bytes: int) -> AsyncGenerator[Writer]:
    async with rt.db.connection() as conn:
        await store.insert_file(conn, new)
    try:
        out = Writer(rt, new, most_bytes=most_bytes)
        yield out
        await out.close()
    except BaseException:
        async with rt.db.connection() as conn:
            await store.delete_file(conn, new.account_id, new.id)
        raise


async def get(rt: Runtime, who: Principal, file_id: FileId) -> JobFile:
    """Return what a file is. Raises NotFound (`file_gone`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.get_file(conn, who.account_id, file_id)
    if found is None:
        message = f"There is no file {file_id} any more. Files are kept for a day, those of a job for a week."
        raise NotFound("file_gone", message)
    return found


async def keep(conn: Conn, who: Principal, file_id: FileId, *, now: datetime) -> None:
    """Keep a file for a week more, because a job needs it. Raises NotFound (`file_gone`)."""
    if not await store.keep_file(conn, who.account_id, file_id, until=now + RESULTS_FOR):
        raise NotFound("file_gone", f"There is no file {file_id} any more. Bring it again.")


async def read(rt: Runtime, file: JobFile) -> AsyncIterator[bytes]:
    """Yield a file piece by piece; each is read for itself, so that a slow reader holds nothing."""
    part = 0
    while True:
        async with rt.db.connection() as conn:
            data = await store.read_part(conn, file.id, part)
        if data is None:
            return
        yield data
        part += 1


async def of_jobs(rt: Runtime, who: Principal, job_ids: Sequence[JobId]) -> dict[JobId, list[JobFile]]:
    """Return the files of jobs' results, of each in the order in which they were written."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.files_of_jobs(conn, who.account_id, job_ids)


async def fetch(rt: Runtime, who: Principal, job_id: JobId) -> tuple[str, str, AsyncIterator[bytes]]:
    """Return a job's result as (name, media type, bytes): the file itself, or where there are several, a ZIP of them.

    Raises NotFound (`no_result`).
    """
    found = (await of_jobs(rt, who, [job_id]))[job_id]
    if not found:
        message = "This job has no result file: it is not finished, it had nothing to write, or a week has passed."
        raise NotFound("no_result", message)
    if len(found) == 1:
        return found[0].name, found[0].media_type, read(rt, found[0])
    return f"job-{job_id}.zip", "application/zip", _zipped(rt, found)


async def _zipped(rt: Runtime, found: list[JobFile]) -> AsyncIterator[bytes]:
    packed = ZipStream()
    for one in found:
        packed.begin(one.name, one.created_at)
        async for data in read(rt, one):
            packed.write(data)
            if ready := packed.take():
                yield ready
        packed.end()
    packed.close()
    yield packed.take()


def clean(name: str) -> str:
    """Return a file's name as it may stand in a header, a ZIP and a page: without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?').strip(". ")
    return kept[-LONGEST_NAME:] or "file"
