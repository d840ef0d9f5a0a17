from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.runtime import failpoints
from cablegram.runtime.settings import Settings

POINT = "desk.committed"


@pytest.fixture(autouse=True)
def unarmed() -> Iterator[None]:
    yield
    failpoints.watch(None)


def test_nothing_happens_while_no_point_is_armed() -> None:
    failpoints.reach(POINT)


def test_a_point_acts_at_the_hit_that_was_asked_for_and_once() -> None:
    log: list[str] = []
    failpoints.arm(f"{POINT}:2", lambda: log.append("acted"))
    for passed in ("first", "second", "third"):
        failpoints.reach("desk.taken")
        log.append(passed)
        failpoints.reach(POINT)
    assert log == ["first", "second", "acted", "third"]


def test_a_point_without_a_hit_is_meant_the_first_time() -> None:
    assert failpoints.read(POINT) == (POINT, 1)


@pytest.mark.parametrize("text", ["desk.commit:1", "", f"{POINT}:0", f"{POINT}:x", f"{POINT}:-1"])
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"fail point|HIT"):
        failpoints.arm(text)


def test_an_unknown_point_is_an_error_at_start_that_says_where_they_are_listed() -> None:
    with pytest.raises(
        InvalidInput, match=r"CABLEGRAM_FAILPOINT is wrong: 'nowhere' is no fail point.*fail-points\.md"
    ):
        Settings.read({"CABLEGRAM_FAILPOINT": "nowhere:1"})


def test_a_point_kills_its_process_as_a_power_cut_would() -> None:
    program = "from cablegram.runtime.failpoints import *; arm('desk.committed:2'); reach('desk.committed')"
    program += "; print('one', flush=True); reach('desk.committed'); print('two', flush=True)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-9, "one\n")
