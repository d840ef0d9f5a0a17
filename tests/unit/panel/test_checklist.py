"""The four steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cablegram.panel.checklist import KEYS, is_over, steps_of

KEY_SETS = st.sets(st.sampled_from(KEYS))


@given(KEY_SETS, KEY_SETS)
def test_exactly_one_step_is_open_while_any_is_left(done: set[str], skipped: set[str]) -> None:
    steps = steps_of(done, skipped)
    open_ones = [step.key for step in steps if step.is_open]
    left = [key for key in KEYS if key not in done | skipped]
    assert open_ones == left[:1]
    assert is_over(steps) == (not left)


def test_a_skipped_step_that_becomes_true_is_done() -> None:
    first = steps_of({"message"}, {"message"})[0]
    assert first.is_done
    assert not first.is_open
