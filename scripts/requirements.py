"""Show how far the product is: each requirement with its state, and the tests that say they cover it.

    python scripts/requirements.py               all of them, with the names of their tests
    python scripts/requirements.py R30-R66 R91   these alone
    python scripts/requirements.py --short       one line each

The state is the mark at the end of the line in docs/requirements.md; a person sets it. Exit status 1 when a requirement
is called done or partly done and no test names it, when a test names one that does not exist, or when one that was
asked for has no test or does not exist.
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
_RANGE = re.compile(r"R(?P<first>\d{1,4})(?:-R?(?P<last>\d{1,4}))?")


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


def asked_for(words: list[str]) -> list[str]:
    """Read numbers and ranges of numbers, in the order they were given: R91, R30-R66. Raises ValueError."""
    found: list[str] = []
    for word in words:
        bounds = _RANGE.fullmatch(word)
        if bounds is None or int(bounds["last"] or bounds["first"]) < int(bounds["first"]):
            raise ValueError(f"{word!r} is neither a number such as R38 nor a range such as R30-R66")
        found += [f"R{number}" for number in range(int(bounds["first"]), int(bounds["last"] or bounds["first"]) + 1)]
    return found


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
    parser.add_argument("numbers", nargs="*", metavar="R38", help="a number, or a range such as R30-R66")
    parser.add_argument("--short", action="store_true", help="without the names of tests")
    chosen = parser.parse_args(arguments)
    try:
        wanted = asked_for(chosen.numbers)
    except ValueError as error:
        parser.error(str(error))
    listed = requirements(LIST.read_text(encoding="utf-8"))
    tests = tests_by_number(ROOT / "tests")
    shown = [one for one in listed if one.number in wanted] if wanted else listed
    for one in shown:
        names = tests.get(one.number, [])
        print(f"{one.number:5} {one.state:8} {len(names):3} tests   {one.title}")
        if not chosen.short:
            print("".join(f"{' ' * 16}{name}\n" for name in names), end="")
    print(f"\n{_sum(shown, tests)}")
    wrong = faults(listed, tests)
    known = {one.number for one in listed}
    wrong += [f"{number} is no requirement" for number in wanted if number not in known]
    wrong += [f"{number} has no test" for number in wanted if number in known and not tests.get(number)]
    print("".join(f"{fault}\n" for fault in wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


def _sum(shown: list[Requirement], tests: dict[str, list[str]]) -> str:
    states = Counter(one.state for one in shown)
    tested = sum(1 for one in shown if tests.get(one.number))
    counted = f"{states['done']} done, {states['partly']} partly, {states['not yet']} not yet"
    return f"{len(shown)} requirements: {counted}; {tested} are named by tests."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
