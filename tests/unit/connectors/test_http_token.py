"""A token is renewed before its end, and asked for every two minutes while there is none (R135)."""

from __future__ import annotations

import pytest

from cablegram.connectors.http_token import Keeper
from cablegram.connectors.providers.contract import Token


@pytest.mark.req("R135")
def test_a_token_is_asked_for_at_once_and_again_every_two_minutes() -> None:
    keeper = Keeper()
    assert keeper.is_due(5.0)
    assert keeper.token(5.0) is None
    missed = keeper.missed(5.0)
    assert not missed.is_due(124.9)
    assert missed.is_due(125.0)


@pytest.mark.req("R135")
def test_it_is_renewed_while_it_is_good_and_serves_until_its_end_if_that_fails() -> None:
    keeper = Keeper().got(Token("abc", 1000), 0.0)
    assert (keeper.token(0.0), keeper.is_due(799.0), keeper.is_due(800.0)) == ("abc", False, True)
    missed = keeper.missed(800.0)
    assert missed.token(999.0) == "abc"
    assert missed.token(1000.0) is None


def test_a_token_that_is_refused_is_dropped_if_it_is_not_fresh() -> None:
    keeper = Keeper().got(Token("abc", 1000), 0.0)
    assert not keeper.is_stale(59.0)
    assert keeper.is_stale(60.0)
    spoiled = keeper.spoiled(60.0)
    assert (spoiled.token(60.0), spoiled.is_due(60.0), spoiled.is_stale(200.0)) == (None, True, False)


def test_what_an_older_token_is_told_says_nothing_about_the_one_in_use() -> None:
    keeper = Keeper().got(Token("abc", 1000), 100.0)
    assert keeper.is_outlived(99.0, 110.0)
    assert not keeper.is_outlived(100.0, 110.0)
    assert keeper.spoiled(110.0).is_outlived(105.0, 110.0)
