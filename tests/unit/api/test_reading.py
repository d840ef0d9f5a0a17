"""Queries, ids, keys, pages: what a request brings, read."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.api.auth import key_of
from cablegram.api.errors import BadRequest
from cablegram.api.fields import Paging
from cablegram.api.messages import MessageFilter
from cablegram.api.paging import cut
from cablegram.api.reading import read_id, read_query
from cablegram.kit.errors import NotAuthenticated
from cablegram.messages.model import State

ID = UUID("0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11")


def test_a_query_is_read_into_its_types() -> None:
    text = f"limit=5&after={ID}&status=queued&date_from=2026-01-01T00%3A00%3A00%2B02%3A00&q=d%C3%A9j%C3%A0+vu".encode()
    query = read_query(text, MessageFilter)
    assert (query.limit, query.after, query.status, query.q) == (5, ID, State.QUEUED, "déjà vu")
    assert str(query.date_from) == "2026-01-01 00:00:00+02:00"
    assert read_query(b"", MessageFilter) == MessageFilter()


@given(st.binary(max_size=40) | st.sampled_from([b"limit=%FF", b"limit", b"&&=", b"q=%00&q=1", b"a=1&" * 101]))
def test_any_query_is_read_or_refused(text: bytes) -> None:
    with contextlib.suppress(BadRequest):
        assert isinstance(read_query(text, MessageFilter), MessageFilter)


@pytest.mark.parametrize("text", ["", "17", "0192f3a07c1e7d6b9a513f0c2b8a4e11", f"{ID}\n", f"{{{ID}}}"])
def test_an_id_has_the_one_form_that_the_schema_names(text: str) -> None:
    with pytest.raises(BadRequest):
        read_id(text, "message_id")


def test_capitals_in_an_id_make_no_difference() -> None:
    assert read_id(str(ID).upper(), "message_id") == ID


@given(authorization=st.none() | st.binary(max_size=30), api_key=st.none() | st.binary(max_size=30))
def test_any_headers_give_a_key_or_say_that_there_is_none(authorization: bytes | None, api_key: bytes | None) -> None:
    try:
        assert key_of(authorization, api_key)
    except NotAuthenticated as error:
        assert error.code == "key_missing"  # noqa: PT017 - the other outcome of the same call


@dataclass
class Item:
    id: UUID


@given(count=st.integers(0, 12), limit=st.integers(1, 10), words=st.text(min_size=1, max_size=10))
def test_the_next_page_starts_behind_the_last_item_and_asks_the_same(count: int, limit: int, words: str) -> None:
    found = [Item(UUID(int=number)) for number in range(min(count, limit + 1))]
    items, following = cut(found, "/v1/messages", MessageFilter(limit=limit, q=words))
    assert len(items) == min(count, limit)
    if count <= limit:
        assert following is None
    else:
        parts = urlsplit(following or "")
        assert parts.path == "/v1/messages"
        assert parse_qs(parts.query) == {"limit": [str(limit)], "q": [words], "after": [str(items[-1].id)]}


def test_a_page_that_was_asked_for_plainly_is_followed_plainly() -> None:
    assert cut([Item(ID), Item(ID)], "/v1/ledger", Paging(limit=1))[1] == f"/v1/ledger?limit=1&after={ID}"
