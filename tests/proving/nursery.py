"""A process that has imported the whole product and forks from itself the systems that are to be killed.

It reads orders from standard input, a line of JSON each, and writes two lines for each: the process id, and how the
process ended. A fork takes a hundredth of the time that starting Python and importing everything takes.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
import traceback

from proving.orders import Order, read_order
from proving.victim import System, live, put_together, warm_up

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def main() -> None:
    """Take orders until there are no more."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    warm_up()
    gc.freeze()
    _say(os.getpid())
    system: System | None = None
    for line in sys.stdin:
        order = read_order(json.loads(line))
        if system is None or system.rt.settings.database_url != order.database_url:
            system = put_together(order)  # for all lives of a run
        pid = os.fork()
        if not pid:
            _be_born(system, order)
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _be_born(system: System, order: Order) -> None:
    """Live as the child; never return into the parent's code."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(order.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 0
    try:
        live(system, order)
    except BaseException:  # noqa: BLE001 - it ends here: in the log, and as an exit status
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
