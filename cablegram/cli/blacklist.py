"""`cablegram blacklist`: numbers that get nothing more from an account."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.cli import choosing, files
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.cli.uploading import Watch, bad_rows
from cablegram.consent import blacklist
from cablegram.consent.model import Entry
from cablegram.kit.errors import NotFound
from cablegram.messages import barring
from cablegram.messages.barring import Barred, BarredFile
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def add(
    numbers: list[str],
    /,
    *,
    note: Annotated[str, Parameter(help="Why, for whoever looks later.")] = "",
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Put numbers on the blacklist by hand; messages that wait for them are cancelled and refunded."""

    async def deed(rt: Runtime) -> Barred:
        _, who = await choosing.acting(rt, account)
        return await barring.add(rt, who, numbers, note=note)

    done = act(place, deed)
    say(_counts(done), asdict(done), as_json=json)


def remove(number: str, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Take a number off the blacklist, however it came there."""

    async def deed(rt: Runtime) -> Entry:
        _, who = await choosing.acting(rt, account)
        return await blacklist.remove(rt, who, number)

    gone = act(place, deed)
    say(f"+{gone.number} is off the blacklist. It was there {_since(gone)}.", _facts(gone), as_json=json)


def check(number: str, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> int:
    """Say whether a number is on the blacklist; the exit status is 1 where it is not."""

    async def deed(rt: Runtime) -> Entry | None:
        _, who = await choosing.acting(rt, account)
        try:
            return await blacklist.check(rt, who, number)
        except NotFound:
            return None

    found = act(place, deed)
    if found is None:
        say(f"{number} is not on the blacklist.", {"blacklisted": False}, as_json=json)
        return 1
    said = f": {found.note}" if found.note else ""
    facts = {"blacklisted": True, **_facts(found)}
    say(f"+{found.number} is on the blacklist {_since(found)}{said}.", facts, as_json=json)
    return 0


def list_entries(
    *,
    q: Annotated[str | None, Parameter(name="--search", help="Digits that stand in the number.")] = None,
    limit: int = 50,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List the blacklist, newest first."""

    async def deed(rt: Runtime) -> list[Entry]:
        _, who = await choosing.acting(rt, account)
        return await blacklist.page(rt, who, q=q, limit=limit)

    found = act(place, deed)
    rows = [(f"+{one.number}", one.how.value, moment(one.added_at), one.added_by, one.note) for one in found]
    text = table(("number", "how", "since (UTC)", "by", "note"), rows) if rows else "Nothing is on the blacklist."
    say(text, [_facts(one) for one in found], as_json=json)


def import_numbers(
    file: Path,
    *,
    skip_bad_rows: Annotated[
        bool, Parameter(negative=(), help="Leave bad rows out; else one bad row refuses the whole file.")
    ] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Put the numbers of a CSV file on the blacklist: first column `number`, a column `note` if you like."""

    async def deed(rt: Runtime) -> BarredFile:
        _, who = await choosing.acting(rt, account)
        with files.open_bytes(file) as opened, Watch(opened) as watch:
            return await barring.import_csv(
                rt, who, watch.chunks(), on_bad_rows="skip" if skip_bad_rows else "refuse", on_progress=watch.count
            )

    done = act(place, deed)
    facts: dict[str, Any] = {
        "rows": done.rows, "added": done.added, "known": done.known, "withdrawn": done.withdrawn,
        "duplicates": done.duplicates, "skipped": done.skipped,
        "errors": [{"field": one.field, "code": one.code, "message": one.message} for one in done.faults],
    }  # fmt: skip
    say("\n".join([_counts(done), *bad_rows(done.skipped, done.faults)]), facts, as_json=json)


def export(*, account: _Account = None, place: Place = HERE) -> None:
    """Write the blacklist as CSV to standard output."""

    async def deed(rt: Runtime) -> None:
        _, who = await choosing.acting(rt, account)
        async for piece in blacklist.export_csv(rt, who):
            sys.stdout.write(piece.decode())

    act(place, deed)
    sys.stdout.flush()


def _counts(done: Barred) -> str:
    counts = f"{many(done.added, 'number')} added, {done.known:,} there already"
    return f"{counts}; {many(done.withdrawn, 'message')} withdrawn and refunded."


def _since(entry: Entry) -> str:
    how = entry.how.value.replace("_", " ")
    return f"since {moment(entry.added_at)} UTC, put there by {entry.added_by} ({how})"


def _facts(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "number": f"+{entry.number}", "how": entry.how.value}
