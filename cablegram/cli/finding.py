"""What the doctor found: a verdict, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is: all is well, somebody should look, or it does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at."""

    name: str
    verdict: Verdict
    what: str
    todo: str = ""


def ok(name: str, what: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(name, Verdict.OK, what)


def warn(name: str, what: str, todo: str) -> Finding:
    """Say that somebody should look at something."""
    return Finding(name, Verdict.WARN, what, todo)


def fail(name: str, what: str, todo: str) -> Finding:
    """Say that something does not work."""
    return Finding(name, Verdict.FAIL, what, todo)
