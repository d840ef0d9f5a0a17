"""Cursor pages as addresses."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from cablegram.panel.paging import PAGE, Cursor, Page, address, paged, without

ROWS = [UUID(int=1000 - place) for place in range(270)]
QUERY = [("state", "queued"), ("state", "failed"), ("q", "")]


def follow(link: str) -> tuple[list[tuple[str, str]], Cursor]:
    query = parse_qsl(urlsplit(link).query)
    given = dict(query)
    rest = [pair for pair in query if pair[0] not in {"after", "trail"}]
    return rest, Cursor.read(given.get("after", ""), given.get("trail", ""))


def show(cursor: Cursor, query: list[tuple[str, str]] | None = None) -> Page[UUID]:
    rows = [row for row in ROWS if cursor.after is None or row < cursor.after][: PAGE + 1]
    return paged("/messages", QUERY if query is None else query, cursor, rows, rows)


def test_older_and_newer_lead_through_all_rows_and_back() -> None:
    pages = [show(Cursor(None, ()))]
    while pages[-1].older:
        pages.append(show(follow(pages[-1].older)[1]))
    assert [row for page in pages for row in page.rows] == ROWS
    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        back = show(follow(back.newer)[1])
        assert back == earlier
    assert not back.newer


def test_filters_go_along_and_empty_ones_do_not() -> None:
    query, _ = follow(show(Cursor(None, ())).older)
    assert query == [("state", "queued"), ("state", "failed")]


def test_who_went_further_than_the_trail_comes_back_to_the_first_page() -> None:
    cursor = Cursor(UUID(int=990), ())
    for _ in range(25):
        cursor = follow(paged("/x", [], cursor, ROWS[: PAGE + 1], ROWS[: PAGE + 1]).older)[1]
    assert len(cursor.trail) == 20
    for _ in range(21):
        _, cursor = follow(paged("/x", [], cursor, ROWS[:2], ROWS[:2]).newer)
    assert cursor == Cursor(None, ())


@given(st.text(), st.text())
def test_whatever_stands_in_an_address_is_a_cursor(after: str, trail: str) -> None:
    assert isinstance(Cursor.read(after, trail), Cursor)


def test_a_filter_is_taken_away_and_the_others_stay() -> None:
    query = [("state", "queued"), ("since", "2026-01-01"), ("until", "2026-01-02")]
    assert without("/messages", query, "since", "until") == "/messages?state=queued"
    assert without("/messages", query, "state", "since", "until") == "/messages"


def test_what_people_search_is_written_safely() -> None:
    assert address("/messages", [("q", "a&b=c d#é")]) == "/messages?q=a%26b%3Dc+d%23%C3%A9"
