"""Which rule wins when a text comes in: one table, read from the top, the first row that fits decides.

A row fits when all facts of `when` hold and none of `unless`. What every text to an address of ours gets is BASE: it is
kept, charged and told of, whatever else happens; so a row adds to that or, where nobody pays, says KEEP alone.
Consent comes before everything that answers (R75), a person before a machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntFlag, StrEnum, auto
from functools import lru_cache

from cablegram.consent.model import Doubtful, Help, Keyword, OptIn, OptOut, Reading


class Fact(IntFlag):
    """What is known of a text when it comes in."""

    EMPTY = auto()  # no character at all
    OWNED = auto()  # an account has the address
    SERVICES = auto()  # the address is a short code with SMS services; else it is a number of its own
    STOP_ON = auto()  # the number reads STOP (R61)
    STOP = auto()  # how it reads, one of six
    DOUBT = auto()
    HELP = auto()
    START = auto()
    KEYWORD_ALONE = auto()
    KEYWORD_WITH_WORDS = auto()
    NAMED = auto()  # a keyword of a service stands in it
    SINGLE = auto()  # one yes is enough for that service
    SUBSCRIBER = auto()  # of the service meant, or of any behind the code
    BLACKLISTED = auto()
    OUT_BY_WORD = auto()  # blacklisted by an answer of the person, not by hand
    HELD = auto()  # waits in the review queue
    OURS = auto()  # the writer's number is one of ours
    UNANSWERABLE = auto()  # the writer is a name or a short code
    LOOPING = auto()  # got many automatic answers lately
    WAITED_FOR = auto()  # a workflow waits for this person's answer
    AUTO_REPLY = auto()  # the number answers by itself
    HELP_TEXT = auto()  # the number has a text for HELP
    STORE = auto()  # a store of the account is meant
    JOINS = auto()  # its keyword, or the YES that it waits for
    RESPONDS = auto()  # a keyword of a store that only answers


class Does(IntFlag):
    """What is to be done; each is one step of the page that receives."""

    NOTHING = 0
    KEEP = auto()
    CHARGE = auto()
    TELL = auto()
    BLACKLIST = auto()  # and cancel what is queued, in the same transaction
    TAKE_OFF_BLACKLIST = auto()
    UNSUBSCRIBE = auto()
    SUBSCRIBE = auto()
    HOLD = auto()  # the number, and put the text into the review queue
    CONFIRM_OUT = auto()
    CONFIRM_IN = auto()
    SEND_HELP = auto()
    SEND_WELCOME = auto()
    ADVANCE_WORKFLOW = auto()
    AUTO_REPLY = auto()
    ANSWER = auto()  # with the words of a store


class Rule(StrEnum):
    """The rows' names, as they stand in a text's story."""

    EMPTY = "empty"
    NOBODYS = "nobodys"
    STOP_AGAIN = "stop_again"
    STOP_UNANSWERED = "stop_unanswered"
    STOP = "stop"
    SERVICE_STOP = "service_stop"
    SERVICE_STOP_AGAIN = "service_stop_again"
    REVIEW = "review"
    SERVICE_HELP = "service_help"
    HELP = "help"
    START = "start"
    SERVICE_START = "service_start"
    SERVICE_KEYWORD = "service_keyword"
    SERVICE_WELCOME = "service_welcome"
    STORE_STOP = "store_stop"
    STORE_STOP_UNANSWERED = "store_stop_unanswered"
    STORE_STOP_AGAIN = "store_stop_again"
    STORE_HELP = "store_help"
    STORE_JOIN = "store_join"
    STORE_ANSWER = "store_answer"
    STORE_TEXT = "store_text"
    WORKFLOW = "workflow"
    SUBSCRIBERS_TEXT = "subscribers_text"
    STRANGER = "stranger"
    AUTO_REPLY = "auto_reply"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `why` says it to people."""

    rule: Rule
    when: Fact
    unless: Fact
    does: Does
    why: str


_F, _D = Fact, Does
UNASKED = _D.AUTO_REPLY | _D.SEND_HELP | _D.SEND_WELCOME | _D.ANSWER  # what two machines could tell each other for ever
CONFIRMS = _D.CONFIRM_OUT | _D.CONFIRM_IN
NONE = Fact(0)
BASE = _D.KEEP | _D.CHARGE | _D.TELL
_MUTE = _F.OURS | _F.UNANSWERABLE  # whom no answer reaches, or whom it would make answer again
_NO_ANSWER = _MUTE | _F.LOOPING | _F.BLACKLISTED | _F.HELD

TABLE: tuple[Row, ...] = (
    Row(Rule.EMPTY, _F.EMPTY, NONE, _D.NOTHING, "An empty text is dropped and costs nothing."),
    Row(Rule.NOBODYS, NONE, _F.OWNED, _D.KEEP, "No account has this number, so nobody is charged."),
    # A number of its own, with STOP switched on (R62). The confirmation is the last text, so it is sent once.
    Row(
        Rule.STOP_AGAIN, _F.STOP_ON | _F.STOP | _F.BLACKLISTED, _F.SERVICES, BASE,
        "The person opted out, and was on the blacklist already.",
    ),
    Row(
        Rule.STOP, _F.STOP_ON | _F.STOP, _F.SERVICES | _MUTE, BASE | _D.BLACKLIST | _D.CONFIRM_OUT,
        "The person opted out: now on the blacklist, with one confirmation.",
    ),
    Row(
        Rule.STOP_UNANSWERED, _F.STOP_ON | _F.STOP, _F.SERVICES, BASE | _D.BLACKLIST,
        "The sender opted out, and nothing can be answered to it.",
    ),
    # A short code (R71-R75).
    Row(
        Rule.SERVICE_STOP, _F.SERVICES | _F.STOP | _F.SUBSCRIBER, NONE, BASE | _D.UNSUBSCRIBE | _D.CONFIRM_OUT,
        "The subscriber opted out.",
    ),
    Row(
        Rule.SERVICE_STOP_AGAIN, _F.SERVICES | _F.STOP | _F.NAMED, _MUTE | _F.LOOPING, BASE | _D.CONFIRM_OUT,
        "Somebody who is not subscribed opted out: confirmed all the same.",
    ),
    # A number of stores (R118): where it reads STOP itself the rows above come first, and the store's texts end, too.
    Row(
        Rule.STORE_STOP, _F.STORE | _F.STOP | _F.SUBSCRIBER, _MUTE, BASE | _D.UNSUBSCRIBE | _D.ANSWER,
        "The customer opted out of the store, with one confirmation.",
    ),
    Row(
        Rule.STORE_STOP_UNANSWERED, _F.STORE | _F.STOP | _F.SUBSCRIBER, NONE, BASE | _D.UNSUBSCRIBE,
        "The customer opted out of the store, and nothing can be answered.",
    ),
    Row(
        Rule.STORE_STOP_AGAIN, _F.STORE | _F.STOP, NONE, BASE,
        "The person opted out of the store, and was out already.",
    ),
    Row(
        Rule.REVIEW, _F.STORE | _F.DOUBT, _F.BLACKLISTED, BASE | _D.HOLD,
        "The text may mean no: the customer is held until somebody has read it.",
    ),
    Row(
        Rule.REVIEW, _F.STOP_ON | _F.DOUBT, _F.SERVICES | _F.BLACKLISTED, BASE | _D.HOLD,
        "The text may mean no: the number is held until somebody has read it.",
    ),
    Row(
        Rule.REVIEW, _F.SERVICES | _F.DOUBT | _F.SUBSCRIBER, _F.BLACKLISTED, BASE | _D.HOLD,
        "The text may mean no: the subscriber is held until somebody has read it.",
    ),
    Row(
        Rule.SERVICE_HELP, _F.SERVICES | _F.HELP | _F.NAMED, _NO_ANSWER, BASE | _D.SEND_HELP,
        "HELP with a keyword gets the help text.",
    ),
    Row(
        Rule.SERVICE_HELP, _F.SERVICES | _F.HELP | _F.SUBSCRIBER, _NO_ANSWER, BASE | _D.SEND_HELP,
        "HELP of a subscriber gets the help text.",
    ),
    Row(
        Rule.STORE_HELP, _F.STORE | _F.HELP, _NO_ANSWER, BASE | _D.ANSWER,
        "HELP of a customer gets the help text of the store.",
    ),
    Row(
        Rule.STORE_JOIN, _F.STORE | _F.JOINS | _F.OUT_BY_WORD, _MUTE | _F.HELD | _F.LOOPING,
        BASE | _D.TAKE_OFF_BLACKLIST | _D.SUBSCRIBE | _D.ANSWER,
        "The keyword, or the YES that the store waited for, makes a customer, also of who had opted out with a word.",
    ),
    Row(
        Rule.STORE_JOIN, _F.STORE | _F.JOINS, _NO_ANSWER, BASE | _D.SUBSCRIBE | _D.ANSWER,
        "The keyword, or the YES that the store waited for, makes a customer.",
    ),
    Row(
        Rule.STORE_ANSWER, _F.STORE | _F.RESPONDS, _NO_ANSWER, BASE | _D.ANSWER,
        "A responder's keyword gets its answer, and changes nothing.",
    ),
    Row(
        Rule.HELP, _F.HELP_TEXT | _F.HELP, _F.SERVICES | _NO_ANSWER, BASE | _D.SEND_HELP,
        "HELP gets the number's help text.",
    ),
    Row(
        Rule.START, _F.STOP_ON | _F.START | _F.OUT_BY_WORD, _F.SERVICES | _MUTE,
        BASE | _D.TAKE_OFF_BLACKLIST | _D.CONFIRM_IN,
        "The person had opted out with a word and comes back with one.",
    ),
    Row(
        Rule.SERVICE_START, _F.SERVICES | _F.NAMED | _F.START, _NO_ANSWER, BASE | _D.SUBSCRIBE | _D.CONFIRM_IN,
        "YES and the keyword subscribe.",
    ),
    Row(
        Rule.SERVICE_KEYWORD, _F.SERVICES | _F.KEYWORD_ALONE | _F.SINGLE, _NO_ANSWER,
        BASE | _D.SUBSCRIBE | _D.CONFIRM_IN,
        "The keyword alone subscribes to a service with single opt-in.",
    ),
    Row(
        Rule.SERVICE_WELCOME, _F.SERVICES | _F.NAMED, _NO_ANSWER, BASE | _D.SEND_WELCOME,
        "A keyword without a clear wish gets the welcome text.",
    ),
    Row(
        Rule.WORKFLOW, _F.WAITED_FOR, NONE, BASE | _D.ADVANCE_WORKFLOW,
        "A workflow waits for this person's answer and takes it; the number does not answer by itself then.",
    ),
    Row(
        Rule.STORE_TEXT, _F.STORE, NONE, BASE,
        "A text for a store: the inbox has it, and the store's callback.",
    ),
    Row(
        Rule.SUBSCRIBERS_TEXT, _F.SERVICES | _F.SUBSCRIBER, NONE, BASE,
        "A subscriber wrote: it goes to the service that sent last, without reply.",
    ),
    Row(Rule.STRANGER, _F.SERVICES, NONE, _D.KEEP, "A stranger wrote to a shared code: kept, charged to nobody."),
    Row(Rule.AUTO_REPLY, _F.AUTO_REPLY, _NO_ANSWER, BASE | _D.AUTO_REPLY, "The number answers every text by itself."),
    Row(Rule.INBOX, NONE, NONE, BASE, "The text waits in the inbox."),
)  # fmt: skip
_ROWS = [(int(row.when), int(row.unless), row) for row in TABLE]
NOBODYS = next(row for row in TABLE if row.rule is Rule.NOBODYS)
_WHY = {row.rule.value: row.why for row in reversed(TABLE)}  # of rows of one name, the first

_MANY_SOON, _SOON = 5, timedelta(minutes=10)
_MANY, _DAY = 20, timedelta(days=1)
_SHORTEST_NUMBER = 8


@lru_cache(maxsize=8192)
def winner(facts: Fact) -> Row:
    """Return the row that decides."""
    known = int(facts)
    return next(row for when, unless, row in _ROWS if known & when == when and not known & unless)


def why(rule: str) -> str | None:
    """Say why a rule decided, in words; None where there is no such rule any more."""
    return _WHY.get(rule)


def reading_facts(reading: Reading) -> Fact:
    """Return how a text reads, as facts."""
    match reading:
        case OptOut(keyword=keyword):
            found = _F.STOP
        case OptIn(keyword=keyword):
            found = _F.START
        case Help(keyword=keyword):
            found = _F.HELP
        case Keyword(keyword=keyword, is_alone=is_alone):
            found = _F.KEYWORD_ALONE if is_alone else _F.KEYWORD_WITH_WORDS
        case Doubtful():
            return _F.DOUBT
        case _:
            return NONE
    return found | _F.NAMED if keyword else found


def may_go_round(does: Does, *, is_repeated: bool) -> bool:
    """Tell whether the answer is one that two machines could tell each other for ever.

    A confirmation is, where it confirms what was so before (`is_repeated`): to one that changes something the same text
    is not answered again.
    """
    return bool(does & (UNASKED | CONFIRMS if is_repeated else UNASKED))


def source_facts(source: str, answered: Sequence[datetime], now: datetime) -> Fact:
    """Return what a writer's address and the automatic answers it got lately (moments, any order) say.

    Five in ten minutes, or twenty in a day, are two machines talking: the next is not sent.
    """
    found = NONE if source.isdigit() and len(source) >= _SHORTEST_NUMBER else _F.UNANSWERABLE
    soon = sum(now - moment < _SOON for moment in answered)
    in_a_day = sum(now - moment < _DAY for moment in answered)
    return found | _F.LOOPING if soon >= _MANY_SOON or in_a_day >= _MANY else found
