"""Run a command to its end and look at what it said: in a process of its own, or, ten times as fast, in this one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from cablegram.cli.main import main
from system import PATIENCE, environ

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Said:
    out: str
    err: str

    @property
    def facts(self) -> Any:  # noqa: ANN401 - JSON
        """Read the JSON it printed."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """Return the code of its error, however it was printed."""
        if self.err.startswith("{"):
            return json.loads(self.err)["error"]["code"]
        return self.err.splitlines()[0].rpartition("[")[2].rstrip("]")


Cable = Callable[..., Said]
"""The command on a database of the test's own: words, and what is expected, as `said` takes them."""


def said(
    data_dir: Path,
    *words: str | Path,
    database_url: str | None = None,
    status: int = 0,
    typed: str | None = None,
    variables: dict[str, str] | None = None,
    is_apart: bool = True,
) -> Said:
    """Run a command as a stranger would, and hold it to its exit status."""
    environment = environ(data_dir) | ({"CABLEGRAM_DATABASE_URL": database_url} if database_url else {})
    run = _run_apart if is_apart else _run_here
    code, heard = run([str(word) for word in words], environment | (variables or {}), typed or "")
    shown = " ".join(str(word)[:50] for word in words)
    assert code == status, f"cablegram {shown} ended with {code}: {heard.err}{heard.out}"
    return heard


def _run_apart(words: list[str], environment: dict[str, str], typed: str) -> tuple[int, Said]:
    command = [sys.executable, "-m", "cablegram", *words]
    done = subprocess.run(
        command, env=environment, input=typed, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=ROOT
    )
    return done.returncode, Said(done.stdout, done.stderr)


def _run_here(words: list[str], environment: dict[str, str], typed: str) -> tuple[int, Said]:
    out, err = io.StringIO(), io.StringIO()
    with (
        _as_if_alone(["cablegram", *words], environment, typed),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return int(ended.value.code or 0), Said(out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _as_if_alone(words: list[str], environment: dict[str, str], typed: str) -> Generator[None]:
    """Lend a process's words, environment and folder, and put back what commands change for the whole process."""
    logging = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Cyclopts")  # it doubts that a test means the words in sys.argv: it does
        for name in [name for name in os.environ if name.startswith("CABLEGRAM_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", words)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        patch.chdir(ROOT)
        yield
    structlog.configure(**logging)
    structlog.contextvars.unbind_contextvars("process")
