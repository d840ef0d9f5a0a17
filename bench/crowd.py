"""Works that need a crowd: an urgent message beside a million others, and tables with millions of finished messages."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta

from bench import works
from bench.load import Sink, ask_regularly
from bench.machine import wait_for
from bench.ours import Ours
from bench.sink import SERIALS, Behavior
from bench.works import Row, cpu_of, faults, percentiles
from cablegram.cli.opening import run
from cablegram.kit.ids import ListId
from cablegram.messages.store import make_partitions
from cablegram.runtime import Runtime

_URGENT = SERIALS - 100_000  # serials of urgent messages begin here
_EVERY = 0.1
_MILLION = 1_000_000
_DAYS = 100  # each with a partition of its own

# A day's messages, each like the newest one that was delivered; their posting, counts and carrier's ids.
_FILL = """
WITH like_this AS (
    SELECT * FROM message WHERE state = 'delivered' AND segments = 1 ORDER BY id DESC LIMIT 1
), posted AS (
    INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after, note)
    SELECT uuidv7(), account_id, 0, now(), 'charge', {rows}, -price * {rows}, 0, 'benchmark' FROM like_this
    RETURNING id
), made AS (
    INSERT INTO message (id, account_id, connector_id, posting_id, price, accepted_at, claimed_at, submitted_at,
        finished_at, state, version, attempts, segments, class, encoding, country, src, dst, body)
    SELECT uuidv7(-ago), account_id, connector_id, posted.id, price, accepted_at - ago, claimed_at - ago,
        submitted_at - ago, finished_at - ago, state, version, attempts, segments, class, encoding, country, src, dst,
        body
    FROM like_this, posted, generate_series(1, {rows}), (SELECT interval '{days} days') AS day (ago)
    RETURNING id, account_id, connector_id, price
), counted AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount)
    SELECT now(), account_id, NULL, 'delivered', count(*), sum(price) FROM made GROUP BY account_id
)
INSERT INTO submission (connector_id, provider_id, message_id, part)
SELECT connector_id, 'old-' || id, id, 1 FROM made
"""


def mixed(ours: Ours, sink: Sink, list_id: ListId, *, people: int, name: str) -> Row:
    """One-time codes, ten a second, while a campaign runs: how long they take, and what the campaign loses by them."""
    sink.reset(Behavior(record_from=_URGENT))
    asked: dict[int, float] = {}
    is_over = threading.Event()
    urgent = threading.Thread(target=lambda: asked.update(asyncio.run(_codes(ours, is_over))))
    meter = ours.meter()
    began = time.monotonic()
    ours.start_campaign(list_id)
    urgent.start()
    wait_for(lambda: sink.stats()["submits"], lambda n: n >= people, "the campaign is at the carrier", patience=1800)
    is_over.set()
    urgent.join()
    ended = ours.wait_until_final(of_campaigns=True)  # codes go on for up to a second after it
    stats = sink.stats()
    p50, p95 = percentiles(asked, sink.times(), high=95)
    note = f"codes: p50 {p50} ms, p95 {p95} ms of {len(asked)}; {faults(stats, people + len(asked))}"
    return Row(name, "cablegram", people / (ended - began), cpu=cpu_of(meter, people), note=note)


async def _codes(ours: Ours, is_over: threading.Event) -> dict[int, float]:
    ask = works.asking(ours, "otp")
    asked: dict[int, float] = {}
    while not is_over.is_set():
        asked |= await ask_regularly(ask, first=_URGENT + len(asked), count=10, per_second=1 / _EVERY)
    return asked


def grow(ours: Ours, millions: int) -> float:
    """Put millions of finished messages of a hundred days into the tables; return the seconds it took."""
    began = time.monotonic()

    async def days(rt: Runtime) -> None:
        today = rt.clock.now().date()
        async with rt.db.transaction() as conn:
            await make_partitions(conn, [today - timedelta(days=n) for n in range(1, _DAYS + 1)])

    run(ours.system.settings, days, process="command", hot=False)
    for day in range(1, _DAYS + 1):
        ours.act(_FILL.format(rows=millions * _MILLION // _DAYS, days=day))
    ours.act("VACUUM (ANALYZE) message, submission")  # as autovacuum would have, in a hundred days
    return time.monotonic() - began
