"""`cablegram connector kinds` and `show`: what can be connected, and what is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, cast

import msgspec
from cyclopts import Parameter
from msgspec import inspect

from cablegram.cli import choosing
from cablegram.cli.connector import OfAccount, facts_of, summary
from cablegram.cli.connector_trial import Which
from cablegram.cli.opening import HERE, AsJson, Place, act, read_settings
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.connectors import advice, configure, forms, registry
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.connectors.providers.generic.presets.choose import PRESETS
from cablegram.connectors.providers.generic.presets.shape import Preset
from cablegram.connectors.providers.kinds import Kind
from cablegram.kit.errors import CablegramError
from cablegram.runtime.runtime import Runtime

_WORDS = ("description", "title")


def kinds(
    kind: Annotated[str | None, Parameter(help="Show the form of this kind, or of this preset.")] = None,
    /,
    *,
    json: AsJson = False,
) -> None:
    """List what can be connected, or show what a kind or a preset wants to know, and what its codes mean."""
    address = _address_to_come()
    if kind is None:
        rows = [(one.name, one.title, one.blurb) for one in registry.KINDS.values()]
        rows += [(f"generic --preset {one.name}", one.title, one.blurb) for one in PRESETS.values()]
        say(table(("kind", "title", "good for"), rows), _list(), as_json=json)
    elif kind in PRESETS:
        found = PRESETS[kind]
        say("\n".join(_preset_lines(found, address)), _preset_facts(found), as_json=json)
    else:
        chosen = registry.kind_of(kind)
        say("\n".join(_kind_lines(chosen, address)), _kind_facts(chosen), as_json=json)


def show(connector: Which, *, account: OfAccount = None, place: Place = HERE, json: AsJson = False) -> None:
    """Show a connector: its settings, which secrets are set, its links, and what to set at its provider."""

    async def deed(rt: Runtime) -> tuple[Connector, list[LinkStatus], str, list[str]]:
        who = await choosing.whose(rt, account)
        found = await choosing.connector(rt, connector, who)
        one, links = await configure.get(rt, who, found.id)
        try:
            secrets = forms.secrets_set(registry.open_secrets(one, rt.seal))
            url = registry.callback_url(one, rt.seal, rt.settings.public_url)
        except CablegramError as error:
            secrets, url = [error.message], ""
        return one, links, url, secrets

    one, links, url, secrets = act(place, deed)
    settings = msgspec.to_builtins(one.settings)
    lines = [
        f"{one.name}: {registry.KINDS[one.kind].title}, {'on' if one.is_enabled else 'off'}",
        *(f"  {name}: {value}" for name, value in settings.items() if value not in (None, "", [], {})),
        f"  secrets: {', '.join(secrets) or 'none'}",
        f"  tested: {moment(one.tested_at) or 'not since it leads there'}",
        f"  links: {summary(one, links) or 'off'}",
    ]
    if one.http:
        lines += ["", "At the provider:"]
        lines += [f"  {place}. {step}" for place, step in enumerate(_steps(one, url), 1)]
    lines += ["", *advice.notices(one)]
    facts = {**facts_of(one, links), "secrets": secrets, "callback_url": url or None}
    say("\n".join(lines), facts, as_json=json)


def _steps(one: Connector, url: str) -> list[str]:
    preset = PRESETS.get(str(getattr(one.settings, "preset", "")))
    return advice.filled(preset.console if preset else registry.KINDS[one.kind].console, url)


def _kind_lines(kind: Kind, address: str) -> Iterator[str]:
    yield f"{kind.title} ({kind.name}). {kind.blurb}"
    yield f"More: {kind.help_url}"
    for heading, wanted in (("Settings (--set NAME=VALUE)", kind.settings), ("Secrets (--secret NAME)", kind.secrets)):
        yield ""
        yield heading
        yield table(("name", "", "what it is"), [*_rows(wanted)])
    yield ""
    yield "At the provider:"
    yield from (f"  {place}. {step}" for place, step in enumerate(advice.console(kind, address), 1))
    yield f"Senders: {kind.senders}."
    if kind.errors:
        yield ""
        yield "Its codes:"
        yield table(("code", "what it means"), [(code, advice.explained(kind, code)) for code in kind.errors])


def _address_to_come() -> str:
    """Return where a provider will call; each connector has a secret of its own in it, from when it is added."""
    public = read_settings(HERE).public_url
    return f"{public}/callbacks/(its own secret: `connector show` has it once it is added)" if public else ""


def _rows(wanted: type[msgspec.Struct]) -> Iterator[tuple[str, str, str]]:
    schema = msgspec.json.schema(wanted)["$defs"][wanted.__name__]["properties"]
    for one in cast("inspect.StructType", inspect.type_info(wanted)).fields:
        said = schema[one.encode_name]
        need = "needed" if one.required else ""
        # Of what may be null, the words stand with the type that it else has.
        told = cast("list[dict[str, str]]", [said, *said.get("anyOf", ())])
        yield one.encode_name, need, next((it[key] for key in _WORDS for it in told if it.get(key)), "")


def _preset_lines(preset: Preset, address: str) -> Iterator[str]:
    yield f"{preset.title} (generic --preset {preset.name}). {preset.blurb}"
    yield f"More: {preset.help_url}"
    yield ""
    rows = [
        (one.name, "secret" if one.is_secret else "", "needed" if one.is_needed else "", one.help)
        for one in preset.fields
    ]
    yield table(("name", "", "", "what it is"), rows)
    yield ""
    yield "At the provider:"
    yield from (f"  {place}. {step}" for place, step in enumerate(advice.filled(preset.console, address), 1))
    yield f"Senders: {preset.senders}."


def _list() -> list[dict[str, Any]]:
    found = [{"kind": one.name, "title": one.title, "blurb": one.blurb} for one in registry.KINDS.values()]
    presets = [
        {"kind": "generic", "preset": one.name, "title": one.title, "blurb": one.blurb} for one in PRESETS.values()
    ]
    return [*found, *presets]


def _kind_facts(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "title": kind.title,
        "settings": msgspec.json.schema(kind.settings),
        "secrets": msgspec.json.schema(kind.secrets),
        "console": list(kind.console),
        "errors": {code: {"trouble": trouble, "words": words} for code, (trouble, words) in kind.errors.items()},
    }


def _preset_facts(preset: Preset) -> dict[str, Any]:
    return {
        "kind": "generic",
        "preset": preset.name,
        "title": preset.title,
        "fields": [
            {"name": one.name, "title": one.title, "is_secret": one.is_secret, "is_needed": one.is_needed}
            for one in preset.fields
        ],
        "console": list(preset.console),
    }
