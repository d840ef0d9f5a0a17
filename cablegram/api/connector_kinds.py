"""The gallery: which kinds of connectors there are, their forms as JSON schema, what to set at the provider."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Name
from cablegram.api.operation import Resource
from cablegram.connectors import advice, registry
from cablegram.connectors.contract import Trouble
from cablegram.connectors.providers.generic.presets.choose import PRESETS
from cablegram.connectors.providers.generic.presets.shape import Preset
from cablegram.connectors.providers.kinds import Kind, NumberForm
from cablegram.runtime.runtime import Runtime

kinds = Resource("Connector kinds", "What can be connected: carriers by SMPP, providers by their HTTP APIs.")

Schema = dict[str, Any]

KindName = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{'|'.join(registry.KINDS)})\Z",
        description="What it speaks: one of `GET /v1/connector-kinds`.",
        examples=["smpp"],
        extra_json_schema={"enum": list(registry.KINDS)},
        extra={"form": f"one of {', '.join(registry.KINDS)}", "codes": {"wrong_value": "unknown_kind"}},
    ),
]
IsOwn = Annotated[
    bool,
    Meta(
        description="Whether it is this account's own and carries its messages alone, for no credits but the fee. Left "
        "out: yes, unless the operator makes it, whose connectors are open to all accounts."
    ),
]
Fee = Annotated[
    int,
    Meta(
        ge=0,
        le=1_000_000_000,
        description="Micro-credits a segment that the account pays over a connector of its own; only the operator sets "
        "it. Left out: nothing.",
    ),
]


class KindErrorView(msgspec.Struct):
    """One of a provider's codes, and what follows from it."""

    code: Annotated[str, Meta(description="The provider's own code.", examples=["21610"])]
    trouble: Annotated[Trouble, Meta(description="What kind of trouble it is.")]
    words: Annotated[str, Meta(description="What it means, for people.")]
    consequence: Annotated[str, Meta(description="What we do then.")]


class PresetFieldView(msgspec.Struct, kw_only=True):
    """A value that whoever uses a preset fills in: among the settings' `values`, or the secrets' if it is one."""

    name: Annotated[str, Meta(description="Its name.")]
    title: Annotated[str, Meta(description="What it is called at the provider.")]
    help: Annotated[str, Meta(description="Where it is found.")]
    example: Annotated[str, Meta(description="How it looks.")]
    is_secret: Annotated[bool, Meta(description="Whether it belongs among the secrets' `values`.")]
    is_needed: Annotated[bool, Meta(description="Whether it may not be left out.")]


class PresetView(msgspec.Struct, kw_only=True):
    """A provider that is known to work by settings alone."""

    name: Annotated[str, Meta(description="Its name.", examples=["msg91"])]
    title: Annotated[str, Meta(description="Its name, for people.")]
    blurb: Annotated[str, Meta(description="What it is good for.")]
    help_url: Annotated[str, Meta(description="The provider's own page about it.")]
    console: Annotated[list[str], Meta(description="What to set at the provider, step by step.")]
    senders: Annotated[str, Meta(description="What it takes as a sender.")]
    fields: Annotated[list[PresetFieldView], Meta(description="What is to be filled in.")]
    settings: Annotated[dict[str, Any], Meta(description="The settings; `values` are still to be filled in.")]


class KindView(msgspec.Struct, kw_only=True):
    """A kind of connector, and its form."""

    name: Annotated[str, Meta(description="What `kind` is to say.", examples=["smpp"])]
    title: Annotated[str, Meta(description="Its name, for people.")]
    blurb: Annotated[str, Meta(description="What it is good for.")]
    help_url: Annotated[str, Meta(description="The provider's own page about it.")]
    console: Annotated[list[str], Meta(description="What to set at the provider, step by step.")]
    senders: Annotated[str, Meta(description="What it takes as a sender.")]
    number_form: Annotated[NumberForm, Meta(description="How it writes numbers.")]
    most_at_once: Annotated[int, Meta(description="How many messages a request carries at most.")]
    carries_media: Annotated[bool, Meta(description="Whether it carries pictures, as far as that is not a setting.")]
    notices: Annotated[list[str], Meta(description="What to keep in mind about it.")]
    settings: Annotated[dict[str, Any], Meta(description="The form of its settings, as JSON Schema 2020-12.")]
    secrets: Annotated[dict[str, Any], Meta(description="The form of its secrets, as JSON Schema 2020-12.")]
    presets: Annotated[list[PresetView], Meta(description="Settings to begin with, of the generic kind alone.")]
    errors: Annotated[list[KindErrorView], Meta(description="The provider's codes that we know.")]


class KindList(msgspec.Struct):
    """All kinds of connectors."""

    items: Annotated[list[KindView], Meta(description="In the order of the gallery.")]


@kinds.call("GET", "/v1/connector-kinds", "listConnectorKinds", scope=Scope.READ)
async def page(rt: Runtime, who: Principal) -> KindList:  # noqa: ARG001 - the same for everybody
    """List what can be connected.

    With the form of each: what its settings and secrets are, and what to set at the provider.
    """
    return KindList([_view(kind, rt.settings.public_url) for kind in registry.KINDS.values()])


def _view(kind: Kind, public_url: str | None) -> KindView:
    address = f"{public_url}/callbacks/(its own secret)" if public_url else ""
    return KindView(
        name=kind.name,
        title=kind.title,
        blurb=kind.blurb,
        help_url=kind.help_url,
        console=advice.console(kind, address),
        senders=kind.senders,
        number_form=kind.number_form,
        most_at_once=kind.most_at_once,
        carries_media=kind.carries_media,
        notices=[advice.length(None), advice.quota(kind)],
        settings=msgspec.json.schema(kind.settings),
        secrets=msgspec.json.schema(kind.secrets),
        presets=[_preset(one, address) for one in PRESETS.values()] if kind.name == "generic" else [],
        errors=[
            KindErrorView(code, Trouble(trouble), words, advice.CONSEQUENCES[Trouble(trouble)])
            for code, (trouble, words) in kind.errors.items()
        ],
    )


def _preset(preset: Preset, address: str) -> PresetView:
    return PresetView(
        name=preset.name,
        title=preset.title,
        blurb=preset.blurb,
        help_url=preset.help_url,
        console=advice.filled(preset.console, address),
        senders=preset.senders,
        fields=[
            PresetFieldView(
                name=one.name,
                title=one.title,
                help=one.help,
                example=one.example,
                is_secret=one.is_secret,
                is_needed=one.is_needed,
            )
            for one in preset.fields
        ],
        settings=msgspec.to_builtins(preset.settings),
    )


def forms(password: Any) -> tuple[tuple[str, type[msgspec.Struct]], ...]:  # noqa: ANN401 - an annotation
    """Return the body that makes a connector, for each kind, by the kind's name in capitals: what is published."""
    return tuple((_camel(kind), _form(kind, password)) for kind in registry.KINDS.values())


def _camel(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.name.split("_"))


def _form(kind: Kind, password: Any) -> type[msgspec.Struct]:  # noqa: ANN401 - an annotation
    said = Annotated[Literal[kind.name], Meta(description="What it speaks.")]  # pyright: ignore[reportInvalidTypeForm] - made, not written
    settings = Annotated[kind.settings, Meta(description="Where it leads, and how.")]  # pyright: ignore[reportInvalidTypeForm]
    secrets = Annotated[kind.secrets, Meta(description="What proves who we are; never shown again.")]  # pyright: ignore[reportInvalidTypeForm]
    fields: list[Any] = [
        ("kind", said, kind.name) if kind.name == registry.SMPP else ("kind", said),
        ("name", Name),
        ("settings", settings),
        ("secrets", secrets | UnsetType, UNSET) if kind.name == registry.SMPP else ("secrets", secrets),
        ("is_own", IsOwn | UnsetType, UNSET),
        ("fee", Fee | UnsetType, UNSET),
    ]
    said_of_it: dict[str, Any] = {"__doc__": f"A new connector: {kind.title}."}
    if kind.name == registry.SMPP:
        fields.append(("password", password | UnsetType, UNSET))
        said_of_it["__schema__"] = {"anyOf": [{"required": ["password"]}, {"required": ["secrets"]}]}
    return msgspec.defstruct(
        f"New{_camel(kind)}Connector", fields, namespace=said_of_it, kw_only=True, forbid_unknown_fields=True
    )
