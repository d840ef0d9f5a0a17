"""`cablegram work`: campaigns and housekeeping. Its work is found in the state of rows, so any number may run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from cablegram.audiences import deeds, engagement, exporting
from cablegram.billing import closing, invoices
from cablegram.billing.prices import Prices
from cablegram.campaigns import counting, from_file
from cablegram.campaigns.work import Worker
from cablegram.cli.again import again
from cablegram.cli.opening import HERE, Place, read_settings, run, with_database
from cablegram.cli.stopping import until_stopped
from cablegram.cli.work_mail import deliver, tell
from cablegram.connectors import exchanges
from cablegram.contacts import export_jobs, import_jobs
from cablegram.dispatch import sweep
from cablegram.inbound import upkeep as receiving
from cablegram.jobs import upkeep as job_keeping
from cablegram.jobs.run import Handler, Runner
from cablegram.links import reading as links
from cablegram.messages import barring_jobs, redact, tally, upkeep
from cablegram.overview import report
from cablegram.payments import asking, auto, cards, hooks, refunding
from cablegram.rentals import charging, fees
from cablegram.reports import adding, saved
from cablegram.routing import measure
from cablegram.runtime import Runtime
from cablegram.sms_services import reminding, subscribing
from cablegram.stores import posts
from cablegram.stores.posts import Poster
from cablegram.webhooks import log as webhook_log
from cablegram.webhooks import run as webhooks
from cablegram.webhooks import upkeep as webhook_keeping

_FOLD_EVERY = 5.0
_UPKEEP_EVERY = 600.0
_MEASURE_EVERY = 60.0
_PAY_EVERY = 2.0  # seconds: how soon a balance that fell is seen
_RENTS_EVERY = 20.0  # seconds: how soon a number works again once its account has credit
_GIVE_UP_AFTER = timedelta(days=3)  # the longest validity that carriers give a message

# Who does which kind of job. Each kind stands here once: what no handler has would wait for ever.
HANDLERS: dict[str, Handler] = {
    import_jobs.KIND: import_jobs.do,
    import_jobs.TRIAL: import_jobs.do,
    barring_jobs.KIND: barring_jobs.do,
    export_jobs.KIND: export_jobs.handler({**export_jobs.SOURCES, exporting.SOURCE: exporting.OfFilter()}),
    invoices.KIND: invoices.do,
    deeds.KIND: deeds.work,
    from_file.KIND: from_file.make,
    webhook_log.KIND: webhook_log.do,
}


def work(*, place: Place = HERE) -> None:
    """Run campaigns and housekeeping until stopped."""
    with with_database(read_settings(place)) as settings:
        run(settings, _work, process="work", hot=False)


async def _work(rt: Runtime) -> None:
    await until_stopped(asyncio.create_task(_together(rt)))


async def _together(rt: Runtime) -> None:
    async with asyncio.TaskGroup() as group:
        for task in (
            again(rt, Worker(rt).step, waits="campaigns wait for the database"),
            again(rt, lambda: counting.step(rt), waits="reports wait for the database"),
            again(rt, lambda: _fold(rt), waits="what people did waits for the database", every=_FOLD_EVERY),
            again(rt, lambda: _add_up(rt), waits="sums for reports wait for the database", every=_FOLD_EVERY),
            again(rt, _often(rt), waits="housekeeping waits for the database", every=_FOLD_EVERY),
            again(rt, lambda: _seldom(rt), waits="housekeeping waits for the database", every=_UPKEEP_EVERY),
            again(rt, lambda: measure.measure(rt), waits="measuring waits for the database", every=_MEASURE_EVERY),
            again(rt, lambda: _pay(rt), waits="payments wait for the database", every=_PAY_EVERY),
            _charge_monthly(rt, charging.keep_up, "rents"),
            _charge_monthly(rt, fees.keep_up, "fees"),
            _post(rt),
            webhooks.run(rt),
            tell(rt),
            deliver(rt),
            report.keep_reporting(rt, "work"),
            Runner(rt, HANDLERS).run(),
        ):
            group.create_task(task)


async def _fold(rt: Runtime) -> float | None:
    """Fold what people did; while there is more, for a share of the time."""
    began = rt.clock.monotonic()
    has_more = await engagement.fold(rt)
    return (rt.clock.monotonic() - began) / engagement.SHARE if has_more else None


async def _add_up(rt: Runtime) -> float | None:
    """Add messages up for reports, and mail those that are due; while there is more, for a share of the time."""
    began = rt.clock.monotonic()
    has_more = await adding.step(rt)
    while await saved.mail_due(rt):
        pass
    return (rt.clock.monotonic() - began) / adding.SHARE if has_more else None


def _often(rt: Runtime) -> Callable[[], Awaitable[None]]:
    """Return what is done often; it keeps the prices between two rounds."""
    prices = Prices()

    async def step() -> None:
        await tally.fold(rt)
        await receiving.hand_on(rt, prices)
        await reminding.remind(rt, prices)
        await report.tidy(rt)

    return step


async def _pay(rt: Runtime) -> None:
    """Buy what is bought by itself, and ask after payments and refunds that nobody knows the end of."""
    await auto.look(rt)
    await asking.look(rt)
    await refunding.look(rt)


async def _charge_monthly(rt: Runtime, keep_up: Callable[[Runtime], Awaitable[None]], what: str) -> None:
    """Charge what accounts pay by the month; whatever one of these has, messages do not wait for it."""
    waits, fails = f"{what} wait for the database", f"{what} could not be charged"
    await again(rt, lambda: keep_up(rt), waits=waits, every=_RENTS_EVERY, fails=fails)


async def _post(rt: Runtime) -> None:
    """Post to stores' callbacks what customers write."""
    poster = Poster(rt)
    try:
        await again(rt, poster.step, waits="posts to stores' callbacks wait for the database")
    finally:
        await poster.close()


async def _seldom(rt: Runtime) -> None:
    """Make days ahead and close them, and forget what nobody needs any more."""
    await upkeep.prepare_days(rt)
    await upkeep.forget_keys(rt)
    await upkeep.forget_what_went(rt)
    await upkeep.forget_times(rt)
    await redact.rest(rt)
    await exchanges.forget(rt)
    await links.forget(rt)
    await deeds.forget(rt)
    await receiving.forget(rt)
    await posts.forget(rt)
    await cards.tell_expiring(rt)
    await hooks.forget(rt)
    await webhook_keeping.forget(rt)
    await subscribing.forget_attempts(rt)
    await job_keeping.forget(rt)
    await measure.forget(rt)
    while await closing.close_days(rt):
        pass  # a month at a time
    await report.tidy(rt)  # who adds up the log is beyond its old part before that grows coarser
    while await tally.fold_old(rt):
        pass
    while await sweep.give_up(rt, after=_GIVE_UP_AFTER):
        pass  # a thousand at a time, until nothing is left
