"""`cablegram work`: campaigns and housekeeping. Its work is found in the state of rows, so any number may run."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from cablegram.audiences import deeds, engagement, exporting
from cablegram.billing import closing, invoices
from cablegram.billing.prices import Prices
from cablegram.campaigns import counting, from_file
from cablegram.campaigns.work import Worker
from cablegram.cli.opening import HERE, Place, read_settings, run, with_database
from cablegram.cli.stopping import until_stopped
from cablegram.cli.work_mail import deliver, tell
from cablegram.connectors import exchanges
from cablegram.contacts import export_jobs, import_jobs
from cablegram.dispatch import sweep
from cablegram.inbound import upkeep as receiving
from cablegram.jobs import upkeep as job_keeping
from cablegram.jobs.run import Handler, Runner
from cablegram.kit.errors import Unavailable
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
_RETRY = 1.0

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
        group.create_task(_campaigns(rt))
        group.create_task(_often(rt))
        group.create_task(_seldom(rt))
        group.create_task(_measure(rt))
        group.create_task(_payments(rt))
        group.create_task(_rents(rt))
        group.create_task(_posts(rt))
        group.create_task(webhooks.run(rt))
        group.create_task(_count(rt))
        group.create_task(_engagement(rt))
        group.create_task(_reports(rt))
        group.create_task(tell(rt))
        group.create_task(deliver(rt))
        group.create_task(report.keep_reporting(rt, "work"))
        group.create_task(Runner(rt, HANDLERS).run())


async def _campaigns(rt: Runtime) -> None:
    worker = Worker(rt)
    while True:
        try:
            pause = await worker.step()
        except Unavailable as error:
            rt.log.warning("campaigns wait for the database", error=error.message)
            pause = _RETRY
        await asyncio.sleep(pause)


async def _count(rt: Runtime) -> None:
    while True:
        try:
            pause = await counting.step(rt)
        except Unavailable as error:
            rt.log.warning("reports wait for the database", error=error.message)
            pause = _RETRY
        await asyncio.sleep(pause)


async def _engagement(rt: Runtime) -> None:
    while True:
        began = rt.clock.monotonic()
        has_more = False
        try:
            has_more = await engagement.fold(rt)
        except Unavailable as error:
            rt.log.warning("what people did waits for the database", error=error.message)
        took = rt.clock.monotonic() - began
        await asyncio.sleep(took / engagement.SHARE if has_more else _FOLD_EVERY)


async def _reports(rt: Runtime) -> None:
    while True:
        began = rt.clock.monotonic()
        has_more = False
        try:
            has_more = await adding.step(rt)
            while await saved.mail_due(rt):
                pass
        except Unavailable as error:
            rt.log.warning("sums for reports wait for the database", error=error.message)
        took = rt.clock.monotonic() - began
        await asyncio.sleep(took / adding.SHARE if has_more else _FOLD_EVERY)


async def _often(rt: Runtime) -> None:
    prices = Prices()
    while True:
        try:
            await tally.fold(rt)
            await receiving.hand_on(rt, prices)
            await reminding.remind(rt, prices)
            await report.tidy(rt)
        except Unavailable as error:
            rt.log.warning("housekeeping waits for the database", error=error.message)
        await asyncio.sleep(_FOLD_EVERY)


async def _measure(rt: Runtime) -> None:
    while True:
        try:
            await measure.measure(rt)
        except Unavailable as error:
            rt.log.warning("measuring waits for the database", error=error.message)
        await asyncio.sleep(_MEASURE_EVERY)


async def _rents(rt: Runtime) -> None:
    """Charge what accounts pay by the month."""
    while True:
        for what, keep_up in (("rents", charging.keep_up), ("fees", fees.keep_up)):
            try:
                await keep_up(rt)
            except Unavailable as error:
                rt.log.warning("charging by the month waits for the database", what=what, error=error.message)
            except Exception:  # whatever one of them has, messages do not wait for it
                rt.log.exception("charging by the month failed", what=what)
        await asyncio.sleep(_RENTS_EVERY)


async def _payments(rt: Runtime) -> None:
    """Buy what is bought by itself, and ask after payments and refunds that nobody knows the end of."""
    while True:
        try:
            await auto.look(rt)
            await asking.look(rt)
            await refunding.look(rt)
        except Unavailable as error:
            rt.log.warning("payments wait for the database", error=error.message)
        await asyncio.sleep(_PAY_EVERY)


async def _posts(rt: Runtime) -> None:
    """Post to stores' callbacks what customers write."""
    poster = Poster(rt)
    try:
        while True:
            try:
                pause = await poster.step()
            except Unavailable as error:
                rt.log.warning("posts to stores' callbacks wait for the database", error=error.message)
                pause = _RETRY
            await asyncio.sleep(pause)
    finally:
        await poster.close()


async def _seldom(rt: Runtime) -> None:
    while True:
        try:
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
        except Unavailable as error:
            rt.log.warning("housekeeping waits for the database", error=error.message)
        await asyncio.sleep(_UPKEEP_EVERY)
