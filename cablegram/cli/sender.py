"""`cablegram sender`: give accounts numbers, short codes and names to send from, see and set them, take them away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import Principal, operator
from cablegram.cli import choosing
from cablegram.cli.files import read_bytes, read_text
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, table
from cablegram.connectors import configure
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.runtime import Runtime
from cablegram.senders import change as changing
from cablegram.senders import grant, importing
from cablegram.senders.change import Change
from cablegram.senders.grant import NewSender
from cablegram.senders.importing import Imported
from cablegram.senders.model import Capability, Filter, NumberType, Sender

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_Type = Annotated[NumberType | None, Parameter(name="--type", help="Of a number; else read off its numbering plan.")]
_Country = Annotated[str | None, Parameter(help="Two letters, such as ES; a short code needs it.")]
_Can = Annotated[
    list[Capability] | None, Parameter(name="--can", negative=(), help="What it carries. Once for each; else sms.")
]
_Connectors = Annotated[
    list[str] | None,
    Parameter(name="--connector", negative=(), help="Who can carry it, by name or id. Once for each; else any."),
]


def add(
    address: Annotated[str, Parameter(help="A number, a short code, or a name of up to 11 characters.")],
    *,
    type_: _Type = None,
    country: _Country = None,
    can: _Can = None,
    connector: _Connectors = None,
    default: Annotated[bool, Parameter(negative=(), help="Messages without a sender get this one.")] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give an account a sender."""

    async def deed(rt: Runtime) -> Sender:
        _, who = await choosing.acting(rt, account)
        new = NewSender(
            address=address,
            number_type=type_,
            country=country,
            capabilities=can or [Capability.SMS],
            connector_ids=await _connectors(rt, connector or []),
            is_default=default,
        )
        return await grant.add(rt, who, new)

    added = act(place, deed)
    say(f"The account can send from {_told(added)} now.", _facts(added), as_json=json)


def list_senders(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List an account's senders, newest first."""

    async def deed(rt: Runtime) -> tuple[list[Sender], dict[ConnectorId, str]]:
        _, who = await choosing.acting(rt, account)
        found = [one async for one in choosing.everything(rt, who, grant.page)]
        return found, await _names(rt, who)

    found, names = act(place, deed)
    text = table(
        ("sender", "kind", "country", "can", "carried by", "answers", "default"), [_row(one, names) for one in found]
    )
    say(text if found else "The account has no sender.", [_facts(one) for one in found], as_json=json)


def show(sender: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Show one sender and how it answers."""

    async def deed(rt: Runtime) -> tuple[Sender, dict[ConnectorId, str]]:
        _, who = await choosing.acting(rt, account)
        return await _sender(rt, who, sender), await _names(rt, who)

    found, names = act(place, deed)
    lines = [
        _told(found),
        f"Carries: {', '.join(found.capabilities)}",
        f"Carried by: {_carriers(found, names)}",
        f"Default: {_yes(found.is_default)}",
        f"Auto-reply: {found.settings.autoresponder_text if found.settings.autoresponder_enabled else 'off'}",
        f"STOP puts on the blacklist: {_yes(found.settings.stop_words_enabled)}",
        f"Stop words of its own: {', '.join(found.settings.stop_words) or 'none'}",
        f"HELP gets: {found.settings.help_text or 'nothing'}",
        f"Names are looked up (CNAM): {_yes(found.settings.cnam_enabled)}",
    ]
    say("\n".join(lines), _facts(found), as_json=json)


def set_sender(
    sender: str,
    *,
    auto_reply: Annotated[str | None, Parameter(help="Answer each text to it with this one.")] = None,
    auto_reply_file: Annotated[Path | None, Parameter(help="The same, from a file.")] = None,
    answering: Annotated[bool | None, Parameter(name="--answer", negative="--no-answer", help="Answer or not.")] = None,
    stop: Annotated[
        bool | None, Parameter(negative="--no-stop", help="STOP puts whoever writes it on the blacklist.")
    ] = None,
    stop_word: Annotated[
        list[str] | None, Parameter(negative=(), help="It opts out, too; repeat it for several. Empty: none do.")
    ] = None,
    help_text: Annotated[str | None, Parameter(help="Answer HELP with this text. Empty: HELP gets nothing.")] = None,
    cnam: Annotated[bool | None, Parameter(negative="--no-cnam", help="Look up who writes.")] = None,
    default: Annotated[
        bool | None, Parameter(negative="--no-default", help="Messages without a sender get it.")
    ] = None,
    type_: _Type = None,
    country: _Country = None,
    can: _Can = None,
    connector: _Connectors = None,
    any_connector: Annotated[bool, Parameter(negative=(), help="Any connector carries it again.")] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Change how a sender answers, what it is and who carries it; what is not given stays."""
    text = read_text(auto_reply_file) if auto_reply_file else auto_reply

    async def deed(rt: Runtime) -> Sender:
        _, who = await choosing.acting(rt, account)
        wanted = Change(
            autoresponder_enabled=answering if text is None or answering is not None else True,
            autoresponder_text=text,
            stop_words_enabled=stop,
            cnam_enabled=cnam,
            stop_words=None if stop_word is None else [word for word in stop_word if word],
            help_text=help_text,
            is_default=default,
            number_type=type_,
            country=country,
            capabilities=can,
            connector_ids=[] if any_connector else await _connectors(rt, connector) if connector else None,
        )
        return await changing.change(rt, who, (await _sender(rt, who, sender)).id, wanted)

    changed = act(place, deed)
    say(f"{_told(changed)} is changed.", _facts(changed), as_json=json)


def import_senders(file: Path, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Take senders from a CSV file: number,country,type,capabilities,connector,account; all of them or none."""
    data = read_bytes(file)

    async def deed(rt: Runtime) -> Imported:
        who = operator(choosing.ME) if account is None else (await choosing.acting(rt, account))[1]
        return await importing.import_csv(rt, who, data)

    done = act(place, deed)
    text = f"{many(done.added, 'sender')} added, {done.updated:,} set to what the file says."
    say(text, {"added": done.added, "updated": done.updated}, as_json=json)


def remove(sender: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Take a sender away. What was accepted before goes out from it; a running campaign that names it pauses."""

    async def deed(rt: Runtime) -> Sender:
        _, who = await choosing.acting(rt, account)
        found = await _sender(rt, who, sender)
        await grant.remove(rt, who, found.id)
        return found

    gone = act(place, deed)
    say(f"The account can't send from {gone.address} any more.", _facts(gone), as_json=json)


async def _sender(rt: Runtime, who: Principal, which: str) -> Sender:
    found = await grant.page(rt, who, wanted=Filter(address=which), limit=1)
    if not found:
        message = f"The account has no sender {which}. See them with: cablegram sender list"
        raise NotFound("sender_not_found", message)
    return found[0]


async def _connectors(rt: Runtime, names: Sequence[str]) -> list[ConnectorId]:
    return [(await choosing.connector(rt, name)).id for name in names]


async def _names(rt: Runtime, who: Principal) -> dict[ConnectorId, str]:
    return {one.id: one.name async for one in choosing.everything(rt, who, configure.page)}


def _row(one: Sender, names: dict[ConnectorId, str]) -> tuple[str, ...]:
    return (
        one.address,
        _kind(one),
        one.country or "",
        " ".join(one.capabilities),
        _carriers(one, names),
        "yes" if one.settings.autoresponder_enabled else "",
        "yes" if one.is_default else "",
    )


def _told(one: Sender) -> str:
    where = f" of {one.country}" if one.country else ""
    return f"{one.address} ({_kind(one)}{where})"


def _kind(one: Sender) -> str:
    words = f"{one.number_type or ''} {one.kind}".strip()
    return words.replace("_", " ")


def _carriers(one: Sender, names: dict[ConnectorId, str]) -> str:
    return ", ".join(names.get(each, str(each)) for each in one.connector_ids) or "any connector"


def _yes(is_so: bool) -> str:  # noqa: FBT001 - a word for it
    return "yes" if is_so else "no"


def _facts(one: Sender) -> dict[str, Any]:
    return {
        "sender_id": one.id, "address": one.address, "kind": one.kind, "type": one.number_type, "country": one.country,
        "capabilities": list(one.capabilities), "connector_ids": list(one.connector_ids),
        "autoresponder_enabled": one.settings.autoresponder_enabled,
        "autoresponder_text": one.settings.autoresponder_text, "stop_words_enabled": one.settings.stop_words_enabled,
        "cnam_enabled": one.settings.cnam_enabled, "stop_words": list(one.settings.stop_words),
        "help_text": one.settings.help_text, "is_default": one.is_default,
    }  # fmt: skip
