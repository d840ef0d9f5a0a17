"""Reports by command."""

from __future__ import annotations

import pytest

from commanding import Cable


@pytest.mark.req("R111")
@pytest.mark.usefixtures("acme")
def test_a_report_is_told_written_as_csv_and_refused_where_it_is_about_no_days(cable: Cable) -> None:
    days = ("--since", "2026-11-01", "--until", "2026-11-02")
    told = "2026-11-01 to 2026-11-02, days of UTC: 0 messages (0 segments) sent, 0 of 0 delivered, 0 received.\n"
    assert cable("report", *days).out == told
    assert cable("report", *days, "--by", "country", "--csv").out.startswith("day,country,messages,segments,delivered")
    (together,) = cable("report", *days, "--errors", "--json").facts
    assert (together["day"], together["messages"]) == ("all", "0")
    wrong = cable("report", "--since", "2026-11-02", "--until", "2026-11-01", "--json", status=1)
    assert wrong.error == "bad_range"
