"""A report of a month over tables with millions of messages: how long it takes, and what adding them up cost."""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import quantiles

from bench.ours import Ours
from bench.works import Row
from cablegram.cli.opening import run
from cablegram.reports import adding, answer
from cablegram.reports.model import Dimension, Grain, Question
from cablegram.runtime import Runtime

_TIMES = 60


def month(ours: Ours, millions: int) -> Row:
    """Add up what is there, then ask for a month by day and country, again and again, in this process."""
    took: list[float] = []

    async def act(rt: Runtime) -> float:
        began = time.monotonic()
        ((before,),) = ours.sql("SELECT count(*) FROM message")
        for _ in range(3):  # a line is drawn, dated, and followed
            while await adding.step(rt, lag=timedelta(0)):
                pass
        rate = int(str(before)) / (time.monotonic() - began)
        today = rt.clock.now().date()
        asked = Question(today - timedelta(days=29), today, Grain.DAY, (Dimension.COUNTRY,))
        for _ in range(_TIMES):
            began = time.monotonic()
            await answer.summary(rt, ours.who, asked)
            took.append((time.monotonic() - began) * 1000)
        return rate

    rate = run(ours.system.settings, act, process="command", hot=False)
    cells = ours.sql("SELECT count(*) FROM report_day")[0][0]
    cuts = quantiles(took, n=100)
    note = f"the rate is that of adding up; a month by day and country out of {cells} sums"
    return Row(f"summary of a month, {millions} million", "cablegram", rate, cuts[49], cuts[98], note=note)
