from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.text import gsm0338
from cablegram.text.transliterate import PLAIN, look_alike, plain, smart, swaps


@pytest.mark.req("R37")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It’s “fine” – really…", 'It\'s "fine" - really...'),
        ("a\u00a0b\u202fc\td", "a b c d"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("«oui» ´a`", "\"oui\" 'a'"),
        ("Acme™ © 2026", "Acme(TM) (c) 2026"),
        ("Él está aquí", "Él está aquí"),  # letters stay
    ],
)
def test_typography_becomes_plain_and_words_stay(text: str, found: str) -> None:
    assert plain(text) == found
    assert smart(text) == found


@pytest.mark.req("R37")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Él está aquí", "Él esta aqui"),
        ("façade", "facade"),
        ("Ｓａｌｅ ﬁne", "Sale fine"),
        ("Sаlе", "Sale"),  # two Cyrillic letters
        ("cześć Łódź", "czesc Lodz"),
        ("œuvre’s", "oeuvre's"),
    ],
)
def test_letters_become_look_alikes_on_request(text: str, found: str) -> None:
    assert smart(text, letters=True) == found
    assert gsm0338.is_gsm(found)


@pytest.mark.req("R37")
@pytest.mark.parametrize("text", ["Привет", "está 😀", "中文 café"])
def test_letters_stay_where_the_text_would_be_unicode_all_the_same(text: str) -> None:
    assert smart(text, letters=True) == text


@pytest.mark.parametrize(
    ("character", "found"),
    [
        ("a", None),
        ("é", None),
        ("’", "'"),
        ("á", "a"),
        ("Ａ", "A"),
        ("ﬁ", "fi"),
        ("о", "o"),
        ("😀", None),
        ("中", None),
    ],
)
def test_a_look_alike_is_named_where_there_is_one(character: str, found: str | None) -> None:
    assert look_alike(character) == found


def test_every_plain_form_is_gsm_and_replaces_what_is_not() -> None:
    assert all(gsm0338.is_gsm(form) for form in PLAIN.values())
    assert not any(gsm0338.is_gsm(character) for character in PLAIN)


@given(st.text())
def test_smart_encoding_never_makes_a_text_worse_and_changes_nothing_twice(text: str) -> None:
    for letters in (False, True):
        found = smart(text, letters=letters)
        assert smart(found, letters=letters) == found
        assert gsm0338.is_gsm(found) or not gsm0338.is_gsm(text)


@given(st.characters())
def test_a_look_alike_is_always_gsm(character: str) -> None:
    found = look_alike(character)
    assert found is None or gsm0338.is_gsm(found)


@pytest.mark.req("R37", "R45")
@pytest.mark.parametrize(
    ("text", "letters", "found"),
    [
        ("plain", True, {}),
        ("it’s “so”", False, {"’": "'", "“": '"', "”": '"'}),
        ("Łuk’s", False, {"’": "'"}),
        ("Łuk’s", True, {"Ł": "L", "’": "'"}),
        ("Łuk’s 🎉", True, {"’": "'"}),  # the whole would stay Unicode, so letters stay as they are
    ],
)
def test_what_is_replaced_is_told(text: str, letters: bool, found: dict[str, str]) -> None:  # noqa: FBT001  a table's column
    assert swaps(text, letters=letters) == found


@given(st.text(max_size=30), st.booleans())
def test_what_is_told_is_what_was_done(text: str, letters: bool) -> None:  # noqa: FBT001  hypothesis hands it in
    assert text.translate(str.maketrans(swaps(text, letters=letters))) == smart(text, letters=letters)
