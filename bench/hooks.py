"""What webhooks cost: deliveries a second to a receiver in a process of its own, and a campaign that is listened to.

python -m bench.hooks              both works alone, on an installation of their own
python -m bench.hooks --receive 0  the receiver: prints its port, answers 200, and says how many it had when asked
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from bench.load import Sink, sink
from bench.machine import process, wait_for
from bench.ours import Ours, ours
from bench.works import Row, campaign, cpu_of
from cablegram.cli.opening import run
from cablegram.kit.ids import ListId
from cablegram.runtime import Runtime
from cablegram.webhooks import endpoints
from cablegram.webhooks.model import NewEndpoint

_TURNS = 3
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
# News as moves write it, of messages that are there: 500 of them in a row.
_NEWS = """
    INSERT INTO message_news (account_id, at, state, message_ids)
    SELECT account_id, now(), 'delivered', array_agg(id) FROM (
        SELECT account_id, id, (row_number() OVER (ORDER BY id) - 1) / 500 AS piece FROM message LIMIT {count}
    ) AS piece_of GROUP BY account_id, piece
"""


class _Receiver(asyncio.Protocol):
    """Answers each POST with 200; a GET with how many there were."""

    heard = 0

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._rest += data
        while (end := self._rest.find(_END)) >= 0:
            head = self._rest[:end].lower()
            if head.startswith(b"get"):
                said = str(_Receiver.heard).encode()
                self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))
                self._rest = self._rest[end + 4 :]
                continue
            at = head.find(_LENGTH)
            size = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._rest) < end + 4 + size:
                return
            self._rest = self._rest[end + 4 + size :]
            _Receiver.heard += 1
            self._transport.write(_OK)


async def _receive(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Receiver, "127.0.0.1", port)
    print(f"receiver: {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


@contextmanager
def _receiving(folder: Path) -> Generator[str]:
    """Run a receiver for a block; yields its address."""
    command = [sys.executable, "-m", "bench.hooks", "--receive", "0"]
    with process(command, log=folder / "receiver.log") as running:
        if running.stdout is None:
            raise TimeoutError("the receiver did not start")
        yield f"http://127.0.0.1:{running.stdout.readline().split()[1]}"


def _heard(url: str) -> int:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own receiver on loopback
        return int(answer.read())


def _listen(product: Ours, url: str, *, many: int = 1, kinds: str = "message.*") -> None:
    async def act(rt: Runtime) -> None:
        for n in range(many):
            await endpoints.create(rt, product.who, NewEndpoint(f"Bench {n}", f"{url}/{n}", [kinds]))

    run(product.system.settings, act, process="command", hot=False)


def _forget(product: Ours) -> None:
    async def act(rt: Runtime) -> None:
        for one in await endpoints.all_of(rt, product.who):
            await endpoints.delete(rt, product.who, one.id)

    run(product.system.settings, act, process="command", hot=False)


def deliveries(product: Ours, folder: Path, *, count: int, many: int = 1) -> Row:
    """News of as many messages, made into deliveries and taken by a receiver; `many` endpoints share the count."""
    with _receiving(folder) as url:
        _listen(product, url, many=many)
        meter = product.meter()
        began = time.monotonic()
        product.act(_NEWS.format(count=count // many))
        wait_for(lambda: _heard(url), lambda n: n >= count, f"{count} deliveries are taken", patience=600)
        took = time.monotonic() - began
        cpu = cpu_of(meter, count)
        wait_for(lambda: product.sql("SELECT count(*) FROM webhook_queue"), lambda rows: rows == [(0,)], "written down")
        twice = _heard(url) - count
        _forget(product)
    return Row(f"webhooks, {many} endpoints", "cablegram", count / took, cpu=cpu, note=f"{twice} twice")


def listened(
    product: Ours, carrier: Sink, folder: Path, people: ListId, *, count: int, turns: int = _TURNS
) -> Iterator[Row]:
    """A campaign, in turn without anybody who listens and with an endpoint that hears of every last state."""
    for _ in range(turns):
        yield campaign(product, carrier, people, people=count, name="campaign, nobody listens")
        with _receiving(folder) as url:
            _listen(product, url, kinds="message.delivered")
            row = campaign(product, carrier, people, people=count, name="campaign, listened to")
            heard = _heard(url)
            wait_for(lambda: _heard(url), lambda n: n >= count, "all is told", patience=600)
            yield Row(row.work, row.product, row.rate, cpu=row.cpu, note=f"{heard} told by its end; {row.note}")
            _forget(product)


def main() -> None:
    """Run them alone."""
    parser = argparse.ArgumentParser(prog="bench.hooks")
    parser.add_argument("--receive", type=int, help="be the receiver, on this port (0: any)")
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--turns", type=int, default=_TURNS, help="of the campaign")
    asked = parser.parse_args()
    if asked.receive is not None:
        asyncio.run(_receive(asked.receive))
        return
    with tempfile.TemporaryDirectory(prefix="cablegram-bench-") as name, sink(Path(name)) as carrier:
        folder = Path(name)
        with ours(folder / "hooks", carrier, window=500, allowed=("127.0.0.1",)) as product:
            people = product.make_list(asked.count)
            for row in listened(product, carrier, folder, people, count=asked.count, turns=asked.turns):
                print(row, flush=True)
            for many in (1, 20):
                print(deliveries(product, folder, count=asked.count, many=many), flush=True)
        shutil.rmtree(folder / "hooks")


if __name__ == "__main__":
    main()
