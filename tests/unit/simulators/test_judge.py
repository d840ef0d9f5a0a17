"""Who is reached, who is not, and what the login may do."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.simulators import judge as judging
from cablegram.simulators import scripts
from cablegram.simulators.fate import Dice, write_id
from cablegram.simulators.judge import Judge
from cablegram.simulators.options import CarrierOptions, IdDialect, IdForm, Outcomes
from cablegram.smpp import receipt
from cablegram.smpp.receipt import State
from cablegram.smpp.status import ESME_ROK, ESME_RTHROTTLED


def _statuses(judge: Judge, *numbers: str, now: float = 0.0, open_requests: int = 0) -> list[int]:
    return [judge.judge("acme", number, open_requests=open_requests, now=now).status for number in numbers]


@given(st.integers(-(2**63), 2**63 - 1), st.text("0123456789", min_size=1, max_size=20))
def test_a_seed_and_a_number_are_a_fate(seed: int, number: str) -> None:
    options = CarrierOptions(seed=seed)
    fate = Dice(options).fate(number)
    assert fate == Dice(options).fate(number)
    assert options.response_delay[0] <= fate.response_delay <= options.response_delay[1]
    assert options.receipt_delay[0] <= fate.receipt_delay <= options.receipt_delay[1]


def test_outcomes_come_in_their_shares() -> None:
    dice = Dice(CarrierOptions(outcomes=Outcomes(undelivered=100, expired=200, rejected=300)))
    counts = Counter(dice.fate(str(number)).state for number in range(20_000))
    shares = {state: count / 20_000 for state, count in counts.items()}
    assert shares[State.UNDELIVERABLE] == pytest.approx(0.1, abs=0.02)
    assert shares[State.EXPIRED] == pytest.approx(0.2, abs=0.02)
    assert shares[State.REJECTED] == pytest.approx(0.3, abs=0.02)


def test_only_the_last_four_digits_choose_a_script() -> None:
    assert scripts.of("49170129004") is scripts.SCRIPTS["9004"]
    assert scripts.of("9004") is scripts.SCRIPTS["9004"]
    assert scripts.of("49170190041") is None
    assert scripts.of("") is None


def test_a_chosen_number_has_no_fate() -> None:
    chosen: set[str] = set()
    judge = Judge(CarrierOptions(outcomes=Outcomes(0, 0, 1000)), chosen=chosen)
    assert judge.judge("acme", "+49170", open_requests=0, now=0).script.refuse
    chosen.add("49170")
    assert judge.judge("acme", "+49170", open_requests=0, now=0).is_taken


def test_what_is_lost_is_not_taken_though_nobody_says_so() -> None:
    judged = Judge(CarrierOptions(), chosen=set()).judge("acme", "491709032", open_requests=0, now=0)
    assert (judged.status, judged.is_taken) == (ESME_ROK, False)


def test_each_number_is_refused_as_often_as_its_script_says(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Judge(CarrierOptions(), chosen=set())
    assert _statuses(judge, "19007", "29007", "19007", "19007", "29007", "29007") == [0x58, 0x58, 0x58, 0, 0x58, 0]
    monkeypatch.setattr(judging, "_MOST_REMEMBERED", 1)
    assert _statuses(judge, "19007", "29007", "19007", "19007", "19007") == [0x58, 0x58, 0x58, 0x58, 0]


def test_the_rate_lets_a_second_pass_at_once_and_then_as_much_as_time_allows() -> None:
    judge = Judge(CarrierOptions(rate=10, outcomes=Outcomes(0, 0, 0)), chosen=set())
    numbers = ["49170"] * 20
    assert _statuses(judge, *numbers) == [ESME_ROK] * 10 + [ESME_RTHROTTLED] * 10
    assert judge.judge("other", "49170", open_requests=0, now=0).is_taken
    assert _statuses(judge, *numbers, now=0.5).count(ESME_ROK) == 5
    assert _statuses(judge, *numbers, now=100).count(ESME_ROK) == 10


def test_a_rate_below_one_a_second_still_lets_one_pass() -> None:
    judge = Judge(CarrierOptions(rate=0.5, outcomes=Outcomes(0, 0, 0)), chosen=set())
    assert _statuses(judge, "1", "1") == [ESME_ROK, ESME_RTHROTTLED]
    assert _statuses(judge, "1", now=1) == [ESME_RTHROTTLED]
    assert _statuses(judge, "1", now=2) == [ESME_ROK]


def test_the_window_counts_what_is_open() -> None:
    judge = Judge(CarrierOptions(window=2, outcomes=Outcomes(0, 0, 0)), chosen=set())
    assert _statuses(judge, "1", open_requests=1) == [ESME_ROK]
    assert _statuses(judge, "1", open_requests=2) == [ESME_RTHROTTLED]


@given(st.integers(0, 2**63), st.sampled_from([form for form in IdForm if form is not IdForm.UUID]))
def test_an_id_can_be_found_in_each_form(number: int, form: IdForm) -> None:
    assert receipt.canonical(str(number)) in receipt.message_id_keys(write_id(number, form))


def test_a_uuid_is_made_of_the_number() -> None:
    assert write_id(0xABCDEF, IdForm.UUID) == "00000000-0000-0000-0000-000000abcdef"


def test_a_dialect_is_one_form_or_two() -> None:
    assert IdDialect.HEX.forms == (IdForm.HEX, IdForm.HEX)
    assert IdDialect.HEX_THEN_DECIMAL.forms == (IdForm.HEX, IdForm.DECIMAL)
