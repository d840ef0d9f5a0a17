from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.kit.ids import AccountId, ConnectorId, MessageId
from cablegram.messages.exchange_lines import calls, lines, spans
from cablegram.messages.model import Message, MessageClass, Moment, State

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CONNECTOR = ConnectorId(UUID(int=3))
ITS_ID = f"(exchange {UUID(int=9)})"


def a_message(**given: Any) -> Message:  # noqa: ANN401 - fields of a message
    moments = {"claimed_at": None, "submitted_at": None, "finished_at": None, "receipt_at": None, **given}
    return Message(
        id=MessageId(UUID(int=1)), account_id=AccountId(UUID(int=2)), campaign_id=None, connector_id=CONNECTOR,
        posting_id=None, refund_id=None, price=0, accepted_at=NOON, state=State.SUBMITTED, segments=1,
        message_class=MessageClass.TRANSACTIONAL, encoding="gsm7", reason=None, error=None, country="ES",
        source="Tests", number="34600000118", client_ref=None, text="Hello", provider_id=None, receipt=None, **moments,
    )  # fmt: skip


def at(seconds: int) -> datetime:
    return NOON + seconds * SECOND


def test_of_a_message_that_nobody_claimed_nothing_was_said() -> None:
    assert spans(a_message(), []) == []


@pytest.mark.parametrize(
    ("submitted_at", "noted", "until"),
    [
        (at(20), [], at(22)),
        (None, [Moment(at(40), "lost", 0, "no_answer")], at(42)),
        (at(20), [Moment(at(30), "answered", 1, "taken as 7"), Moment(at(99), "receipt", 1, "")], at(32)),
        (None, [], at(612)),  # still on the wire: as long as a request can take
    ],
)
def test_a_request_stands_between_the_claim_and_the_last_answer(
    submitted_at: datetime | None, noted: list[Moment], until: datetime
) -> None:
    message = a_message(claimed_at=at(10), submitted_at=submitted_at)
    assert spans(message, noted) == [(at(9), until)]


def test_tries_before_the_last_claim_are_looked_for_before_their_answers() -> None:
    noted = [Moment(at(700), "answered", 0, "429"), Moment(at(5), "answered", 0, "429")]
    message = a_message(claimed_at=at(1000), submitted_at=at(1001))
    assert spans(message, noted) == [(NOON, at(5)), (at(100), at(700)), (at(999), at(1003))]


def test_calls_came_when_receipts_did() -> None:
    noted = [Moment(at(5), "receipt", 1, ""), Moment(at(6), "answered", 1, "")]
    assert calls(a_message(), noted) == [at(5)]
    assert calls(a_message(receipt_at=at(7)), noted) == [at(5), at(7)]


@pytest.mark.parametrize(
    ("kind", "status", "is_open", "said"),
    [
        (Kind.SEND, 201, True, f"asked the provider: POST https://x/y: 201 after 1,250 ms: taken {ITS_ID}"),
        (Kind.SEND, None, False, "asked the provider: no answer after 1,250 ms: taken"),
        (Kind.CALLBACK, 200, True, f"the provider called us: POST https://x/y: 200 after 1,250 ms: taken {ITS_ID}"),
        (Kind.CALLBACK, 200, False, "the provider called us: 200 after 1,250 ms: taken"),
    ],
)  # fmt: skip
def test_a_line_tells_where_it_went_only_to_who_may_know(
    kind: Kind, status: int | None, *, is_open: bool, said: str
) -> None:
    exchange = Exchange(UUID(int=9), CONNECTOR, kind, NOON, 1250, (), "POST", "https://x/y", "", status, "", "taken")
    assert lines([exchange], is_open=is_open) == [Moment(NOON, "exchange", 0, said)]
