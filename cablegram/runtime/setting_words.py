"""How settings are written: names of variables, options, texts. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from cablegram.kit.errors import Fault

PREFIX = "CABLEGRAM_"
_TESTS = "CABLEGRAM_TEST_"


@dataclass(frozen=True, slots=True)
class Told:
    """How a setting is read from text (ValueError says what is wrong), and the sentence that explains it."""

    read: Callable[[str], Any]
    about: str


def variable(name: str) -> str:
    """Return the environment variable of a setting: `data_dir` is `CABLEGRAM_DATA_DIR`."""
    return PREFIX + name.upper()


def sources(environ: Mapping[str, str], options: Mapping[str, object]) -> list[tuple[str, object, str]]:
    """List (setting, value, what the person wrote), the stronger source last; an empty variable counts as not set."""
    found: list[tuple[str, object, str]] = [
        (key.removeprefix(PREFIX).lower(), value, key)
        for key, value in sorted(environ.items())
        if value and key.startswith(PREFIX) and not key.startswith(_TESTS)
    ]
    found += [(name, value, f"--{name.replace('_', '-')}") for name, value in options.items() if value is not None]
    return found


def unknown(where: str, known: Mapping[str, object]) -> Fault:
    """Say that there is no such setting, and which one may be meant."""
    near = difflib.get_close_matches(where.removeprefix(PREFIX).lower(), known, n=1)
    hint = f" Is {variable(near[0])} meant?" if near else ""
    return Fault(where, "unknown_setting", f"{where} is no setting of Cablegram.{hint}")


def written(value: object) -> str:
    """Write a value as a variable has it."""
    if isinstance(value, tuple):
        return ",".join(str(one) for one in cast("tuple[object, ...]", value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def address(host: str, port: int) -> str:
    """Write an HTTP address; a server that listens everywhere is reached on loopback."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}"
