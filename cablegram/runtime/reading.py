"""How settings are read from text: a function a form. Each raises ValueError with the end of a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from cablegram.kit.errors import InvalidInput
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.kit.networks import read_networks
from cablegram.kit.public_address import read_network
from cablegram.runtime import failpoints
from cablegram.text.long_texts import known

MOST_WORKERS = 8
_HOST = re.compile(r"[A-Za-z0-9._:/-]{1,253}")
_SUPPORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_SENDER = re.compile(r"(?:[^<>@\r\n]+ <)?[!-;=?A-~]+@[A-Za-z0-9.-]+>?")


def path(text: str) -> Path:
    """Read a path; `~` is the home folder."""
    return Path(text).expanduser().absolute()


def port(text: str) -> int:
    """Read a port."""
    return _whole(text, least=1, most=65535)


def count(text: str) -> int:
    """Read a whole number from 1 to 1000."""
    return _whole(text, least=1, most=1000)


def workers(text: str) -> int:
    """Read how many of each process run."""
    return _whole(text, least=1, most=MOST_WORKERS)


def rate(text: str) -> int:
    """Read how many a second, up to a million."""
    return _whole(text, least=1, most=1_000_000)


def long_texts(text: str) -> Path:
    """Read the path of a table of carriers' habits, and see that it is one."""
    found = path(text)
    try:
        known(found)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("it must be a CSV file with country,carrier,arrives,consulted,note") from error
    return found


def credits_of(text: str) -> str:
    """Read an amount of credits, and write it plainly."""
    try:
        amount = credits_to_micro(text)
    except InvalidInput:
        amount = -1
    if amount < 0:
        raise ValueError("it must be an amount of credits such as 0.5")
    return micro_to_credits(amount)


def kibibytes(text: str) -> int:
    """Read KiB of memory."""
    return _whole(text, least=8, most=4_194_304)


def _whole(text: str, *, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(f"it must be a whole number from {least} to {most}")
    return int(text)


def flag(text: str) -> bool:
    """Read yes or no."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError("it must be true or false")
    return words[text.lower()]


def web_address(text: str) -> str:
    """Read the address of a web site."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must be an address such as https://sms.example.com")
    return text.rstrip("/")


def origin(text: str) -> str:
    """Read the address of a web site without a path."""
    parts = urlsplit(web_address(text))
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc or not text.isascii():
        raise ValueError("it must be an address without a path, such as https://txt.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def mail_server(text: str) -> str:
    """Read the address of a mail server."""
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("it must be an address such as smtp://user:password@mail.example.com:587, or smtps://...:465")
    _ = parts.port  # raises ValueError where it is none
    return text


def mail_sender(text: str) -> str:
    """Read an e-mail address, with or without a name."""
    if not _SENDER.fullmatch(text) or ("<" in text) != text.endswith(">"):
        raise ValueError("it must be an e-mail address, or Name <name@example.com>")
    return text


def support_address(text: str) -> str:
    """Read an e-mail address whose name leaves room for the word that says which ticket an answer belongs to."""
    name, at, host = text.rpartition("@")
    if not at or not _SUPPORT.fullmatch(name) or not re.fullmatch(r"[A-Za-z0-9.-]{1,190}", host):
        raise ValueError("it must be an address such as support@example.com, with at most 20 letters before the @")
    return text.lower()


def token(text: str) -> str:
    """Read a word that stands in an address and lets its caller in."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", text):
        raise ValueError("it must have 16 to 128 letters, digits, - and _")
    return text


def database(text: str) -> str:
    """Read the address of a database."""
    try:
        conninfo_to_dict(text)
    except psycopg.Error:
        text = ""
    if not text:
        raise ValueError("it must be an address such as postgresql://user:password@host:5432/database")
    return text


def one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    """Return what reads one of some words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"it must be one of {', '.join(words)}")
        return text

    return read


def failpoint(text: str) -> str:
    """Read a fail point."""
    failpoints.read(text)
    return text


def classes(text: str) -> tuple[str, ...]:
    """Read classes of messages."""
    words = tuple(word.strip() for word in text.split(","))
    if not set(words) <= {"otp", "transactional", "marketing"}:
        raise ValueError("it must be some of otp, transactional, marketing, with commas between them")
    return words


def hosts(text: str) -> tuple[str, ...]:
    """Read hosts, addresses and networks."""
    words = tuple(word.strip() for word in text.split(","))
    for word in words:
        if not _HOST.fullmatch(word) or ("/" in word and read_network(word) is None):
            raise ValueError("it must be names, addresses or networks such as 10.1.0.0/16, with commas between them")
    return words


def networks(text: str) -> tuple[str, ...]:
    """Read addresses and networks."""
    words = tuple(word.strip() for word in text.split(","))
    read_networks(words)
    return words


def ports(text: str) -> tuple[str, ...]:
    """Read ports and ranges of ports."""
    words = tuple(word.strip() for word in text.split(","))
    for word in words:
        low, _, high = word.partition("-")
        if not (_is_port(low) and (not high or (_is_port(high) and int(low) < int(high)))) or word.endswith("-"):
            raise ValueError("it must be ports and ranges such as 5060,10000-20000, with commas between them")
    return words


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535


def not_empty(text: str) -> str:
    """Read any text that is not empty."""
    if not text.strip():
        raise ValueError("it is empty")
    return text
