"""The Grafana dashboard and the page about figures name what there is, and leave no figure out."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from cablegram.api.exposition import families
from cablegram.messages.model import State
from cablegram.overview.model import Watched

ROOT = Path(__file__).resolve().parents[3]
NAME = re.compile(r"\bcablegram_[a-z_]+")


def figures() -> set[str]:
    """Return the names of all samples that there can be."""
    empty = Watched(
        at=datetime(2026, 1, 15, tzinfo=UTC),
        came=dict.fromkeys(State, 0),
        standing=dict.fromkeys(State, 0),
        lanes=[],
        aside={},
        loads={},
        ways=[],
        links=[],
        reports=[],
        dispatchers=0,
        database=0,
    )
    ends = {"counter": ("_total",), "gauge": ("",), "info": ("_info",), "histogram": ("_bucket", "_count", "_sum")}
    return {family.name + end for family in families(empty, "0.1.0") for end in ends[family.type]}


def asked() -> set[str]:
    """Return the names that the dashboard asks for, in panels and in the choice of connectors."""
    board = json.loads((ROOT / "contrib" / "grafana" / "cablegram.json").read_text())
    questions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    questions += [choice["query"]["query"] for choice in board["templating"]["list"]]
    return {name for question in questions for name in NAME.findall(question)}


def test_the_dashboard_asks_only_for_figures_that_there_are() -> None:
    assert asked() - figures() == set()


def test_the_dashboard_leaves_out_no_figure_of_messages_links_or_commits() -> None:
    assert figures() - asked() == {"cablegram_build_info", "cablegram_commit_seconds_sum"}


def test_the_page_about_figures_names_each_of_them() -> None:
    page = (ROOT / "docs" / "howto" / "watch-it.md").read_text()
    named = set(NAME.findall(page)) | {f"cablegram_connector{end}" for end in ("_in_flight", "_unknown")}
    pieces = {"cablegram_commit_seconds_count", "cablegram_commit_seconds_sum"}
    assert figures() - named == pieces
    assert named - figures() == {"cablegram_commit_seconds"}
