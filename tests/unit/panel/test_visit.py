"""Where somebody may be sent after logging in."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.panel.visit import login_address, safe_next


@pytest.mark.parametrize("address", ["/", "/messages?state=queued&q=a%20b", "/campaigns/new#text"])
def test_an_address_of_this_panel_is_kept(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example",
        "javascript:alert(1)", "elsewhere", "", "/\t/elsewhere.example", "/\n/elsewhere.example",
        " //elsewhere.example",
    ],
)  # fmt: skip
def test_another_hosts_address_leads_home(address: str) -> None:
    assert safe_next(address) == "/"


@given(st.text(st.characters(codec="utf-8")))
def test_nobody_is_ever_sent_to_another_host(address: str) -> None:
    try:
        host = urlsplit(urljoin("http://panel.test/login", safe_next(address))).netloc
    except ValueError:
        return  # no browser would go there either
    assert host == "panel.test"


def test_the_way_back_survives_the_log_in_page() -> None:
    assert login_address("/messages?q=a&state=queued") == "/login?next=%2Fmessages%3Fq%3Da%26state%3Dqueued"
