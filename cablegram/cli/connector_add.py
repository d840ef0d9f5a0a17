"""`cablegram connector add KIND`: connect a carrier or a provider by its settings, whatever its kind is."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
from cyclopts import App, Parameter
from msgspec import inspect

from cablegram.cli import choosing
from cablegram.cli.connector import facts_of, free_name
from cablegram.cli.files import read_text
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.connectors import advice, configure, forms, registry
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.generic.presets import choose
from cablegram.connectors.providers.generic.settings import GenericSecrets
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime.runtime import Runtime

adding = App(name="add", help="Add a connector.")
adding.command("cablegram.cli.connector:add_smpp", name="smpp", help="Add a carrier's SMPP login.")


@adding.default
def add(
    kind: Annotated[str, Parameter(help="What to connect: see `cablegram connector kinds`.")],
    /,
    *,
    name: Annotated[str | None, Parameter(help="Else made from the kind.")] = None,
    set_: Annotated[
        list[str] | None,
        Parameter(name="--set", negative=(), help="NAME=VALUE, a setting; may be given several times."),
    ] = None,
    secret: Annotated[
        list[str] | None,
        Parameter(
            negative=(),
            help="NAME: is asked for, or read from standard input, a line each; NAME=env:VARIABLE; NAME=@FILE. Those "
            "that are needed are asked for anyhow.",
        ),
    ] = None,
    preset: Annotated[
        str | None, Parameter(help="Of the kind generic: begin with a known provider's settings.")
    ] = None,
    settings: Annotated[Path | None, Parameter(help="A file with all settings as JSON; - is standard input.")] = None,
    account: Annotated[str | None, Parameter(help="Make it this account's own, by name or id.")] = None,
    fee: Annotated[int | None, Parameter(help="Micro-credits a segment over an account's own; else nothing.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Add a connector of any kind; a running system takes it up within a second.

    Send a test message then: cablegram connector test NAME --to +...
    """
    chosen = registry.kind_of(kind)
    told = _pairs("--set", set_ or ())
    if preset is None:
        given = {**_from_file(settings), **_typed(told, chosen.settings)}
        wanted = _wanted(secret or (), _needed(chosen.secrets))
        kept, secrets = forms.read_settings(kind, given), _read(wanted)
        if chosen.secrets is GenericSecrets:  # which has names of one's own
            secrets = {"values": secrets}
    else:
        kept, secrets = _of_preset(kind, preset, told, secret or ())

    async def deed(rt: Runtime) -> tuple[Connector, str]:
        who = await choosing.whose(rt, account)
        new = NewConnector(
            kind=kind,
            name=name or await free_name(rt, who, preset or kind),
            settings=kept,
            secrets=secrets,
            is_own=account is not None,
            fee=fee,
        )
        added = await configure.add(rt, who, new)
        return added, registry.callback_url(added, rt.seal, rt.settings.public_url)

    added, url = act(place, deed)
    text = _next_steps(added, choose.find(preset).console if preset else chosen.console, url)
    say(text, {**facts_of(added, []), "callback_url": url or None}, as_json=json)


def _next_steps(added: Connector, console: Iterable[str], url: str) -> str:
    lines = [f"Connector {added.name} is added: {added.id}", "", "At the provider:"]
    lines += [f"  {place}. {step}" for place, step in enumerate(advice.filled(console, url), 1)]
    lines += ["", *advice.notices(added), "", f'Try it out: cablegram connector test "{added.name}" --to +...']
    return "\n".join(lines)


def _of_preset(kind: str, preset: str, told: Mapping[str, str], secret: Iterable[str]) -> tuple[Any, dict[str, Any]]:
    """Return a preset's settings with what was told, and its secrets."""
    if kind != "generic":
        raise InvalidInput("unknown_preset", f"Presets are of the kind generic, not of {kind}.")
    found = choose.find(preset)
    needed = [field.name for field in found.fields if field.is_secret and field.is_needed]
    secrets = _read(_wanted(secret, needed))
    fields = {field.name for field in found.fields}
    own = {name: value for name, value in told.items() if name in fields}
    settings, sealed = choose.configure(preset, {**own, **secrets})
    others = _typed({name: value for name, value in told.items() if name not in fields}, type(settings))
    kept = forms.read_settings(kind, {**msgspec.to_builtins(settings), **others})
    return kept, msgspec.to_builtins(sealed)


def _pairs(option: str, words: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise _bad(option, f"{option} takes NAME=VALUE, not {word[:60]!r}.")
        found[name] = value
    return found


def _typed(told: Mapping[str, str], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return settings as JSON would have them: a text where a text is wanted, else the number, list or object."""
    fields = {one.encode_name: one.type for one in cast("inspect.StructType", inspect.type_info(kind)).fields}
    return {name: value if _is_text(fields.get(name)) else _value(value) for name, value in told.items()}


def _is_text(kind: inspect.Type | None) -> bool:
    if isinstance(kind, inspect.Metadata):
        return _is_text(kind.type)
    if isinstance(kind, inspect.UnionType):
        return all(_is_text(one) or isinstance(one, inspect.NoneType) for one in kind.types)
    return isinstance(kind, (inspect.StrType, inspect.EnumType, inspect.LiteralType))


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _needed(kind: type[msgspec.Struct]) -> list[str]:
    return [one.encode_name for one in cast("inspect.StructType", inspect.type_info(kind)).fields if one.required]


def _wanted(said: Iterable[str], needed: Iterable[str]) -> dict[str, str]:
    """Return where each secret is found, by its name: "" where it is to be asked for."""
    found = {name: where for name, _, where in (word.partition("=") for word in said)}
    return {**dict.fromkeys((name for name in needed if name not in found), ""), **found}


def _read(wanted: Mapping[str, str]) -> dict[str, Any]:
    return {name: _secret(name, where) for name, where in wanted.items()}


def _secret(name: str, where: str) -> str:
    """Read a secret; none is taken from the command line, where everybody on this machine could see it."""
    if where.startswith("env:"):
        variable = where.removeprefix("env:")
        if variable not in os.environ:
            raise _bad("--secret", f"There is no variable {variable} for the secret {name}.")
        return os.environ[variable]
    if where.startswith("@"):
        return read_text(Path(where[1:])).strip()
    if where:
        raise _bad("--secret", f"--secret {name} is asked for, or give {name}=env:VARIABLE or {name}=@FILE.")
    if sys.stdin.isatty():
        return getpass.getpass(f"{name.replace('_', ' ').capitalize()}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    found = _value(sys.stdin.read() if str(path) == "-" else read_text(path))
    if not isinstance(found, dict):
        raise _bad("--settings", f"{path} holds no JSON object.")
    return cast("dict[str, Any]", found)


def _bad(option: str, message: str) -> InvalidInput:
    return InvalidInput("bad_value", message, faults=[Fault(option, "bad_value", message)])
