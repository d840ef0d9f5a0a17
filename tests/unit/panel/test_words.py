from __future__ import annotations

import pytest

from cablegram.connectors.contract import LinkState
from cablegram.events.model import Kind
from cablegram.messages import wording
from cablegram.messages.model import State
from cablegram.panel import deeds, words


@pytest.mark.parametrize(
    ("code", "text"),
    [("no_answer", "the carrier did not answer in time"), ("brand_new_code", "brand new code"), (None, "")],
)
def test_a_reason_is_said_in_words_even_when_its_code_is_new(code: str | None, text: str) -> None:
    assert wording.reason(code) == text


def test_the_end_of_a_story_is_drawn_with_its_states_own_sign() -> None:
    assert words.happening("undelivered", "err 27") == words.Happening(
        "undelivered", "Could not be delivered", "err 27"
    )


def test_a_reasons_code_in_a_story_is_said_in_words() -> None:
    assert words.happening("failed", "carrier_busy").body == "the carrier asked for time too often"


def test_what_the_title_says_is_not_said_again() -> None:
    assert not words.happening("submitted", "the carrier took it").body


def test_a_kind_of_line_that_is_new_is_still_shown() -> None:
    assert words.happening("query_answered") == words.Happening("circle-question-mark", "Query answered")


@pytest.mark.parametrize("state", [s for s in State if s not in (State.SCHEDULED, State.QUEUED, State.UNKNOWN)])
def test_every_state_that_a_story_can_reach_has_a_title(state: State) -> None:
    assert words.happening(state.value).sign == state.value


def test_every_state_of_a_message_has_its_sign() -> None:
    assert list(words.SIGNS["message"]) == [state.value for state in State]


def test_every_state_of_a_link_has_its_sign() -> None:
    # Of a connector over HTTP two more are told: it has no bind that would say so.
    assert set(words.SIGNS["link"]) == {state.value for state in LinkState} | {"answering", "untested"}


def test_each_kind_of_event_is_said_in_words_and_one_of_before_by_its_name() -> None:
    assert set(deeds.DONE) == {kind.value for kind in Kind}
    assert len(set(deeds.all_texts())) == len(Kind)  # two deeds are never the same to a reader
    assert deeds.done("campaign.started") == "launched a campaign"
    assert deeds.done("of.before") == "of.before"
