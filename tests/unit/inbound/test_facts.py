"""What is known of a text when the table is asked, what its winner changes, and what is answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.consent.model import How
from cablegram.inbound import facts, order, wording
from cablegram.inbound.model import Heard, Standing, WholeText
from cablegram.inbound.order import Fact, Rule
from cablegram.kit.ids import AccountId, ConnectorId, SenderId
from cablegram.senders.model import Holder, Kind, Settings
from cablegram.text.segments import measure

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOBODY = UUID(int=0)
ANSWERS = Settings(autoresponder_enabled=True, autoresponder_text="We call you back", stop_words_enabled=True)


def heard(words: str, settings: Settings = ANSWERS, *, source: str = "34600000118") -> Heard:
    holder = Holder("34911222333", AccountId(NOBODY), SenderId(NOBODY), Kind.NUMBER, settings, ())
    text = WholeText(NOBODY, ConnectorId(NOBODY), source, holder.address, words, NOW)
    return Heard(text, holder, facts.read(words, holder))


def decided(one: Heard, standing: Standing, now: datetime = NOW) -> Rule:
    one.row = order.winner(facts.of(one, standing, now))
    facts.note(one, standing, now)
    return one.row.rule


def test_a_text_that_nobody_has_the_address_of_has_no_facts() -> None:
    one = heard("STOP")
    one.holder = None
    assert facts.of(one, Standing(), NOW) is order.NONE
    assert facts.read("STOP", None) is None


def test_what_a_number_does_not_ask_for_is_no_fact() -> None:
    assert facts.of(heard("STOP", Settings(autoresponder_enabled=True)), Standing(), NOW) is Fact.OWNED
    assert heard("STOP", Settings()).reading is None


@pytest.mark.req("R62")
def test_what_one_text_does_counts_for_the_next_of_the_same_person() -> None:
    standing = Standing()
    said = ["Hi", "STOP", "STOP", "Hi", "START", "START", "We have to STOP this bill", "Hi"]
    assert [decided(heard(words), standing) for words in said] == [
        Rule.AUTO_REPLY,
        Rule.STOP,
        Rule.STOP_AGAIN,
        Rule.INBOX,
        Rule.START,
        Rule.AUTO_REPLY,
        Rule.REVIEW,
        Rule.INBOX,
    ]


@pytest.mark.req("R62")
def test_a_number_has_stop_words_and_a_help_text_of_its_own() -> None:
    own = Settings(stop_words_enabled=True, stop_words=("No hats", "STOP"), help_text="Acme: 2 texts a month")
    said = ["no, hats", "we have to no hats", "HELP", "stop"]
    assert [decided(heard(words, own), Standing()) for words in said] == [Rule.STOP, Rule.INBOX, Rule.HELP, Rule.STOP]
    assert decided(heard("no hats"), Standing()) is Rule.AUTO_REPLY
    unread = Settings(help_text="Acme: 2 texts a month")
    assert [decided(heard(words, unread), Standing()) for words in ("STOP", "Info")] == [Rule.INBOX, Rule.HELP]
    standing = Standing()
    assert [decided(heard("HELP", own), standing) for _ in range(6)] == [Rule.HELP] * 5 + [Rule.INBOX]


@pytest.mark.req("R62")
def test_start_undoes_only_what_the_person_did() -> None:
    assert decided(heard("START"), Standing(how=How.BY_HAND)) is Rule.INBOX
    assert decided(heard("START"), Standing(how=How.REVIEW)) is Rule.START


@pytest.mark.req("R61")
def test_answers_end_with_the_sixth_in_ten_minutes_and_with_our_own_numbers() -> None:
    standing = Standing()
    rules = [decided(heard("Hi"), standing, NOW + timedelta(seconds=n)) for n in range(6)]
    assert rules == [Rule.AUTO_REPLY] * 5 + [Rule.INBOX]
    assert decided(heard("Hi"), standing, NOW + timedelta(minutes=11)) is Rule.AUTO_REPLY
    assert decided(heard("Hi"), Standing(is_ours=True)) is Rule.INBOX
    assert decided(heard("Hi"), Standing(is_held=True)) is Rule.INBOX


def test_a_loose_note_without_a_holder_counts_no_answer() -> None:
    one, standing = heard("Hi"), Standing()
    decided(one, standing)
    one.holder = None
    facts.note(one, standing, NOW)
    assert standing.answered == {"34911222333": [NOW]}


@pytest.mark.parametrize(
    ("source", "number"),
    [("34600000118", "34600000118"), ("12345", "12345"), ("1234", None), ("0600", None), ("Carrier", None), ("", None)],
)
def test_only_numbers_can_be_written_down(source: str, number: str | None) -> None:
    assert facts.number_of(source) == number


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt", "it", "nl", "own", "xx"])
def test_a_confirmation_says_who_writes_how_to_undo_it_and_fits_one_segment(language: str) -> None:
    name = "A" * 60
    out, back = wording.opted_out(name, language), wording.came_back(name, language)
    assert out.startswith("A" * 40)
    assert "A" * 41 not in out
    assert ("START" in out, "STOP" in back) == (True, True)
    assert {measure(out).segments, measure(back).segments} == {1}
