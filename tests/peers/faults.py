"""A wire that misbehaves: a TCP proxy that dribbles, delays, resets, swallows and closes by halves, when told to."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_LINGER_NOT = struct.pack("ii", 1, 0)  # close() sends a reset
_AT_ONCE = 65536


@dataclass
class Wire:
    """How bytes travel now; a change holds for living connections too."""

    piece: int = _AT_ONCE  # bytes that go at a time
    delay: float = 0.0  # seconds that each piece takes
    resets: list[int] = field(default_factory=list[int])  # after so many bytes connections are reset, one after another
    flows: asyncio.Event = field(default_factory=asyncio.Event)  # cleared: all is swallowed up to now, nothing arrives
    answers: asyncio.Event = field(default_factory=asyncio.Event)  # cleared: the same, of what the far end says


class Connection:
    """One connection through the proxy."""

    def __init__(self, near: tuple[asyncio.StreamReader, asyncio.StreamWriter], far: asyncio.StreamWriter) -> None:
        self.near_reader, self.near = near
        self.far = far
        self.left: int | None = None

    def reset(self) -> None:
        """Break it off at both ends, without a good-bye."""
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                raw = end.get_extra_info("socket")
                if raw.family != socket.AF_UNIX:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            end.transport.abort()


class Proxy:
    """Stands before a server on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.wire = Wire()
        self.wire.flows.set()
        self.wire.answers.set()
        self.connections: list[Connection] = []
        self.carried = 0

    def cut(self) -> None:
        """Reset every connection."""
        for one in self.connections:
            one.reset()

    def half_close(self) -> None:
        """Say to the near ends that nothing more will come; what they send still arrives."""
        for one in self.connections:
            if one.near.can_write_eof() and not one.near.transport.is_closing():
                one.near.write_eof()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: Connection) -> None:
        """Carry bytes one way until somebody hangs up."""
        with contextlib.suppress(OSError):
            while data := await reader.read(self.wire.piece):
                if self.wire.delay:
                    await asyncio.sleep(self.wire.delay)
                await self.wire.flows.wait()
                if writer is one.near:
                    await self.wire.answers.wait()
                if one.left is not None and len(data) >= one.left:
                    writer.write(data[: one.left])
                    one.reset()
                    return
                if one.left is not None:
                    one.left -= len(data)
                self.carried += len(data)
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof() and not writer.transport.is_closing():
                writer.write_eof()


@asynccontextmanager
async def faulty(port: int = 0, *, host: str = "127.0.0.1", path: str = "") -> AsyncGenerator[Proxy]:
    """Run a proxy before a port of this machine, or before a Unix socket."""

    async def meet(near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            opened = asyncio.open_unix_connection(path) if path else asyncio.open_connection(host, port)
            far_reader, far = await opened
        except OSError:
            near.transport.abort()
            return
        one = Connection((near_reader, near), far)
        one.left = proxy.wire.resets.pop(0) if proxy.wire.resets else None
        proxy.connections.append(one)
        await asyncio.gather(proxy.carry(near_reader, far, one), proxy.carry(far_reader, near, one))
        near.close()
        far.close()
        proxy.connections.remove(one)

    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(meet(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    proxy = Proxy(server.sockets[0].getsockname()[1])
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def faulty_database(url: str) -> AsyncGenerator[tuple[Proxy, str]]:
    """Run a proxy before a PostgreSQL; yields it and the address that leads through it."""
    where = conninfo_to_dict(url)
    host, port = str(where.get("host") or "127.0.0.1"), int(where.get("port") or 5432)
    path = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else ""
    async with faulty(port, host=host, path=path) as proxy:
        yield proxy, make_conninfo(url, host="127.0.0.1", port=proxy.port, sslmode="disable", gssencmode="disable")


def lengths(seed: int, count: int, *, most: int) -> list[int]:
    """Return where connections break, for a seed."""
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    return [chance.randrange(20, most) for _ in range(count)]
