"""What a connector's provider wants to know of each message besides number, sender and text (R131, R132, R139). Pure.

A connector keeps it as a list of names: its own ones (`$$name`); `TemplateID`, or `TemplateID+91` where only those to
India need one; `TemplateVariables`, which it takes and does not demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

TEMPLATE = "TemplateID"
TEMPLATE_FOR_INDIA = "TemplateID+91"
VARIABLES = "TemplateVariables"
INDIA = "91"

_Name = Annotated[str, Meta(min_length=1, max_length=60)]
_Text = Annotated[str, Meta(max_length=1_000)]


class ProviderValues(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a message brings along for its provider."""

    template_id: Annotated[
        str,
        Meta(
            max_length=200,
            description="The id of the text's template at the provider, or with the regulator (India's DLT).",
            examples=["1107161234567890123"],
        ),
    ] = ""
    variables: Annotated[
        Annotated[dict[_Name, _Text], Meta(max_length=100)] | Annotated[list[_Text], Meta(max_length=100)],
        Meta(
            description="Values of that template's variables: by their names, or in their order.",
            examples=[{"VAR1": "Ana"}],
        ),
    ] = {}
    values: Annotated[
        dict[_Name, _Text | int | float | bool],
        Meta(
            max_length=100,
            description="Values of a described provider's own placeholders: `uid` for `$$uid`.",
            examples=[{"uid": "4711"}],
        ),
    ] = {}


def lacking(needs: Sequence[str], given: ProviderValues | Mapping[str, Any] | None, number: str) -> list[str]:
    """Return the names of what a message lacks, in the order of the connector's needs; an empty text is none.

    `given` is what it brings along, as it was read or as it is kept (the same as JSON has it).
    `number` is digits with country code, "" where it may be any and India's own need does not count yet.
    """
    values: Mapping[str, Any]
    if isinstance(given, ProviderValues):
        template_id, values = given.template_id, given.values
    else:
        kept = given or {}
        template_id, values = kept.get("template_id"), kept.get("values") or dict[str, Any]()
    missing: list[str] = []
    for need in needs:
        if need in (TEMPLATE, TEMPLATE_FOR_INDIA):
            is_due = need == TEMPLATE or number.startswith(INDIA)
            if is_due and not template_id:
                missing.append(TEMPLATE)
        elif need != VARIABLES and values.get(need, "") == "":
            missing.append(need)
    return missing


def say_lacking(names: Sequence[str]) -> str:
    """Say what lacks and what to do."""
    listed = ", ".join(f"$${name}" for name in names)
    return (
        f"The connector that would carry this wants values that are not given: {listed}. `provider_values` takes them: "
        "a template's id as `template_id`, all others in `values`."
    )


def field_of(name: str) -> str:
    """Return where a value that lacks is to be given."""
    return "provider_values.template_id" if name == TEMPLATE else f"provider_values.values.{name}"
