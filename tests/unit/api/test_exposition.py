"""The figures as Prometheus reads them, read back by its own parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cablegram.api.exposition import write
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.messages.model import State
from cablegram.overview.model import Lane, Load, Reported, Watched, Way
from cablegram.runtime.meters import BOUNDS, Figure, Figures, Timing

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ONE = ConnectorId(uuid7())
GONE = ConnectorId(uuid7())


def seen(*reports: Reported) -> Watched:
    return Watched(
        at=NOW,
        came=dict.fromkeys(State, 0) | {State.SUBMITTED: 9, State.DELIVERED: 5},
        standing=dict.fromkeys(State, 0) | {State.QUEUED: 3, State.DELIVERED: 5, State.SKIPPED: 2},
        lanes=[Lane(ONE, 0, 3, NOW - timedelta(seconds=42)), Lane(ONE, 2, 1, NOW + timedelta(seconds=1))],
        aside={GONE: 4},
        loads={ONE: Load(queued=3, in_flight=2, unknown=1)},
        ways=[Way(ONE, 'The "north"\n', is_enabled=True, window=50), Way(GONE, "Off", is_enabled=False, window=10)],
        links=[(ONE, 0, "bound")],
        reports=list(reports),
        dispatchers=1,
        database=8_000_000,
    )


def read(watched: Watched) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Read the answer; a sample is found by its name and its labels but the connector's."""
    text = write(watched, "0.1.0").decode()
    return {
        (sample.name, frozenset((key, value) for key, value in sample.labels.items() if "connector" not in key)): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("connector") != "Off"
    }


def of(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_what_was_skipped_was_never_accepted() -> None:
    assert read(seen())[of("cablegram_messages_accepted_total")] == 8


def test_a_lane_tells_its_depth_and_the_age_of_its_oldest() -> None:
    found = read(seen())
    assert found[of("cablegram_queue_depth", lane="otp")] == 3
    assert found[of("cablegram_queue_oldest_seconds", lane="otp")] == 42
    # Empty lanes are there, or nobody could tell them from missing ones; clocks that differ give no age below nothing.
    assert found[of("cablegram_queue_depth", lane="transactional")] == 0
    assert found[of("cablegram_queue_oldest_seconds", lane="marketing")] == 0


def test_names_of_connectors_come_through_whatever_is_in_them() -> None:
    families = text_string_to_metric_families(write(seen(), "0.1.0").decode())
    names = {
        sample.labels["connector"] for family in families for sample in family.samples if "connector" in sample.labels
    }
    assert names == {'The "north"\n', "Off"}


def test_a_link_is_in_one_state() -> None:
    found = read(seen())
    states = {key[1]: value for key, value in found.items() if key[0] == "cablegram_link_state"}
    assert sum(states.values()) == 1
    assert found[of("cablegram_link_state", link="0", state="bound")] == 1


def test_a_process_that_fell_silent_is_down_and_says_nothing_more() -> None:
    timing = Timing("record", [2, 1, *[0] * (len(BOUNDS) - 2), 3], seconds=20.0, messages=60)
    figures = Figures(
        [Figure("answers", (str(ONE), "taken"), 7), Figure("receipts", (str(ONE), "delivered"), 5)],
        [Figure("link_free", (str(ONE), "0"), 48.0)],
        [timing],
    )
    living = Reported("dispatch", "a", 1, NOW, lives=True, figures=figures)
    silent = Reported("dispatch", "b", 2, NOW, lives=False, figures=figures)
    found = read(seen(living, silent))
    here = {"process": "dispatch", "instance": "a:1"}
    assert found[of("cablegram_process_up", **here)] == 1
    assert found[of("cablegram_process_up", process="dispatch", instance="b:2")] == 0
    assert found[of("cablegram_link_answers_total", verdict="taken", **here)] == 7
    assert found[of("cablegram_receipts_total", outcome="delivered", **here)] == 5
    assert found[of("cablegram_link_window_free", link="0", **here)] == 48
    assert found[of("cablegram_commit_seconds_bucket", work="record", le="0.002", **here)] == 3
    assert found[of("cablegram_commit_seconds_bucket", work="record", le="+Inf", **here)] == 6
    assert found[of("cablegram_commit_seconds_count", work="record", **here)] == 6
    assert found[of("cablegram_commit_seconds_sum", work="record", **here)] == pytest.approx(20)
    assert found[of("cablegram_commit_messages_total", work="record", **here)] == 60
    assert not [key for key in found if ("instance", "b:2") in key[1] and key[0] != "cablegram_process_up"]
