"""Which carriers deliver a text over 160 characters whole and which split it: a table with a date in each row (R42).

What senders report of carriers; nothing is decided by it. `arrives` is whole or split. An operator who knows better has
a file of his own in its place (`CABLEGRAM_LONG_TEXTS`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

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
def known(file: Path | None) -> tuple[Habit, ...]:
    """Return the table of a file, or the one that comes with the program. Raises as `read`, and OSError."""
    return read(file.read_text(encoding="utf-8").splitlines()) if file else standard()


@cache
def standard() -> tuple[Habit, ...]:
    """Return the table that comes with the program."""
    file = resources.files("cablegram.text") / "long_texts.csv"
    return read(file.read_text(encoding="utf-8").splitlines())


def sides(habits: Iterable[Habit]) -> tuple[str, str]:
    """Name the carriers that split long texts, and those that deliver them whole."""
    listed = list(habits)
    split = ", ".join(one.carrier for one in listed if one.is_split)
    return split, ", ".join(one.carrier for one in listed if not one.is_split)


def advice(habits: Iterable[Habit]) -> str:
    """Say who splits long texts and who does not."""
    split, whole = sides(habits)
    told = [f"{split} may split them" if split else "", f"{whole} deliver them whole" if whole else ""]
    return "; ".join(one for one in told if one)
