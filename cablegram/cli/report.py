"""`cablegram report`: how much went out and came in over any days, as a table, CSV or JSON."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Annotated

from cyclopts import Parameter

from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.kit import csvio
from cablegram.kit.money import micro_to_credits
from cablegram.reports import answer, files
from cablegram.reports.model import Dimension, Filters, Grain, Question, Report
from cablegram.runtime.runtime import Runtime

_DAYS = 30


def report(
    *,
    since: Annotated[date | None, Parameter(help="The first day; else 30 days before the last.")] = None,
    until: Annotated[date | None, Parameter(help="The last day, which is in it; else today.")] = None,
    grain: Annotated[Grain, Parameter(help="How finely time is told apart.")] = Grain.DAY,
    by: Annotated[list[Dimension] | None, Parameter(help="By what else lines are told apart; up to three.")] = None,
    country: Annotated[str | None, Parameter(help="Of one country, two letters.")] = None,
    errors: Annotated[bool, Parameter(negative=(), help="Only what did not arrive, by reason and connector.")] = False,
    csv: Annotated[bool, Parameter(negative=(), help="As CSV.")] = False,
    account: Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say how much went out and came in, and whether it was delivered."""

    async def deed(rt: Runtime) -> Report:
        _, who = await choosing.acting(rt, account)
        last = until or rt.clock.now().date()
        first = since or last - timedelta(days=_DAYS - 1)
        filters = Filters(countries=(country.upper(),)) if country else Filters()
        asked = Question(first, last, grain, tuple(by or ())[:3], filters)
        return await (answer.errors if errors else answer.summary)(rt, who, asked)

    found = act(place, deed)
    rows = list(files.rows(found))
    if csv:
        sys.stdout.write(csvio.write(rows).decode())
        return
    say(_told(found), [dict(zip(rows[0], row, strict=True)) for row in rows[1:]], as_json=json)


def _told(found: Report) -> str:
    asked, total = found.question, found.total
    names = [by.value for by in asked.by]
    numbers = ["messages", "segments", "delivered", "received", "credits"]
    until = f" Counted up to {moment(found.as_of)}." if found.as_of else ""
    sent = f"{total.messages:,} messages ({total.segments:,} segments) sent"
    came = f"{total.delivered:,} of {total.ended:,} delivered, {total.received:,} received"
    lines = table(
        ["time", *names, *numbers],
        [
            [
                files.written(line.at) or "all",
                *(found.names.get(value, value) for value in line.values),
                f"{line.messages:,}",
                f"{line.segments:,}",
                f"{line.delivered:,}",
                f"{line.received:,}",
                micro_to_credits(line.spent),
            ]
            for line in found.lines
        ],
        numbers=numbers,
    )
    head = f"{asked.since} to {asked.until}, days of {found.zone}: {sent}, {came}.{until}"
    return f"{head}\n{lines}" if found.lines else head
