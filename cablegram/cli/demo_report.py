"""The report of the demo: where every message and every credit went, and how fast."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from cablegram.audit.model import Report as Proof
from cablegram.campaigns.reported import Report
from cablegram.contacts.model import ImportResult
from cablegram.kit.money import micro_to_credits
from cablegram.messages.model import State
from cablegram.numbers import countries


@dataclass(slots=True)
class Outcome:
    """What the demo measured; CPU in seconds by process."""

    imported: ImportResult
    import_seconds: float
    report: Report
    final_seconds: float
    cpu: dict[str, float]
    proof: Proof


def write(outcome: Outcome, console: Console, *, as_json: bool) -> bool:
    """Print the report; return whether everything is accounted for."""
    if as_json:
        print(json.dumps(_facts(outcome), ensure_ascii=False, default=str))
        return outcome.proof.is_ok
    report = outcome.report
    console.print(_by_state(report))
    console.print(_by_country(report))
    sent = sum(count.n for state, count in report.counts.items() if state is not State.SKIPPED)
    rate = sent / outcome.final_seconds if outcome.final_seconds else 0.0
    console.print(
        f"{sent:,} messages, {report.segments:,} segments, charged {micro_to_credits(report.charged)} credits, "
        f"refunded {micro_to_credits(report.refunded)}."
    )
    console.print(f"Last change {outcome.final_seconds:.2f} s after the start: {rate:,.0f} messages a second.")
    if sent and outcome.cpu:
        parts = ", ".join(f"{name} {seconds / sent * 1e6:,.0f}" for name, seconds in outcome.cpu.items())
        total = sum(outcome.cpu.values()) / sent * 1e6
        console.print(f"CPU microseconds a message: {total:,.0f} ({parts}).")
    for check in outcome.proof.checks:
        if not check.is_ok:
            console.print(f"audit: {check.sentence}: {check.count} rows, such as {check.rows[:3]}")
    console.print("audit: ok" if outcome.proof.is_ok else "audit: NOT ok")
    return outcome.proof.is_ok


def _by_state(report: Report) -> Table:
    table = Table(title="By state", title_justify="left")
    for heading, justify in (("state", "left"), ("messages", "right"), ("credits", "right")):
        table.add_column(heading, justify=justify)  # pyright: ignore[reportArgumentType] - rich's own words
    for state in State:
        if count := report.counts.get(state):
            table.add_row(state.value, f"{count.n:,}", micro_to_credits(count.amount))
    return table


def _by_country(report: Report) -> Table:
    table = Table(title="By country", title_justify="left")
    table.add_column("country")
    for heading in ("messages", "delivered", "segments", "credits"):
        table.add_column(heading, justify="right")
    for line in report.countries:
        name = countries.name(line.value) if line.value else "unknown"
        table.add_row(
            name, f"{line.messages:,}", f"{line.delivered:,}", f"{line.segments:,}", micro_to_credits(line.charged)
        )
    return table


def _facts(outcome: Outcome) -> dict[str, Any]:
    report, imported = outcome.report, outcome.imported
    return {
        "imported": {
            "rows": imported.rows,
            "people": imported.size,
            "skipped": imported.skipped,
            "duplicates": imported.duplicates,
        },
        "by_state": {state.value: count.n for state, count in report.counts.items()},
        "by_country": {line.value: line.messages for line in report.countries},
        "skipped": dict(report.skipped),
        "segments": report.segments,
        "charged": report.charged,
        "refunded": report.refunded,
        "seconds": round(outcome.final_seconds, 3),
        "import_seconds": round(outcome.import_seconds, 3),
        "cpu_seconds": {name: round(seconds, 3) for name, seconds in outcome.cpu.items()},
        "audit": "ok" if outcome.proof.is_ok else "failed",
    }
