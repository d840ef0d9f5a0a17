"""The simulated phone: whose it is, and what stands on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import AccountId
from cablegram.numbers import e164
from cablegram.panel import phone

AT = "2026-01-15T12:00:00+00:00"


def received(sender: str, text: str = "Hello") -> dict[str, Any]:
    return {"direction": "received", "at": AT, "from": sender, "to": "+34600000118", "text": text, "state": "done"}


def sent(text: str, state: str = "done") -> dict[str, Any]:
    return {"direction": "sent", "at": AT, "from": "34600000118", "to": "70001", "text": text, "state": state}


@given(st.uuids())
def test_every_account_has_a_mobile_of_its_own_that_stays(account_id: UUID) -> None:
    number = phone.number_of(AccountId(account_id))
    assert e164.parse(f"+{number}") == (number, "ES")
    assert phone.number_of(AccountId(account_id)) == number


def test_what_the_account_sent_stands_on_the_other_side_than_the_answer() -> None:
    seen = phone.read("34600000118", [received("70001"), sent("Yes")])
    assert [(line.way, line.text, line.note) for line in seen.lines] == [("out", "Hello", "70001"), ("in", "Yes", "")]


def test_an_answer_that_nobody_took_yet_is_on_its_way() -> None:
    assert phone.read("34600000118", [sent("Yes", "waiting")]).lines[0].note == "on its way"


def test_the_number_that_wrote_last_is_answered_and_a_name_never() -> None:
    seen = phone.read("34600000118", [received("70001"), received("+34612440118"), received("MercadoLuna")])
    assert seen.reply_to == "+34612440118"
    assert seen.can_reply


def test_nobody_can_be_answered_before_somebody_wrote() -> None:
    assert not phone.read("34600000118", []).can_reply
    assert not phone.read("34600000118", [received("MercadoLuna")]).can_reply
