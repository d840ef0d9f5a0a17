"""A statement as pages to print: PDF, in any script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cablegram.billing.model import Posting
from cablegram.billing.statement_model import Asked, Totals
from cablegram.kit.money import micro_to_credits
from cablegram.runtime.paper import DIM, Page

_FOOT = "Moments are UTC. Amounts are exact to a millionth of a credit; each line carries the balance on."


@dataclass(frozen=True, slots=True)
class Statement:
    """What is to be printed: the lines in their order, the names of their campaigns, and when it was made."""

    account: str
    asked: Asked
    totals: Totals
    lines: Sequence[Posting]
    campaigns: Mapping[UUID, str]
    at: datetime


def write(one: Statement, fonts: Sequence[Path] = ()) -> bytes:
    """Return the pages. `fonts` are tried where Latin-1 is not enough, in their order."""
    rows = [_row(line, one.campaigns) for line in one.lines]
    page = Page("".join([one.account, *(cell for row in rows for cell in row)]), fonts)
    page.pdf.set_creation_date(one.at)
    page.pdf.set_title(f"Statement of {one.account}")
    page.text(f"Statement of {one.account}", size=17)
    page.text(_span(one.asked), size=9, color=DIM)
    page.gap(2)
    sums = one.totals
    for label, micro in (
        ("Balance before", sums.opening), ("Given", sums.given), ("Taken", sums.taken), ("Balance after", sums.closing)
    ):  # fmt: skip
        page.pair(label, f"{micro_to_credits(micro)} credits")
    state = "closed: it will not change" if sums.is_final else f"as known at {_moment(one.at)}"
    page.pair("This statement", f"{sums.count:,} lines, {state}")
    page.rule()
    for at, what, amount in rows:
        page.pair(at, f"{amount}   {what}")
    page.rule()
    page.text(_FOOT, size=7.5, color=DIM)
    return bytes(page.pdf.output())


def _row(line: Posting, campaigns: Mapping[UUID, str]) -> tuple[str, str, str]:
    what = [f"{line.seq}", line.kind.value]
    if line.count:
        what.append(f"{line.count:,} messages")
    if line.campaign_id and (name := campaigns.get(line.campaign_id)):
        what.append(name)
    what += [part for part in (line.reference, line.note) if part]
    sign = "+" if line.amount > 0 else ""
    amount = f"{sign}{micro_to_credits(line.amount)} = {micro_to_credits(line.balance_after)}"
    return _moment(line.at), " \xb7 ".join(what), amount


def _span(asked: Asked) -> str:
    since = f"from {_moment(asked.since)}" if asked.since else "from the beginning"
    until = f"up to {_moment(asked.until)}" if asked.until else "up to now"
    return f"{since[0].upper()}{since[1:]} {until}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
