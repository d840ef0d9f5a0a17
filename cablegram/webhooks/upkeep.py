"""Forget what is old: events with their attempts, streams that nobody listens to, secrets that sign nothing."""

from __future__ import annotations

from datetime import timedelta

from cablegram.kit.ids import lowest_at
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, log_store, store, streaming

_AT_ONCE = 5_000
_PULSES = timedelta(days=90)


async def forget(rt: Runtime) -> None:
    """Forget what is older than the installation keeps (`CABLEGRAM_WEBHOOK_DAYS`)."""
    now = rt.clock.now()
    before = lowest_at(now - timedelta(days=rt.settings.webhook_days))
    while True:
        async with rt.db.transaction() as conn:
            if await log_store.forget_events(conn, before, limit=_AT_ONCE) < _AT_ONCE:
                break
    async with rt.db.transaction() as conn:
        await log_store.forget_pulses(conn, now - _PULSES)
        await store.drop_old_secrets(conn, now)
        silent = await store.silent_streams(conn, now - streaming.SILENT_AFTER)
    for account_id, endpoint_id in silent:
        async with rt.db.transaction() as conn:
            await store.lock_account(conn, account_id)
            await endpoints.remove(conn, account_id, endpoint_id)
