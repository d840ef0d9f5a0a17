"""Every fail point stands in the code once, under a name and with a description of both sides."""

from __future__ import annotations

import ast
import re

from cablegram.runtime.failpoints import POINTS
from house.reading import Source, product


def reached(source: Source) -> list[str]:
    """Return the names that a file passes; one that is no literal is named so."""
    calls = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reach"
    ]
    return [
        str(first.value) if isinstance(first := call.args[0], ast.Constant) else f"{source.place}:{call.lineno}"
        for call in calls
    ]


def test_every_fail_point_is_reached_at_one_place_of_the_code() -> None:
    assert sorted(name for source in product() for name in reached(source)) == sorted(POINTS)


def test_every_fail_point_says_what_it_stands_between() -> None:
    assert [name for name, where in POINTS.items() if not re.fullmatch(r"after .+, before .+", where)] == []


def test_there_are_as_many_fail_points_as_were_promised() -> None:
    assert len(POINTS) >= 40


def test_a_point_that_hides_its_name_is_found() -> None:
    assert reached(Source("cablegram/kit/x.py", 'reach("a.b")\nreach(name)\n')) == ["a.b", "cablegram/kit/x.py:2"]
