"""How the tests of the house read its files: all of them once, as text and as syntax trees.

A line that has to break a rule says so: `# house: why` in Python, and the same words in a comment of SQL, HTML, CSS or
JavaScript. Such lines are excused, and the run of the tests lists them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cablegram"
EXCUSE = re.compile(r"\bhouse: (?P<why>\S.*)")
_OURS = ("cablegram", "frontend", "scripts", "tests")
_NOT_OURS = {"node_modules", "__pycache__", "dist"}


@dataclass(frozen=True)
class Source:
    """One file, with its place inside the repository."""

    place: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Return its lines; line 1 is `lines[0]`."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """Return its syntax tree."""
        return ast.parse(self.text, self.place)

    @property
    def room(self) -> str:
        """Return the room it lies in: `messages`."""
        return self.place.split("/")[1]

    @property
    def name(self) -> str:
        """Return its file name."""
        return self.place.rpartition("/")[2]

    def excused(self, line: int) -> bool:
        """Tell whether a line carries a reason for breaking the rules."""
        return EXCUSE.search(self.lines[line - 1]) is not None

    def at(self, node: ast.stmt | ast.expr, what: str) -> list[str]:
        """Name a fault at a node, unless its line is excused."""
        return [] if self.excused(node.lineno) else [f"{self.place}:{node.lineno}: {what}"]


@cache
def sources(*suffixes: str, under: str = "") -> tuple[Source, ...]:
    """Read our files with these suffixes, below one folder or everywhere."""
    found = sorted(
        path
        for top in ([under] if under else _OURS)
        for path in (ROOT / top).rglob("*")
        if path.suffix in suffixes and path.is_file() and not _NOT_OURS & set(path.parts)
    )
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found)


def product() -> tuple[Source, ...]:
    """Read the Python files of the product."""
    return sources(".py", under="cablegram")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk over all functions and methods."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(tree: ast.AST) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Walk over all imports with the full name of what is imported: module, or module and name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def excuses() -> list[str]:
    """List every line of the product that is excused, with its reason."""
    return [
        f"{source.place}:{number}: {excuse['why']}"
        for source in sources(".py", ".sql", ".html", ".css", ".js", under="cablegram")
        for number, line in enumerate(source.lines, 1)
        if (excuse := EXCUSE.search(line))
    ]
