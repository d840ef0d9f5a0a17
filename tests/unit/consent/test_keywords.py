"""What answers mean, by a table of over seven hundred texts in many languages (answers.txt), and what always holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.consent.answers import STRONG
from cablegram.consent.keywords import read
from cablegram.consent.model import Doubt, Doubtful, Help, Keyword, OptIn, OptOut, Reading
from cablegram.consent.vocabulary import OWN, standard, with_own_words
from cablegram.kit.errors import InvalidInput

TABLE = Path(__file__).with_name("answers.txt")
KEYWORD = "DEALS"


def cases() -> Iterator[tuple[str, str]]:
    verdict = ""
    for line in TABLE.read_text(encoding="utf-8").split("\n"):
        if line.startswith("[") and line.endswith("]") and line != "[stop]":
            verdict = line[1:-1]
        elif line.strip() and not line.startswith("#"):
            yield verdict, line.replace("⏎", "\n")


CASES = list(cases())
BY_VERDICT = {verdict: [text for one, text in CASES if one == verdict] for verdict, _ in CASES}


def spoken(found: Reading) -> str:
    """Say a reading in the words of the table."""
    match found:
        case OptOut():
            said = "opt out all" if found.is_all else "opt out"
        case OptIn():
            said = "yes" if found.is_yes else "start"
        case Help():
            said = "help"
        case Keyword():
            said = "keyword" if found.is_alone else "keyword with words"
        case Doubtful():
            return "review"
        case None:
            return "nothing"
    return f"{said} {found.keyword.upper()}" if found.keyword else said


def test_the_table_is_large_and_says_nothing_twice() -> None:
    assert len(CASES) >= 700
    assert len({text for verdict, text in CASES if verdict == "opt out"}) >= 250
    assert len(CASES) == len(set(CASES))


@pytest.mark.req("R62", "R70", "R71", "R72", "R73", "R75")
@pytest.mark.parametrize("verdict", BY_VERDICT)
def test_each_text_of_the_table_means_what_it_says_there(verdict: str) -> None:
    keywords = [KEYWORD, "OTHER"] if verdict.endswith(KEYWORD) else []
    read_as = {text: spoken(read(text, keywords=keywords)) for text in BY_VERDICT[verdict]}
    # "stop all" stands under both headings: it is an opt-out, too.
    wrong = {text: said for text, said in read_as.items() if said not in {verdict, f"{verdict} all"}}
    assert wrong == {}


@pytest.mark.req("R62")
@pytest.mark.parametrize("word", sorted(word for line in STRONG.values() for word in line.split(",")))
def test_a_stop_word_counts_alone_first_and_last(word: str) -> None:
    for text in (word, f"{word} xyzzy plugh", f"xyzzy plugh {word}"):
        assert isinstance(read(text), OptOut), text


@pytest.mark.req("R62")
@pytest.mark.parametrize("word", ["stop", "STOP", "unsubscribe", "baja me"])
def test_stop_inside_a_text_waits_for_a_person(word: str) -> None:
    found = read(f"xyzzy {word} plugh")
    assert found is None if word == "baja me" else isinstance(found, Doubtful) and found.doubt is Doubt.ELSEWHERE


def test_a_reading_names_what_was_found() -> None:
    assert read("Please take me off your list") == OptOut("take me off your", "en")
    assert read("YES DEALS", keywords=["Deals"]) == OptIn("yes", "en", keyword="deals", is_yes=True)
    assert read("tell him to stop texting us") == Doubtful("stop texting", "en", Doubt.TURNED)
    assert read("please do not stop texting us") == Doubtful("dont stop", "en", Doubt.IDIOM)
    assert read("wrong number") == Doubtful("wrong number", "en", Doubt.HINT)


@pytest.mark.req("R75")
def test_stop_beats_help_and_help_beats_yes() -> None:
    assert spoken(read("DEALS HELP STOP YES", keywords=[KEYWORD])) == "opt out DEALS"
    assert spoken(read("DEALS YES HELP", keywords=[KEYWORD])) == "help DEALS"


@pytest.mark.req("R72", "R119")
def test_a_keyword_may_be_a_stop_word_of_another_language_and_still_stop() -> None:
    assert spoken(read("stop basta", keywords=["BASTA"])) == "opt out BASTA"
    assert read("basta", keywords=["BASTA"]) == Keyword("basta", is_alone=True)


@pytest.mark.req("R62")
def test_own_words_count_beside_the_standard_ones() -> None:
    own = with_own_words(opt_out=["Genug jetzt", "Nope"], opt_in=["Los"], help_words=["Wie?"])

    assert read("genug, jetzt!", vocabulary=own) == OptOut("genug jetzt", OWN)
    assert read("NOPE", vocabulary=own) == OptOut("nope", OWN)
    assert read("nope", vocabulary=standard()) is None
    assert read("los", vocabulary=own) == OptIn("los", OWN)
    assert read("wie", vocabulary=own) == Help("wie", OWN)
    assert read("stop", vocabulary=own) == OptOut("stop", "en")


@pytest.mark.req("R62")
def test_words_can_be_left_out_but_not_stop() -> None:
    own = with_own_words(without=["cancel", "Info"])

    assert read("cancel", vocabulary=own) is None
    assert read("info", vocabulary=own) is None
    for word in ("STOP", "stop!", "StopAll"):
        with pytest.raises(InvalidInput, match="always opt out") as caught:
            with_own_words(without=[word])
        assert caught.value.code == "stop_word_needed"


@pytest.mark.parametrize("given_words", [[""], ["!!"], [f"word{n}" for n in range(101)]])
def test_own_words_need_letters_and_an_end(given_words: list[str]) -> None:
    with pytest.raises(InvalidInput, match="letters or digits") as caught:
        with_own_words(opt_out=given_words)
    assert caught.value.code == "bad_answer_word"


ORNAMENTS = st.text(alphabet=" .,!?\"'()*~\u200b\u00ad\u2026\u00bf\u00a1🙏😀\n", max_size=6)
KNOWN = st.sampled_from(
    [text for verdict in ("opt out", "start", "yes", "help") for text in BY_VERDICT[verdict] if "\n" not in text]
)


@pytest.mark.req("R62", "R72")
@given(KNOWN, ORNAMENTS, ORNAMENTS)
def test_ornaments_around_an_answer_change_nothing(text: str, before: str, behind: str) -> None:
    assert spoken(read(f"{before}{text}{behind}")) == spoken(read(text))


@pytest.mark.req("R62", "R72")
@given(KNOWN, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_changes_nothing(text: str, change: Callable[[str], str]) -> None:
    assert spoken(read(change(text))) == spoken(read(text))


@given(KNOWN)
def test_the_width_of_spaces_changes_nothing(text: str) -> None:
    assert spoken(read(text.replace(" ", " \u00a0\u2003 "))) == spoken(read(text))


HARMLESS = [
    "apple",
    "river",
    "cloud",
    "morning",
    "table",
    "seven",
    "window",
    "green",
    "house",
    "garden",
    "cat",
    "yellow",
    "paper",
    "music",
    "train",
    "bread",
]


@pytest.mark.req("R62")
@given(st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=300))
def test_a_text_without_a_stop_word_is_no_opt_out(words: list[str]) -> None:
    assert read(" ".join(words)) is None


@settings(max_examples=200)
@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=8), max_size=3))
def test_any_text_is_read_and_always_the_same_way(text: str, keywords: list[str]) -> None:
    assert read(text, keywords=keywords) == read(text, keywords=keywords)


@pytest.mark.parametrize(
    "unit",
    ["a", "don't ", "stop the ", "\u0301", "\ufdfa", "no more ", "a.", "- ", "@", "\n", "x@", "s ", "- a", '( "'],
)
def test_hostile_texts_take_no_longer_than_their_length(unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    start = time.process_time()
    read(text, keywords=["DEALS"])
    assert time.process_time() - start < 0.5
