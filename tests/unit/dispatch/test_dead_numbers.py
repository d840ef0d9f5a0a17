from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cablegram.connectors.contract import Outcome, PartResult, Trouble, Verdict
from cablegram.dispatch.dead_numbers import dead_by_answer, says_receipt
from cablegram.dispatch.model import Pending
from cablegram.smpp import status

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
STATES = {"EXPIRED": Outcome.EXPIRED, "UNKNOWN": Outcome.ON_ITS_WAY, "DELIVRD": Outcome.DELIVERED}


def a_receipt(words: str, error: str, outcome: Outcome | None = None, trouble: Trouble | None = None) -> Pending:
    said = outcome or STATES.get(words.partition(" ")[0], Outcome.UNDELIVERED)
    return Pending(None, "77", said, error, "Tests", "34600000118", "", NOW, words, trouble)


@pytest.mark.req("R137", "R143")
def test_of_all_refusals_only_that_of_the_number_itself_says_that_it_is_dead() -> None:
    refusals = [PartResult(Verdict.REFUSED, code=one.name) for one in status.STATUSES.values()]
    assert [one.code for one in refusals if dead_by_answer([one])] == ["ESME_RINVDSTADR"]


@pytest.mark.req("R137", "R143")
def test_a_provider_s_refusal_says_it_by_its_kind_of_trouble() -> None:
    dead = PartResult(Verdict.REFUSED, code="21614", trouble=Trouble.RECIPIENT)
    assert dead_by_answer([PartResult(Verdict.TAKEN, "77"), dead]) is dead
    assert dead_by_answer([PartResult(Verdict.REFUSED, code="21610", trouble=Trouble.OPTED_OUT)]) is None
    assert dead_by_answer([PartResult(Verdict.TEMPORARY, trouble=Trouble.RECIPIENT)]) is None


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
    assert says_receipt(a_receipt(words, error)) is dead


@pytest.mark.req("R137", "R143")
@pytest.mark.parametrize("trouble", [None, *Trouble])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_of_a_provider_s_receipts_only_one_that_was_undelivered_for_the_number_counts(
    trouble: Trouble | None, outcome: Outcome
) -> None:
    counts = outcome is Outcome.UNDELIVERED and trouble is Trouble.RECIPIENT
    assert says_receipt(a_receipt("failed", "30005", outcome, trouble)) is counts
