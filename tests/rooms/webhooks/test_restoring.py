"""After a restore the numbers of events never go back, and every endpoint is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, restoring
from cablegram.webhooks.model import EndpointChange, NewEndpoint, Transport

SAID = """SELECT endpoint_id, sequence, kind, data::json->>'last_sequence' FROM webhook_event
    WHERE kind = 'webhook.restored' ORDER BY sequence"""


@pytest.mark.req("R152")
async def test_numbers_go_on_above_whatever_was_given_and_each_endpoint_hears_of_it(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    on, _ = await endpoints.create(rt, who, NewEndpoint("on", "https://a.example.com/", ["message.delivered"]))
    off, _ = await endpoints.create(rt, who, NewEndpoint("off", "https://b.example.com/"))
    await endpoints.change(rt, who, off.id, EndpointChange(is_enabled=False))
    stream, _ = await endpoints.create(
        rt, await make.account(rt), NewEndpoint("listen", kinds=["*"], transport=Transport.STREAM)
    )
    await endpoints.test(rt, who, on.id)
    assert await restoring.go_on(rt) == 2
    first = int(clock.now().timestamp() * 1_000_000) + 1
    said = await rows(rt, SAID)
    assert sorted(said) == sorted(
        [(on.id, first, "webhook.restored", "1"), (stream.id, first, "webhook.restored", "0")]
    )
    waiting = await rows(rt, "SELECT count(*) FROM webhook_queue WHERE endpoint_id = %s", on.id)
    assert waiting == [(2,)]
    # Once more, as after a second restore of the same file, or of one step that was repeated.
    assert await restoring.go_on(rt) == 0
    await rt_back(rt)
    clock.move(timedelta(seconds=1))
    assert await restoring.go_on(rt) == 2
    (_, again, _, _) = (await rows(rt, SAID))[-1]
    assert again == first + 1_000_000
    assert first < 2**53
    assert (await rows(rt, "SELECT sequence > 0 FROM webhook_line WHERE endpoint_id = %s", off.id)) == [(True,)]


async def rt_back(rt: Runtime) -> None:
    """Put the lines back to where a backup had them."""
    async with rt.db.transaction() as conn:
        await conn.execute("DELETE FROM webhook_event WHERE kind = 'webhook.restored'")
        await conn.execute("UPDATE webhook_line SET sequence = 1")
