"""What a configuration must have (R131, R133), beyond what its parts say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import msgspec

from cablegram.connectors.providers.generic import batches, marks, paths
from cablegram.connectors.providers.generic.settings import BatchMode, GenericSettings
from cablegram.connectors.providers.generic.template import Template
from cablegram.connectors.providers.generic.tree import Loom
from cablegram.kit.errors import InvalidInput

_NO_PATHS = frozenset(
    {
        "http",
        "ok_values",
        "troubles",
        "separator",
        "parse",
        "field",
        "states",
        "details",
        "otherwise",
        "kinds",
        "code_is",
        "no_receipts",
    }
)


def check_names(template: Template, loom: Loom) -> None:
    """Check the rules of R131 and R133: whom it is for, what is said, and what is personal inside of the records."""
    names = template.names
    if marks.TO not in names:
        message = "Nothing says whom a message is for: put $$To where the provider wants the number."
        loom.fault("settings.payload", "placeholder_to_missing", message)
    if marks.BODY not in names and marks.TEMPLATE not in names:
        message = "Nothing says what a message is: put $$Body where the text goes, or $$TemplateID for a template."
        loom.fault("settings.payload", "placeholder_body_missing", message)
    if template.mode is not None and (template.element is not None or template.mode is BatchMode.JOIN):
        batches.check_outside(template.mode, template.outside, loom)


def check_paths(settings: GenericSettings, loom: Loom) -> None:
    """Check each place in answers and calls."""
    parts: list[tuple[str, msgspec.Struct]] = [("settings.answer", settings.answer)]
    parts += [(f"settings.receipts.{place}", rule) for place, rule in enumerate(settings.receipts)]
    parts += [(f"settings.texts.{place}", rule) for place, rule in enumerate(settings.texts)]
    parts += [(f"settings.clicks.{place}", rule) for place, rule in enumerate(settings.clicks)]
    parts += [(f"settings.notices.{place}", rule) for place, rule in enumerate(settings.notices)]
    for where, part in parts:
        for name in part.__struct_fields__:
            if name in _NO_PATHS:
                continue
            for path in _written(getattr(part, name)):
                try:
                    paths.parse(path)
                except InvalidInput as error:
                    loom.fault(f"{where}.{name}", error.code, error.message)


def _written(value: Any) -> Iterable[str]:  # noqa: ANN401 - a path, several, or an object whose names are paths
    return cast("Iterable[str]", value) if isinstance(value, list | dict) else [value]
