"""What a provider wants besides number, sender and text, asked for in forms that send (R131, R132, R139)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cablegram.connectors import configure, needs
from cablegram.connectors.needs import ProviderValues
from cablegram.panel.visit import Http, Visit, parts_of

_MOST = 200
_TEMPLATE, _VARIABLES, _VALUE = (f"provider_values.{name}" for name in ("template_id", "variables", "values."))
_TEMPLATES = (needs.TEMPLATE, needs.TEMPLATE_FOR_INDIA)


class Sent(Protocol):
    """What a form sent."""

    def one(self, name: str) -> str:
        """Return a text; empty where there is none."""
        ...


@dataclass(slots=True)
class Brought:
    """What was typed, by the names of the fields; `wanted` are the names that some connector of the account wants.

    Fields are named as the API's: `provider_values.template_id`, `provider_values.values.uid`.
    """

    wanted: Sequence[str] = ()
    template_id: str = ""
    variables: str = ""  # a line each: name = value
    values: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def has_template(self) -> bool:
        """Tell whether a template's id may be wanted."""
        return any(name in _TEMPLATES for name in self.wanted)

    @property
    def has_variables(self) -> bool:
        """Tell whether a template's variables are taken."""
        return needs.VARIABLES in self.wanted

    @property
    def own(self) -> list[str]:
        """Return names of the providers' own."""
        return [name for name in self.wanted if name not in (*_TEMPLATES, needs.VARIABLES)]

    def given(self) -> ProviderValues | None:
        """Return what a message brings along; None for nothing."""
        lines = (line.partition("=") for line in self.variables.splitlines() if "=" in line)
        variables = {name.strip(): value.strip() for name, _, value in lines if name.strip()}
        values = {name: value for name, value in self.values.items() if value}
        if not (self.template_id or variables or values):
            return None
        return ProviderValues(template_id=self.template_id, variables=variables, values=dict(values))


async def wanted(request: Http, visit: Visit) -> list[str]:
    """Return what connectors of the account that are on want of each message, once each."""
    found = await configure.page(parts_of(request).rt, visit.who, limit=_MOST)
    return list(dict.fromkeys(name for one in found if one.is_enabled for name in one.traits.needs))


def typed(sent: Sent, names: Sequence[str]) -> Brought:
    """Read what was typed; of names that are not wanted nothing is."""
    found = Brought(names, sent.one(_TEMPLATE).strip(), sent.one(_VARIABLES).strip())
    found.values = {name: sent.one(f"{_VALUE}{name}").strip() for name in found.own}
    return found


def shown_again(given: ProviderValues | None) -> Brought:
    """Return what would be typed for what was given before; numbers and lists become texts, and lists are lost."""
    if given is None:
        return Brought()
    named = given.variables if isinstance(given.variables, dict) else {}
    lines = "\n".join(f"{name} = {value}" for name, value in named.items())
    return Brought((), given.template_id or "", lines, {name: str(value) for name, value in given.values.items()})


def shown(brought: Brought) -> list[str]:
    """Return the names of the fields that are drawn."""
    template = [_TEMPLATE] if brought.has_template else []
    variables = [_VARIABLES] if brought.has_variables else []
    return [*template, *(f"{_VALUE}{name}" for name in brought.own), *variables]
