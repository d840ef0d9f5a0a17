"""A command for curl as people paste it, read into what it would do. Nothing is run, no file is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit

from cablegram.connectors.providers.generic import curl_quotes
from cablegram.kit.errors import Fault, InvalidInput

_FIELD = "command"
_LONGEST = 50_000

_SHORT = {
    "X": "request",
    "H": "header",
    "d": "data",
    "u": "user",
    "F": "form",
    "G": "get",
    "A": "user-agent",
    "e": "referer",
    "b": "cookie",
    "o": "output",
    "m": "max-time",
    "x": "proxy",
    "w": "write-out",
}
_DATA = ("data", "data-raw", "data-ascii", "data-binary")
_WITH_VALUE = frozenset(
    {
        *_SHORT.values(), *_DATA, "data-urlencode", "json", "url", "form-string", "oauth2-bearer", "connect-timeout",
        "url-query", "retry", "cacert", "cert", "key", "resolve", "interface", "max-redirs", "stderr", "trace",
    }
) - {"get"}  # fmt: skip
_NOT_OURS = frozenset({"output", "max-time", "write-out", "connect-timeout", "retry", "max-redirs", "stderr", "trace"})


@dataclass(slots=True)
class Curl:
    """What a command would send; `form` are multipart fields, `notes` what of it was left out.

    `here` is what stands behind `<<`, for `-d @-`.
    """

    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    data: list[str] = field(default_factory=list[str])
    form: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    user: str = ""
    is_get: bool = False
    is_json: bool = False
    here: str | None = None
    notes: list[str] = field(default_factory=list[str])


def read(command: str) -> Curl:
    """Return what a command says. Raises InvalidInput (`bad_curl`) for what is no command of curl with an address."""
    if len(command) > _LONGEST:
        raise _bad("It is too long: paste one command.")
    found = _found(command)
    if '""' in command and _is_broken(found.data):
        doubled = _found(command, doubled=True)
        found = found if _is_broken(doubled.data) else doubled
    if not found.url:
        raise _bad("It has no address.")
    if "://" not in found.url:
        found.url = f"https://{found.url}"
        found.notes.append("The address had no scheme; https:// was put before it.")
    try:
        _ = urlsplit(found.url).port
    except ValueError:
        raise _bad("Its address can't be read.") from None
    return found


def _found(command: str, *, doubled: bool = False) -> Curl:
    try:
        pasted = curl_quotes.read(command, doubled=doubled)
    except ValueError:
        raise _bad("A quote is opened in it and not closed.") from None
    words = pasted.words
    if not words or words[0].rpartition("/")[2] not in ("curl", "curl.exe"):
        raise _bad("It does not begin with `curl`.")
    found = Curl(here=pasted.here, notes=[pasted.note] if pasted.note else [])
    _read_words(words[1:], found)
    return found


def _is_broken(data: list[str]) -> bool:
    """Tell whether what is sent begins as JSON does and is none."""
    return any(one.lstrip().startswith(("{", "[")) and not _is_json(one) for one in data)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _read_words(words: list[str], found: Curl) -> None:
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if not word.startswith("-") or word == "-":
            _option("url", word, found)
        elif word.startswith("--"):
            name, has_value, value = word[2:].partition("=")
            if name in _WITH_VALUE and not has_value:
                value = rest.pop() if rest else ""
            _option(name, value, found)
        else:
            _short(word[1:], rest, found)


def _short(letters: str, rest: list[str], found: Curl) -> None:
    """Read `-sSL`, `-XPOST`, `-H 'a: b'`."""
    for place, letter in enumerate(letters):
        name = _SHORT.get(letter, letter)
        if name in _WITH_VALUE:
            value = letters[place + 1 :] or (rest.pop() if rest else "")
            _option(name, value.removeprefix("=") if letters[place + 1 :] else value, found)
            return
        _option(name, "", found)


def _option(name: str, value: str, found: Curl) -> None:
    match name:
        case "url":
            if found.url:
                found.notes.append(f"A second address was left out: {value[:100]}")
            else:
                found.url = value
        case "request":
            found.method = value.upper()
        case "header":
            header, _, said = value.partition(":")
            found.headers.append((header.strip().rstrip(";"), said.strip()))
        case "data" | "data-raw" | "data-ascii" | "data-binary" | "json":
            _data(name, value, found)
        case "data-urlencode":
            start, mark, end = value.partition("=")
            found.data.append(f"{start}={quote(end, safe='')}" if mark else quote(value, safe=""))
        case "form" | "form-string":
            key, _, said = value.partition("=")
            found.form.append((key, said))
        case _:
            _other(name, value, found)


def _data(name: str, value: str, found: Curl) -> None:
    if value == "@-" and name != "data-raw" and found.here is not None:
        value = found.here
    if value.startswith("@") and name != "data-raw":
        found.notes.append(f"The command sends the file {value[1:101]!r}, which is not seen here: paste its content.")
        return
    found.is_json = found.is_json or name == "json"
    found.data.append(value)


def _other(name: str, value: str, found: Curl) -> None:
    match name:
        case "user":
            found.user = value
        case "get":
            found.is_get = True
        case "user-agent" | "referer" | "cookie":
            header = {"user-agent": "User-Agent", "referer": "Referer", "cookie": "Cookie"}[name]
            found.headers.append((header, value))
        case "oauth2-bearer":
            found.headers.append(("Authorization", f"Bearer {value}"))
        case "insecure" | "k":
            found.notes.append("The command does not check the server's certificate; here it is always checked.")
        case "location" | "L":
            found.notes.append("The command follows redirects; here none are followed: give the last address.")
        case _ if name in _WITH_VALUE and name not in _NOT_OURS:
            found.notes.append(f"--{name} has no counterpart here and was left out.")
        case _:
            pass


def pairs(text: str) -> list[tuple[str, str]]:
    """Return the pairs of a form as curl sends it; a text without any is none."""
    return parse_qsl(text, keep_blank_values=True) if "=" in unquote_plus(text) else []


def _bad(why: str) -> InvalidInput:
    message = f"This is no command for curl that can be read. {why}"
    return InvalidInput("bad_curl", message, faults=[Fault(_FIELD, "bad_curl", message)])
