from __future__ import annotations

import argon2
import pytest

from cablegram.accounts import passwords
from cablegram.kit.errors import InvalidInput

COST = {"memory": 8, "rounds": 1}


def test_a_password_matches_its_hash_and_no_other_does() -> None:
    stored = passwords.hash_new("correct horse", **COST)
    assert passwords.matches(stored, "correct horse", **COST)
    assert not passwords.matches(stored, "correct horsf", **COST)
    assert not passwords.matches(stored, "", **COST)


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash_new("correct horse", **COST) != passwords.hash_new("correct horse", **COST)


def test_nothing_stored_is_no_match_for_the_same_work() -> None:
    assert not passwords.matches(None, "correct horse", **COST)
    nobodys = argon2.extract_parameters(passwords.nobodys_hash(**COST))
    assert nobodys == argon2.extract_parameters(passwords.hash_new("correct horse", **COST))


def test_a_hash_keeps_working_when_the_settings_change_and_is_known_as_outdated() -> None:
    stored = passwords.hash_new("correct horse", **COST)
    assert passwords.matches(stored, "correct horse", memory=16, rounds=2)
    assert passwords.is_outdated(stored, memory=16, rounds=2)
    assert not passwords.is_outdated(stored, **COST)


def test_a_password_is_the_same_however_a_keyboard_writes_its_letters() -> None:
    stored = passwords.hash_new("contrase\u00f1a", **COST)
    assert passwords.matches(stored, "contrasen\u0303a", **COST)


def test_any_characters_can_be_hashed() -> None:
    stored = passwords.hash_new("half a pair \ud800", **COST)
    assert passwords.matches(stored, "half a pair \ud800", **COST)


@pytest.mark.parametrize("length", [10, 200])
def test_ten_to_two_hundred_characters_are_a_password(length: int) -> None:
    passwords.check_new("x" * length)


@pytest.mark.parametrize("length", [0, 9, 201])
def test_less_or_more_is_refused_with_the_field(length: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        passwords.check_new("x" * length)
    assert caught.value.code == "bad_password"
    assert [fault.field for fault in caught.value.faults] == ["new_password"]
