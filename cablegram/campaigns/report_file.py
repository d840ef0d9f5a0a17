"""A campaign's report as rows for a file: one table, a row for each thing that was counted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cablegram.campaigns.counted import DIMENSIONS
from cablegram.campaigns.percentiles import SHOWN, Delays
from cablegram.campaigns.reported import Line, Report
from cablegram.kit import csvio
from cablegram.kit.money import micro_to_credits
from cablegram.messages.model import State

COLUMNS = (
    "by", "value", "name", "messages", "segments", "credits", "replies", "opt_outs", "clicked",
    *(f"seconds_p{percent}" for percent in SHOWN), *(state.value for state in State), "converted",
)  # fmt: skip


def rows(report: Report, names: Mapping[str, str]) -> Iterator[list[str]]:
    """Give the header, all messages, then each line of each dimension, then whom it skipped by reason, then the links.

    `names` are those of connectors, by their ids, and of texts, by their places.
    """
    yield list(COLUMNS)
    total = Line("", {state: count.n for state, count in report.counts.items()})
    total.messages = sum(n for state, n in total.counts.items() if state is not State.SKIPPED)
    total.segments, total.charged = report.segments, report.charged
    total.replies, total.opt_outs, total.delays = report.replies, report.opt_outs, report.delays
    total.clicked = report.clicks.people
    yield _row("all", total, "")
    for dimension in DIMENSIONS:
        for line in report.lines.get(dimension, ()):
            yield _row(dimension, line, names.get(line.value, ""))
    for state, reasons in report.reasons.items():
        for reason, n in reasons.items():
            yield _row("reason", Line(reason, {state: n}, 0 if state is State.SKIPPED else n), "")
    if report.goal is not None:
        yield _row("goal", Line("reached", messages=report.goal.reached), "", str(report.goal.converted))
        yield _row("goal", Line("held_out", messages=report.goal.held_out), "", str(report.goal.held_converted))
    for target in report.clicks.targets:
        yield _row("link", Line(target.url, clicked=target.people), f"{target.clicks} clicks")


def _row(by: str, line: Line, name: str, converted: str = "") -> list[str]:
    delays = line.delays or Delays()
    seconds = [delays.percentile(percent) for percent in SHOWN]
    return [
        by, csvio.guard(line.value), csvio.guard(name), str(line.messages), str(line.segments),
        micro_to_credits(line.charged),
        str(line.replies), str(line.opt_outs), str(line.clicked),
        *("" if one is None else f"{one:.3f}" for one in seconds),
        *(str(line.counts.get(state, 0)) for state in State), converted,
    ]  # fmt: skip
