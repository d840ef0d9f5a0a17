"""Call providers' APIs: one pool of connections for each connector, kept alive, and never into our own house (SSRF).

What counts is the address that a socket is about to connect to, whatever a name resolved to a moment ago. Redirects
are not followed, nothing is sent a second time by itself, and of an answer no more is read than was asked for. Whoever
calls learns whether a byte of the request may have left: that decides whether a message may be sent again.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client_reqrep import ClientRequest
from yarl import URL

from cablegram.runtime import guard
from cablegram.runtime.failpoints import reach

CONNECT_SECONDS = 10.0
_KEPT_ALIVE = 4.0  # seconds that a connection may rest: less than servers give it, of which some close after five
_PIECE = 1 << 16
_asked: ContextVar[str] = ContextVar("_asked", default="")  # the host of the call at hand: no redirect changes it
_OWN = {"User-Agent": "Cablegram", "Accept": "*/*"}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: names of headers in lower case, the body as far as it was read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool


class Unsent(Exception):
    """Not a byte of the request left this machine."""


class Unanswered(Exception):
    """The request may have arrived, and no whole answer came."""


class Caller:
    """Calls the hosts of one connector, at most `limit` at the same time. Open it inside a running loop.

    `unpacks`: whether answers that come compressed are unpacked; where nobody wants to read them, that is only work.
    """

    def __init__(self, *, limit: int, allowed: Collection[str] = (), unpacks: bool = True) -> None:
        self._allowed = tuple(allowed)
        connector = aiohttp.TCPConnector(
            limit=limit,
            resolver=aiohttp.ThreadedResolver(),
            use_dns_cache=False,
            keepalive_timeout=_KEPT_ALIVE,
            socket_factory=self._socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_OWN,
            request_class=_Request,
            auto_decompress=unpacks,
            middlewares=(_without_repetition,),
        )

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        seconds: float,
        most: int,
    ) -> Answered:
        """Return the answer, whatever its status, reading `most` bytes of it at most.

        `seconds` may pass without a byte of it; all of it may take twice as long, beside what connecting takes. Raises
        Unsent, Unanswered.
        """
        total = CONNECT_SECONDS + 2 * seconds
        timeout = aiohttp.ClientTimeout(total=total, connect=CONNECT_SECONDS, sock_read=seconds)
        try:
            # Encoded once already: whoever made the address knows what stands in it.
            target = URL(url, encoded=True)
            _asked.set(target.host or "")
            async with self._session.request(
                method,
                target,
                headers=list(headers),
                data=body or None,
                allow_redirects=False,
                timeout=timeout,
            ) as answer:
                found, is_cut = await _read(answer, most)
                return Answered(
                    answer.status, {name.lower(): said for name, said in answer.headers.items()}, found, is_cut
                )
        except _Begun as error:
            raise Unanswered(_words(error.__cause__ or error)) from error
        except aiohttp.ConnectionTimeoutError as error:
            raise Unsent("no connection in time") from error
        except (aiohttp.ClientPayloadError, TimeoutError) as error:
            raise Unanswered(_words(error)) from error
        except (aiohttp.ClientError, ValueError, OSError) as error:  # ValueError: what can be no address
            raise Unsent(_words(error)) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    def _socket(self, address: tuple[Any, Any, Any, str, tuple[Any, ...]]) -> socket.socket:
        """Make a socket for an address that the host of the call at hand was found at. Raises Closed."""
        family, kind, protocol, _, where = address
        guard.check(str(where[0]), self._allowed, name=_asked.get())
        return socket.socket(family, kind, protocol)


class _Begun(Exception):
    """Something went wrong after the first byte of a request may have left."""


async def _without_repetition(request: ClientRequest, send: Any) -> aiohttp.ClientResponse:  # noqa: ANN401 - aiohttp's
    """Keep aiohttp from sending a GET again over a fresh connection, and tell what was begun from what was not."""
    try:
        return await send(request)
    except (aiohttp.ClientError, OSError) as error:
        if cast("_Request", request).is_begun:
            raise _Begun from error
        raise


class _Request(ClientRequest):
    """A request that knows whether its first byte may have left."""

    is_begun = False

    async def send(self, conn: Any) -> aiohttp.ClientResponse:  # noqa: ANN401 - aiohttp's
        """Begin to write."""
        self.is_begun = True
        response = await super().send(conn)
        if not self.body:
            _written()
        return response

    async def write_bytes(self, writer: AbstractStreamWriter, conn: Any, content_length: int | None = None) -> None:  # noqa: ANN401 - aiohttp's
        """Write the body, and with it what stands before it."""
        await super().write_bytes(writer, conn, content_length)
        _written()


def _written() -> None:
    reach("http.written")


async def _read(answer: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    size = 0
    while size <= most and (piece := await answer.content.read(_PIECE)):
        pieces.append(piece)
        size += len(piece)
    if size > most:
        answer.close()  # what it still says would stand before the next answer on this connection
    body = b"".join(pieces)
    return body[:most], size > most


def _words(error: BaseException) -> str:
    """Say what went wrong, for people."""
    if isinstance(behind := getattr(error, "os_error", None), guard.Closed):
        return str(behind)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed before an answer"
    return str(error) or type(error).__name__
