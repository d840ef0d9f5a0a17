"""What a message says, as `send` and `simulate` are told: a text, or a saved template with its variables.

And what it brings along for its provider (R131, R132, R139).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from cablegram.connectors.needs import ProviderValues
from cablegram.kit.errors import Fault, InvalidInput

Template = Annotated[str | None, Parameter(help="A saved template instead of a text, by name or id.")]
Variables = Annotated[
    list[str] | None, Parameter(name="--var", negative=(), help="A value for the template: name=value. Once for each.")
]
Shorten = Annotated[bool, Parameter(negative=(), help="Shorten its links, and count who opens them.")]
Senders = Annotated[
    list[str] | None,
    Parameter(
        name="--from",
        negative=(),
        help="Else the account's default sender. Once for each of several, of which one is chosen; or `any`.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True)
class Brought:
    """What a message brings along for its provider, where that wants more than number, sender and text."""

    template_id: Annotated[
        str | None, Parameter(help="The id of the text's template at the provider, or in India's DLT.")
    ] = None
    variable: Annotated[
        list[str] | None, Parameter(negative=(), help="A value for the provider's template: name=value. Once for each.")
    ] = None
    value: Annotated[
        list[str] | None, Parameter(negative=(), help="What a described provider asks for: name=value for its $$name.")
    ] = None

    def given(self) -> ProviderValues | None:
        """Return it as messages have it; None for nothing. Raises InvalidInput (`bad_variable`)."""
        if not (self.template_id or self.variable or self.value):
            return None
        return ProviderValues(
            template_id=self.template_id or "",
            variables=variables(self.variable, field="variable"),
            values=dict(variables(self.value, field="value")),
        )


NOTHING = Brought()


def variables(given: Sequence[str] | None, *, field: str = "var") -> dict[str, str]:
    """Read `name=value` pairs; `field` is the option that they came by. Raises InvalidInput (`bad_variable`)."""
    found: dict[str, str] = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        if not equals or not name:
            message = f"{one[:40]!r} is no variable: write name=value."
            raise InvalidInput("bad_variable", message, faults=[Fault(field, "bad_variable", message)])
        found[name] = value
    return found


def moment(text: str | None) -> datetime | None:
    """Read a moment such as 2026-11-27T09:00:00Z; its offset has to be there. Raises InvalidInput (`bad_moment`)."""
    if text is None:
        return None
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found
    raise InvalidInput("bad_moment", f"{text[:40]!r} is no moment: write 2026-11-27T09:00:00+01:00, or with Z for UTC.")
