"""Our processes and the CPU time that they use, read from the kernel, to say what a message costs.

On Linux; elsewhere nothing is said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Meter:
    """Measures the CPU seconds that processes, with all their descendants, used since it was made."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)
        self._before = self._sums()

    def read(self) -> dict[str, float]:
        """Return CPU seconds by name."""
        return {name: seconds - self._before.get(name, 0.0) for name, seconds in self._sums().items()}

    def _sums(self) -> dict[str, float]:
        if not (_PROC / "self" / "stat").exists():
            return {}
        children, used = _read_all()
        return {name: sum(used.get(pid, 0.0) for pid in _family(pid, children)) for name, pid in self._pids.items()}


def family(root: int) -> list[int]:
    """Return the ids of a process and all its descendants, as they are now."""
    children, _ = _read_all()
    return _family(root, children)


def _read_all() -> tuple[dict[int, list[int]], dict[int, float]]:
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue  # it ended while we looked
        # The name in parentheses may hold anything, so count the fields behind it (proc(5)).
        fields = stat[stat.rindex(")") + 2 :].split()
        pid, parent = int(entry.name), int(fields[1])
        children.setdefault(parent, []).append(pid)
        # Time of children that ended and were waited for belongs to the parent: PostgreSQL's backends come and go.
        used[pid] = sum(map(int, fields[11:15])) / _TICKS
    return children, used


def _family(pid: int, children: Mapping[int, list[int]]) -> list[int]:
    found = [pid]
    for one in found:
        found.extend(children.get(one, ()))
    return found
