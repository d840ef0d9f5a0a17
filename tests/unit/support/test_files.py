from __future__ import annotations

import pytest

from cablegram.kit.errors import InvalidInput, TooLarge
from cablegram.support.files import MOST_BYTES, check
from cablegram.support.model import NewFile


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff...", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"PK\x03\x04...", "application/zip"),
        ("número;¿qué?\n".encode(), "text/plain"),
        (b"<svg onload=alert(1)>", "text/plain"),  # a text, whatever it calls itself
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, kind: str) -> None:
    assert check([NewFile("picture.svg", data)]) == [("picture.svg", kind, data)]


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00", b"text with \x00", b"\xff\xfe\x00"])
def test_what_is_none_of_these_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        check([NewFile("a.exe", data)])
    assert caught.value.code == "bad_file"


def test_too_large_and_too_many_are_refused() -> None:
    with pytest.raises(TooLarge):
        check([NewFile("a.txt", b"x" * (MOST_BYTES + 1))])
    with pytest.raises(InvalidInput) as caught:
        check([NewFile("a.txt", b"x")] * 6)
    assert caught.value.code == "too_many_files"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\r\nb.txt", "ab.txt"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_leads_nowhere(name: str, kept: str) -> None:
    assert check([NewFile(name, b"x")])[0][0] == kept
