"""Time and chance come in by one door: `rt.clock`, kit.clock, kit.ids, the machinery, and the simulators' seeds."""

from __future__ import annotations

import ast

from house.reading import Source, imported, product

ROOMS = {"runtime", "simulators"}
FILES = {"cablegram/kit/clock.py", "cablegram/kit/ids.py"}
CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("uuid", "uuid4"),
    ("uuid", "uuid1"),
}
NAMES = {"uuid.uuid4", "uuid.uuid1", "time.time", "time.time_ns"}


def own_clocks(source: Source) -> list[str]:
    if source.room in ROOMS or source.place in FILES:
        return []
    faults: list[str] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and (_owner(node), node.attr) in CALLS:
            faults += source.at(node, f"{_owner(node)}.{node.attr}")
    for node, name in imported(source.tree):
        if name in NAMES or name.split(".")[0] == "random":
            faults += source.at(node, name)
    return faults


def _owner(node: ast.Attribute) -> str:
    """Return the last word before the dot: `datetime` of `datetime.now` and of `datetime.datetime.now`."""
    owner = node.value
    return owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""


def test_nobody_looks_at_a_clock_or_throws_dice_of_their_own() -> None:
    assert [fault for source in product() for fault in own_clocks(source)] == []


def test_planted_clocks_are_found() -> None:
    planted = "import random\nfrom uuid import uuid4\nimport datetime\ndatetime.datetime.now()\nrt.clock.now()\n"
    assert own_clocks(Source("cablegram/messages/accept.py", planted)) == [
        "cablegram/messages/accept.py:4: datetime.now",
        "cablegram/messages/accept.py:1: random",
        "cablegram/messages/accept.py:2: uuid.uuid4",
    ]
    assert own_clocks(Source("cablegram/kit/clock.py", planted)) == []
