"""`cablegram margins`, `cablegram invoice`: what is left, and carriers' invoices beside what was sent."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing import invoices
from cablegram.billing import margins as counted
from cablegram.billing.invoice_model import Invoice, NewInvoice
from cablegram.billing.margin_model import By, Margin, Span
from cablegram.billing.reconciling import Difference
from cablegram.cli import choosing
from cablegram.cli.files import chunks, open_bytes
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.pricing import moment_of
from cablegram.cli.showing import many, moment, money, table
from cablegram.kit.ids import ConnectorId
from cablegram.kit.money import micro_to_credits
from cablegram.runtime.runtime import Runtime

_MOST_SHOWN = 100


def margins(
    *,
    by: By = By.CONNECTOR,
    since: Annotated[date | None, Parameter(help="The first day. Without: thirty days ago.")] = None,
    until: Annotated[date | None, Parameter(help="The last day. Without: today.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show what messages brought and what carriers take for them, of days that are closed."""

    async def deed(rt: Runtime) -> list[Margin]:
        last = until or rt.clock.now().date()
        span = Span(since or last - timedelta(days=30), last + timedelta(days=1))
        return await counted.report(rt, operator(choosing.ME), by, span)

    found = act(place, deed)
    rows = [
        (
            one.what,
            f"{one.messages:,}",
            f"{one.segments:,}",
            money(one.revenue),
            "" if one.worth is None else f"{money(one.worth)} {one.currency}",
            f"{money(one.cost)} {one.currency}" if one.currency else "no tariff",
            "" if one.margin is None else f"{money(one.margin)} {one.currency}",
        )
        for one in found
    ]
    numbers = ("messages", "segments", "credits", "worth", "cost", "left")
    text = table((by.value, *numbers), rows, numbers=numbers) if rows else "Nothing was counted in these days."
    say(text, [{**asdict(one), "margin": one.margin} for one in found], as_json=json)


def compare(
    file: Path,
    *,
    connector: Annotated[str, Parameter(help="Whose invoice it is, by name or id.")],
    column: Annotated[
        dict[str, str] | None,
        Parameter(help="Which column is which: --column.id SID --column.amount Price; also number, time, segments."),
    ] = None,
    since: Annotated[str | None, Parameter(help="From when on it is. Without: its first line's time.")] = None,
    until: Annotated[str | None, Parameter(help="Up to when. Without: its last line's time.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> int:
    """Compare a carrier's invoice (CSV) with what was sent; exit status 1 names each line that differs."""
    begin, end = moment_of(since), moment_of(until)

    async def deed(rt: Runtime) -> tuple[Invoice, list[Difference]]:
        who = operator(choosing.ME)
        its_id = ConnectorId((await choosing.connector(rt, connector)).id)
        new = NewInvoice(its_id, file.name[:100], column or {}, begin, end)
        with open_bytes(file) as opened:
            made = await invoices.compare(rt, who, chunks(opened), new)
        return made, await invoices.differences(rt, who, made.id, limit=_MOST_SHOWN)

    made, found = act(place, deed)
    _say(made, found, as_json=json)
    return 1 if made.differences else 0


def list_invoices(*, place: Place = HERE, json: AsJson = False) -> None:
    """List the invoices that were compared, newest first."""

    async def deed(rt: Runtime) -> list[Invoice]:
        return await invoices.page(rt, operator(choosing.ME), limit=_MOST_SHOWN)

    found = act(place, deed)
    rows = [
        (one.name, moment(one.since), moment(one.until), f"{one.lines:,}", f"{one.differences:,}", str(one.id))
        for one in found
    ]
    text = table(("name", "since", "until", "lines", "differences", "id"), rows, numbers=("lines", "differences"))
    say(text if rows else "No invoice was compared yet.", [asdict(one) for one in found], as_json=json)


def show_invoice(
    invoice: UUID,
    *,
    skip: Annotated[int, Parameter(help="How many differences to leave out.")] = 0,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show an invoice with a hundred of its differences."""

    async def deed(rt: Runtime) -> tuple[Invoice, list[Difference]]:
        who = operator(choosing.ME)
        return await invoices.get(rt, who, invoice), await invoices.differences(
            rt, who, invoice, after=skip, limit=_MOST_SHOWN
        )

    _say(*act(place, deed), as_json=json)


def _say(made: Invoice, found: list[Difference], *, as_json: bool) -> None:
    rows = [
        (
            f"{one.line:,}" if one.line else "",
            one.kind.value.replace("_", " "),
            f"+{one.number}" if one.number else "",
            one.theirs,
            one.ours,
            micro_to_credits(one.amount),
        )
        for one in found
    ]
    lines = (
        [table(("line", "what", "number", "they say", "we say", "difference"), rows, numbers=("line",))] if rows else []
    )
    if made.differences > len(found):
        lines.append(f"... and more; all of them with: cablegram invoice show {made.id} --skip {len(found)}")
    lines.append(
        f"{made.lines:,} lines, {made.matched:,} messages agree, {many(made.differences, 'difference')}. Invoiced "
        f"{money(made.invoiced)} {made.currency}, expected {money(made.expected)}."
    )
    facts: dict[str, Any] = {**asdict(made), "found": [asdict(one) for one in found]}
    say("\n".join(lines), facts, as_json=as_json)
