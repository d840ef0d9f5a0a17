from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.dispatch.alarm import SELDOM, Alarm

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("alarm", "rings"),
    [
        (Alarm(), True),  # nobody has looked yet
        (Alarm(None, 100.0, has_news=False), False),
        (Alarm(NOW + SECOND, 100.0, has_news=False), False),
        (Alarm(NOW, 100.0, has_news=False), True),
        (Alarm(NOW + SECOND, 100.0, has_news=False).hear(), True),
        (Alarm(None, 101.0 - SELDOM, has_news=False), True),
    ],
)
def test_it_rings_at_its_moment_for_news_and_now_and_again(alarm: Alarm, rings: object) -> None:
    assert alarm.rings(NOW, 101.0) is rings
