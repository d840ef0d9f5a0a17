"""`cablegram import`: a contact list from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import IO, Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.cli import choosing, files
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many
from cablegram.cli.uploading import Watch, bad_rows
from cablegram.contacts import import_jobs, importing, tables
from cablegram.contacts.importing import Order
from cablegram.contacts.model import ImportResult
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
    columns: Annotated[
        str, Parameter(help="What each column is for, with commas between: ,first_name,number leaves the first aside.")
    ] = "",
    dry_run: Annotated[bool, Parameter(negative=(), help="Only count what it would do.")] = False,
    account: Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Replace a list's people by those of a file, CSV or .xlsx: first column `number`, the others are variables."""
    if subscribed != bool(source.strip()):
        message = "Give --subscribed and --source together: that people agreed, and where they did."
        raise InvalidInput("source_needed", message, faults=[Fault("source", "source_needed", message)])
    order = Order(
        None,
        list_name=list_,
        words=[one.strip() for one in columns.split(",")] if columns else None,
        on_bad_rows="skip" if skip_bad_rows else "refuse",
        keep_others=keep_others,
        agreed=source,
        file_name=file.name,
    )

    async def deed(rt: Runtime) -> tuple[str, ImportResult]:
        _, who = await choosing.acting(rt, account)
        with files.open_bytes(file) as opened:
            return await _import(rt, who, order, opened, is_trial=dry_run)

    name, result = act(place, deed)
    say(_text(name, result, is_trial=dry_run), _facts(name, result), as_json=json)


async def _import(
    rt: Runtime, who: Principal, order: Order, file: IO[bytes], *, is_trial: bool
) -> tuple[str, ImportResult]:
    found = await choosing.contact_list(rt, who, order.list_name)
    if found:
        order = replace(order, list_id=found.id)
    kind = import_jobs.media_type_of(order.file_name)
    with Watch(file) as watch:
        chunks = watch.chunks()
        table = tables.of_workbook(chunks) if kind == tables.XLSX else tables.of_csv(chunks)
        result = await importing.take(rt, who, order, table=table, on_progress=watch.count, is_trial=is_trial)
    return found.name if found else order.list_name, result


def _text(name: str, result: ImportResult, *, is_trial: bool) -> str:
    counts = (
        f"{result.added:,} new, {result.updated:,} changed; {many(result.duplicates, 'row')} came again further down"
    )
    head = "would have" if is_trial else "has"
    lines = [f"{name} {head} {result.size:,} people{'' if is_trial else ' now'}: {counts}."]
    if result.declined:
        lines.append(f"{result.declined:,} of them said no before, and stay not subscribed.")
    return "\n".join([*lines, *bad_rows(result.skipped, result.faults)])


def _facts(name: str, result: ImportResult) -> dict[str, Any]:
    return {
        "list_id": result.list_id, "list": name, "rows": result.rows, "size": result.size, "added": result.added,
        "updated": result.updated, "duplicates": result.duplicates, "skipped": result.skipped,
        "declined": result.declined,
        "errors": [{"field": one.field, "code": one.code, "message": one.message} for one in result.faults],
    }  # fmt: skip
