"""What the operator's look at everything calls well, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.alerts.outbox import Outbox
from cablegram.kit.ids import ConnectorId
from cablegram.mail.model import MailServer, OutboxCounts
from cablegram.overview.model import Figures, Lane, Load, Reported, Stopped, Watched
from cablegram.panel import health

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WAY = ConnectorId(UUID(int=1))
CALM = Watched(
    at=NOW, came={}, standing={}, lanes=[], aside={}, loads={}, ways=[], links=[(WAY, 1, "bound")], dispatchers=1,
    database=0,
    reports=[Reported(name, "here", 1, NOW, True, Figures()) for name in health.NEEDED],
)  # fmt: skip


def levels(seen: Watched) -> dict[str, tuple[str, int]]:
    return {one.what: (one.level, one.n) for one in (*health.of_processes(seen), *health.of_ways(seen))}


def test_where_all_runs_all_is_well() -> None:
    assert {level for level, _ in levels(CALM).values()} == {"ok"}


def test_what_is_gone_down_late_or_in_question_is_named() -> None:
    late = Lane(connector_id=WAY, lane=0, waiting=7, oldest=NOW - timedelta(minutes=6))
    seen = replace(
        CALM,
        reports=CALM.reports[:1],
        dispatchers=0,
        lanes=[late],
        links=[*CALM.links, (ConnectorId(UUID(int=2)), 1, "down")],
        loads={WAY: Load(unknown=3)},
        stopped=Stopped(NOW, "Ann", "a drill"),
    )
    found = levels(seen)
    assert {what: found[what] for what in found if found[what][0] != "ok"} == {
        "process_work": ("error", 0), "process_dispatch": ("error", 0), "stopped": ("warn", 0), "links": ("warn", 1),
        "waiting": ("warn", 7), "unknown": ("warn", 3),
    }  # fmt: skip


@pytest.mark.parametrize(("server", "failing", "level"), [
    ("", None, ("mail_none", "warn")), ("mail", None, ("mail", "ok")), ("mail", NOW, ("mail", "error")),
])  # fmt: skip
def test_mail_is_well_where_a_server_takes_it(server: str, failing: datetime | None, level: tuple[str, str]) -> None:
    sign = health.of_mail(Outbox(server, "", MailServer(failing, "421", None), OutboxCounts(2, 0, 0)))
    assert (sign.what, sign.level) == level


@pytest.mark.parametrize(("closed", "late"), [
    (None, 0), (date(2026, 11, 22), 0), (date(2026, 11, 21), 0), (date(2026, 11, 19), 2),
])  # fmt: skip
def test_books_are_late_two_hours_after_a_day_s_end(closed: date | None, late: int) -> None:
    assert health.of_books(closed, NOW).n == late


def test_the_worst_stands_first() -> None:
    signs = [health.Sign(level, level, "/") for level in ("ok", "error", "warn")]
    assert [one.level for one in health.worst_first(signs)] == ["error", "warn", "ok"]
