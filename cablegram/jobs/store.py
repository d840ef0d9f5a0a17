"""Statements of the jobs room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cablegram.accounts.access import Scope
from cablegram.jobs.model import Job, JobFile, JobState, NewJob, Trouble
from cablegram.kit.ids import AccountId, FileId, JobId, UserId
from cablegram.runtime.database import Conn, listen_to, notifications
from cablegram.runtime.queries import load

queries = load(__file__)

_CHANNEL = "cablegram_jobs"
_read_object = msgspec.json.Decoder(dict[str, Any]).decode
_read_trouble = msgspec.json.Decoder(Trouble).decode
_write = msgspec.json.Encoder().encode


# Jobs


async def insert_job(conn: Conn, job_id: JobId, new: NewJob, now: datetime) -> None:
    """Write a job that waits, and wake who works."""
    await conn.execute(
        queries.insert_job,
        {
            "job_id": job_id,
            "account_id": new.account_id,
            "kind": new.kind,
            "about": new.about,
            "scope": new.scope.value,
            "args": _write(new.args).decode(),
            "total": new.total,
            "by": new.by,
            "user_id": new.user_id,
            "now": now,
        },
    )
    await conn.execute(queries.wake)


async def ask_to_be_told(conn: Conn, account_id: AccountId, job_id: JobId, user_id: UserId) -> bool:
    """Note that who started a job wants to be told of its end; False where they did not start it, or it is over."""
    asked = {"account_id": account_id, "job_id": job_id, "user_id": user_id}
    return await (await conn.execute(queries.ask_to_be_told, asked)).fetchone() is not None


async def get_job(conn: Conn, account_id: AccountId, job_id: JobId) -> Job | None:
    """Read a job."""
    row = await (await conn.execute(queries.get_job, {"account_id": account_id, "job_id": job_id})).fetchone()
    return _job(row) if row else None


async def hold_job(conn: Conn, account_id: AccountId, job_id: JobId) -> Job | None:
    """Lock a job and read it."""
    row = await (await conn.execute(queries.hold_job, {"account_id": account_id, "job_id": job_id})).fetchone()
    return _job(row) if row else None


async def page_of_jobs(
    conn: Conn, account_id: AccountId, after: UUID | None, *, kind: str | None, state: str | None, limit: int
) -> list[Job]:
    """Read jobs, newest first."""
    asked = {"account_id": account_id, "after": after, "kind": kind, "state": state, "limit": limit}
    return [_job(row) for row in await (await conn.execute(queries.page_of_jobs, asked)).fetchall()]


async def count_waiting(conn: Conn, account_id: AccountId) -> int:
    """Count an account's jobs that are not over."""
    row = await (await conn.execute(queries.count_waiting, {"account_id": account_id})).fetchone()
    return row[0] if row else 0


async def cancel_waiting(conn: Conn, account_id: AccountId, job_id: JobId, now: datetime) -> bool:
    """Cancel a job that nobody took up; False where somebody did."""
    values = {"account_id": account_id, "job_id": job_id, "now": now}
    return (await conn.execute(queries.cancel_waiting, values)).rowcount == 1


async def ask_to_cancel(conn: Conn, account_id: AccountId, job_id: JobId) -> None:
    """Have the worker of a job told that it is to stop."""
    await conn.execute(queries.ask_to_cancel, {"account_id": account_id, "job_id": job_id})


async def forget_jobs(conn: Conn, before: datetime, *, limit: int) -> int:
    """Delete jobs that were over before a moment, with their files; return how many."""
    return (await conn.execute(queries.forget_jobs, {"before": before, "limit": limit})).rowcount


# Workers


async def new_worker(conn: Conn) -> int:
    """Return a number that no worker had."""
    return (await (await conn.execute(queries.new_worker)).fetchall())[0][0]


async def hold_worker_lock(conn: Conn, worker: int) -> bool:
    """Take the lock that shows that a worker lives, for as long as the session does."""
    return (await (await conn.execute(queries.hold_worker_lock, {"worker": worker})).fetchall())[0][0]


async def listen(conn: Conn) -> None:
    """Have news of jobs come to this session."""
    await listen_to(conn, [_CHANNEL])


async def news(conn: Conn, *, wait: float) -> bool:
    """Wait for news of jobs, up to so many seconds; tell whether some came."""
    return bool(await notifications(conn, wait=wait))


async def claim(conn: Conn, worker: int, kinds: Sequence[str], now: datetime) -> Job | None:
    """Take up the next job of these kinds: one that waits, or that a dead worker left."""
    values = {"worker": worker, "kinds": list(kinds), "now": now}
    row = await (await conn.execute(queries.claim, values)).fetchone()
    return _job(row) if row else None


async def progress(conn: Conn, job: Job, *, done: int, total: int | None, step: str | None) -> bool | None:
    """Write how far a job is; return whether it is to stop, None where it is another worker's now."""
    values = {**_own(job), "done": done, "total": total, "step": step}
    row = await (await conn.execute(queries.progress, values)).fetchone()
    return row[0] if row else None


async def hold_own(conn: Conn, job: Job) -> bool | None:
    """Lock a job that is at work; return as `progress`."""
    row = await (await conn.execute(queries.hold_own, _own(job))).fetchone()
    return row[0] if row else None


async def end_job(
    conn: Conn, job: Job, state: JobState, *, result: dict[str, Any] | None, error: Trouble | None, now: datetime
) -> bool:
    """End a job; False where it is another worker's now."""
    values = {
        **_own(job),
        "state": state.value,
        "result": None if result is None else _write(result).decode(),
        "error": None if error is None else _write(error).decode(),
        "now": now,
    }
    return await (await conn.execute(queries.end_job, values)).fetchone() is not None


async def put_back(conn: Conn, job: Job) -> None:
    """Let a job wait again."""
    await conn.execute(queries.put_back, _own(job))
    await conn.execute(queries.wake)


# Files


async def insert_file(conn: Conn, new: JobFile) -> None:
    """Write down that a file comes; it is there for others when it is whole."""
    values = {
        "file_id": new.id,
        "account_id": new.account_id,
        "job_id": new.job_id,
        "name": new.name,
        "media_type": new.media_type,
        "now": new.created_at,
        "kept_until": new.kept_until,
    }
    await conn.execute(queries.insert_file, values)


async def bytes_kept(conn: Conn, account_id: AccountId) -> int:
    """Add up the files that people of an account brought."""
    return (await (await conn.execute(queries.bytes_kept, {"account_id": account_id})).fetchall())[0][0]


async def insert_part(conn: Conn, file_id: FileId, part: int, data: bytes) -> None:
    """Write a piece of a file."""
    await conn.execute(queries.insert_part, {"file_id": file_id, "part": part, "bytes": data})


async def close_file(conn: Conn, account_id: AccountId, file_id: FileId, *, size: int) -> None:
    """Say that a file is whole."""
    await conn.execute(queries.close_file, {"account_id": account_id, "file_id": file_id, "size": size})


async def keep_file(conn: Conn, account_id: AccountId, file_id: FileId, *, until: datetime) -> bool:
    """Keep a file at least until a moment; False where there is none."""
    values = {"account_id": account_id, "file_id": file_id, "kept_until": until}
    return (await conn.execute(queries.keep_file, values)).rowcount == 1


async def get_file(conn: Conn, account_id: AccountId, file_id: FileId) -> JobFile | None:
    """Read of a whole file what it is."""
    row = await (await conn.execute(queries.get_file, {"account_id": account_id, "file_id": file_id})).fetchone()
    return JobFile(*row) if row else None


async def files_of_jobs(conn: Conn, account_id: AccountId, job_ids: Sequence[JobId]) -> dict[JobId, list[JobFile]]:
    """Read which files jobs have written, of each in the order in which it did."""
    cursor = await conn.execute(queries.files_of_jobs, {"account_id": account_id, "job_ids": list(job_ids)})
    found: dict[JobId, list[JobFile]] = {job_id: [] for job_id in job_ids}
    for row in await cursor.fetchall():
        found[row[2]].append(JobFile(*row))
    return found


async def read_part(conn: Conn, file_id: FileId, part: int) -> bytes | None:
    """Read a piece of a file; None behind the last."""
    cursor = await conn.execute(queries.read_part, {"file_id": file_id, "part": part}, binary=True)
    row = await cursor.fetchone()
    return row[0] if row else None


async def delete_file(conn: Conn, account_id: AccountId, file_id: FileId) -> None:
    """Delete a file."""
    await conn.execute(queries.delete_file, {"account_id": account_id, "file_id": file_id})


async def delete_results(conn: Conn, account_id: AccountId, job_id: JobId) -> None:
    """Delete what a job has written."""
    await conn.execute(queries.delete_results, {"account_id": account_id, "job_id": job_id})


async def forget_files(conn: Conn, now: datetime, *, limit: int) -> int:
    """Delete files whose time is over; return how many."""
    return (await conn.execute(queries.forget_files, {"now": now, "limit": limit})).rowcount


def _own(job: Job) -> dict[str, Any]:
    return {"job_id": job.id, "worker": job.worker, "attempts": job.attempts}


def _job(row: Sequence[Any]) -> Job:
    job_id, account_id, kind, about, scope, args, state, step, done, total, result, error, *rest = row
    return Job(
        job_id,
        account_id,
        kind,
        about,
        Scope(scope),
        _read_object(args),
        JobState(state),
        step,
        done,
        total,
        _read_object(result) if result else None,
        _read_trouble(error) if error else None,
        *rest,
    )
