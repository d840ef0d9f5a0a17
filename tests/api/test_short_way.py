"""Ordinary requests of hot calls go a way of their own; nobody who looks at the wire could tell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from calling import Client, Served

BODY = json.dumps({"to": "+34600000118", "text": "Hello from Cablegram"}).encode()


class Wire:
    """A connection, by its bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
        self.reader = reader
        self.writer = writer
        self._key = key

    def request(self, *more: str, target: str = "/v1/messages", version: str = "1.1", body: bytes = BODY) -> bytes:
        """Write a request."""
        length = [] if any("chunked" in line for line in more) else [f"Content-Length: {len(body)}"]
        lines = [f"POST {target} HTTP/{version}", "Host: here", self._key, "Content-Type: application/json", *length]
        return "\r\n".join([*lines, *more, "", ""]).encode() + body

    async def answer(self) -> tuple[int, dict[str, str], dict[str, object]]:
        """Read an answer: status, headers, body."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(head[0].split()[1]), headers, json.loads(body)

    async def ask(self, *more: str, target: str = "/v1/messages", version: str = "1.1", body: bytes = BODY) -> int:
        """Ask, and return the status."""
        self.writer.write(self.request(*more, target=target, version=version, body=body))
        return (await self.answer())[0]


@pytest.fixture
async def wire(served: Served, customer: Client) -> AsyncIterator[Wire]:
    """Give a connection of a customer who is known already."""
    assert (await customer.send()).status == 202
    wire = await _connect(served, customer)
    yield wire
    wire.writer.close()
    await wire.writer.wait_closed()


async def _connect(served: Served, customer: Client) -> Wire:
    reader, writer = await asyncio.open_connection(*served.address.removeprefix("http://").split(":"))
    return Wire(reader, writer, f"Authorization: {customer.headers['Authorization']}")


async def test_both_ways_give_the_same_answers_with_the_same_headers(wire: Wire) -> None:
    wire.writer.write(wire.request())
    status, headers, body = await wire.answer()
    wire.writer.write(wire.request(target="/v1/messages?long=way"))
    other_status, other_headers, other_body = await wire.answer()
    assert (status, headers.keys(), body.keys()) == (other_status, other_headers.keys(), other_body.keys())
    for headers_of_one in (headers, other_headers):
        del headers_of_one["date"]
    assert headers == other_headers


async def test_a_request_in_pieces_is_one_request(wire: Wire) -> None:
    for byte in wire.request():
        wire.writer.write(bytes([byte]))
        await wire.writer.drain()
    assert (await wire.answer())[0] == 202
    assert await wire.ask() == 202


async def test_requests_sent_ahead_are_answered_in_their_order(wire: Wire) -> None:
    texts = [f"Message number {number}" for number in range(6)]
    bodies = [json.dumps({"to": "+34600000118", "text": text, "client_ref": text}).encode() for text in texts]
    wire.writer.write(b"".join(wire.request(body=body) for body in bodies))
    assert [(await wire.answer())[2]["client_ref"] for _ in texts] == texts
    assert await wire.ask() == 202


async def test_what_is_not_ordinary_is_answered_as_ever(wire: Wire) -> None:
    assert await wire.ask("Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)) == 202
    wire.writer.write(wire.request("Expect: 100-continue"))
    assert await wire.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (await wire.answer())[0] == 202
    assert await wire.ask(body=b"{") == 400
    assert await wire.ask(body=b"") == 400
    assert await wire.ask(target="/v1/messages/") == 202
    assert await wire.ask("Idempotency-Key: with space") == 400
    assert await wire.ask("Idempotency-Key: first") == await wire.ask("Idempotency-Key: first") == 202
    assert await wire.ask("Idempotency-Key: first", body=BODY.replace(b"Hello", b"Howdy")) == 422
    assert await wire.ask(target="/v1/nothing") == 404


async def test_a_request_of_two_lengths_is_refused(wire: Wire) -> None:
    wire.writer.write(wire.request("Transfer-Encoding: Chunked"))
    assert (await wire.reader.read(12)) == b"HTTP/1.1 400"


@pytest.mark.parametrize(("version", "more"), [("1.0", ()), ("1.1", ("Connection: close",))])
async def test_a_client_that_asks_once_is_told_that_the_connection_ends(
    wire: Wire, version: str, more: tuple[str, ...]
) -> None:
    wire.writer.write(wire.request(*more, version=version))
    status, headers, _ = await wire.answer()
    assert (status, headers["connection"]) == (202, "close")
    assert await wire.reader.read() == b""


async def test_what_a_client_handed_in_before_it_went_is_done(
    served: Served, wire: Wire, customer: Client, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as somebody:
        await somebody.execute("LOCK TABLE balance")  # so that the request has to wait
        wire.writer.write(wire.request())
        half = await _connect(served, customer)
        half.writer.write(half.request()[:-5])
        for one in (wire, half):
            await one.writer.drain()
            one.writer.close()
            await one.writer.wait_closed()
        waiting = asyncio.create_task(customer.send())
        await _until_somebody_waits(somebody)
        await somebody.rollback()
    assert (await waiting).status == 202
    assert len((await customer.get("/v1/messages")).json["items"]) == 3


async def test_a_connection_that_says_nothing_is_closed(served: Served, wire: Wire) -> None:
    protocol = _protocol(served, wire)
    protocol.timeout_keep_alive = 0.05
    assert await wire.ask() == 202
    protocol.timeout_keep_alive_handler()  # it looks for the first time, at once: too early, so it will look again
    assert not protocol.transport.is_closing()
    assert await wire.reader.read() == b""


async def test_the_end_waits_for_an_answer_and_says_that_it_is_the_last(
    served: Served, wire: Wire, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as somebody:
        await somebody.execute("LOCK TABLE balance")
        wire.writer.write(wire.request())
        await _until_somebody_waits(somebody)
        protocol = _protocol(served, wire)
        served.server.should_exit = True
        while protocol.cycle.keep_alive:
            await _until_somebody_waits(somebody)
        await somebody.rollback()
    status, headers, _ = await wire.answer()
    assert (status, headers["connection"]) == (202, "close")
    assert await wire.reader.read() == b""


def _protocol(served: Served, wire: Wire) -> Any:  # noqa: ANN401 - uvicorn has many kinds
    name = wire.writer.get_extra_info("sockname")
    everybody: set[Any] = set(served.server.server_state.connections)
    return next(one for one in everybody if one.client == name)


async def _until_somebody_waits(conn: psycopg.AsyncConnection) -> None:
    while not (await (await conn.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")).fetchall())[0][0]:
        pass
