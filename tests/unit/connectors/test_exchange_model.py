from __future__ import annotations

import pytest

from cablegram.connectors.exchange_model import MOST_KEPT, read, written

HEADERS = [("content-type", "text/plain"), ("x-empty", "")]


@pytest.mark.parametrize("body", [b"", b"a=1&b=2", "ñ\n\nand more: text".encode()])
def test_what_is_written_down_is_read_again(body: bytes) -> None:
    assert read(written(HEADERS, body)) == (HEADERS, body)
    assert read(written([], body)) == ([], body)


def test_what_is_no_text_is_kept_as_escapes() -> None:
    assert written([], b"\xff\0") == "\n\\xff\\x00"


def test_what_is_long_is_cut_and_not_read_again() -> None:
    text = written(HEADERS, b"x" * MOST_KEPT)
    assert len(text) < MOST_KEPT + 60
    assert text.endswith("more characters]")
    assert read(text) is None


def test_a_header_that_is_no_text_is_kept_as_escapes_too() -> None:
    assert written([("server", b"\xe9".decode(errors="surrogateescape"))], b"") == "server: \\udce9\n\n"
