"""Child processes that end with us, even when we are killed with SIGKILL and can do nothing more ourselves.

On Linux the kernel sends the child a signal of our choice when its parent dies (prctl PR_SET_PDEATHSIG). Elsewhere a
watchdog process reads from a pipe whose other end only we hold: when the pipe closes, it sends the signal.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LINUX = sys.platform == "linux"
# Loaded here, not between fork and exec, where nothing may be loaded any more.
_LIBC = ctypes.CDLL(None, use_errno=True) if _LINUX else None

_WATCHDOG = "import os, sys; os.read(0, 1); os.kill(int(sys.argv[1]), int(sys.argv[2]))"


class Child:
    """A process that gets `at_our_end` when we are gone; `user` is (uid, gid) when root starts it for somebody else.

    What it prints goes to `log`, else where ours goes; of one that `is_silent` that is the standard error alone. It
    inherits the open `files`, under the same numbers.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        at_our_end: signal.Signals,
        log: IO[bytes] | None = None,
        is_silent: bool = False,
        folder: Path | None = None,
        user: tuple[int, int] | None = None,
        environ: dict[str, str] | None = None,
        files: Sequence[int] = (),
    ) -> None:
        if threading.current_thread() is not threading.main_thread():
            # The kernel counts the end of the thread that forked as the end of the parent.
            raise RuntimeError("a child that ends with us is started from the main thread")
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if is_silent else log,
            stderr=log,
            cwd=folder,
            env=environ,
            pass_fds=files,
            user=None if user is None else user[0],
            group=None if user is None else user[1],
            extra_groups=None if user is None else [],
            # In a group of its own: Ctrl-C on the terminal reaches us, and we stop the children in good order.
            process_group=0,
            preexec_fn=_bound_to(os.getpid(), at_our_end),  # noqa: PLW1509 - one call into an already loaded library
        )
        self._watchdog = None if _LINUX else _watchdog(self._process.pid, at_our_end)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return how it ended (minus the signal's number for a signal), None while it runs. Reaps it."""
        code = self._process.poll()
        if code is not None:
            self._call_off()
        return code

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has ended."""
        self._process.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Wait until it ends, at most so long; return whether it did."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._call_off()
        return True

    def stop(self, steps: Sequence[tuple[signal.Signals, float]]) -> int:
        """Ask it to end with one signal after the other, each with its seconds of patience; SIGKILL comes last."""
        for number, seconds in steps:
            self.send(number)
            if self.wait(seconds):
                break
        else:
            self.send(signal.SIGKILL)
            self._process.wait()
            self._call_off()
        return self._process.returncode

    def _call_off(self) -> None:
        """End the watchdog before the system gives the process id to somebody else."""
        if self._watchdog is not None:
            self._watchdog.kill()
            self._watchdog.wait()
            self._watchdog = None


def _bound_to(parent: int, number: signal.Signals) -> Callable[[], None] | None:
    """Return what the child does between changing its user, which would clear the wish, and becoming the command."""
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # we died before the wish was made
            os._exit(1)

    return bind


def _watchdog(pid: int, number: signal.Signals) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-S", "-c", _WATCHDOG, str(pid), str(int(number))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, process_group=0)  # noqa: S603 - our own command
