"""Look at addresses that customers give, without being led into our own house (SSRF).

Only http and https, only ordinary ports, only addresses of the open internet. What counts is the address that a
socket is about to connect to, whatever a name resolved to a moment ago; and of a redirection the same is asked again.
Little is read, in little time, and nothing of ours goes along: no cookie, no proxy, no login.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp

from cablegram.kit.errors import Refused
from cablegram.kit.public_address import is_loopback, is_public

LONGEST = 2_000  # characters of an address
_MOST_HOPS = 4  # the address itself, and three redirections
_PATIENCE = 5.0  # seconds for all of it
_PIECE = 1 << 16
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_WITHOUT_HEAD = frozenset({400, 403, 404, 405, 406, 500, 501})  # of servers that give a GET what they deny a HEAD
_SHOWN = re.compile(r"[\x21-\x7e]+")
_ALL_OF = re.compile(r"bytes \d+-\d+/(\d+)")
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Cablegram"}


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at an address: its media type in lower case, "" where none is told, and how many bytes it has.

    `size` is more than the most that was asked for where it is that, and not known exactly.
    """

    media_type: str
    size: int


class _Closed(OSError):
    """The address that a socket was to connect to is not one of the open internet.

    Each says the same: of a name with several such addresses, the first is told then.
    """


class Outbound:
    """Looks at addresses. `allow_loopback` is for tests, where nothing may leave the machine."""

    def __init__(self, *, allow_loopback: bool = False, patience: float = _PATIENCE) -> None:
        self._allow_loopback = allow_loopback
        self._patience = patience

    async def look(self, url: str, *, most: int) -> Found:
        """Return what stands at an address, reading `most` bytes of it at most, and none where its size is told.

        Raises Refused: `address_invalid`, `address_not_public`, `address_unreachable`.
        """
        try:
            async with asyncio.timeout(self._patience), self._session() as session:
                return await self._follow(session, url, most)
        except TimeoutError:
            raise _unreachable(url, f"it gave no answer within {self._patience:g} seconds") from None
        except aiohttp.ClientError as error:
            if _is_closed(error):
                message = f"{_host(url)} is no address of the open internet, and only those are fetched."
                raise Refused("address_not_public", message) from None
            raise _unreachable(url, str(error) or type(error).__name__) from None

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=1, use_dns_cache=False, socket_factory=self._socket)
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=_HEADERS, auto_decompress=False
        )

    def _socket(self, address: tuple[Any, Any, Any, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, where = address
        host = str(where[0])
        if not is_public(host) and not (self._allow_loopback and is_loopback(host)):
            raise _Closed("closed")
        return socket.socket(family, kind, protocol)

    async def _follow(self, session: aiohttp.ClientSession, url: str, most: int) -> Found:
        for _ in range(_MOST_HOPS):
            self._check(url)
            answer = await self._ask(session, url, most)
            if isinstance(answer, Found):
                return answer
            url = urljoin(url, answer)
        raise _unreachable(url, "it leads from one address to the next without end")

    def _check(self, url: str) -> None:
        """Raise Refused (`address_invalid`) for what is not plainly an address of the web."""
        parts = _split(url)
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            raise _invalid("It must be an address of the web, such as https://example.com/picture.jpg.")
        if len(url) > LONGEST:
            raise _invalid(f"It has {len(url):,} characters; {LONGEST:,} are the most.")
        if parts.username is not None or parts.password is not None:
            raise _invalid("It names a login; whoever fetches it must be able to do so without one.")
        port = parts.port
        if port is not None and port not in (80, 443) and port < 1024:
            raise _invalid(f"It names port {port}; of the ports under 1024 only 80 and 443 can be fetched from.")

    async def _ask(self, session: aiohttp.ClientSession, url: str, most: int) -> Found | str:
        """Return what stands there, or where it leads to."""
        async with session.head(url, allow_redirects=False) as answer:
            if answer.status in _REDIRECTIONS:
                return _leads_to(url, answer.headers)
            size = answer.headers.get("Content-Length", "")
            if answer.status < 300 and size.strip("0").isdecimal() and "Content-Type" in answer.headers:
                return Found(answer.content_type, int(size))
            if answer.status >= 300 and answer.status not in _WITHOUT_HEAD:
                raise _unreachable(url, f"it answers {answer.status}")
        return await self._get(session, url, most)

    async def _get(self, session: aiohttp.ClientSession, url: str, most: int) -> Found | str:
        async with session.get(url, allow_redirects=False, headers={"Range": "bytes=0-0"}) as answer:
            if answer.status in _REDIRECTIONS:
                return _leads_to(url, answer.headers)
            if answer.status not in {200, 206}:
                raise _unreachable(url, f"it answers {answer.status}")
            media_type = answer.content_type if "Content-Type" in answer.headers else ""
            if answer.status == 206 and (whole := _ALL_OF.fullmatch(answer.headers.get("Content-Range", ""))):
                return Found(media_type, int(whole[1]))
            size = answer.headers.get("Content-Length", "")
            if answer.status == 200 and size.isdecimal():
                return Found(media_type, int(size))
            return Found(media_type, await _count(answer, most))


async def _count(answer: aiohttp.ClientResponse, most: int) -> int:
    size = 0
    while size <= most and (piece := await answer.content.read(_PIECE)):
        size += len(piece)
    return size


def _leads_to(url: str, headers: Mapping[str, str]) -> str:
    where = headers.get("Location", "")
    if not where:
        raise _unreachable(url, "it leads elsewhere and does not say where")
    return where


def _split(url: str) -> SplitResult | None:
    """Return an address in its parts; None for one that has none, or a port that is no number."""
    if not _SHOWN.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _host(url: str) -> str:
    parts = _split(url)
    return (parts.hostname if parts else None) or "That"


def _is_closed(error: BaseException) -> bool:
    """Tell whether a socket was refused somewhere behind an error: of several addresses each has its own."""
    behind = [error.__cause__, error.__context__, getattr(error, "os_error", None)]
    return isinstance(error, _Closed) or any(_is_closed(one) for one in behind if one is not None)


def _invalid(message: str) -> Refused:
    return Refused("address_invalid", message)


def _unreachable(url: str, why: str) -> Refused:
    return Refused("address_unreachable", f"{url[:200]} can't be fetched: {why}.")
