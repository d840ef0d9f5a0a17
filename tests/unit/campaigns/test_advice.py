from __future__ import annotations

import pytest

from cablegram.campaigns import advice
from cablegram.kit.ids import AccountId, uuid7
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.sms_services import content

ACCOUNT = AccountId(uuid7())
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


@pytest.mark.req("R53")
def test_it_is_told_where_answers_may_get_lost_because_the_sender_is_foreign() -> None:
    def draft(country: str, sender_country: str, *, refused: bool = False) -> Draft:
        no = Refusal("opted_out", "No.") if refused else None
        return Draft(ACCOUNT, "", "", country=country, sender_country=sender_country, refusal=no)

    drafts = [draft("ES", "ES"), draft("PT", "ES"), draft("FR", ""), draft("DE", "ES", refused=True)]
    assert advice.abroad(drafts) == {"PT"}
    (told,) = advice.of_launch(M, ["ES"], others=0, quotas=[], abroad=["PT", "FR", "DE", "IT"])
    assert "France, Germany, Italy and 1 more" in told.body
    assert codes(M, "ES") == []


@pytest.mark.req("R80")
@pytest.mark.parametrize(
    ("people", "stops", "words", "end"),
    [
        (1, False, "1 subscriber of DEALS has got 4 or more", "Carriers suspend keywords for it."),
        (1_200, True, "1,200 subscribers of DEALS have got 4 or more", "or write to fewer."),
    ],
)
def test_more_than_was_declared_is_warned_of_or_stops(people: int, *, stops: bool, words: str, end: str) -> None:
    (told,) = advice.declared("DEALS", 4, people=people, stops=stops)
    assert (told.code, told.stops, told.body.startswith(words), told.body.endswith(end)) == (
        "too_often", stops, True, True,
    )  # fmt: skip
    assert advice.declared("DEALS", 4, people=0, stops=stops) == []


@pytest.mark.req("R81")
def test_words_that_carriers_prohibit_are_named_once() -> None:
    found = [*content.find("Beer today, poker tomorrow"), *content.find("Beer!")]
    (told,) = advice.prohibited(found)
    assert "“beer” (Alcohol, tobacco, firearms), “poker” (Gambling)" in told.body
    assert not told.stops
    assert advice.prohibited([]) == []
