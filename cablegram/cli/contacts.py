"""`cablegram import`: a contact list from a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.cli import choosing, files
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many
from cablegram.cli.uploading import Watch, bad_rows
from cablegram.contacts import importing, lists
from cablegram.contacts.model import ContactList, ImportResult
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime.runtime import Runtime


def import_contacts(
    file: Path,
    *,
    list_: Annotated[str, Parameter(name="--list", help="By name or id; a new name makes a new list.")],
    skip_bad_rows: Annotated[
        bool, Parameter(negative=(), help="Leave bad rows out; else one bad row refuses the whole file.")
    ] = False,
    keep_others: Annotated[
        bool, Parameter(negative=(), help="Let those stay on the list who are not in the file.")
    ] = False,
    subscribed: Annotated[
        bool, Parameter(negative=(), help="These people agreed to marketing texts; say where by --source.")
    ] = False,
    source: Annotated[str, Parameter(help="Where they agreed: kept with the import.")] = "",
    account: Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Replace a list's people by those of a CSV file: first column `number`, the others are variables."""
    if subscribed != bool(source.strip()):
        message = "Give --subscribed and --source together: that people agreed, and where they did."
        raise InvalidInput("source_needed", message, faults=[Fault("source", "source_needed", message)])
    how = _How(skip_bad_rows=skip_bad_rows, keep_others=keep_others, agreed=source)

    async def deed(rt: Runtime) -> tuple[ContactList, ImportResult]:
        _, who = await choosing.acting(rt, account)
        with files.open_bytes(file) as opened:
            return await _import(rt, who, list_, opened, how=how)

    target, result = act(place, deed)
    say(_text(target, result), _facts(target, result), as_json=json)


@dataclass(frozen=True, slots=True)
class _How:
    """How an import treats bad rows and people who are not in the file, and what those in it agreed to."""

    skip_bad_rows: bool
    keep_others: bool
    agreed: str


async def _import(
    rt: Runtime, who: Principal, name: str, file: IO[bytes], *, how: _How
) -> tuple[ContactList, ImportResult]:
    found = await choosing.contact_list(rt, who, name)
    target = found or await lists.create(rt, who, name)
    try:
        with Watch(file) as watch:
            result = await importing.import_csv(
                rt,
                who,
                target.id,
                watch.chunks(),
                on_bad_rows="skip" if how.skip_bad_rows else "refuse",
                keep_others=how.keep_others,
                agreed=how.agreed,
                on_progress=watch.count,
            )
    except BaseException:
        if found is None:  # nothing half done: a list that was made for this import goes with it
            await lists.delete(rt, who, target.id)
        raise
    return target, result


def _text(target: ContactList, result: ImportResult) -> str:
    counts = (
        f"{result.added:,} new, {result.updated:,} changed; {many(result.duplicates, 'row')} came again further down"
    )
    lines = [f"{target.name} has {result.size:,} people now: {counts}."]
    if result.declined:
        lines.append(f"{result.declined:,} of them said no before, and stay not subscribed.")
    return "\n".join([*lines, *bad_rows(result.skipped, result.faults)])


def _facts(target: ContactList, result: ImportResult) -> dict[str, Any]:
    return {
        "list_id": target.id, "list": target.name, "rows": result.rows, "size": result.size, "added": result.added,
        "updated": result.updated, "duplicates": result.duplicates, "skipped": result.skipped,
        "declined": result.declined,
        "errors": [{"field": one.field, "code": one.code, "message": one.message} for one in result.faults],
    }  # fmt: skip
