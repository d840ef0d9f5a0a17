"""How commands show things to people: tables that stay readable in a pipe, amounts, moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.money import micro_to_credits


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()) -> str:
    """Align rows below their headings, two spaces apart; the columns in `numbers` to the right."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    right = [heading in numbers for heading in headings]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def money(micro: int) -> str:
    """Write micro-credits as credits with thousands marked: "1,234.5"."""
    whole, point, part = micro_to_credits(micro).partition(".")
    sign = whole[: -len(whole.lstrip("-"))] if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{part}"


def moment(when: datetime | None) -> str:
    """Write a moment in UTC, to the second; nothing for none."""
    return when.strftime("%Y-%m-%d %H:%M:%S") if when else ""


def many(count: int, one: str) -> str:
    """Write a number with its noun: "1 message", "2,000 messages"."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"
