"""A customer's server that takes webhooks, behind its own socket; and a courier that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from books import rows
from cablegram.accounts.access import Principal
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, making
from cablegram.webhooks.courier import Courier
from cablegram.webhooks.model import Endpoint, NewEndpoint

HERE = ("127.0.0.1",)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Call:
    """A request that came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        return msgspec.json.decode(self.body)


@dataclass
class Receiver:
    """Answers each request with what `answer` gives for it; b"" closes, None never answers."""

    port: int = 0
    calls: list[Call] = field(default_factory=list[Call])
    answer: Callable[[Call], bytes | None] = lambda _: OK
    under_way: int = 0
    most_under_way: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")[1:]
                pairs = [line.split(": ", 1) for line in lines if line]
                headers = {name.lower(): value for name, value in pairs}
                call = Call(headers, await reader.readexactly(int(headers.get("content-length", "0"))))
                self.calls.append(call)
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                answer = self.answer(call)
                if answer is None:
                    await reader.read()
                await asyncio.sleep(0)
                self.under_way -= 1
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """Write an answer."""
    lines = [f"HTTP/1.1 {code} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def receiver(answer: Callable[[Call], bytes | None] | None = None) -> AsyncGenerator[Receiver]:
    """Run a receiver."""
    made = Receiver()
    if answer:
        made.answer = answer
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def open_to_here(rt: Runtime) -> Runtime:
    """Return a runtime that may call this machine."""
    return replace(rt, settings=replace(rt.settings, allow_private_customers=HERE))


@asynccontextmanager
async def courier(rt: Runtime, *, patience: float = 5.0) -> AsyncGenerator[Courier]:
    """Give a courier that holds the lock of a worker."""
    async with rt.db.session() as conn:
        made = Courier(rt, patience=patience)
        await made.join(conn)
        try:
            yield made
        finally:
            await made.leave()
            await made.close()


async def carry(rt: Runtime, one: Courier) -> None:
    """Make what there is to make, and send until nothing is due."""
    while await making.make(rt):
        pass
    one.nudge()
    await one.step()
    while not one.is_idle:
        await one.wait()
        await one.step()


async def streams(rt: Runtime) -> int:
    """Count who listens without a server."""
    ((found,),) = await rows(rt, "SELECT count(*) FROM webhook_endpoint WHERE transport = 'stream'")
    return int(str(found))


async def endpoint(rt: Runtime, who: Principal, url: str, *, kinds: Sequence[str] = ("*",)) -> tuple[Endpoint, str]:
    """Make an endpoint."""
    return await endpoints.create(rt, who, NewEndpoint("Here", url, kinds))
