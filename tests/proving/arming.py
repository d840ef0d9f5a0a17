"""Arm a process with the points at which it is to die, or at which it is to kill PostgreSQL."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

from cablegram.runtime import failpoints
from proving.orders import Armed, Death


def arm(order: Armed) -> None:
    """Die, or kill PostgreSQL, at the first of the order's points that is passed often enough."""
    told = os.open(order.told, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    left = {aim.point: aim for aim in order.aims}
    later = [*order.later]

    def passed(name: str) -> None:
        aim = left.get(name)
        if aim is None:
            return
        if aim.hit > 1:
            left[name] = replace(aim, hit=aim.hit - 1)
            return
        del left[name]
        left.update((one.point, one) for one in later)
        later.clear()
        os.write(told, Death(name, tuple(left.values())).written())
        _kill_server(Path(order.cluster)) if aim.kills_server else failpoints.die()

    failpoints.watch(passed if left else None)


def _kill_server(cluster: Path) -> None:
    """End a PostgreSQL with all its backends by SIGKILL, as the kernel does when memory runs out."""
    postmaster = int((cluster / "postmaster.pid").read_text().split()[0])
    for pid in [postmaster, *_children(postmaster)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # a backend that had just ended by itself


def _children(parent: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except FileNotFoundError:
        return []  # it was killed before, and nobody has started it again yet
