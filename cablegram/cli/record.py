"""`cablegram contacts`: one person, their fields and history; and fields, tags, all contacts at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.cli import choosing, files
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.cli.uploading import Watch, bad_rows
from cablegram.contacts import fields, people, replacing, tags
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.people import Change
from cablegram.contacts.replacing import Replaced
from cablegram.contacts.tags import Tagged
from cablegram.kit.errors import InvalidInput
from cablegram.records import erase as erasing
from cablegram.records import export as exporting
from cablegram.records import history as story
from cablegram.records import merge as merging
from cablegram.records.model import Erased, Item, Merged
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def show(number: str, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Show a contact: statuses, fields, tags."""

    async def deed(rt: Runtime) -> Contact:
        _, who = await choosing.acting(rt, account)
        return await people.get(rt, who, number)

    _say_contact(act(place, deed), as_json=json)


def set_contact(
    number: str,
    /,
    *,
    variable: Annotated[
        list[str] | None, Parameter(name="--set", negative=(), help="NAME=VALUE; may stand several times.")
    ] = None,
    new_number: Annotated[str | None, Parameter(name="--number", help="Another number; it is active.")] = None,
    phone: Annotated[PhoneStatus | None, Parameter(help="active, bounced or paused.")] = None,
    reason: Annotated[str, Parameter(help="Why the phone's status changes.")] = "",
    subscription: Annotated[Subscription | None, Parameter(help="subscribed, not-subscribed or none.")] = None,
    source: Annotated[str, Parameter(help="Where the person said so.")] = "",
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Change a contact by hand."""
    values = dict(_pair(one) for one in variable or [])
    change = Change(new_number, phone, subscription, source, values, reason)

    async def deed(rt: Runtime) -> Contact:
        _, who = await choosing.acting(rt, account)
        return await people.change(rt, who, number, change)

    _say_contact(act(place, deed), as_json=json)


def history(
    number: str, /, *, limit: int = 50, account: _Account = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Tell what happened between a person and an account, newest first."""

    async def deed(rt: Runtime) -> list[Item]:
        _, who = await choosing.acting(rt, account)
        return await story.page(rt, who, number, limit=limit)

    found = act(place, deed)
    rows = [(moment(one.at), one.kind.value, one.what, one.detail[:80], one.by) for one in found]
    text = table(("when (UTC)", "what", "", "", "by"), rows) if rows else "Nothing happened yet."
    say(text, [{name: getattr(one, name) for name in Item.__slots__} for one in found], as_json=json)


def merge(number: str, other: str, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Join the record of another number to that of the first, which stays."""

    async def deed(rt: Runtime) -> Merged:
        _, who = await choosing.acting(rt, account)
        return await merging.merge(rt, who, number, other=other)

    done = act(place, deed)
    words = " Its no to marketing counts." if done.took_its_no else ""
    facts = {"number": f"+{done.contact.number}", "gone": f"+{done.gone}", "took_its_no": done.took_its_no}
    facts |= {"variables": list(done.variables), "tags": list(done.tags), "lists": list(done.lists)}
    say(f"+{done.gone} is part of the record of +{done.contact.number} now.{words}", facts, as_json=json)


def erase(
    number: str,
    /,
    *,
    yes: Annotated[bool, Parameter(negative=(), help="Really: it can't be undone.")] = False,
    reason: Annotated[str, Parameter(help="Why; it stays, so name nobody.")] = "",
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Forget a person; a hash stays, so that nothing brings their no back."""
    if not yes:
        raise InvalidInput("confirmation_needed", "This can't be undone. Say --yes if the person is to be forgotten.")

    async def deed(rt: Runtime) -> Erased:
        _, who = await choosing.acting(rt, account)
        return await erasing.erase(rt, who, number, reason=reason)

    done = act(place, deed)
    texts = f"{many(done.messages, 'message')} and {many(done.texts, 'text')} are empty now"
    facts = {name: getattr(done, name) for name in Erased.__slots__}
    say(f"Forgotten. {texts}; {many(done.withdrawn, 'message')} that waited withdrawn.", facts, as_json=json)


def export(number: str, /, *, account: _Account = None, place: Place = HERE) -> None:
    """Write all that is kept of a person as JSON to standard output."""

    async def deed(rt: Runtime) -> None:
        _, who = await choosing.acting(rt, account)
        async for piece in await exporting.opened(rt, who, number):
            sys.stdout.write(piece.decode())

    act(place, deed)
    sys.stdout.write("\n")
    sys.stdout.flush()


def tag(
    numbers: list[str],
    /,
    *,
    add: Annotated[list[str] | None, Parameter(negative=(), help="May stand several times.")] = None,
    remove: Annotated[list[str] | None, Parameter(negative=(), help="May stand several times.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give people tags and take others away."""

    async def deed(rt: Runtime) -> Tagged:
        _, who = await choosing.acting(rt, account)
        return await tags.change_numbers(rt, who, numbers, add=add or [], remove=remove or [])

    done = act(place, deed)
    facts = {"changed": done.changed, "same": done.same, "unknown": done.unknown}
    say(f"{many(done.changed, 'contact')} changed, {done.unknown:,} unknown.", facts, as_json=json)


def list_fields(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List what is kept of people."""

    async def deed(rt: Runtime) -> list[Field]:
        _, who = await choosing.acting(rt, account)
        return await fields.every(rt, who)

    found = act(place, deed)
    rows = [(one.name, one.label, one.type.value, ", ".join(one.choices)) for one in found]
    facts = [
        {"name": one.name, "label": one.label, "type": one.type.value, "choices": list(one.choices)} for one in found
    ]
    say(table(("name", "label", "type", "choices"), rows), facts, as_json=json)


def add_field(
    name: str,
    kind: FieldType,
    /,
    *,
    label: str = "",
    choice: Annotated[list[str] | None, Parameter(negative=(), help="Of a choice: may stand several times.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a field; values that are there are written as it writes them."""

    async def deed(rt: Runtime) -> Field:
        _, who = await choosing.acting(rt, account)
        return await fields.create(rt, who, name, label=label, kind=kind, choices=choice or ())

    made = act(place, deed)
    say(f"The field {made.name} is made ({made.type.value}).", {"id": made.id, "name": made.name}, as_json=json)


def replace_all(
    file: Path,
    /,
    *,
    skip_bad_rows: Annotated[
        bool, Parameter(negative=(), help="Leave bad rows out; else one bad row refuses the whole file.")
    ] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Replace all contacts by those of a CSV file; who is in no row is a contact no more."""

    async def deed(rt: Runtime) -> Replaced:
        _, who = await choosing.acting(rt, account)
        with files.open_bytes(file) as opened, Watch(opened) as watch:
            how = "skip" if skip_bad_rows else "refuse"
            return await replacing.replace_all(rt, who, watch.chunks(), on_bad_rows=how)

    done = act(place, deed)
    one = done.result
    facts: dict[str, Any] = {"rows": one.rows, "size": one.size, "added": one.added, "removed": done.removed}
    text = f"{one.size:,} contacts now: {one.added:,} new; {done.removed:,} removed."
    say("\n".join([text, *bad_rows(one.skipped, one.faults)]), {**facts, "skipped": one.skipped}, as_json=json)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise InvalidInput("bad_variable", f"{text[:40]!r} is no NAME=VALUE, such as city=Vigo.")
    return name, value


def _say_contact(one: Contact, *, as_json: bool) -> None:
    said = one.subscription.value.replace("_", " ") if one.subscription else "nothing recorded"
    lines = [f"+{one.number}  {one.country}  phone {one.phone_status.value}  subscription {said}"]
    lines += [f"  {name}: {value}" for name, value in one.variables.items()]
    lines += [f"  tags: {', '.join(one.tags)}"] if one.tags else []
    facts = {
        "number": f"+{one.number}", "country": one.country, "phone_status": one.phone_status.value,
        "subscription": one.subscription.value if one.subscription else None,
        "source": one.subscription_source, "variables": one.variables, "tags": one.tags,
    }  # fmt: skip
    say("\n".join(lines), facts, as_json=as_json)
