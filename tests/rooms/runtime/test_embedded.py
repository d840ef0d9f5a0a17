"""The embedded PostgreSQL: starts for anybody, belongs to one starter, ends with it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from cablegram.kit.errors import Conflict
from cablegram.runtime.embedded import Embedded, borrow, running

_HOLD = """
import sys, time
from pathlib import Path
from cablegram.runtime.embedded import Embedded
server = Embedded(Path(sys.argv[1]))
server.start(for_others=sys.argv[2] == "for_others")
print("ready", flush=True)
sys.stdin.readline()
server.stop()
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder on which a server ran before; one for this file, since making it takes most of a second."""
    path = tmp_path_factory.mktemp("data")
    server = Embedded(path)
    server.start()
    server.stop()
    return path


@pytest.fixture
def held(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another process that runs a server for all on the data folder."""
    yield from _hold(data_dir, "for_others")


@pytest.fixture
def held_privately(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another process that runs a server for itself alone."""
    yield from _hold(data_dir, "alone")


def _hold(data_dir: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLD, str(data_dir), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        if process.poll() is None:
            process.communicate("stop\n", timeout=30)


def _one(url: str, statement: str) -> object:
    with psycopg.connect(url) as conn:
        row = conn.execute(statement).fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue] - fixed text
    return row[0] if row else None


def test_what_was_written_is_there_after_a_restart(data_dir: Path) -> None:
    with borrow(data_dir) as url, psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    with borrow(data_dir) as url:
        assert _one(url, "SELECT seven FROM kept") == 7


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_nothing_that_keeps_data_safe_is_off(data_dir: Path, name: str) -> None:
    with borrow(data_dir) as url:
        assert _one(url, f"SHOW {name}") == "on"


def test_the_server_listens_on_no_port(data_dir: Path) -> None:
    with borrow(data_dir) as url:
        assert _one(url, "SHOW listen_addresses") == ""


def test_a_wrong_password_is_refused(data_dir: Path) -> None:
    with borrow(data_dir) as url, pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guessed")


def test_secrets_are_readable_by_their_owner_alone(data_dir: Path) -> None:
    for name in ("postgres.password", "postgres.log", "postgres.lock", "postgres", "postgres/data"):
        assert (data_dir / name).stat().st_mode & 0o077 == 0


def test_a_second_starter_is_refused_at_once(data_dir: Path, held: subprocess.Popen[str]) -> None:
    with pytest.raises(Conflict) as refused:
        Embedded(data_dir).start()
    assert refused.value.code == "already_running"
    assert held.poll() is None


def test_a_command_uses_the_server_that_runs_and_leaves_it_running(data_dir: Path, held: subprocess.Popen[str]) -> None:
    with borrow(data_dir) as url:
        assert url == running(data_dir)
    assert _one(url, "SELECT 1") == 1
    assert held.poll() is None


def test_a_command_waits_for_the_server_that_another_has_for_itself(
    data_dir: Path, held_privately: subprocess.Popen[str]
) -> None:
    assert running(data_dir) is None
    assert held_privately.stdin is not None
    held_privately.stdin.write("stop\n")
    held_privately.stdin.flush()
    with borrow(data_dir) as url:
        assert _one(url, "SELECT 1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the server through a pidfd")
def test_no_server_lives_on_when_its_starter_is_killed(data_dir: Path, held: subprocess.Popen[str]) -> None:
    pid = _server_pid(data_dir)
    held.kill()
    held.wait()
    _until_gone(pid)
    assert running(data_dir) is None


def test_starting_again_right_after_a_kill_waits_for_the_old_server(
    data_dir: Path, held: subprocess.Popen[str]
) -> None:
    held.kill()
    held.wait()
    with borrow(data_dir) as url:
        assert _one(url, "SELECT 1") == 1


def test_a_lock_file_that_names_a_process_of_another_program_does_not_stop_the_start(data_dir: Path) -> None:
    stranger = os.getpid()
    lock_file = data_dir / "postgres" / "data" / "postmaster.pid"
    lock_file.write_text(f"{stranger}\n{lock_file.parent}\n0\n5432\n/tmp\n\n\n")
    with borrow(data_dir) as url:
        assert _one(url, "SELECT 1") == 1


def test_a_half_made_database_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "data.new" / "base"
    with borrow(tmp_path):
        pass
    half.mkdir(parents=True)
    (tmp_path / "postgres" / "data").rename(tmp_path / "postgres" / "kept")
    with borrow(tmp_path) as url:
        assert _one(url, "SELECT 1") == 1
    assert not half.exists()


def test_a_long_data_folder_has_a_short_socket(tmp_path: Path) -> None:
    with borrow(tmp_path / ("long" * 30)) as url:
        socket_folder = str(conninfo_to_dict(url)["host"])
        assert len(socket_folder) < 60
        assert Path(socket_folder).stat().st_mode & 0o077 == 0
    assert not Path(socket_folder).exists()


def test_files_of_another_version_are_not_touched(tmp_path: Path) -> None:
    with borrow(tmp_path):
        pass
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(Conflict) as refused, borrow(tmp_path):
        pass
    assert refused.value.code == "postgres_other_version"


def test_a_lost_password_is_said_and_not_replaced(tmp_path: Path) -> None:
    with borrow(tmp_path):
        pass
    (tmp_path / "postgres.password").unlink()
    with pytest.raises(Conflict) as refused, borrow(tmp_path):
        pass
    assert refused.value.code == "postgres_password_lost"
    assert not (tmp_path / "postgres.password").exists()


def _server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def _until_gone(pid: int) -> None:
    """Wait until a process that isn't our child has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([handle], [], [], 20)
        assert ended
    finally:
        os.close(handle)
