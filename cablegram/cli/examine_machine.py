"""What the doctor looks at outside the database: Python, the data folder and its secrets, the disk, ports."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cablegram.cli import whereabouts
from cablegram.cli.finding import Finding, fail, ok, warn
from cablegram.kit.errors import CablegramError
from cablegram.kit.seal import Seal
from cablegram.runtime.settings import Settings

_LEAST_PYTHON = (3, 11)
_LITTLE_DISK, _NO_DISK = 2_000_000_000, 200_000_000  # bytes; the WAL alone may take 1 GB
_SECRETS = ("secret.key", "postgres.password")
_WAIT = 2.0


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that needs no database."""
    yield _python()
    yield _data_folder(settings.data_dir)
    yield from _secrets(settings)
    yield _disk(settings.data_dir)
    yield _api(settings)
    if settings.simulator:
        yield _port("simulated carrier", settings.carrier_host, settings.carrier_port, "CABLEGRAM_CARRIER_PORT")
        handsets = urlsplit(settings.handsets)
        yield _port("handsets", handsets.hostname or "", handsets.port or 80, "CABLEGRAM_HANDSET_PORT")


def _python() -> Finding:
    version = platform.python_version()
    if sys.version_info < _LEAST_PYTHON:
        return fail("python", f"This is Python {version}.", "Install Python 3.11 or newer.")
    return ok("python", f"Python {version} on {platform.system()} {platform.machine()}.")


def _data_folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return warn("data folder", f"There is no folder {folder} yet.", "Nothing: `cablegram up` makes it.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return fail(
            "data folder", f"We may not write into {folder}.", f"Run as its owner, or: chown -R $(id -u) {folder}"
        )
    if folder.stat().st_mode & 0o022:
        return warn("data folder", f"Others may write into {folder}.", f"chmod go-w {folder}")
    return ok("data folder", f"{folder} is ours alone to write into.")


def _secrets(settings: Settings) -> Iterator[Finding]:
    for name in _SECRETS:
        path = settings.data_dir / name
        if path.is_file() and path.stat().st_mode & 0o077:
            yield fail(
                "secrets", f"Others may read {path}.", f"chmod 600 {path}, and think of what they may have read."
            )
    if settings.secret_key is None:
        yield _kept_key(settings)
        return
    try:
        Seal.from_text(settings.secret_key)
    except CablegramError as error:
        yield fail("secret key", error.message, "Set CABLEGRAM_SECRET_KEY as it was when the passwords were stored.")
    else:
        yield ok("secret key", "CABLEGRAM_SECRET_KEY has the right form.")


def _kept_key(settings: Settings) -> Finding:
    path = settings.data_dir / "secret.key"
    if not path.is_file():
        todo = "If there were carriers' passwords, bring the file back from a backup; else `cablegram up` makes one."
        return warn("secret key", f"There is no {path}.", todo)
    if settings.database_url:
        what = f"The key is in {path}, and the database elsewhere: other machines can't open carriers' passwords."
        return warn("secret key", what, "With several machines, set CABLEGRAM_SECRET_KEY to that key on each.")
    return ok("secret key", f"It is in {path}. Back it up with the database.")


def _disk(folder: Path) -> Finding:
    place = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(place).free
    what = f"{free / 1e9:,.1f} GB are free at {place}."
    if free < _NO_DISK:
        return fail("disk", what, "Make room before PostgreSQL stops.")
    return warn("disk", what, "Make room soon.") if free < _LITTLE_DISK else ok("disk", what)


def _api(settings: Settings) -> Finding:
    known = whereabouts.known(settings)
    home = f"http://{_reachable(settings.host)}:{settings.port}" if known == settings.public else known
    address = f"{home}/health"
    try:
        with urllib.request.urlopen(address, timeout=_WAIT) as answer:  # noqa: S310 - our own, as `up` noted it
            if answer.status == 200:
                return ok("api", f"The panel and the API answer at {known}.")
    except urllib.error.HTTPError as error:
        what = f"{address} answers {error.code}."
        todo = "If it is ours, look at the database above; else choose another port with CABLEGRAM_PORT."
        return fail("api", what, todo)
    except OSError:
        pass  # nobody answers: then the port should at least be free
    return _port("api", settings.host, settings.port, "CABLEGRAM_PORT", is_free_for_us=True)


def _port(name: str, host: str, port: int, variable: str, *, is_free_for_us: bool = False) -> Finding:
    """Say whether somebody listens; for the API, which did not answer, that somebody is a stranger."""
    try:
        socket.create_connection((_reachable(host), port), timeout=_WAIT).close()
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
            return fail(name, f"{host} is no address of this machine.", "Correct the host in the settings.")
        return ok(name, f"Nothing runs on port {port} of {host}; it is free.")
    if is_free_for_us:
        return fail(name, f"Another program has port {port} of {host}.", f"Choose another with {variable}.")
    return ok(name, f"Somebody listens on port {port} of {host}.")


def _reachable(host: str) -> str:
    """Return where to knock: a server that listens everywhere is reached on loopback."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
