from __future__ import annotations

import pytest

from cablegram.kit.errors import Fault
from cablegram.text.limits import admit
from cablegram.text.segments import measure


def _code(text: str) -> str | None:
    found = admit(text)
    return found.code if isinstance(found, Fault) else None


@pytest.mark.req("R41")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_too_short"),
        ("1234", "text_too_short"),
        ("12345", None),
        ("     ", None),  # nothing is trimmed
        ("€€€", "text_too_short"),  # characters count, not septets
        ("😀😀😀😀", "text_too_short"),
        ("😀😀😀😀😀", None),
    ],
)
def test_a_text_to_be_sent_has_at_least_five_characters(text: str, code: str | None) -> None:
    assert _code(text) == code


def test_a_text_to_be_sent_has_at_most_255_segments() -> None:
    assert _code("a" * 255 * 153) is None
    assert _code("a" * 255 * 153 + "a") == "text_too_long"


def test_a_text_with_half_a_character_is_not_sent() -> None:
    assert _code("Hello \ud83d") == "bad_character"


def test_an_admitted_text_is_measured_at_once() -> None:
    assert admit("Hello") == measure("Hello")
