"""A job, its states, and the files that go in and come out (R97)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Fault
from cablegram.kit.ids import AccountId, FileId, JobId, UserId


class JobState(StrEnum):
    """Where a job is. waiting -> running -> finished, failed or cancelled; back to waiting where it is taken over."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more comes of it."""
        return self in {JobState.FINISHED, JobState.FAILED, JobState.CANCELLED}


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to open. `about` is for people, `args` (JSON) for its handler.

    The job may do what `scope` allows and read; whoever cancels it needs the same scope. `total` is how much there is
    to do, in whatever its handler counts.
    """

    account_id: AccountId
    kind: str
    about: str
    scope: Scope
    args: dict[str, Any]
    by: str
    user_id: UserId | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a job failed."""

    code: str
    message: str
    faults: list[Fault] = field(default_factory=list[Fault])


@dataclass(slots=True)
class Job:
    """A job. `done` of `total` (None: nobody knows) is counted by its handler; `step` says what it is doing."""

    id: JobId
    account_id: AccountId
    kind: str
    about: str
    scope: Scope
    args: dict[str, Any]
    state: JobState
    step: str
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: Trouble | None
    by: str
    user_id: UserId | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    is_cancel_asked: bool
    worker: int | None
    attempts: int

    @property
    def who(self) -> Principal:
        """Return who the job acts for: it may do what it was opened for, and read."""
        return Principal(self.account_id, self.by, frozenset({self.scope, Scope.READ}), user_id=self.user_id)


@dataclass(slots=True)
class JobFile:
    """A file in the database: brought by somebody (`job_id` None), or a job's result. `size` in bytes."""

    id: FileId
    account_id: AccountId
    job_id: JobId | None
    name: str
    media_type: str
    size: int
    created_at: datetime
    kept_until: datetime
