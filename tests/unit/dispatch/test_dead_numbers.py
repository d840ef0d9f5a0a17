from __future__ import annotations

import pytest

from cablegram.dispatch.dead_numbers import says_answer, says_receipt
from cablegram.smpp import status


@pytest.mark.req("R137", "R143")
def test_of_all_refusals_only_that_of_the_number_itself_says_that_it_is_dead() -> None:
    assert [one.name for one in status.STATUSES.values() if says_answer(one.name)] == ["ESME_RINVDSTADR"]
    assert not says_answer(None)


@pytest.mark.req("R137", "R143")
@pytest.mark.parametrize(
    ("words", "error", "dead"),
    [
        ("UNDELIV 001", "001", True),
        ("REJECTD 1", "1", True),
        ("UNDELIV 011", "011", True),
        ("UNDELIV 027", "027", False),  # absent subscriber
        ("UNDELIV 009", "009", False),  # illegal subscriber
        ("UNDELIV", "", False),
        ("UNDELIV 000", "000", False),
        ("UNDELIV 100", "100", False),
        ("EXPIRED 001", "001", False),
        ("DELETED 001", "001", False),
        ("UNKNOWN 001", "001", False),
        ("DELIVRD 001", "001", False),
    ],
)
def test_of_receipts_only_plain_words_about_the_number_count(words: str, error: str, dead: bool) -> None:  # noqa: FBT001 - a table
    assert says_receipt(words, error) is dead
