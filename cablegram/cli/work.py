"""`cablegram work`: campaigns and housekeeping. Its work is found in the state of rows, so any number may run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from cablegram.audiences import deeds, engagement, exporting
from cablegram.billing import closing, invoices
from cablegram.billing.prices import Prices
from cablegram.campaigns import counting, from_file
from cablegram.campaigns.work import Worker
from cablegram.cli.again import again, in_turn
from cablegram.cli.opening import HERE, Place, read_settings, run, with_database
from cablegram.cli.stopping import until_stopped
from cablegram.cli.work_mail import TELL_EVERY, deliver, teller
from cablegram.connectors import exchanges
from cablegram.contacts import export_jobs, import_jobs
from cablegram.dispatch import sweep
from cablegram.inbound import upkeep as receiving
from cablegram.inbound.naming import Names
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
from cablegram.sms_services import connector_notices, reminding, subscribing
from cablegram.stores import posts
from cablegram.stores.posts import Poster
from cablegram.webhooks import log as webhook_log
from cablegram.webhooks import run as webhooks
from cablegram.webhooks import upkeep as webhook_keeping

Deed = Callable[[Runtime], Awaitable[object]]

_FOLD_EVERY = 5.0
_UPKEEP_EVERY = 600.0
_MEASURE_EVERY = 60.0
_PAY_EVERY = 2.0  # seconds: how soon a balance that fell is seen
_NAMES_EVERY = 2.0  # seconds: how soon it is known who wrote
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
            again(rt, "campaigns", Worker(rt).step),
            again(rt, "reports of campaigns", lambda: counting.step(rt)),
            again(rt, "what people did", lambda: _fold(rt), every=_FOLD_EVERY),
            again(rt, "sums for reports", lambda: _add_up(rt), every=_FOLD_EVERY),
            again(rt, "housekeeping", in_turn(rt, _often()), every=_FOLD_EVERY),
            again(rt, "housekeeping", in_turn(rt, _SELDOM), every=_UPKEEP_EVERY),
            again(rt, "figures of ways", lambda: measure.measure(rt), every=_MEASURE_EVERY),
            again(rt, "payments", in_turn(rt, _PAYMENTS), every=_PAY_EVERY),
            again(rt, "rents", lambda: charging.keep_up(rt), every=_RENTS_EVERY),
            again(rt, "fees", lambda: fees.keep_up(rt), every=_RENTS_EVERY),
            again(rt, "names of those who write", Names(rt).step, every=_NAMES_EVERY),
            _post(rt),
            again(rt, "webhooks", lambda: webhooks.run(rt)),
            again(rt, "notices", teller(rt), every=TELL_EVERY),
            deliver(rt),
            again(rt, "figures of this process", lambda: report.keep_reporting(rt, "work")),
            again(rt, "jobs", Runner(rt, HANDLERS).run),
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


def _often() -> Mapping[str, Deed]:
    """Return what is done often; it keeps the prices between two rounds."""
    prices = Prices()
    return {
        "progress of campaigns": tally.fold,
        "texts that came in": lambda rt: receiving.hand_on(rt, prices),
        "carriers' notices": connector_notices.keep_up,
        "reminders": lambda rt: reminding.remind(rt, prices),
        "figures of processes": report.tidy,
    }


async def _post(rt: Runtime) -> None:
    """Post to stores' callbacks what customers write."""
    poster = Poster(rt)
    try:
        await again(rt, "posts to stores' callbacks", poster.step)
    finally:
        await poster.close()


async def _close_days(rt: Runtime) -> None:
    while await closing.close_days(rt):
        pass  # a month at a time


async def _fold_old_counts(rt: Runtime) -> None:
    await report.tidy(rt)  # who adds up the log is beyond its old part before that grows coarser
    while await tally.fold_old(rt):
        pass


async def _give_up(rt: Runtime) -> None:
    while await sweep.give_up(rt, after=_GIVE_UP_AFTER):
        pass  # a thousand at a time, until nothing is left


_PAYMENTS: Mapping[str, Deed] = {
    "automatic recharges": auto.look,
    "payments in doubt": asking.look,
    "refunds in doubt": refunding.look,
}

# Days ahead are made and old ones closed, and what nobody needs any more is forgotten.
_SELDOM: Mapping[str, Deed] = {
    "days ahead": upkeep.prepare_days,
    "old idempotency keys": upkeep.forget_keys,
    "what went": upkeep.forget_what_went,
    "old hours": upkeep.forget_times,
    "old texts": redact.rest,
    "old exchanges": exchanges.forget,
    "old clicks": links.forget,
    "old bulk deeds": deeds.forget,
    "old received texts": receiving.forget,
    "old posts": posts.forget,
    "cards that expire": cards.tell_expiring,
    "old calls of the processor": hooks.forget,
    "old webhooks": webhook_keeping.forget,
    "old sign-up attempts": subscribing.forget_attempts,
    "old jobs": job_keeping.forget,
    "old measures": measure.forget,
    "closing of days": _close_days,
    "old counts": _fold_old_counts,
    "messages in question": _give_up,
}
