"""The short way of an ordinary request to a hot call: no task, no scope, no events; read, handed in, answered.

What uvicorn makes for each request (a task, a cycle of receiving and sending, a timer) costs 40 us, which is more than
the request itself. So whoever answers hot calls may admit a request when its headers are read, and then gets its body
in one piece. What is not ordinary goes the long way, uvicorn's, where all that can be wrong is found and said: other
calls, other versions of HTTP, bodies of no told length, clients that send the next request before they were answered
or don't read their answers.
"""

from __future__ import annotations

import asyncio
from asyncio import Future, TimerHandle, Transport
from collections.abc import Callable
from typing import Any, Protocol, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from cablegram.cli.joining import Joining

Headers = list[tuple[bytes, bytes]]


class Visit(Protocol):
    """A request that was admitted."""

    def hand_in(self, body: bytes) -> Future[Any] | None:
        """Take its body; None: it has to go the long way after all."""
        ...

    def answer(self, done: Future[Any]) -> tuple[int, Headers, bytes]:
        """Return status, headers and body, once that is done."""
        ...

    def leave(self) -> None:
        """Forget the request: it was answered, goes the long way, or its client went away in the middle of it."""
        ...


class ShortWay(Protocol):
    """Whoever answers hot calls."""

    def admit(self, method: bytes, target: bytes, headers: Headers) -> Visit | None:
        """Admit a request whose body is still to come, by its method, target and headers; None: it is not ordinary."""
        ...


class Exchange(RequestResponseCycle):
    """A request on the short way. To the protocol it is what a cycle is: the request that it is busy with."""

    # Only a cycle's task waits for it, and here is none.
    message_event = asyncio.Event()

    def __init__(self, protocol: ShortWayProtocol, visit: Visit, *, keep_alive: bool) -> None:
        self._protocol = protocol
        self.visit = visit
        self.keep_alive = keep_alive
        self.disconnected = False
        self.response_complete = False
        self.pieces: list[bytes] = []
        self.is_whole = False

    def finish(self, done: Future[Any]) -> None:
        """Write the answer, if there is still somebody to read it."""
        status, headers, body = self.visit.answer(done)
        self.visit.leave()
        self.response_complete = True
        if self.disconnected:
            return
        head = [STATUS_LINE[status]]
        for name, value in (*self._protocol.server_state.default_headers, *headers):
            head += (name, b": ", value, b"\r\n")
        closing = b"" if self.keep_alive else b"connection: close\r\n"
        head.append(b"content-length: %d\r\n%b\r\n%b" % (len(body), closing, body))
        self._protocol.joining.write_now(b"".join(head))
        if not self.keep_alive:
            self._protocol.transport.close()
        self._protocol.on_response_complete()


class ShortWayProtocol(HttpToolsProtocol):
    """A connection: uvicorn's, with the short way beside it, and one timer where uvicorn sets one a request."""

    # uvicorn lets it go with the connection, and has none before the first request.
    parser: Any
    cycle: Any

    def __init__(self, *, short: ShortWay | None, **given: Any) -> None:  # noqa: ANN401 - what uvicorn gives
        super().__init__(**given)
        self._short = short
        self._idle_since: float | None = None
        self._idle_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:
        """Take a connection."""
        self.joining = Joining(transport)
        super().connection_made(cast("Transport", self.joining))

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go, and a request of which only the beginning came."""
        if isinstance(self.cycle, Exchange) and not self.cycle.is_whole:
            self.cycle.visit.leave()
            self.cycle.response_complete = True
        if self._idle_timer:
            self._idle_timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to read a request; its scope is made where it is needed."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Admit a request to the short way, or let uvicorn have it."""
        visit = self._admit()
        if visit is None:
            self._go_the_long_way()
        else:
            self.cycle = Exchange(self, visit, keep_alive=self.parser.should_keep_alive())

    def _admit(self) -> Visit | None:
        is_ordinary = (
            (self.cycle is None or self.cycle.response_complete)
            and not self.expect_100_continue
            and not self.flow.write_paused
            and not self.parser.should_upgrade()
            and self.parser.get_http_version() == "1.1"
        )
        return (
            self._short.admit(self.parser.get_method(), self.url, self.headers) if self._short and is_ordinary else None
        )

    def _go_the_long_way(self) -> None:
        url, headers, expect_100_continue = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expect_100_continue
        self.headers.extend(headers)  # the scope has this list
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        if isinstance(self.cycle, Exchange):
            self.cycle.pieces.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Hand a request in that is there to its end."""
        exchange = self.cycle
        if not isinstance(exchange, Exchange):
            super().on_message_complete()
            return
        exchange.is_whole = True
        body = b"".join(exchange.pieces)
        done = exchange.visit.hand_in(body)
        if done is not None:
            done.add_done_callback(exchange.finish)
            return
        exchange.visit.leave()
        exchange.response_complete = True
        self._go_the_long_way()
        super().on_body(body)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request if it is there already, as uvicorn does; else wait for it, but not for ever."""
        if self.pipeline:
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._set_timer(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None  # something came; the timer will see it

    def _set_timer(self, seconds: float) -> None:
        self._idle_timer = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if nothing came for as long as it may be idle, else look again when that could be."""
        idle_for = 0.0 if self._idle_since is None else self.loop.time() - self._idle_since
        if idle_for >= self.timeout_keep_alive:
            super().timeout_keep_alive_handler()
        else:
            self._set_timer(self.timeout_keep_alive - idle_for)


def protocol(short: ShortWay | None) -> type[asyncio.Protocol]:
    """Return what makes the protocol of each connection, as uvicorn's `http`."""

    def make(**given: Any) -> asyncio.Protocol:  # noqa: ANN401 - what uvicorn gives
        return ShortWayProtocol(short=short, **given)

    # uvicorn calls it and does nothing else with it.
    return cast("type[asyncio.Protocol]", cast("Callable[..., asyncio.Protocol]", make))
