"""What a message brings to fill in, by the names of placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cablegram.connectors.contract import Outgoing
from cablegram.connectors.needs import INDIA
from cablegram.connectors.providers.generic import marks
from cablegram.connectors.providers.kinds import NumberForm
from cablegram.numbers.plan import calling_code

Getter = Callable[[Outgoing], Any]

_SHORT = 7  # digits: what has fewer is a short code, which no country's code stands before


def number(digits: str, form: NumberForm) -> str:
    """Write a number (digits with country code) as a provider wants it."""
    if form is NumberForm.NATIONAL:
        return digits[len(calling_code(digits)) :]
    return f"+{digits}" if form is NumberForm.PLUS else digits


def sender(source: str, form: NumberForm) -> str:
    """Write a sender: numbers with a plus where the provider writes numbers so, short codes and names as they are."""
    return f"+{source}" if form is NumberForm.PLUS and source.isdigit() and len(source) >= _SHORT else source


def getters(names: Iterable[str], form: NumberForm) -> list[tuple[str, Getter]]:
    """Return what picks these values out of a message; KeyError where a value of the sender's own lacks."""
    system: dict[str, Getter] = {
        marks.TO: _to(form),
        marks.BODY: lambda message: message.text,
        marks.SENDER: lambda message: sender(message.source, form),
        marks.MESSAGE: lambda message: message.id.hex,
        marks.CAMPAIGN: lambda message: str(message.campaign_id) if message.campaign_id else None,
        marks.MEDIA: lambda message: message.media_url,
        marks.TEMPLATE: lambda message: message.values.get("template_id") if message.values else None,
        marks.VARIABLES: lambda message: message.values.get("variables") if message.values else None,
    }
    return [(name, system.get(name) or _own(name)) for name in sorted(names)]


def lacks_template(message: Outgoing, *, is_always: bool) -> bool:
    """Tell whether a message lacks the template id that it needs: always, or for a number of India (R139)."""
    return (is_always or message.number.startswith(INDIA)) and not (message.values or {}).get("template_id")


def _to(form: NumberForm) -> Getter:
    if form is NumberForm.DIGITS:
        return lambda message: message.number
    return lambda message: number(message.number, form)


def _own(name: str) -> Getter:
    def get(message: Outgoing) -> Any:  # noqa: ANN401 - what the sender gave
        values: Mapping[str, Any] = (message.values or {}).get("values") or {}
        return values[name]

    return get
