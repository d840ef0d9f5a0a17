"""`cablegram campaign forecast` and `report`: what a campaign would do, and what became of it."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
from cyclopts import Parameter

from cablegram.billing.prices import Prices
from cablegram.campaigns import forecast as forecasts
from cablegram.campaigns import report as reports
from cablegram.campaigns import report_file
from cablegram.campaigns.counted import DIMENSIONS
from cablegram.campaigns.foreseen import Forecast
from cablegram.campaigns.reported import Report
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.kit import csvio
from cablegram.kit.money import micro_to_credits
from cablegram.links.model import Clicks
from cablegram.messages import wording
from cablegram.numbers import countries
from cablegram.runtime.runtime import Runtime

_WhichAccount = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def forecast(campaign: str, *, account: _WhichAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Say what a campaign would do if it started now: to whom, for how much, and when it is done."""

    async def deed(rt: Runtime) -> Forecast:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, campaign)
        return await forecasts.of_campaign(rt, who, found.id, prices=Prices())

    told = act(place, deed)
    say(_told(told), msgspec.to_builtins(told), as_json=json)


def report(
    campaign: str,
    *,
    csv: Annotated[bool, Parameter(negative=(), help="As CSV: each line and each reason is a row.")] = False,
    account: _WhichAccount = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say what became of a campaign, by country, connector, sender, segments and text."""

    async def deed(rt: Runtime) -> tuple[Report, dict[str, str]]:
        _, who = await choosing.acting(rt, account)
        found = await choosing.campaign(rt, who, campaign)
        became = await reports.of_campaign(rt, who, found.id, at_once=True)
        return became, await reports.names(rt, who, became)

    became, names = act(place, deed)
    rows = list(report_file.rows(became, names))
    if csv:
        sys.stdout.write(csvio.write(rows).decode())
        return
    say(_became(became, names), [dict(zip(rows[0], row, strict=True)) for row in rows[1:]], as_json=json)


def _told(told: Forecast) -> str:
    people = f"{told.accepted:,} of {told.recipients:,} people get it, in {many(told.segments, 'segment')}"
    price = f"for {micro_to_credits(told.price)} credits of {micro_to_credits(told.balance)}"
    lines = [
        f"{people}, {price}.",
        *(f"  {n:,} not: {wording.reason(code)}" for code, n in told.skipped.items()),
        table(
            ["country", "people", "segments", "credits"],
            [
                [countries.name(one.country), f"{one.people:,}", f"{one.segments:,}", micro_to_credits(one.price)]
                for one in told.countries
            ],
            numbers=["people", "segments", "credits"],
        ),
        *(
            f"{one.name}: {one.people:,}, done " + (moment(one.ends) if one.ends else "nobody can say when")
            for one in told.connectors
        ),
        *(f"{one.title}. {one.body}" for one in told.advice),
    ]
    return "\n".join(lines)


def _clicks(one: Clicks) -> str:
    return f"{one.people:,} opened a link, {one.clicks:,} times; machines did {one.by_machines:,} times."


def _became(became: Report, names: dict[str, str]) -> str:
    headings = ["by", "value", "messages", "delivered", "segments", "credits"]
    rows = [
        [
            by, names.get(line.value, line.value), f"{line.messages:,}", f"{line.delivered:,}", f"{line.segments:,}",
            micro_to_credits(line.charged),
        ]
        for by in DIMENSIONS
        for line in became.lines.get(by, ())
    ]  # fmt: skip
    half = became.delays.percentile(50)
    lines = [
        table(headings, rows, numbers=headings[2:]),
        f"{became.replies:,} replied, {became.opt_outs:,} opted out"
        + ("." if half is None else f"; half arrived within {half:.1f} seconds."),
        *([_clicks(became.clicks)] if became.campaign.shorten else []),
        *(f"  {one.people:,} opened {one.url}" for one in became.clicks.targets),
        *(f"  {n:,} skipped: {wording.reason(code)}" for code, n in became.skipped.items()),
    ]
    return "\n".join(lines)
