"""What the messages of a campaign bring along for their provider: the same for all, but for the variables in its texts.

A value such as `{{ customer_id }}` is filled in for each person, as the text is (R132, R133). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from cablegram.connectors.needs import ProviderValues
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.templates.render import MissingVariables, Template

_FIELD = "provider_values"


@lru_cache(maxsize=256)
def _template(text: str) -> Template:
    return Template(text)


@dataclass(frozen=True, slots=True)
class Brought:
    """Values whose texts are templates."""

    template_id: Template
    variables: Mapping[str, Template] | list[Template]
    values: Mapping[str, Template | int | float | bool]

    @property
    def required(self) -> tuple[str, ...]:
        """Return the names of variables that each person must have."""
        return tuple(dict.fromkeys(name for template in self._templates() for name in template.required))

    def fill(self, variables: Mapping[str, str]) -> ProviderValues | MissingVariables:
        """Return the values of one person, or what is missing for them."""
        missing = tuple(name for name in self.required if name not in variables)
        if missing:
            return MissingVariables(missing)
        filled = self.variables
        return ProviderValues(
            template_id=self.template_id.render(variables),
            variables=[one.render(variables) for one in filled]
            if isinstance(filled, list)
            else {name: one.render(variables) for name, one in filled.items()},
            values={
                name: one.render(variables) if isinstance(one, Template) else one for name, one in self.values.items()
            },
        )

    def _templates(self) -> Iterator[Template]:
        variables = self.variables if isinstance(self.variables, list) else self.variables.values()
        return chain((self.template_id,), variables, (one for one in self.values.values() if isinstance(one, Template)))


def compiled(given: ProviderValues) -> Brought:
    """Read the texts as templates. Raises InvalidInput (`bad_template`) naming the value."""
    variables = given.variables
    return Brought(
        _read("template_id", given.template_id),
        [_read(f"variables.{place}", one) for place, one in enumerate(variables)]
        if isinstance(variables, list)
        else {name: _read(f"variables.{name}", one) for name, one in variables.items()},
        {name: _read(f"values.{name}", one) if isinstance(one, str) else one for name, one in given.values.items()},
    )


def _read(where: str, text: str) -> Template:
    try:
        return _template(text)
    except InvalidInput as error:
        raise InvalidInput(
            error.code, error.message, faults=[Fault(f"{_FIELD}.{where}", error.code, error.message)]
        ) from None
