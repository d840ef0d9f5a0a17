"""Who knows whom; the floors themselves are contracts of import-linter in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys

from house.reading import PACKAGE, ROOT, Source, functions, imported, product
from system import unmeasured

UNUSED_WORDS = {
    *("utils", "util", "helpers", "helper", "common", "base", "manager", "handler", "misc", "core", "lib"),
    *("service", "services"),
}
OUTSIDE_MAY_KNOW = {"simulators", "text", "smpp", "kit"}


def imports_in_functions(source: Source) -> list[str]:
    return [
        fault
        for function in functions(source.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for fault in source.at(node, f"import inside {function.name}")
    ]


def foreign_stores(source: Source) -> list[str]:
    """Find imports of another room's store: `cablegram.messages.store`, `from cablegram.messages import store`."""
    faults: list[str] = []
    for node, name in imported(source.tree):
        parts = name.split(".")
        is_store = len(parts) > 2 and (parts[2] == "store" or parts[2].endswith("_store"))
        if parts[0] == "cablegram" and is_store and parts[1] != source.room:
            faults += source.at(node, f"{name} is private to {parts[1]}")
    return faults


def inside_knowledge(source: Source) -> list[str]:
    return [
        fault
        for node, name in imported(source.tree)
        if name.startswith("cablegram.") and name.split(".")[1] not in OUTSIDE_MAY_KNOW
        for fault in source.at(node, f"{name} is not for what stands outside")
    ]


def test_imports_stand_at_the_top() -> None:
    assert [fault for source in product() for fault in imports_in_functions(source)] == []


def test_stores_are_private_to_their_room() -> None:
    assert [fault for source in product() for fault in foreign_stores(source)] == []


def test_simulators_know_of_us_only_the_wire() -> None:
    assert [fault for source in product() if source.room == "simulators" for fault in inside_knowledge(source)] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    names = [path.relative_to(ROOT) for path in PACKAGE.rglob("*.py")]
    assert [str(name) for name in names if UNUSED_WORDS & set(name.stem.split("_"))] == []
    assert [str(name) for name in names if UNUSED_WORDS & set(name.parts[1:-1])] == []


def test_the_floors_hold() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=unmeasured(),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_planted_imports_are_found() -> None:
    planted = Source(
        "cablegram/panel/home.py",
        "from cablegram.messages import store\n"
        "from cablegram.billing.store import charge\n"
        "from cablegram.panel import store\n"
        "import cablegram.billing.store  # house: the audit reads with its own eyes\n"
        "def view():\n"
        "    import json\n",
    )
    assert imports_in_functions(planted) == ["cablegram/panel/home.py:6: import inside view"]
    assert foreign_stores(planted) == [
        "cablegram/panel/home.py:1: cablegram.messages.store is private to messages",
        "cablegram/panel/home.py:2: cablegram.billing.store.charge is private to billing",
    ]
    assert len(inside_knowledge(planted)) == 3
