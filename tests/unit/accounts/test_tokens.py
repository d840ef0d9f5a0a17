from __future__ import annotations

import re

import pytest

from cablegram.accounts.tokens import digest, hint, looks_like_key, new_key, new_token


def test_keys_are_long_random_and_safe_anywhere() -> None:
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(re.fullmatch(r"sk_[A-Za-z0-9_-]{40}", key) for key in keys)
    assert all(looks_like_key(key) for key in keys)
    assert len(new_token()) == 40


@pytest.mark.parametrize("text", ["", "sk_", "sk_" + "x" * 39, "sk_" + "x" * 41, "SK_" + "x" * 40, "sk_" + "é" * 40])
def test_what_can_be_no_key_is_seen_at_once(text: str) -> None:
    assert not looks_like_key(text)
    assert not looks_like_key(new_key() + "\n")


def test_a_hint_tells_keys_apart_and_gives_none_away() -> None:
    key = new_key()
    assert key.startswith(hint(key))
    assert len(hint(key)) == 7


def test_what_is_kept_is_the_sha_256_of_whatever_came() -> None:
    assert digest("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(digest("half a pair: \ud800")) == 32
