"""`cablegram migrate`: bring the database up to date; every other command does so by itself."""

from __future__ import annotations

from cablegram.cli.opening import HERE, AsJson, Place, read_settings, with_database
from cablegram.cli.output import say
from cablegram.migrations.runner import files


def migrate(*, place: Place = HERE, json: AsJson = False) -> None:
    """Apply what is missing, under a lock, one transaction a file."""
    with with_database(read_settings(place)):
        names = [path.name for path in files()]
    say(
        f"The database is up to date: {names[-1]} is the newest of {len(names)} steps.",
        {"newest": names[-1]},
        as_json=json,
    )
