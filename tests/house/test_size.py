"""Rooms stay small enough to be read."""

from __future__ import annotations

from house.reading import Source, functions, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def long_file(source: Source) -> list[str]:
    if len(source.lines) <= LONGEST_FILE or source.excused(1):
        return []
    return [f"{source.place}: {len(source.lines)} lines"]


def long_functions(source: Source) -> list[str]:
    faults: list[str] = []
    for function in functions(source.tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            faults += source.at(function, f"{function.name} has {length} lines")
    return faults


def test_no_file_is_longer_than_400_lines() -> None:
    assert [fault for source in sources(".py", ".sql", ".html", ".css", ".js") for fault in long_file(source)] == []


def test_no_function_is_longer_than_60_lines() -> None:
    assert [fault for source in sources(".py") for fault in long_functions(source)] == []


def test_what_is_too_long_is_found() -> None:
    long = Source("cablegram/kit/long.py", "def story():\n" + "    pass\n" * 400)
    assert long_file(long) == ["cablegram/kit/long.py: 401 lines"]
    assert long_functions(long) == ["cablegram/kit/long.py:1: story has 401 lines"]
    assert long_file(Source("cablegram/kit/long.py", "# house: a table\n" + "pass\n" * 400)) == []
