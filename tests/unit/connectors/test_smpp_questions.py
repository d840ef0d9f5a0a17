"""Questions about messages on one connection: few, slow, and never taken for parts of messages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import UUID

import pytest

from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import Outcome, Outgoing, Question, Receipt
from cablegram.connectors.smpp_flight import Flying
from cablegram.connectors.smpp_questions import Asked, Questions, parts_of
from cablegram.connectors.smpp_ready import Token
from cablegram.kit.ids import MessageId
from cablegram.smpp import events, status
from cablegram.smpp.pdu import CancelSmResp, Pdu, QuerySmResp

ID = MessageId(UUID(int=1))
QUESTION = Question(ID, "0A77", "ACME", "34600000118")
PART: Token = (Flying.of(Outgoing(ID, "ACME", "34600000118", "Hello", 1), reference=1, now=0.0), 0)


def asked(window: int = 100, count: int = 1) -> Questions:
    found = Questions(window, now=0.0)
    found.note(count, now=0.0)
    return found


def answered(*answers: tuple[Asked, int, str], late: bool = False) -> events.Event[Asked]:
    return events.Answered(list(answers), late)


def timed_out(*tokens: Asked) -> events.Event[Asked]:
    return events.TimedOut(list(tokens))


def replied(*replies: tuple[Asked, Pdu]) -> events.Event[Asked]:
    return events.Replied(list(replies))


def room(questions: Questions, *, free: int = 100, rate: float = math.inf, now: float = 0.0) -> int:
    return questions.room(free=free, rate=rate, now=now)


def sift(questions: Questions, *happened: events.Event[Asked], now: float = 0.0) -> Sequence[events.Event[Token]]:
    return questions.sift(happened, now=now)


@pytest.mark.parametrize(("window", "most"), [(1, 1), (39, 1), (40, 2), (200, 10), (1000, 10)])
def test_questions_take_a_twentieth_of_the_window_and_ten_at_most(window: int, most: int) -> None:
    questions = Questions(window, now=0.0)
    assert room(questions) == most
    questions.note(most, now=0.0)
    assert room(questions, now=100.0) == max(0, min(10, window // 20 - most))


def test_messages_come_first() -> None:
    questions = Questions(200, now=0.0)
    assert [room(questions, free=free) for free in (-3, 0, 4)] == [0, 0, 4]


def test_ten_a_second_go_out_and_on_a_slow_link_a_twentieth_of_its_rate() -> None:
    questions = Questions(1000, now=0.0)
    questions.note(10, now=0.0)
    assert room(questions, now=0.05) == 0
    assert room(questions, now=0.5) == 5
    questions.note(5, now=0.5)
    assert room(questions, rate=20.0, now=0.5) == 0
    assert room(questions, rate=20.0, now=3.5) == 3


def test_what_was_never_asked_costs_nothing() -> None:
    happened = [answered((PART, 0, "77"))]
    assert Questions(100, now=0.0).sift(happened, now=0.0) is happened


def test_an_answer_is_told_and_parts_of_messages_stay() -> None:
    questions = asked(count=2)
    told = answered((PART, 0, "77"), (QUESTION, status.ESME_RINVCMDID, ""))
    reply = replied((QUESTION, QuerySmResp("0A77", "", 2)))
    delivered = events.Delivered([])
    assert sift(questions, told, reply, delivered) == [events.Answered([(PART, 0, "77")]), delivered]
    assert [(one.words, one.is_understood) for one in questions.told()] == [
        ("ESME_RINVCMDID", False),
        ("DELIVRD", True),
    ]
    assert questions.told() == []
    assert questions.on_wire == 0


def test_events_about_questions_alone_leave_nothing() -> None:
    questions = asked(count=2)
    nack = answered((QUESTION, status.ESME_RINVCMDID, ""))
    assert sift(questions, nack, timed_out(QUESTION)) == []


def test_an_answer_to_something_else_says_nothing() -> None:
    questions = asked()
    assert sift(questions, replied((QUESTION, CancelSmResp()), (PART, CancelSmResp()))) == []
    assert [(one.words, one.is_understood) for one in questions.told()] == [("an answer that can't be read", None)]


def test_a_carrier_that_is_silent_is_asked_no_more_over_this_connection() -> None:
    questions = asked()
    assert sift(questions, timed_out(QUESTION, PART)) == [events.TimedOut([PART])]
    assert [(one.words, one.is_understood) for one in questions.told()] == [("no answer", None)]
    late = answered((QUESTION, status.ESME_RSYSERR, ""), late=True)
    assert sift(questions, late) == []
    assert questions.told() == []
    assert questions.on_wire == 0
    assert room(questions, now=1e9) == 0


def test_a_carrier_that_asks_for_less_is_left_alone_for_a_minute() -> None:
    questions = asked()
    throttled = QuerySmResp(status=status.ESME_RTHROTTLED)
    sift(questions, replied((QUESTION, throttled)), now=5.0)
    assert [one.is_understood for one in questions.told()] == [None]
    assert [room(questions, now=now) for now in (64.9, 65.0)] == [0, 5]


def test_parts_are_told_from_questions() -> None:
    assert parts_of([QUESTION, PART, QUESTION]) == [PART]


# --- between a question and SMPP ---


@pytest.mark.parametrize(("source", "ton", "npi"), [("ACME", 5, 0), ("12345", 3, 0), ("34600000119", 1, 1)])
def test_a_question_names_the_id_and_the_sender_as_they_were(source: str, ton: int, npi: int) -> None:
    message = Outgoing(ID, source, "34600000118", "Hello", 1)
    (submit,) = smpp_wire.requests(message, 1)
    query = smpp_wire.query(Question(ID, "0A77", source, "34600000118"))
    assert (query.message_id, query.source_addr, query.source_addr_ton, query.source_addr_npi) == (
        "0A77",
        source,
        ton,
        npi,
    )
    assert (submit.source_addr_ton, submit.source_addr_npi) == (ton, npi)


@pytest.mark.parametrize(
    ("state", "outcome", "words"),
    [
        (1, Outcome.ON_ITS_WAY, "ENROUTE"),
        (2, Outcome.DELIVERED, "DELIVRD"),
        (3, Outcome.EXPIRED, "EXPIRED"),
        (4, Outcome.UNDELIVERED, "DELETED"),
        (5, Outcome.UNDELIVERED, "UNDELIV"),
        (6, Outcome.ON_ITS_WAY, "ACCEPTD"),
        (7, Outcome.ON_ITS_WAY, "UNKNOWN"),
        (8, Outcome.UNDELIVERED, "REJECTD"),
        (77, Outcome.ON_ITS_WAY, "UNKNOWN"),
    ],
)
def test_a_state_means_what_it_means_in_a_receipt(state: int, outcome: Outcome, words: str) -> None:
    reply = smpp_wire.answer(QUESTION, QuerySmResp("0A77", "", state))
    assert reply.receipt == Receipt("0A77", outcome, "", "ACME", "34600000118", "", words)
    assert reply.is_understood


def test_the_network_s_error_is_kept() -> None:
    receipt = smpp_wire.answer(QUESTION, QuerySmResp("0A77", "", 5, 27)).receipt
    assert receipt is not None
    assert (receipt.error, receipt.words) == ("027", "UNDELIV 027")


@pytest.mark.parametrize(
    ("code", "is_understood"),
    [
        (status.ESME_RQUERYFAIL, True),
        (status.ESME_RINVCMDID, False),
        (status.ESME_RTHROTTLED, None),
        (status.ESME_RSYSERR, None),
    ],
)
def test_a_refusal_says_nothing_of_the_message(code: int, *, is_understood: bool | None) -> None:
    reply = smpp_wire.answer(QUESTION, QuerySmResp(status=code))
    assert (reply.receipt, reply.is_understood) == (None, is_understood)
    assert reply.words == status.of(code).name


@pytest.mark.parametrize(
    ("code", "is_understood"),
    [
        (status.ESME_RINVCMDID, False),
        (status.ESME_RUNKNOWNERR, False),
        (status.ESME_RSYSERR, False),
        (status.ESME_RTHROTTLED, None),
        (status.ESME_ROK, None),
    ],
)
def test_a_nack_says_that_the_request_is_not_known(code: int, *, is_understood: bool | None) -> None:
    assert smpp_wire.refusal(QUESTION, code).is_understood is is_understood
