from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.consent.keywords import read
from cablegram.inbound.order import BASE, NONE, TABLE, Does, Fact, Row, Rule, reading_facts, source_facts, winner

F, D = Fact, Does
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NUMBER = F.OWNED | F.STOP_ON
CODE = F.OWNED | F.SERVICES
ALL = st.lists(st.sampled_from(list(Fact)), max_size=12).map(lambda some: Fact(sum(set(some))))
ANSWERS = D.CONFIRM_OUT | D.CONFIRM_IN | D.SEND_HELP | D.SEND_WELCOME | D.AUTO_REPLY


def ruled(text: str, known: Fact, keywords: tuple[str, ...] = ("DEALS",)) -> Rule:
    row = winner(known | reading_facts(read(text, keywords=keywords if F.SERVICES in known else ())))
    return row.rule


@pytest.mark.req("R41", "R62", "R66", "R70", "R71", "R72", "R73", "R75")
@pytest.mark.parametrize(
    ("text", "known", "rule"),
    [
        ("", F.EMPTY | NUMBER, Rule.EMPTY),
        ("hello", NONE, Rule.NOBODYS),
        ("stop", NUMBER, Rule.STOP),
        ("stop", NUMBER | F.AUTO_REPLY | F.WAITED_FOR, Rule.STOP),
        ("stop", NUMBER | F.BLACKLISTED | F.AUTO_REPLY, Rule.STOP_AGAIN),
        ("stop", NUMBER | F.OURS, Rule.STOP_UNANSWERED),
        ("stop", F.OWNED | F.AUTO_REPLY, Rule.AUTO_REPLY),  # switched off: nothing opts out by itself
        ("stop", F.OWNED, Rule.INBOX),
        ("we have to stop this bill", NUMBER | F.AUTO_REPLY, Rule.REVIEW),
        ("we have to stop this bill", F.OWNED, Rule.INBOX),
        ("start", NUMBER | F.BLACKLISTED | F.OUT_BY_WORD, Rule.START),
        ("yes", NUMBER | F.BLACKLISTED | F.OUT_BY_WORD, Rule.START),
        ("start", NUMBER | F.BLACKLISTED | F.AUTO_REPLY, Rule.INBOX),  # blacklisted by hand
        ("start", NUMBER, Rule.INBOX),
        ("help", NUMBER | F.AUTO_REPLY, Rule.AUTO_REPLY),
        ("help", F.OWNED | F.HELP_TEXT | F.AUTO_REPLY, Rule.HELP),  # whether or not it reads STOP
        ("help", NUMBER | F.HELP_TEXT | F.BLACKLISTED, Rule.INBOX),
        ("help", NUMBER | F.HELP_TEXT | F.LOOPING, Rule.INBOX),
        ("hello", NUMBER | F.AUTO_REPLY, Rule.AUTO_REPLY),
        ("hello", NUMBER | F.AUTO_REPLY | F.WAITED_FOR, Rule.WORKFLOW),
        ("hello", NUMBER | F.AUTO_REPLY | F.BLACKLISTED, Rule.INBOX),
        ("hello", NUMBER | F.AUTO_REPLY | F.OURS, Rule.INBOX),
        ("hello", NUMBER | F.AUTO_REPLY | F.LOOPING, Rule.INBOX),
        ("hello", NUMBER | F.AUTO_REPLY | F.UNANSWERABLE, Rule.INBOX),
        ("hello", NUMBER | F.AUTO_REPLY | F.HELD, Rule.INBOX),
        ("hello", NUMBER, Rule.INBOX),
        ("stop deals", CODE | F.SUBSCRIBER, Rule.SERVICE_STOP),
        ("stop", CODE | F.SUBSCRIBER, Rule.SERVICE_STOP),
        ("deals quit", CODE, Rule.SERVICE_STOP_AGAIN),
        ("stop", CODE, Rule.STRANGER),
        ("please do not stop", CODE | F.SUBSCRIBER, Rule.REVIEW),
        ("help deals", CODE, Rule.SERVICE_HELP),
        ("help", CODE | F.SUBSCRIBER, Rule.SERVICE_HELP),
        ("help", CODE, Rule.STRANGER),
        ("yes deals", CODE, Rule.SERVICE_START),
        ("deals", CODE | F.SINGLE, Rule.SERVICE_KEYWORD),
        ("deals", CODE, Rule.SERVICE_WELCOME),
        ("deals in my town", CODE | F.SINGLE, Rule.SERVICE_WELCOME),
        ("hello", CODE | F.SUBSCRIBER, Rule.SUBSCRIBERS_TEXT),
        ("hello", CODE | F.SUBSCRIBER | F.WAITED_FOR, Rule.WORKFLOW),
        ("hello", CODE, Rule.STRANGER),
    ],
)
def test_the_first_rule_that_fits_wins(text: str, known: Fact, rule: Rule) -> None:
    assert ruled(text, known) is rule


def test_every_row_of_the_table_decides_something_and_says_why() -> None:
    def barest(row: Row) -> Fact:
        return row.when if row.rule in {Rule.EMPTY, Rule.NOBODYS} else row.when | F.OWNED

    extra = {Rule.STOP_UNANSWERED: F.OURS, Rule.STORE_STOP_UNANSWERED: F.OURS}
    assert [row for row in TABLE if winner(barest(row) | extra.get(row.rule, NONE)) is not row] == []
    assert {row.rule for row in TABLE} == set(Rule)
    assert all(row.why.endswith(".") for row in TABLE)


@given(ALL)
def test_some_rule_always_decides(facts: Fact) -> None:
    assert winner(facts) in TABLE


@pytest.mark.req("R62", "R66")
@given(ALL)
def test_nothing_answers_by_itself_whom_an_answer_must_not_reach(facts: Fact) -> None:
    does = winner(facts).does

    if facts & (F.OURS | F.UNANSWERABLE) and F.SERVICES not in facts:
        assert not does & ANSWERS
    if facts & (F.BLACKLISTED | F.LOOPING | F.HELD):
        assert not does & (D.AUTO_REPLY | D.SEND_HELP | D.SEND_WELCOME)
    assert (does & ANSWERS).bit_count() <= 1


@pytest.mark.req("R62")
@given(ALL)
def test_stop_where_it_is_on_always_ends_on_the_blacklist_and_gets_no_auto_reply(facts: Fact) -> None:
    facts = (facts | NUMBER | F.STOP) & ~(F.SERVICES | F.EMPTY)
    does = winner(facts).does

    assert F.BLACKLISTED in facts or D.BLACKLIST in does
    assert not does & (D.AUTO_REPLY | D.ADVANCE_WORKFLOW)


@pytest.mark.req("R20", "R41")
@given(ALL)
def test_what_has_an_owner_is_kept_charged_and_told(facts: Fact) -> None:
    row = winner(facts)

    if F.EMPTY in facts:
        assert row.does == D.NOTHING
    elif F.OWNED in facts and row.rule is not Rule.STRANGER:
        assert BASE in row.does
    else:
        assert row.does == D.KEEP


@pytest.mark.req("R61")
def test_two_machines_stop_talking_after_five_answers() -> None:
    minutes = [NOW - timedelta(minutes=n) for n in range(12)]
    hours = [NOW - timedelta(hours=1 + n / 10) for n in range(20)]

    assert source_facts("34600000118", minutes[:4], NOW) == NONE
    assert source_facts("34600000118", minutes[:5], NOW) == F.LOOPING
    assert source_facts("34600000118", minutes[8:], NOW) == NONE
    assert source_facts("34600000118", hours[:19], NOW) == NONE
    assert source_facts("34600000118", hours, NOW) == F.LOOPING


@pytest.mark.req("R61")
@pytest.mark.parametrize(
    ("source", "found"), [("Acme", F.UNANSWERABLE), ("25252", F.UNANSWERABLE), ("34600000118", NONE)]
)
def test_names_and_short_codes_are_not_answered(source: str, found: Fact) -> None:
    assert source_facts(source, [], NOW) == found
