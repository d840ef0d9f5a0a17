"""Which files may go with a ticket. Their kind is read from their first bytes, not from what they are called. Pure.

What a browser would run is not among them (HTML, SVG), and all are handed out as downloads.
"""

from __future__ import annotations

from cablegram.kit.errors import Fault, InvalidInput, TooLarge
from cablegram.support.model import NewFile

MOST_FILES = 5  # of what is written at once
MOST_BYTES = 5_000_000  # of each
_HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),  # spreadsheets and documents are of this kind, too
)


CheckedFile = tuple[str, str, bytes]
"""Name, media type, bytes."""


def check(files: list[NewFile]) -> list[CheckedFile]:
    """Return name, media type and bytes of each file.

    Raises InvalidInput (`too_many_files`, `bad_file`), TooLarge (`file_too_large`).
    """
    if len(files) > MOST_FILES:
        message = f"At most {MOST_FILES} files go along at once: write again for more."
        raise InvalidInput("too_many_files", message, faults=[Fault("files", "too_many_files", message)])
    return [(_name(one.name), _kind(one), one.data) for one in files]


def _kind(one: NewFile) -> str:
    if len(one.data) > MOST_BYTES:
        raise TooLarge("file_too_large", f"{_name(one.name)} has more than {MOST_BYTES // 1_000_000} MB.")
    found = next((kind for head, kind in _HEADS if one.data.startswith(head)), None)
    if found is not None:
        return found
    try:
        text = one.data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if not text or "\0" in text:
        message = f"{_name(one.name)} is no PDF, picture, spreadsheet, ZIP or text, or it is empty."
        raise InvalidInput("bad_file", message, faults=[Fault("files", "bad_file", message)])
    return "text/plain"


def _name(text: str) -> str:
    last = text.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character for character in last if character.isprintable()).strip().lstrip(".")
    return plain[-100:] or "file"
