"""The form of a connector over HTTP, made from its kind's own structs: what to fill in, with its help.

Names are those of the API and of its faults: `settings.account_sid`, `secrets.auth_token`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import msgspec
from msgspec import inspect

from cablegram.connectors.providers.kinds import HttpSettings, Kind

COMMON = frozenset(HttpSettings.__struct_fields__)
"""What every connector over HTTP has: folded away, since the defaults are good."""

_TITLES = {
    "base_url": "Address of the API",
    "concurrency": "Requests at a time",
    "throughput": "Messages a second",
    "response_seconds": "Give up after, seconds",
    "usable_characters": "Characters a segment",
    "callback_from": "Calls come from",
}
_CONTROLS: Mapping[type[inspect.Type], str] = {
    inspect.BoolType: "check",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.VarTupleType: "list",
    inspect.ListType: "list",
}
_LONG = 1_000  # characters; what may have more is typed in an area


class Sent(Protocol):
    """What a form sent."""

    def one(self, name: str) -> str:
        """Return a text; empty where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class FormField:
    """A field. `control`: text, number, check, choice, list or area; a secret shows no value, but whether it is set."""

    name: str
    label: str
    hint: str
    control: str
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    example: str = ""
    is_required: bool = False
    is_secret: bool = False
    is_set: bool = False

    @property
    def is_common(self) -> bool:
        """Tell whether every connector over HTTP has it."""
        return self.name.removeprefix("settings.") in COMMON


def fields(
    kind: Kind,
    *,
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    secrets_set: Collection[str] = (),
) -> list[FormField]:
    """Return the fields of a kind: its own first, then its secrets, then what all have.

    `settings` as JSON has them, or as they were typed; of `secrets` what was typed just now.
    """
    of_settings = [_field("settings", one, (settings or {}).get(one.name)) for one in _of(kind.settings)]
    of_secrets = [
        _field("secrets", one, (secrets or {}).get(one.name, ""), is_set=one.name in secrets_set)
        for one in _of(kind.secrets)
    ]
    own = [one for one in of_settings if not one.is_common]
    return [*own, *of_secrets, *(one for one in of_settings if one.is_common)]


def typed_settings(kind: Kind, sent: Sent) -> dict[str, Any]:
    """Return settings as typed, in the types that they have to be; what does not fit stays text, to be named."""
    return {one.name: _typed(one, sent.one(f"settings.{one.name}")) for one in _of(kind.settings)}


def typed_secrets(kind: Kind, sent: Sent) -> dict[str, str]:
    """Return the secrets that were typed; one left empty is none."""
    found = {one.name: sent.one(f"secrets.{one.name}").strip() for one in _of(kind.secrets)}
    return {name: value for name, value in found.items() if value}


def label_of(name: str, title: str = "") -> str:
    """Return what to call a setting that may have no title."""
    return title or _TITLES.get(name) or name.replace("_", " ").capitalize()


def _of(struct: type[msgspec.Struct]) -> Sequence[inspect.Field]:
    return cast("inspect.StructType", inspect.type_info(struct)).fields


def _field(where: str, one: inspect.Field, value: object, *, is_set: bool = False) -> FormField:
    plain, told = _plain(one.type)
    control, options = _control(plain)
    is_secret = where == "secrets"
    examples = told.get("examples") or [""]
    return FormField(
        name=f"{where}.{one.name}",
        label=label_of(one.name, told.get("title", "")),
        hint=_hint(told.get("description", "")),
        control=control,
        value=_written(value if value is not None or is_secret else _default(one)),
        options=options,
        example=_written(examples[0]),
        is_required=one.required and not is_set,
        is_secret=is_secret,
        is_set=is_set,
    )


def _hint(description: str) -> str:
    """Return help for a form, where an empty field is what JSON calls null."""
    return re.sub(r"; null: ", "; empty: ", description).replace("`unknown`", "unknown")


def _plain(kind: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """Return a type without what is said about it, and that; of an optional one the type that is not none."""
    if isinstance(kind, inspect.Metadata):
        return kind.type, cast("dict[str, Any]", kind.extra_json_schema or {})
    if isinstance(kind, inspect.UnionType):
        return _plain(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind, {}


def _control(kind: inspect.Type) -> tuple[str, Sequence[tuple[str, str]]]:
    if isinstance(kind, inspect.LiteralType):
        return "choice", [(str(one), str(one).replace("_", " ").lower()) for one in kind.values]
    if isinstance(kind, inspect.StrType) and (kind.max_length or 0) > _LONG:
        return "area", ()
    return next((control for known, control in _CONTROLS.items() if isinstance(kind, known)), "text"), ()


def _typed(one: inspect.Field, text: str) -> object:
    plain, _ = _plain(one.type)
    text = text.strip()
    match plain:
        case inspect.BoolType():
            return text == "on"
        case inspect.IntType() | inspect.FloatType():
            is_optional = isinstance(one.type, inspect.UnionType)
            return (None if is_optional else _default(one)) if not text else _number(text)
        case inspect.VarTupleType() | inspect.ListType():
            parts = [part for part in re.split(r"[\s,]+", text) if part]
            return [_number(part) for part in parts] if isinstance(plain.item_type, inspect.IntType) else parts
        case _:
            return text


def _default(one: inspect.Field) -> object:
    return "" if one.required else one.default


def _number(text: str) -> int | float | str:
    try:
        return int(text) if re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII) else float(text)
    except ValueError:
        return text


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else ""
        case float():
            return f"{value:g}"
        case list() | tuple():
            return ", ".join(str(one) for one in cast("Sequence[object]", value))
        case _:
            return str(value)
