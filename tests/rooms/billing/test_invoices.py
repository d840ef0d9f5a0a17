"""A carrier's invoice with planted errors is answered with exactly those."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing, invoices
from cablegram.billing.invoice_model import NewInvoice
from cablegram.billing.version_model import NewVersion
from cablegram.jobs import files, find
from cablegram.jobs.model import Job, JobState
from cablegram.jobs.run import Runner, Say
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

ANN = operator("Ann")
SENT = """
INSERT INTO message (id, account_id, connector_id, posting_id, price, accepted_at, submitted_at, state, segments, class,
    encoding, country, src, dst, body, provider_id)
SELECT (lpad(to_hex((extract(epoch FROM %s::timestamptz) * 1000)::bigint), 12, '0') || '7000' || '8000'
        || lpad(to_hex(n), 12, '0'))::uuid, %s, %s, gen_random_uuid(), 1000000, %s,
    %s::timestamptz + n * interval '10 ms', 'delivered', 1, 'marketing', 'gsm0338', 'ES', 'Tests',
    '3460' || lpad(n::text, 7, '0'), 'Hello', to_hex(n + 4096)
FROM generate_series(1, %s) AS n RETURNING 1
"""


async def file(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


@pytest.mark.req("R18")
async def test_three_planted_errors_are_answered_with_exactly_those(rt: Runtime, who: Principal) -> None:
    connector = await make.simulated_connector(rt)
    new = NewVersion(connector_id=connector.id, currency="EUR")
    await importing.import_csv(rt, ANN, b"prefix,country,name,price\n34,ES,Spain,0.01\n", new=new)
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        await conn.execute("CREATE TABLE message_of_tests PARTITION OF message DEFAULT")
    await rows(rt, SENT, now, who.account_id, connector.id, now, now, 2_000)
    lines = [
        f"{n + 4096:08x},+3460{n:07d},{(now + timedelta(milliseconds=10 * n)).isoformat()},1,0.01"
        for n in range(1, 2_001)
    ]
    lines[499] = lines[499].removesuffix("0.01") + "0.012"
    lines[999] = lines[998]  # one is billed twice, and another not at all: two differences of one wrong line
    lines.append("ffffffff,+34609999999,2026-01-15T12:00:01+00:00,1,0.01")

    made = await invoices.compare(
        rt, ANN, file("id,to,time,parts,price\n" + "\n".join(lines)), NewInvoice(connector.id, "May")
    )

    found = await invoices.differences(rt, ANN, made.id)
    assert [(one.kind.value, one.line, one.number) for one in found] == [
        ("price", 501, "34600000500"),
        ("doubled", 1001, "34600000999"),
        ("missing_here", 2002, "34609999999"),
        ("missing_there", None, "34600001000"),
    ]
    assert (made.lines, made.matched, made.differences) == (2_001, 1_998, 4)
    assert (made.invoiced, made.expected, made.currency) == (20_012_000, 20_000_000, "EUR")
    assert await invoices.page(rt, ANN) == [made]
    assert await invoices.get(rt, ANN, made.id) == made


async def test_an_invoice_that_says_nothing_of_its_time_needs_one(rt: Runtime, who: Principal) -> None:
    new = NewInvoice(ConnectorId(uuid7()), "May")
    with pytest.raises(InvalidInput) as caught:
        await invoices.compare(rt, ANN, file("id\na\n"), new)
    assert caught.value.code == "bad_span"
    with pytest.raises(NotAllowed):
        await invoices.page(rt, who)
    with pytest.raises(NotFound):
        await invoices.get(rt, ANN, UUID(int=1))


@pytest.mark.req("R97")
async def test_the_job_writes_what_came_of_an_invoice_once(rt: Runtime, who: Principal) -> None:
    boss = operator("Ann", who.account_id)
    connector = await make.simulated_connector(rt)
    text = "To,Sent at\n+34600000118,2026-01-15 09:30:00\n"
    for name, data in (("May", text), ("Broken", text + ",0001-01-01T00:00:00+05:00\n")):
        brought = await files.receive(rt, boss, file(data), name=f"{name}.csv", media_type="text/csv")
        await invoices.start(rt, boss, brought.id, NewInvoice(connector.id, name))
    runner = Runner(rt, {invoices.KIND: once_before})
    assert [await runner.step(1), await runner.step(1), await runner.step(1)] == [True, True, False]

    broken, done = await find.page(rt, boss, kind=invoices.KIND)
    (made,) = await invoices.page(rt, boss)
    assert done.state is JobState.FINISHED
    sums = {"lines": 1, "matched": 0, "differences": 1, "invoiced": 0, "expected": 0, "currency": ""}
    assert done.result == {"invoice_id": str(made.id), **sums}
    assert (broken.state, broken.error and broken.error.code) == (JobState.FAILED, "bad_invoice")


class CutOff(Say):
    """Ends the job, and is gone before that is committed."""

    async def finish(self, conn: Conn, result: dict[str, Any]) -> None:
        await super().finish(conn, result)
        raise Unavailable("cut_off", "The worker is gone.")


async def once_before(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Do the job after a worker that was cut off just before its end."""
    with suppress(Unavailable):
        await invoices.do(rt, job, CutOff(rt, job))
    return await invoices.do(rt, job, say)
