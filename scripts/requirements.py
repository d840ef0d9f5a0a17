"""Show how far the product is: each requirement with its state, and the tests that say they cover it.

    python scripts/requirements.py           all of them, with the names of their tests
    python scripts/requirements.py R38 R40   these alone
    python scripts/requirements.py --short   one line each

The state is the mark at the end of the line in docs/requirements.md; a person sets it. Exit status 1 when a requirement
is called done or partly done and no test names it, or when a test names one that does not exist.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "docs" / "requirements.md"
_LINE = re.compile(r"^- \*\*(?P<number>R\d+)\*\* (?P<text>.+) \((?P<state>done|partly|not yet)\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One promise of the product."""

    number: str
    title: str
    state: str


def requirements(text: str) -> list[Requirement]:
    """Read the list; the title is the first sentence."""
    return [
        Requirement(line["number"], re.split(r"[.:] ", line["text"])[0], line["state"]) for line in _LINE.finditer(text)
    ]


def tests_by_number(folder: Path) -> dict[str, list[str]]:
    """Return for each number the tests that are marked with it, or whose class or file is."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        place = path.relative_to(folder.parent).as_posix()
        for name, numbers in _marked(tree, _of_file(tree)):
            for number in sorted(numbers):
                found[number].append(f"{place}::{name}")
    return found


def _marked(tree: ast.Module | ast.ClassDef, inherited: set[str]) -> Iterator[tuple[str, set[str]]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}::{name}", numbers) for name, numbers in _marked(node, inherited | _of(node)))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, inherited | _of(node)


def _of(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {number for decorator in node.decorator_list for number in _numbers(decorator)}


def _of_file(tree: ast.Module) -> set[str]:
    """Read `pytestmark = pytest.mark.req("R38")`, or a list of marks."""
    marks = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["pytestmark"]
    ]
    return {number for mark in marks for call in ast.walk(mark) for number in _numbers(call)}


def _numbers(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req":
        yield from (str(ast.literal_eval(argument)) for argument in node.args)


def faults(listed: list[Requirement], tests: dict[str, list[str]]) -> list[str]:
    """Name what does not fit together."""
    known = {requirement.number for requirement in listed}
    unproven = [one for one in listed if one.state != "not yet" and not tests.get(one.number)]
    strange = {number: names for number, names in tests.items() if number not in known}
    return [f"{one.number} is called {one.state}, and no test names it" for one in unproven] + [
        f"{name} names {number}, which is no requirement" for number, names in strange.items() for name in names
    ]


def main(arguments: list[str]) -> int:
    """Print the list, its sum and its faults."""
    parser = argparse.ArgumentParser(description="Show each requirement with its tests and its state.")
    parser.add_argument("numbers", nargs="*", metavar="R38")
    parser.add_argument("--short", action="store_true", help="without the names of tests")
    chosen = parser.parse_args(arguments)
    listed = requirements(LIST.read_text(encoding="utf-8"))
    tests = tests_by_number(ROOT / "tests")
    for one in listed:
        if chosen.numbers and one.number not in chosen.numbers:
            continue
        names = tests.get(one.number, [])
        print(f"{one.number:5} {one.state:8} {len(names):3} tests   {one.title}")
        if not chosen.short:
            print("".join(f"{' ' * 16}{name}\n" for name in names), end="")
    states = Counter(one.state for one in listed)
    tested = sum(1 for one in listed if tests.get(one.number))
    print(
        f"\n{len(listed)} requirements: {states['done']} done, {states['partly']} partly, {states['not yet']} not yet;",
        end=" ",
    )
    print(f"{tested} are named by tests.")
    wrong = faults(listed, tests)
    print("".join(f"{fault}\n" for fault in wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
