"""What mail servers say, and what it means for a letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.mail.verdicts import Outcome, Stage, again, judge

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "code", "text", "outcome"),
    [
        (Stage.CONNECT, 554, "no service", Outcome.SERVER),
        (Stage.DATA, 421, "4.3.2 closing", Outcome.SERVER),
        (Stage.RECIPIENT, 530, "5.7.0 log in first", Outcome.SERVER),
        (Stage.SENDER, 550, "5.7.1 you may not send as this", Outcome.SERVER),
        (Stage.SENDER, 552, "5.3.4 too large", Outcome.REFUSED),
        (Stage.SENDER, 452, "4.3.1 no room", Outcome.LATER),
        (Stage.RECIPIENT, 450, "4.2.0 greylisted", Outcome.LATER),
        (Stage.RECIPIENT, 550, "no such user", Outcome.DEAD),
        (Stage.RECIPIENT, 550, "5.1.1 no such user", Outcome.DEAD),
        (Stage.RECIPIENT, 550, "5.2.1 mailbox disabled", Outcome.DEAD),
        (Stage.RECIPIENT, 552, "5.2.2 mailbox full", Outcome.REFUSED),
        (Stage.RECIPIENT, 550, "5.7.1 relaying denied", Outcome.REFUSED),
        (Stage.RECIPIENT, 550, "5.1.8 bad sender address", Outcome.REFUSED),
        (Stage.RECIPIENT, 554, "no", Outcome.REFUSED),
        (Stage.DATA, 550, "5.1.1 found out late", Outcome.DEAD),
        (Stage.DATA, 550, "spam", Outcome.REFUSED),
        (Stage.DATA, 451, "try later", Outcome.LATER),
    ],
)
def test_a_refusal_is_about_the_letter_its_address_or_us(stage: Stage, code: int, text: str, outcome: Outcome) -> None:
    assert judge(stage, code, text) is outcome


def test_a_letter_is_tried_again_after_longer_and_longer_pauses() -> None:
    pauses = [again(tries, NOW) - NOW for tries in (0, 1, 2, 3, 4, 5, 6, 7, 99)]
    assert pauses == [timedelta(minutes=one) for one in (1, 1, 5, 15, 60, 120, 240, 240, 240)]
