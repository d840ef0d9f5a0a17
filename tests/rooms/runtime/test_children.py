"""Children end with their parent, by the kernel's hand or by a watchdog's."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading

import pytest

from cablegram.runtime.children import Child

_PARENT = """
import signal, sys
from cablegram.runtime import children
if sys.argv[1] == "watchdog":
    children._LINUX, children._LIBC = False, None
child = children.Child(["sleep", "60"], at_our_end=signal.SIGTERM)
print(child.pid, flush=True)
sys.stdin.readline()
"""
_STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the child through a pidfd")
@pytest.mark.parametrize("by", ["kernel", "watchdog"])
def test_a_child_ends_when_its_parent_is_killed(by: str) -> None:
    command = [sys.executable, "-c", _PARENT, by]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        handle = os.pidfd_open(child)
        parent.kill()
    ended, _, _ = select.select([handle], [], [], 20)
    os.close(handle)
    assert ended


def test_a_child_that_ends_by_itself_is_reaped_with_its_exit_code() -> None:
    child = Child(["sh", "-c", "exit 7"], at_our_end=signal.SIGTERM)
    assert child.wait(20)
    assert child.exit_code() == 7


def test_stopping_goes_from_asking_to_killing() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as said, os.fdopen(writing, "wb") as log:
        child = Child([sys.executable, "-c", _STUBBORN], at_our_end=signal.SIGKILL, log=log)
        assert said.readline() == b"up\n"
    assert not child.wait(0)
    assert child.stop([(signal.SIGTERM, 0.05)]) == -signal.SIGKILL
    assert child.exit_code() == -signal.SIGKILL


def test_a_polite_child_is_only_asked() -> None:
    child = Child(["sleep", "60"], at_our_end=signal.SIGTERM)
    assert child.stop([(signal.SIGTERM, 20)]) == -signal.SIGTERM


def test_starting_from_another_thread_is_refused() -> None:
    # The kernel would end the child with that thread.
    refused: list[Exception] = []

    def start() -> None:
        try:
            Child(["sleep", "60"], at_our_end=signal.SIGTERM)
        except RuntimeError as error:
            refused.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert len(refused) == 1
