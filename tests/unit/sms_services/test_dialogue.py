"""Whom texts to a shared code are for, and what they do: every kind of text at every standing (R70-R75, C10-C16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from cablegram.consent import keywords
from cablegram.inbound import order, shared_codes
from cablegram.inbound.model import Heard, SharedLine, WholeText
from cablegram.kit.ids import AccountId, ConnectorId, ProgramId, SenderId, uuid7
from cablegram.programs import model
from cablegram.programs.model import Standing
from cablegram.sms_services import dialogue
from cablegram.sms_services.dialogue import Code, Live, Place, places
from cablegram.sms_services.model import Form, OptInMode, Says, Use

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
STOPS = ("STOP", "CANCEL", "QUIT", "UNSUBSCRIBE", "END", "BAJA")
WORDS = ("DEALS", "NEWS", "SPORT", "WEATHER", "PIZZA", "MUSIC", "BOOKS", "CINEMA", "TRAVEL", "GARDEN")
FORM = Form(
    name="Deals", minimum_age=18, opt_in=OptInMode.SINGLE, use=Use.MARKETING, frequency=4, terms_url="https://a.example/t",
    phone="+13055702828",
)  # fmt: skip


def live(word: str, mode: OptInMode = OptInMode.SINGLE, *, is_open: bool = True) -> Live:
    ids = ProgramId(uuid7()), AccountId(uuid7()), SenderId(uuid7())
    return Live(*ids, word, is_open, replace_form(mode), {})


def replace_form(mode: OptInMode) -> Form:
    return Form(**{name: getattr(FORM, name) for name in FORM.__struct_fields__ if name != "opt_in"}, opt_in=mode)


def code(*lives: Live) -> Code:
    return Code("12345", "US", (), lives)


def heard(text: str, its: Code, standings: dict[str, Standing], last: dict[str, UUID] | None = None) -> Heard:
    """Return a text with all that is decided about it."""
    line = SharedLine(its, "12015550118", places(its))
    for place in line.places:
        place.standing = standings.get(place.keyword)
        place.since = NOW if place.standing else None
        place.last = (last or {}).get(place.keyword)
    whole = WholeText(uuid7(), ConnectorId(uuid7()), "12015550118", "12345", text, NOW)
    one = Heard(whole, None, shared_codes.read(text, line), line)
    shared_codes.choose(one)
    one.row = order.winner(shared_codes.known(one))
    shared_codes.note(one, NOW)
    return one


def turn(text: str, standing: Standing | None, mode: OptInMode = OptInMode.SINGLE) -> tuple[str | None, str | None]:
    """Return what answers a text and how its writer moves."""
    one = heard(text, code(live("DEALS", mode)), {"DEALS": standing} if standing else {})
    said = shared_codes.answer(one.row.does) if one.live else None
    moves = {id(model.LEAVE): "leave", id(model.ENTER): "enter", id(model.ASK): "ask"}
    return (said.value if said else None), moves.get(id(one.move))


@pytest.mark.req("R70", "R71", "R73", "R75")
@pytest.mark.parametrize(
    ("text", "single", "double"),
    [
        ("DEALS", ("opt_in", "enter"), ("welcome", "ask")),
        ("deals.", ("opt_in", "enter"), ("welcome", "ask")),
        ("YES DEALS", ("opt_in", "enter"), ("opt_in", "enter")),
        ("Deals, yes!", ("opt_in", "enter"), ("opt_in", "enter")),
        ("DEALS please tell me more about shoes", ("welcome", "ask"), ("welcome", "ask")),
        ("HELP DEALS", ("help", None), ("help", None)),
        ("deals help", ("help", None), ("help", None)),
        ("YES STOP DEALS", ("opt_out", "leave"), ("opt_out", "leave")),
        ("DEALS YES STOP HELP", ("opt_out", "leave"), ("opt_out", "leave")),
        ("hello there", (None, None), (None, None)),
        ("HELP", (None, None), (None, None)),
        ("STOP", (None, None), (None, None)),
        ("YES", (None, None), (None, None)),
    ],
)
def test_what_a_stranger_gets(
    text: str, single: tuple[str | None, str | None], double: tuple[str | None, str | None]
) -> None:
    assert turn(text, None, OptInMode.SINGLE) == single
    assert turn(text, None, OptInMode.DOUBLE) == double


@pytest.mark.req("R72", "R73")
def test_what_a_subscriber_gets() -> None:
    assert turn("STOP", Standing.IN) == ("opt_out", "leave")
    assert turn("please stop texting me", Standing.IN) == ("opt_out", "leave")
    assert turn("HELP", Standing.IN) == ("help", None)
    assert turn("thanks!", Standing.IN) == (None, None)
    assert turn("DEALS", Standing.IN) == ("opt_in", "enter")  # the same thanks; the move is not legal, so no news
    assert turn("DEALS tell me more", Standing.IN) == ("welcome", None)
    assert turn("STOP DEALS", Standing.PAUSED) == ("opt_out", "leave")
    assert turn("STOP DEALS", Standing.OUT) == ("opt_out", "leave")
    assert turn("YES", Standing.ASKED, OptInMode.DOUBLE) == ("opt_in", "enter")
    assert turn("STOP DEALS", Standing.ASKED, OptInMode.DOUBLE) == ("opt_out", "leave")
    assert turn("Stop", Standing.ASKED, OptInMode.DOUBLE) == ("opt_out", "leave")
    assert turn("Help", Standing.ASKED, OptInMode.DOUBLE) == ("help", None)


@pytest.mark.req("R72")
@pytest.mark.parametrize(("word", "is_first"), list(product(STOPS, (True, False))))
def test_six_stop_words_in_either_order_and_any_case(word: str, is_first: bool) -> None:  # noqa: FBT001 - a parameter of the test
    for stop, keyword in product((word, word.lower(), word.title()), ("DEALS", "deals", "dEaLs")):
        text = f"{stop} {keyword}" if is_first else f"{keyword} {stop}"
        assert turn(text, Standing.IN) == ("opt_out", "leave"), text


@pytest.mark.req("R72")
@pytest.mark.parametrize("text", ["DEALS arret", "Parar deals", "deals Arretez", "ALTO DEALS", "baja Deals"])
def test_stop_words_of_other_languages_count_beside_a_keyword(text: str) -> None:
    assert turn(text, Standing.IN) == ("opt_out", "leave")


@pytest.mark.req("R67", "R75")
def test_ten_services_on_one_code_are_not_confused() -> None:
    its = code(*map(live, WORDS))
    for word in WORDS:
        one = heard(f"stop {word}", its, dict.fromkeys(WORDS, Standing.IN))
        assert one.live is not None
        assert one.live.keyword == word
        assert {place.keyword for place in one.line.places if not place.is_member} == {word} if one.line else False
        joined = heard(word.lower(), its, {})
        assert joined.holder is not None
        assert joined.live is not None
        assert (joined.live.keyword, joined.holder.account_id) == (word, joined.live.account_id)


def test_a_bare_stop_ends_what_wrote_last_and_stop_all_ends_everything() -> None:
    its = code(*map(live, WORDS[:3]))
    standings: dict[str, Standing] = dict.fromkeys(list[str](WORDS[:3]), Standing.IN)
    early, late = uuid7(), uuid7()
    one = heard("STOP", its, standings, {"DEALS": early, "SPORT": late})
    assert one.live is not None
    assert one.live.keyword == "SPORT"
    assert [place.is_member for place in (one.line.places if one.line else ())] == [True, True, False]
    everything = heard("STOP ALL", its, standings, {"NEWS": late})
    assert {place.keyword for place in everything.meant.ends} == set(WORDS[:3])
    assert not any(place.is_member for place in (everything.line.places if everything.line else ()))


@pytest.mark.req("R72")
@pytest.mark.parametrize("text", ["STOP DEALS NEWS", "news, deals: stop", "Sport and deals and news END"])
def test_a_stop_with_several_keywords_ends_each_that_it_names_and_is_confirmed_once(text: str) -> None:
    its = code(*map(live, WORDS[:4]))
    one = heard(text, its, {"DEALS": Standing.IN, "NEWS": Standing.IN, "WEATHER": Standing.IN})
    assert one.live is not None
    assert one.live.keyword in {"DEALS", "NEWS"}  # Sport, which they were never in, has nothing to confirm
    assert shared_codes.answer(one.row.does) is Says.OPT_OUT
    assert [place.is_member for place in (one.line.places if one.line else ())] == [False, False, False, True]


@pytest.mark.req("R72")
@pytest.mark.parametrize(
    ("text", "standings", "left"),
    [
        ("STOP DEALS NEWS", {"DEALS": Standing.ASKED, "NEWS": Standing.IN}, {"DEALS", "NEWS"}),
        ("STOP DEALS NEWS", {"DEALS": Standing.ASKED, "NEWS": Standing.ASKED}, {"DEALS", "NEWS"}),
        ("STOP SPORT NEWS", {"NEWS": Standing.ASKED, "DEALS": Standing.IN}, {"NEWS"}),
        (
            "STOP ALL",
            {"DEALS": Standing.IN, "NEWS": Standing.ASKED, "SPORT": Standing.PAUSED},
            {"DEALS", "NEWS", "SPORT"},
        ),
        ("STOP ALL", {"DEALS": Standing.ASKED, "NEWS": Standing.ASKED}, {"DEALS", "NEWS"}),
        ("STOP DEALS\nSent from my NEWS phone", {"DEALS": Standing.IN, "NEWS": Standing.IN}, {"DEALS"}),
    ],
)
def test_a_stop_is_a_no_to_the_questions_that_it_names_too(
    text: str, standings: dict[str, Standing], left: set[str]
) -> None:
    one = heard(text, code(*map(live, WORDS[:3])), standings)
    assert one.move is model.LEAVE
    assert shared_codes.answer(one.row.does) is Says.OPT_OUT
    assert one.live is not None
    assert one.live.keyword in left
    assert {place.keyword for place in (one.line.places if one.line else ()) if place.standing is Standing.OUT} == left


def test_a_service_that_is_suspended_lets_people_leave_and_ask_and_takes_nobody_in() -> None:
    its = code(live("DEALS", is_open=False))
    assert heard("DEALS", its, {}).row.rule is order.Rule.STRANGER
    assert shared_codes.answer(heard("STOP DEALS", its, {"DEALS": Standing.IN}).row.does) is Says.OPT_OUT
    assert shared_codes.answer(heard("HELP DEALS", its, {}).row.does) is Says.HELP


def test_of_several_that_asked_a_yes_is_for_the_last_and_without_any_for_none() -> None:
    def asked(word: str, minutes: int) -> Place:
        since = NOW + timedelta(minutes=minutes)
        return Place(ProgramId(uuid7()), AccountId(uuid7()), word, True, standing=Standing.ASKED, since=since)

    first, second = asked("DEALS", 1), asked("NEWS", 2)
    yes = keywords.read("yes", keywords=["DEALS", "NEWS"])
    assert dialogue.meant(yes, [second, first]).place is second
    assert dialogue.meant(yes, [replace(first, standing=None)]) is dialogue.NOBODY
    assert dialogue.meant(None, [first]) is dialogue.NOBODY


def test_a_name_or_a_text_without_line_is_nobodys() -> None:
    whole = WholeText(uuid7(), ConnectorId(uuid7()), "Acme", "12345", "hi", NOW)
    one = Heard(whole, None)
    shared_codes.choose(one)
    assert (shared_codes.concerned(one), shared_codes.candidates(one), shared_codes.text(one)) == (set(), [], None)
    assert not shared_codes.needs_contact(one)
