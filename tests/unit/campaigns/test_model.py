from __future__ import annotations

import pytest

from cablegram.campaigns.model import MOVES, Action, CampaignState, after
from cablegram.kit.errors import Conflict

LEGAL = {
    ("creating", "cancel"): "cancelled",
    ("ready", "start"): "running",
    ("ready", "cancel"): "cancelled",
    ("scheduled", "start"): "running",
    ("scheduled", "pause"): "paused",
    ("scheduled", "cancel"): "cancelled",
    ("scheduled", "undo"): "ready",
    ("running", "pause"): "paused",
    ("running", "cancel"): "cancelled",
    ("running", "undo"): "ready",
    ("paused", "start"): "running",
    ("paused", "resume"): "running",
    ("paused", "cancel"): "cancelled",
}


@pytest.mark.req("R100", "R103")
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", CampaignState)
def test_each_move_is_legal_or_a_conflict_that_says_what_is_possible(state: CampaignState, action: Action) -> None:
    expected = LEGAL.get((state.value, action.value))
    if expected:
        assert after("spring", state, action) == expected
        return
    with pytest.raises(Conflict) as caught:
        after("spring", state, action)
    assert caught.value.code == "illegal_move"
    assert f"spring is {state}" in caught.value.message
    possible = [one for one in Action if (state.value, one.value) in LEGAL]
    ending = f"Possible now: {', '.join(possible)}." if possible else "Nothing can be done with it any more."
    assert caught.value.message.endswith(ending)


def test_every_state_has_its_line_in_the_table() -> None:
    assert set(MOVES) == set(CampaignState)
