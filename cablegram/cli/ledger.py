"""`cablegram ledger`: prove that closed days are as they were, and write statements."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing import closing, statement
from cablegram.billing.close_model import Fault
from cablegram.billing.statement_model import Asked, Totals
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.pricing import moment_of
from cablegram.cli.showing import many, money
from cablegram.runtime.runtime import Runtime


def write_statement(
    file: Annotated[Path, Parameter(help="Where to write it: .csv or .pdf.")],
    *,
    account: Annotated[str | None, Parameter(help="An account, by name or id; none where there is one.")] = None,
    since: Annotated[str | None, Parameter(help="From then on, such as 2026-11-01.")] = None,
    until: Annotated[str | None, Parameter(help="Up to then, such as 2026-12-01.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Write an account's statement as CSV or PDF."""
    asked = Asked(since=moment_of(since), until=moment_of(until))

    async def deed(rt: Runtime) -> Totals:
        who = await choosing.whose(rt, account)
        if file.suffix.lower() == ".pdf":
            file.write_bytes(await statement.as_pdf(rt, who, asked))
        else:
            with file.open("wb") as out:
                async for data in await statement.as_csv(rt, who, asked):
                    out.write(data)
        return await statement.totals(rt, who, asked)

    sums = act(place, deed)
    text = f"{many(sums.count, 'line')}: {money(sums.opening)} before, {money(sums.closing)} after, in {file}"
    say(text, {**asdict(sums), "file": str(file)}, as_json=json)


def verify(*, place: Place = HERE, json: AsJson = False) -> int:
    """Compare every closed day with its postings; exit status 1 names each account's day that was changed."""

    async def deed(rt: Runtime) -> tuple[int, list[Fault]]:
        return await closing.verify(rt, operator(choosing.ME))

    days, faults = act(place, deed)
    told = [f"closed day {fault}" + (f" (account {fault.account_id})" if fault.account_id else "") for fault in faults]
    verdict = f"{many(days, 'closed day')}: {'as they were' if not faults else 'NOT as they were'}."
    facts = {
        "days": days,
        "is_ok": not faults,
        "faults": [{"day": one.day.isoformat(), "account_id": one.account_id, "what": one.what} for one in faults],
    }
    say("\n".join([*told, verdict]), facts, as_json=json)
    return 1 if faults else 0
