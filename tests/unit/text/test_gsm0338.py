from __future__ import annotations

import gsm0338 as oracle
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.text import gsm0338

GSM_TEXTS = st.text(alphabet=[one.character for one in gsm0338.characters()])
PEER = oracle.Codec()


@pytest.mark.req("R35")
def test_character_list_has_127_basic_and_10_extension_characters() -> None:
    listed = gsm0338.characters()

    assert len({one.character for one in listed}) == 137
    assert [one.septets for one in listed] == [1] * 127 + [2] * 10
    assert [one.character for one in listed if one.septets == 2] == list("\f^{}\\[~]|€")
    assert all(gsm0338.BASIC[one.code] == one.character for one in listed if one.septets == 1)


@pytest.mark.req("R35")
def test_character_list_agrees_with_an_independent_codec() -> None:
    for one in gsm0338.characters():
        assert PEER.encode(one.character)[0] == bytes([0x1B, one.code][2 - one.septets :])


@given(GSM_TEXTS)
@example("@\0")
def test_bytes_agree_with_an_independent_codec(text: str) -> None:
    if gsm0338.is_gsm(text):
        assert gsm0338.encode(text) == PEER.encode(text)[0]


def test_exactly_the_characters_that_an_independent_codec_knows_are_gsm() -> None:
    known = {character for character in map(chr, range(0x3000)) if _peer_knows(character)}
    known.remove("\x1b")  # the peer lets a bare escape through, which would eat the character after it

    assert {character for character in map(chr, range(0x20000)) if gsm0338.is_gsm(character)} == known


def _peer_knows(character: str) -> bool:
    try:
        PEER.encode(character)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("character", ["\0", "\x1b", "`", "ç", "\t", "ё", "\u00a0", "’", "…", "中", "😀", "\ud800"])
def test_characters_outside_the_tables_are_not_gsm(character: str) -> None:
    assert not gsm0338.is_gsm(character)
    assert not gsm0338.is_gsm(f"Hello {character}")
    assert not gsm0338.is_gsm(f"é{character}")


@pytest.mark.parametrize("text", ["", "@", "Hello", "é", "Ç", "ΔΦΓΛΩΠΨΣΘΞ", "{}", "1 €", "a\r\nb", "\f"])
def test_texts_of_the_tables_are_gsm(text: str) -> None:
    assert gsm0338.is_gsm(text)


def test_encoding_a_text_outside_the_tables_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="Unicode") as caught:
        gsm0338.encode("Привет")

    assert caught.value.code == "not_gsm0338"


@given(GSM_TEXTS)
def test_what_is_encoded_reads_the_same(text: str) -> None:
    encoded = gsm0338.encode(text)

    assert gsm0338.decode(encoded) == text
    assert gsm0338.count(gsm0338.slots(text) or b"") == len(encoded)


@given(st.binary())
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert isinstance(gsm0338.decode(data), str)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\x1b", "a "),  # an escape with nothing after it
        (b"\x1b\x1be", " e"),  # another extension table, which nobody has defined
        (b"\x1ba", "a"),  # no such extension: the character of the basic table
        (b"\x1b\x00", "@"),
        (b"\x1b\x0a", "\f"),
        (b"a\x80\xffb", "a\ufffd\ufffdb"),
        (b"\x1b\xe5", "\ufffd"),
        (b"\x00\x02", "@$"),
    ],
)
def test_odd_septets_read_as_the_standard_says(data: bytes, text: str) -> None:
    assert gsm0338.decode(data) == text
