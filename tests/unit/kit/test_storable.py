from __future__ import annotations

import pytest

from cablegram.kit.storable import storable


@pytest.mark.parametrize(
    ("said", "kept"), [("plain", "plain"), ("ñandú 😀", "ñandú 😀"), ("a\0b", "ab"), ("half \ud83d", "half ?")]
)
def test_what_no_database_holds_is_taken_out_and_nothing_else(said: str, kept: str) -> None:
    assert storable(said) == kept
