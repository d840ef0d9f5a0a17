"""Write what was measured into docs/performance.md: its tables between two marks, and its chart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

from bench.works import Row

_DOCS = Path(__file__).parents[1] / "docs"
_PRODUCTS = {"kannel": "Kannel", "jasmin": "Jasmin", "cablegram": "Cablegram"}
_COLORS = {"kannel": "#8a8f98", "jasmin": "#c9a14a", "cablegram": "#2f6fde"}
# A campaign stands beside the fastest way that a peer has: singles by HTTP, with receipts.
_BESIDE = {"campaign": "end to end"}
_CHARTED = {
    "single c16": "HTTP singles accepted, 16 connections",
    "single c64": "HTTP singles accepted, 64 connections",
    "end to end": "HTTP singles to the carrier and receipts back",
    "campaign": "a campaign, receipts back (peers: HTTP singles)",
}
_WIDTH, _LEFT, _BAR, _GAP = 760, 110, 16, 26


def write(kept: Path) -> list[Path]:
    """Write the page's tables and the chart from the JSON that the last runs left; return the files."""
    ours = json.loads((kept / "ours.json").read_text())
    peers = json.loads((kept / "peers.json").read_text())
    page, chart = _DOCS / "performance.md", _DOCS / "images" / "performance.svg"
    text = page.read_text()
    for mark, lines in (("peers", _peer_table(peers)), ("ours", _own_table(ours))):
        block = "\n".join((f"<!-- {mark} -->", "", *lines, "", f"<!-- end of {mark} -->"))
        text = re.sub(f"<!-- {mark} -->.*<!-- end of {mark} -->", block.replace("\\", r"\\"), text, flags=re.DOTALL)
    page.write_text(text)
    chart.write_text(_chart(_medians(_rows(peers))))
    return [page, chart]


def _rows(kept: Mapping[str, Any]) -> list[Row]:
    return [Row(**row) for row in kept["rows"]]


def _machine(kept: Mapping[str, Any]) -> str:
    return "; ".join(f"{key} {value}" for key, value in kept["machine"].items())


def by_work(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of each work and product."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.work, row.product), []).append(row)
    return found


def _medians(rows: Iterable[Row]) -> dict[tuple[str, str], float]:
    return {key: median(row.rate for row in some) for key, some in by_work(rows).items()}


def _peer_table(kept: Mapping[str, Any]) -> Iterator[str]:
    by = by_work(_rows(kept))
    rounds = max(len(some) for some in by.values())
    yield f"Medians of {rounds} rounds in one run, least to most in brackets. {_machine(kept)}."
    yield ""
    yield "| work | product | messages/s | p50 ms | p99 ms | CPU us a message | ours over theirs |"
    yield "|---|---|---:|---:|---:|---:|---|"
    for (work, product), some in sorted(by.items(), key=lambda item: (item[0][0], list(_PRODUCTS).index(item[0][1]))):
        rates = [row.rate for row in some]
        spread = f"{median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})"
        times = " | ".join(_middle([row.p50 for row in some])) + " | " + " | ".join(_middle([row.p99 for row in some]))
        ratio = ratios(by, work) if product == "cablegram" else ""
        yield f"| {work} | {_PRODUCTS[product]} | {spread} | {times} | {cost(some):,.0f} | {ratio} |"


def ratios(by: Mapping[tuple[str, str], Sequence[Row]], work: str) -> str:
    """Say how often our rate and CPU time are each peer's, by medians; nothing for a work that no peer did."""
    ours, found = by[work, "cablegram"], list[str]()
    for peer in ("kannel", "jasmin"):
        theirs = by.get((work, peer)) or by.get((_BESIDE.get(work, ""), peer))
        if theirs:
            times = median(row.rate for row in ours) / median(row.rate for row in theirs)
            rate = "" if work.startswith("latency") else f"{times:.2f} x the rate, "
            found.append(f"{rate}{cost(ours) / cost(theirs):.3f} x the CPU of {_PRODUCTS[peer]}")
    return "; ".join(found)


def cost(rows: Sequence[Row]) -> float:
    """Return the median CPU time a message, of all processes of a product, in microseconds."""
    return median(sum(row.cpu.values()) for row in rows)


def _middle(values: Sequence[float | None]) -> list[str]:
    known = [value for value in values if value is not None]
    return [f"{median(known):,.1f}" if known else ""]


def _own_table(kept: Mapping[str, Any]) -> Iterator[str]:
    yield f"One run. {_machine(kept)}."
    yield ""
    yield "| work | messages/s | p50 ms | p99 ms | CPU us a message | of it | |"
    yield "|---|---:|---:|---:|---:|---|---|"
    for row in _rows(kept):
        p50, p99 = (f"{value:,.1f}" if value is not None else "" for value in (row.p50, row.p99))
        parts = ", ".join(f"{name} {value:,.0f}" for name, value in row.cpu.items() if value >= 1)
        cost = sum(row.cpu.values())
        yield f"| {row.work} | {row.rate:,.0f} | {p50} | {p99} | {cost:,.0f} | {parts} | {row.note} |"


def _chart(rates: Mapping[tuple[str, str], float]) -> str:
    most, y = max(rates.values()), 10
    body: list[str] = []
    for work, title in _CHARTED.items():
        y += _GAP
        body.append(f'<text x="8" y="{y}" class="t">{escape(title)}</text>')
        y += 8
        for product, name in _PRODUCTS.items():
            rate = rates.get((work, product)) or rates.get((_BESIDE.get(work, ""), product))
            if rate is not None:
                body += _bar(y, name, rate, most, _COLORS[product])
                y += _BAR + 4
    style = "text{font:13px sans-serif;fill:#57606a}.t{font-weight:600}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 12}" role="img">'
    title = "<title>Messages a second: Kannel, Jasmin and Cablegram on the same machine</title>"
    return "\n".join((head, title, f"<style>{style}</style>", *body, "</svg>", ""))


def _bar(y: int, name: str, rate: float, most: float, color: str) -> list[str]:
    width = max(2, round((_WIDTH - _LEFT - 90) * rate / most))
    return [
        f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{name}</text>',
        f'<rect x="{_LEFT}" y="{y}" width="{width}" height="{_BAR}" rx="3" fill="{color}"/>',
        f'<text x="{_LEFT + width + 8}" y="{y + 13}">{rate:,.0f}/s</text>',
    ]
