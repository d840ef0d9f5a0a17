"""What a connector's provider wants to know of each message besides number, sender and text (R131, R132, R139). Pure.

A connector keeps it as a list of names: its own ones (`$$name`); `TemplateID`, or `TemplateID+91` where only those to
India need one; `TemplateVariables`, which it takes and does not demand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TEMPLATE = "TemplateID"
TEMPLATE_FOR_INDIA = "TemplateID+91"
VARIABLES = "TemplateVariables"
INDIA = "91"


def lacking(needs: Sequence[str], given: Mapping[str, Any] | None, number: str) -> list[str]:
    """Return the names of what a message lacks, in the order of the connector's needs.

    `given` is what it brings: `template_id`, `variables`, `values` by name; `number` is digits with country code.
    """
    given = given or {}
    values: Mapping[str, Any] = given.get("values") or {}
    missing: list[str] = []
    for need in needs:
        if need == VARIABLES:
            continue
        if need in (TEMPLATE, TEMPLATE_FOR_INDIA):
            is_due = need == TEMPLATE or number.startswith(INDIA)
            if is_due and not given.get("template_id"):
                missing.append(TEMPLATE)
        elif values.get(need) in (None, ""):
            missing.append(need)
    return missing
