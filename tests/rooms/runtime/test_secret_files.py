from __future__ import annotations

from itertools import count
from pathlib import Path

from cablegram.runtime.secret_files import read_or_make


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    numbers = count(1)
    path = tmp_path / "key"
    assert [read_or_make(path, lambda: f"secret-{next(numbers)}") for _ in range(3)] == ["secret-1"] * 3
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_makers_the_faster_wins_and_both_get_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "key"

    def slowly() -> str:
        path.write_text("faster\n")
        return "slower"

    assert read_or_make(path, slowly) == "faster"
    assert list(tmp_path.iterdir()) == [path]
