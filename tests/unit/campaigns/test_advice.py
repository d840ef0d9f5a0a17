from __future__ import annotations

import pytest

from cablegram.campaigns import advice
from cablegram.messages.model import MessageClass

M = MessageClass.MARKETING


def codes(message_class: MessageClass = M, *countries: str, others: int = 0, quotas: tuple[str, ...] = ()) -> list[str]:
    return [one.code for one in advice.of_launch(message_class, countries, others=others, quotas=quotas)]


@pytest.mark.req("R107")
@pytest.mark.parametrize(("others", "words"), [(1, "The second"), (2, "The third"), (4, "The fifth"), (11, "The 12th")])
def test_from_the_second_campaign_of_a_month_on_it_is_said_that_two_are_enough(others: int, words: str) -> None:
    (told,) = advice.of_launch(M, ["ES"], others=others, quotas=[])
    assert told.title.startswith(words)
    assert ("one too many" in told.body) == (others == 1)


@pytest.mark.req("R107")
def test_the_first_campaign_and_what_is_no_marketing_hear_nothing_of_it() -> None:
    assert codes(others=0) == []
    assert codes(MessageClass.TRANSACTIONAL, others=9) == []


@pytest.mark.req("R108")
def test_the_law_of_the_united_states_is_told_where_somebody_is_there() -> None:
    assert codes(M, "ES", "US") == codes(MessageClass.TRANSACTIONAL, "US") == ["united_states"]
    assert codes(M, "CA") == codes(MessageClass.OTP, "US") == []
    (told,) = advice.of_launch(M, ["US"], others=0, quotas=[])
    assert "TCPA" in told.body
    assert "E-SIGN" in told.body


@pytest.mark.req("R129")
def test_each_provider_s_unseen_limits_are_told_once() -> None:
    assert codes(quotas=("Twilio may", "Plivo may", "Twilio may")) == ["provider_limits", "provider_limits"]
