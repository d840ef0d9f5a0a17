"""Read a large file of rows for a command: show how far it is, and say which rows were bad."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import IO, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cablegram.cli import files
from cablegram.cli.showing import many
from cablegram.kit.errors import Fault

_MOST_SHOWN = 20


class Watch:
    """Shows on a terminal how far a file is read; elsewhere it is silent."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        file.seek(0, 2)
        self._bar = self._bars.add_task("0 rows", total=file.tell())
        file.seek(0)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the file's bytes."""
        async for chunk in files.chunks(self._file):
            yield chunk
            self._bars.advance(self._bar, len(chunk))

    async def count(self, rows: int) -> None:
        """Take how many rows were read."""
        self._bars.update(self._bar, description=many(rows, "row"))


def bad_rows(skipped: int, faults: Sequence[Fault]) -> list[str]:
    """Write which rows were left out, a line each for the first of them."""
    if not skipped:
        return []
    shown = faults[:_MOST_SHOWN]
    lines = [f"{many(skipped, 'bad row')} left out:", *(f"  {fault.message} [{fault.code}]" for fault in shown)]
    return [*lines, f"  ... and {skipped - len(shown):,} more"] if skipped > len(shown) else lines
