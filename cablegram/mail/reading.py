"""Read a message that a mail server handed over (RFC 5322, MIME), whoever made it and whatever they meant by it. Pure.

Nothing in it is believed: header fields are cut, nesting and the number of parts are limited, addresses that can't be
any are left out, and of HTML only the words are kept. The standard library's older policy reads any bytes; its newer
one stumbles over some.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses

from cablegram.kit.errors import InvalidInput, TooLarge
from cablegram.kit.storable import storable
from cablegram.mail.address import domain_of, is_address
from cablegram.mail.facts import one_line
from cablegram.mail.incoming import Incoming
from cablegram.mail.parts import parts_of
from cablegram.mail.plain import own_words, words_of_html
from cablegram.mail.returning import returned_by

MOST_BYTES = 26_000_000  # of a whole message: five files of 5 MB are 34 MB, and few mail servers take that
MOST_FILES = 5

_MOST_HEAD = 64_000  # bytes
_MOST_OF_CONTENT = 4_000  # characters of a field about a part: its parameters are read again and again
_MOST_FIELD = 8_000  # characters
_MOST_PARTS = 200
_DEEPEST = 20
_MOST_ADDRESSES = 100
_MOST_WORDS = 200_000  # characters of one part that are looked at
_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
_AWAY = re.compile(
    r"^(?:auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|respuesta autom[aá]tica|fuera de la oficina"
    r"|abwesenheitsnotiz|automatische antwort)\b",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_BOUNDARY = re.compile(rb"(?<![^\r\n])--")
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_MOST_MULTIPARTS = 30  # each line is compared with the boundary of each that is open
_MOST_LINES = 500_000
_MOST_EMPTY = 20_000  # lines; each may end the fields of one more recipient of a report
_ASIDE = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_RESULT = re.compile(r"\s*dmarc\s*=\s*(\w+)", re.IGNORECASE)
_RESULT_FOR = re.compile(r"\bheader\.from\s*=\s*([^\s;]+)", re.IGNORECASE)
# The charsets that people's programs write; Python has more, of which some raise or take for ever.
_CHARSET = re.compile(r"utf|iso|cp\d|koi8|big5|gb|hz|euc|shift|johab|mac|tis|ascii|kz|ptcp")


def read(raw: bytes, *, authserv: str | None = None) -> Incoming:
    """Read a message. `authserv` is how our own mail server calls itself in `Authentication-Results` (RFC 8601).

    Raises TooLarge (`mail_too_large`), InvalidInput (`bad_mail`) for what is no message that people write.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge("mail_too_large", f"A message may have {MOST_BYTES // 1_000_000} MB at most.")
    message = parse(raw)
    try:
        parts = list(_walk(message, 0))
        returned = returned_by(message, parts)
        files, left_out = _files(parts)
        text = own_words(_text(parts))
    except (MessageError, RecursionError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise _unreadable() from error
    name, sender = _sender(message)
    return Incoming(
        message_id=one_line(_field(message, "message-id"), 500),
        sender=sender,
        name=one_line(name, 100),
        recipients=tuple(dict.fromkeys(address for _, address in _addresses(message, _TO))),
        subject=one_line(_field(message, "subject"), 200),
        text=text,
        files=files,
        left_out=left_out,
        is_automatic=_is_automatic(message),
        is_proved=_is_proved(message, sender, authserv),
        returned=returned,
    )


def parse(raw: bytes) -> Message:
    """Take a message of MIME apart. Raises InvalidInput (`bad_mail`) where that would take too much."""
    # An mbox line in front and bytes of null are what pipes and programs put there.
    body = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    head = re.split(rb"\r?\n\r?\n", body, maxsplit=1)[0]
    is_much = (
        len(head) > _MOST_HEAD
        or body.count(b"\n") + body.count(b"\r") - body.count(b"\r\n") > _MOST_LINES
        or sum(map(body.count, (b"\n\n", b"\n\r\n", b"\r\r"))) > _MOST_EMPTY
        or len(_BOUNDARY.findall(body)) > 50 * _MOST_PARTS
        or len(_MULTIPART.findall(body)) > _MOST_MULTIPARTS
    )
    if is_much or not head.strip():
        raise _unreadable()
    try:
        return message_from_bytes(body, policy=_Short())
    except (MessageError, RecursionError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise _unreadable() from error


class _Short(Compat32):
    """Refuses fields that are too long: the time that the library takes for one grows with its square."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        is_of_part = sourcelines[0][:8].lower() == "content-"
        if sum(map(len, sourcelines)) > (_MOST_OF_CONTENT if is_of_part else _MOST_HEAD):
            raise HeaderParseError("A field is too long.")
        return super().header_source_parse(sourcelines)


def _unreadable() -> InvalidInput:
    return InvalidInput("bad_mail", "This is no message of mail that can be read: head, parts or nesting are too much.")


def _walk(part: Message, depth: int) -> Iterator[Message]:
    """Yield a part and those in it, as far as they are not too many or too deep; not what came along as a message."""
    if depth > _DEEPEST:
        raise _unreadable()
    yield part
    inside = parts_of(part) if part.get_content_maintype() == "multipart" else []
    if len(inside) > _MOST_PARTS:
        raise _unreadable()
    for one in inside:
        yield from _walk(one, depth + 1)


def _field(message: Message, name: str) -> str:
    """Return a field of the head in clear."""
    given = message.get(name)
    return _clear(str(given)) if given is not None else ""


def _clear(given: str) -> str:
    """Decode the words of a field (RFC 2047)."""
    text = " ".join(given[:_MOST_FIELD].split())
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return storable(text)
    out: list[str] = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            out.append(piece)
            continue
        out.append(_decoded(piece, charset))
    return storable("".join(out))


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        name = codecs.lookup(charset or "utf-8").name
        return data.decode(name if _CHARSET.match(name) else "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _addresses(message: Message, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (name, address) of all addresses in some fields, as far as they can be any."""
    given = [str(one)[:_MOST_FIELD] for name in names for one in message.get_all(name, [])[:10]]
    try:
        pairs = getaddresses(given)[:_MOST_ADDRESSES]
    except (ValueError, IndexError, RecursionError):
        return []
    return [(_clear(name), address.lower()) for name, address in pairs if is_address(address) and "@" in address]


def _sender(message: Message) -> tuple[str, str]:
    """Return name and address of who wrote it; empty unless there is one alone, for mail servers prove but one."""
    fields = [str(one) for one in message.get_all("from", [])]
    if len(fields) != 1 or len(fields[0]) > _MOST_FIELD:
        return "", ""
    try:
        pairs = [(name, address) for name, address in getaddresses(fields) if "@" in address]
    except (ValueError, IndexError, RecursionError):
        return "", ""
    if len(pairs) != 1 or not is_address(pairs[0][1]):
        return "", ""
    return _clear(pairs[0][0]), pairs[0][1].lower()


def _text(parts: list[Message]) -> str:
    """Return what is written: the first plain text, else the words of the first HTML."""
    html = ""
    for part in parts:
        if part.get_content_disposition() == "attachment" or part.get_filename():
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and (text := _words(part)).strip():
            return text
        if kind == "text/html" and not html:
            html = words_of_html(_words(part))
    return html


def _words(part: Message) -> str:
    data = _data(part)[: 4 * _MOST_WORDS]
    text = _decoded(data, part.get_content_charset())[:_MOST_WORDS]
    return storable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _data(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _files(parts: list[Message]) -> tuple[tuple[tuple[str, bytes], ...], int]:
    """Return (name, bytes) of the first files, and how many there are besides."""
    found: list[tuple[str, bytes]] = []
    left_out = 0
    for part in parts:
        name = part.get_filename()
        if part.get_content_maintype() == "multipart" or not (name or part.get_content_disposition() == "attachment"):
            continue
        data = _data(part)
        if len(found) == MOST_FILES or not data:
            left_out += 1
            continue
        found.append((one_line(_clear(str(name or "file")), 100) or "file", data))
    return tuple(found), left_out


def _is_automatic(message: Message) -> bool:
    """Tell whether a program wrote it: what must not be answered, and opens no ticket (RFC 3834)."""
    auto = _field(message, "auto-submitted").partition(";")[0].strip().lower()
    if auto and auto != "no":
        return True
    if _field(message, "precedence").strip().lower() in _BULK:
        return True
    if any(message.get(name) is not None for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond")):
        return True
    if _field(message, "return-path").replace(" ", "") == "<>":
        return True
    return message.get_content_type() == "multipart/report" or _AWAY.match(_field(message, "subject")) is not None


def _is_proved(message: Message, sender: str, authserv: str | None) -> bool | None:
    """Tell what our mail server says of the sender; only its own and topmost word counts, others may be forged.

    Of that word, too, a stranger writes some: addresses and reasons stand in it. So nothing that is quoted or in
    brackets counts, all its results for DMARC must say the same, and for the domain of the sender where it names one.
    """
    if not authserv:
        return None
    given = [str(one) for one in message.get_all("authentication-results", [])[:1]]
    server, _, results = given[0].partition(";") if given else ("", "", "")
    if (server.split() or [""])[0].lower() != authserv.lower() or len(results) > _MOST_FIELD:
        return False
    said = _ASIDE.sub(" ", results).split(";")
    verdicts = [found[1].lower() for one in [*said, *results.split(";")] if (found := _RESULT.match(one))]
    proved = [one for one in said if _RESULT.match(one)]
    domains = [named.lower() for one in proved for named in _RESULT_FOR.findall(one)]
    return (
        bool(proved)
        and set(verdicts) == {"pass"}
        and all(f".{domain_of(sender)}".endswith(f".{one}") for one in domains)
    )
