"""`cablegram backup` and `cablegram restore`: the whole installation but its key, in one file."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cablegram.cli.opening import HERE, AsJson, Place, bring_up_to_date, read_settings, run, with_database
from cablegram.cli.output import say
from cablegram.cli.showing import many
from cablegram.runtime import Runtime, postgres_tools
from cablegram.runtime.embedded import borrow
from cablegram.runtime.settings import Settings
from cablegram.safety import halt
from cablegram.safety.model import Standstill
from cablegram.webhooks import restoring


def backup(file: Path, *, place: Place = HERE, json: AsJson = False) -> None:
    """Write everything but the secret key into a file; the system may run meanwhile.

    Parameters
    ----------
    file
        A new file, which only you may read: it holds numbers and texts.
    """
    settings = read_settings(place)
    with with_database(settings) as own:
        postgres_tools.dump(own.database_url or "", file)
    key = "CABLEGRAM_SECRET_KEY" if settings.secret_key else str(settings.data_dir / "secret.key")
    text = (
        f"{file} holds the whole database, {file.stat().st_size / 1e6:,.1f} MB.\n"
        f"The key that opens carriers' passwords is not in it: keep {key} elsewhere."
    )
    say(text, {"file": str(file), "bytes": file.stat().st_size, "secret_key": key}, as_json=json)


def restore(file: Path, *, place: Place = HERE, json: AsJson = False) -> None:
    """Read a backup into an empty data folder or database; what was under way is held until you say go on.

    Parameters
    ----------
    file
        What `cablegram backup` wrote.
    """
    settings = read_settings(place)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _server(settings) as url:
        postgres_tools.load(url, file)
        bring_up_to_date(url, is_restoring=True)
        found, locked_out = run(replace(settings, database_url=url), _halt, process="command", hot=False)
        postgres_tools.finish_restore(url)
    under_way = f"{many(found.held, 'message')} held, {found.unknown:,} in question, "
    lines = [
        f"{file} is restored, and what was under way stands still:",
        f"  {under_way}{many(found.campaigns, 'campaign')} paused.",
        "Compare with what your carriers saw, then `cablegram resume-after-restore`.",
    ]
    if locked_out:
        lines.append(f"The secret key is another one: give the passwords of {', '.join(locked_out)} again.")
    facts = {
        "file": str(file), "held": found.held, "unknown": found.unknown, "campaigns": found.campaigns,
        "locked_out": locked_out,
    }  # fmt: skip
    say("\n".join(lines), facts, as_json=json)


async def _halt(rt: Runtime) -> tuple[Standstill, list[str]]:
    found = await halt.halt(rt)
    await restoring.go_on(rt)
    return found, await halt.locked_out(rt)


@contextmanager
def _server(settings: Settings) -> Generator[str]:
    """Lend the address of a database as it is, without a schema."""
    if settings.database_url:
        yield settings.database_url
        return
    with borrow(settings.data_dir) as url:
        yield url
