from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.text.concat import Concat, WirePart, parts, read_header, read_text

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=600)


@pytest.mark.req("R40")
def test_a_short_text_travels_without_header() -> None:
    assert parts("Hi @€", 7) == [WirePart(b"Hi \x00\x1b\x65", has_header=False, data_coding=0)]
    assert parts("Жё", 7) == [WirePart(b"\x04\x16\x04\x51", has_header=False, data_coding=8)]
    assert parts("", 7) == [WirePart(b"", has_header=False, data_coding=0)]


@pytest.mark.req("R40")
def test_a_long_text_travels_in_parts_with_the_concatenation_header() -> None:
    assert parts("a" * 154, 0x1AB)[0].has_header is False
    assert parts("a" * 161, 0x1AB) == [
        WirePart(b"\x05\x00\x03\xab\x02\x01" + b"a" * 153, has_header=True, data_coding=0),
        WirePart(b"\x05\x00\x03\xab\x02\x02" + b"a" * 8, has_header=True, data_coding=0),
    ]


@pytest.mark.req("R40")
@given(TEXTS, st.integers(0, 2**32))
def test_every_part_holds_at_most_140_octets_and_reads_back(text: str, reference: int) -> None:
    made = parts(text, reference)

    for sequence, part in enumerate(made, 1):
        if part.data_coding == 0:  # on the air, septets are packed, and the 6 octets of the header take 7 of them
            assert len(part.user_data) + part.has_header <= 160
        else:
            assert len(part.user_data) <= 140
        assert part.has_header == (len(made) > 1)
        if part.has_header:
            assert read_header(part.user_data) == Concat(reference % 256, len(made), sequence)
    read = [read_text(one.user_data, data_coding=one.data_coding, has_header=one.has_header) for one in made]
    assert "".join(read) == text


def test_255_parts_are_the_most() -> None:
    assert len(parts("a" * 255 * 153, 1)) == 255

    with pytest.raises(InvalidInput, match="takes 256 segments") as caught:
        parts("a" * (255 * 153 + 1), 1)
    assert caught.value.code == "text_too_long"


@pytest.mark.parametrize(
    ("user_data", "found"),
    [
        (b"\x05\x00\x03\x2a\x02\x01rest", Concat(0x2A, 2, 1)),
        (b"\x06\x08\x04\x01\x2a\x02\x02rest", Concat(0x12A, 2, 2)),  # 16-bit reference
        (b"\x09\x24\x02\x01\x01\x00\x03\x07\x03\x03", Concat(7, 3, 3)),  # after another element
        (b"\x04\x24\x02\x01\x01rest", None),  # another element alone
        (b"\x05\x00\x03\x2a\x02\x03rest", None),  # part 3 of 2
        (b"\x05\x00\x03\x2a\x02\x00rest", None),  # part 0
        (b"\x05\x00\x03\x2a\x00\x00rest", None),  # of none
        (b"\x05\x00\x02\x2a\x02\x01rest", None),  # wrong length
        (b"\x05\x00\x03\x2a", None),  # cut short
        (b"\x01\x00rest", None),
        (b"\x00rest", None),
        (b"", None),
    ],
)
def test_header_tells_which_part_of_which_text(user_data: bytes, found: Concat | None) -> None:
    assert read_header(user_data) == found


@pytest.mark.parametrize(
    ("data_coding", "payload", "text"),
    [
        (0, b"\x00\x1b\x65", "@€"),
        (1, b"\x00\x1b\x65", "@€"),
        (2, b"\x00\xe9", "\0é"),
        (3, b"\x40\xe9", "@é"),
        (4, b"\x00\xe9", "\0é"),
        (5, b"\x83\x65", "テ"),
        (6, b"\xb6\xf1", "Жё"),
        (7, b"\xe9", "י"),
        (8, b"\x04\x16\xd8\x3d\xde\x00", "Ж😀"),
        (8, b"\x04\x16\x04", "Ж\ufffd"),
        (8, b"\xd8\x3d\x04\x16", "\ufffdЖ"),
        (10, b"\x1b$B%F\x1b(B", "テ"),
        (13, b"\xa5\xc6", "テ"),
        (14, b"\xb0\xa1", "가"),
        (0x10, b"\x00", "@"),  # GSM, flash
        (0x15, b"\xe9", "é"),  # octets
        (0x18, b"\x04\x16", "Ж"),  # UCS-2, flash
        (0xF0, b"\x00", "@"),
        (0xF5, b"\xe9", "é"),
    ],
)
def test_text_is_read_by_its_data_coding(data_coding: int, payload: bytes, text: str) -> None:
    assert read_text(payload, data_coding=data_coding) == text
    assert read_text(b"\x02\x70\x00" + payload, data_coding=data_coding, has_header=True) == text


@pytest.mark.parametrize("data_coding", [9, 11, 12, 15, 0x20, 0xE0, 256, -1])
def test_a_reserved_data_coding_is_a_clear_error(data_coding: int) -> None:
    with pytest.raises(InvalidInput, match=f"data_coding {data_coding} is reserved") as caught:
        read_text(b"abc", data_coding=data_coding)

    assert caught.value.code == "unknown_data_coding"


@pytest.mark.parametrize("user_data", [b"", b"\x05", b"\x05\x00\x03\x01\x02"])
def test_a_header_longer_than_the_data_is_a_clear_error(user_data: bytes) -> None:
    with pytest.raises(InvalidInput, match="damaged") as caught:
        read_text(user_data, data_coding=0, has_header=True)

    assert caught.value.code == "bad_header"


@given(st.binary(max_size=300), st.integers(0, 255), st.booleans())
def test_any_bytes_are_read_or_refused(user_data: bytes, data_coding: int, has_header: bool) -> None:  # noqa: FBT001  hypothesis hands it in
    found = read_header(user_data)
    assert found is None or 1 <= found.sequence <= found.total <= 255

    try:
        text = read_text(user_data, data_coding=data_coding, has_header=has_header)
    except InvalidInput as error:
        assert error.code in {"bad_header", "unknown_data_coding"}  # noqa: PT017  either is right
    else:
        assert len(text) <= len(user_data) * 2
