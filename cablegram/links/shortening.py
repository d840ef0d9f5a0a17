"""Put codes in the place of links in a text, and say which links it can't be done with. Pure.

Codes come from the caller: fresh ones where a text is sent, the same one for all where it is only weighed. Both are as
long, so that a text has as many segments in a forecast as in the ledger. A link leads to exactly what the text said:
letters that no address may have are written as RFC 3987, section 3.1, says, and nothing else about it is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, urlsplit

from cablegram.kit.errors import Fault
from cablegram.kit.public_address import leads_home
from cablegram.links.model import LEAVE, LENGTH, LINK, LONGEST_URL, MOST_LINKS, Placed

# Where a link ends nobody can say for sure: no white space, no quotes, no brackets that open; what ends a sentence does
# not belong to it, nor does a bracket that closes one which stands before it.
_LINK = re.compile(r"\bhttps?://[^\s<>\"“”«»\x00-\x20\x7f]+", re.IGNORECASE)
_ENDS = ".,;:!?'’…*_"
_CLOSING = {")": "(", "]": "[", "}": "{"}
_BEGIN = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9%/?#\[\]@!$&'()*+,;=:~._-]*")
_DECEIVES = "a name before @, or a backslash, makes an address look like another's"
_KEPT = "%/?#[]@!$&'()*+,;=:~-._"  # reserved and unreserved characters of RFC 3986, and what is written with them


@dataclass(slots=True)
class Shortened:
    """A text with codes in it, and what they lead to."""

    text: str
    placed: list[Placed] = field(default_factory=list[Placed])


@dataclass(frozen=True, slots=True)
class Shortener:
    """`base` is the address under which codes are found, as `https://sms.example.com`; `codes` never end."""

    base: str
    codes: Iterator[str]

    @property
    def length(self) -> int:
        """Return how many characters each short link takes."""
        return len(self.base) + len(LINK) + LENGTH + 2

    def shorten(self, text: str) -> Shortened | Fault:
        """Replace each link by one with a code, the same for a link that stands there twice; or say what is wrong.

        Faults: `bad_link`, `link_too_long`, `too_many_links`. What leads to our own pages already stays.
        """
        if "://" not in text:
            return Shortened(text)
        own = _own(self.base)
        made: dict[str, Placed] = {}
        pieces: list[str] = []
        last = 0
        for start, written in _links(text):
            if written.lower().startswith(own):
                continue
            url = read(written)
            if isinstance(url, Fault):
                return url
            if url not in made:
                made[url] = Placed(next(self.codes), url)
            pieces += (text[last:start], f"{self.base}/{LINK}/{made[url].code}")
            last = start + len(written)
        if len(made) > MOST_LINKS:
            message = f"A text has {MOST_LINKS} different links at most where they are shortened; this has {len(made)}."
            return Fault("text", "too_many_links", message)
        return Shortened("".join([*pieces, text[last:]]), list(made.values()))

    def leave(self) -> tuple[str, Placed]:
        """Return the address of a page to unsubscribe, and its code."""
        placed = Placed(next(self.codes), None)
        return f"{self.base}/{LEAVE}/{placed.code}", placed


@lru_cache(maxsize=10)
def _own(base: str) -> tuple[str, ...]:
    return tuple(f"{base}/{place}/".lower() for place in (LINK, LEAVE))


def links_of(template: str) -> list[str]:
    """Return the links of a template that are the same for everybody: those without a variable in them."""
    return [link for _, link in _links(template) if "{" not in link]


def _links(text: str) -> Iterator[tuple[int, str]]:
    for found in _LINK.finditer(text):
        yield found.start(), _ended(found.group())


def _ended(link: str) -> str:
    while link[-1] in _ENDS or (link[-1] in _CLOSING and link.count(_CLOSING[link[-1]]) < link.count(link[-1])):
        link = link[:-1]
    return link


def read(written: str) -> str | Fault:
    """Return the address that a link names, in ASCII, or what stands against leading anybody there.

    No name before an @, which makes one address look like another's; no host that phones can't reach.
    """
    begin = _BEGIN.match(written)
    if begin is None:
        return _bad(written, "only addresses that begin with http:// or https:// can be shortened")
    found = _place(begin[1].lower(), begin[2])
    if not found[0]:
        return _bad(written, found[1])
    rest = written[begin.end() :]
    if "\\" in rest:
        return _bad(written, _DECEIVES)
    url = f"{found[0]}{rest if _PLAIN.fullmatch(rest) else quote(rest, safe=_KEPT)}"
    if len(url) > LONGEST_URL:
        message = f"A link has {LONGEST_URL:,} characters at most; one of this text has {len(url):,}."
        return Fault("text", "link_too_long", message)
    return url


@lru_cache(maxsize=1_000)
def _place(scheme: str, netloc: str) -> tuple[str, str]:
    """Return scheme and host of an address in ASCII, or nothing, and why: a campaign asks it of the same few."""
    if "@" in netloc or "\\" in netloc:
        return "", _DECEIVES
    try:
        parts = urlsplit(f"{scheme}://{netloc}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", "that is no address of the web"
    name = _host(host)
    if name is None or leads_home(name):
        return "", "phones can't reach that host: it has to be one of the open internet"
    return f"{scheme}://{name}:{port}" if port is not None else f"{scheme}://{name}", ""


def _host(host: str) -> str | None:
    """Return a host in ASCII; None where it is none."""
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("idna").decode("ascii") or None
    except UnicodeError:
        return None


def _bad(written: str, why: str) -> Fault:
    shown = written if len(written) <= 60 else f"{written[:59]}…"
    message = f"The link {shown} can't be shortened: {why}. Correct it, or send without shortening."
    return Fault("text", "bad_link", message)
