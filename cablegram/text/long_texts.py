"""Which carriers deliver a text over 160 characters whole and which split it: a table with a date in each row (R42).

What senders report of carriers, to be edited where somebody knows better; nothing is decided by it. `arrives` is whole
or split.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

SHORT = 160
"""Characters that every carrier delivers in one."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What a carrier of a country (ISO code) does with long texts, as of a day."""

    country: str
    carrier: str
    is_split: bool
    consulted: date
    note: str


def read(lines: Iterable[str]) -> tuple[Habit, ...]:
    """Read a table. Raises ValueError or KeyError for one that is none: it is a file of the program."""
    return tuple(
        Habit(
            row["country"],
            row["carrier"],
            {"whole": False, "split": True}[row["arrives"]],
            date.fromisoformat(row["consulted"]),
            row["note"],
        )
        for row in csv.DictReader(lines)
    )


@cache
def standard() -> tuple[Habit, ...]:
    """Return the table that comes with the program."""
    file = resources.files("cablegram.text") / "long_texts.csv"
    return read(file.read_text(encoding="utf-8").splitlines())


def advice(habits: Iterable[Habit]) -> str:
    """Say who splits long texts and who does not."""
    known = list(habits)
    split = ", ".join(one.carrier for one in known if one.is_split)
    whole = ", ".join(one.carrier for one in known if not one.is_split)
    told = [f"{split} may split them" if split else "", f"{whole} deliver them whole" if whole else ""]
    return "; ".join(one for one in told if one)
