"""Messages into requests: which of them share one, and how it is written."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import msgspec

from cablegram.connectors.contract import Outgoing, Trouble
from cablegram.connectors.providers.contract import Context, HttpRequest, Shipment
from cablegram.connectors.providers.generic import marks
from cablegram.connectors.providers.generic.settings import BatchMode, HttpMethod, ParameterForm
from cablegram.connectors.providers.generic.template import Template
from cablegram.connectors.providers.generic.tree import ABSENT, CALLBACK, ELEMENTS, Values, in_words
from cablegram.connectors.providers.generic.values import Getter, lacks_template
from cablegram.connectors.providers.verdicts import failed, one_each

Sign = Callable[[HttpRequest, Context], HttpRequest]
"""Adds what shows who we are."""

_NO_REQUEST = HttpRequest("", "")
_TYPES = {ParameterForm.JSON: "application/json", ParameterForm.FORM: "application/x-www-form-urlencoded"}


class Unfit(Exception):
    """A request can't be written with these values; says why."""


@dataclass(frozen=True, slots=True)
class Shipper:
    """Writes requests after a template.

    `must_have_template`: whether each message needs a template id, or only those to India (None: none does);
    `is_once_a_number`: a request carries at most one message to each number, for its answer tells them apart by that.
    """

    template: Template
    getters: Sequence[tuple[str, Getter]]
    must_have_template: bool | None
    is_once_a_number: bool
    sign: Sign

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return the requests for messages, and verdicts on those that lack what a request needs."""
        shipments: list[Shipment] = []
        filled: list[tuple[Outgoing, dict[str, Any]]] = []
        for message in batch:
            values = self._values(message, context)
            if values is None:
                words = "it lacks a value that this connector's provider needs, for its settings were changed since"
                shipments.append(_refused([message], "provider_values_missing", words))
            else:
                filled.append((message, values))
        for group in self._groups(filled):
            for part in self._parts(group):
                shipments.append(self._shipment(part, context))  # noqa: PERF401 - reads better so
        return shipments

    def _values(self, message: Outgoing, context: Context) -> dict[str, Any] | None:
        must = self.must_have_template
        if must is not None and lacks_template(message, is_always=must):
            return None
        try:
            values = {name: get(message) for name, get in self.getters}
        except KeyError:
            return None
        values[CALLBACK] = context.callback_url
        return values

    def _groups(self, filled: list[tuple[Outgoing, dict[str, Any]]]) -> Iterable[list[tuple[Outgoing, dict[str, Any]]]]:
        """Put together what may share a request: what stands outside of the records is the same for all of them."""
        if self.template.mode is None:
            return ([one] for one in filled)
        outside = sorted(self.template.outside)
        if not outside:
            return [filled] if filled else []
        groups: dict[tuple[Any, ...], list[tuple[Outgoing, dict[str, Any]]]] = {}
        for one in filled:
            key = tuple([_comparable(one[1][name]) for name in outside])
            groups.setdefault(key, []).append(one)
        return groups.values()

    def _parts(
        self, group: list[tuple[Outgoing, dict[str, Any]]]
    ) -> Iterator[Sequence[tuple[Outgoing, dict[str, Any]]]]:
        size = self.template.size
        if not self.is_once_a_number:
            yield from (group[start : start + size] for start in range(0, len(group), size))
            return
        rest = group
        while rest:
            first: dict[str, tuple[Outgoing, dict[str, Any]]] = {}
            for one in rest:
                if len(first) < size:
                    first.setdefault(one[0].number, one)
            yield list(first.values())
            rest = [one for one in rest if first.get(one[0].number) is not one]

    def _shipment(self, part: Sequence[tuple[Outgoing, dict[str, Any]]], context: Context) -> Shipment:
        messages = tuple(message for message, _ in part)
        try:
            request = self._write(self._shared([values for _, values in part]))
        except Unfit as error:
            return _refused(messages, "line_break_in_header", str(error))
        return Shipment(self.sign(request, context), messages)

    def _shared(self, each: Sequence[dict[str, Any]]) -> Values:
        """Return the values of a whole request: what is outside of the records, and the records."""
        template = self.template
        if template.mode is BatchMode.JOIN:
            return {**each[0], marks.TO: template.separator.join(values[marks.TO] for values in each)}
        element = template.element
        if element is None:
            return each[0]
        if template.mode is BatchMode.ARRAY:
            return {**each[0], ELEMENTS: [element(values) for values in each]}
        return {**each[0], ELEMENTS: {values[marks.TO]: element(values) for values in each}}

    def _write(self, values: Values) -> HttpRequest:
        template = self.template
        headers = [
            (name, in_words(value, "|")) for name, node in template.headers if (value := node(values)) is not ABSENT
        ]
        for name, value in headers:
            if "\r" in value or "\n" in value or "\0" in value:
                raise Unfit(f"a value in the header {name} has a line break, which no header can have")
        payload = template.payload(values) if template.payload else ABSENT
        if template.method is HttpMethod.GET or template.parameters is ParameterForm.NONE:
            more = flatten(payload) if template.parameters is ParameterForm.FORM else []
            return HttpRequest(template.method, template.address.fill(values, more), tuple(headers))
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", _TYPES[template.parameters]))
        is_form = template.parameters is ParameterForm.FORM
        body = urlencode(flatten(payload)).encode() if is_form else _json(payload)
        return HttpRequest(template.method, template.address.fill(values), tuple(headers), body)


def flatten(payload: object) -> list[tuple[str, str]]:
    """Return a form's pairs: `{"To": ["1", "2"]}` becomes To[0]=1 and To[1]=2, and objects likewise."""
    pairs: list[tuple[str, str]] = []
    for name, value in cast("dict[str, object]", payload).items() if isinstance(payload, dict) else ():
        _flatten(name, value, pairs)
    return pairs


def _flatten(name: str, value: object, pairs: list[tuple[str, str]]) -> None:
    if isinstance(value, dict):
        for inner, one in cast("dict[str, object]", value).items():
            _flatten(f"{name}[{inner}]", one, pairs)
    elif isinstance(value, list):
        for place, one in enumerate(cast("list[object]", value)):
            _flatten(f"{name}[{place}]", one, pairs)
    else:
        pairs.append((name, in_words(value, "|")))


def basic(username: str, password: str) -> str:
    """Return the value of an Authorization header (RFC 7617)."""
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


def _json(payload: object) -> bytes:
    return msgspec.json.encode(None if payload is ABSENT else payload)


def _comparable(value: object) -> object:
    # Texts as they are; of all else what it is and how it is written, so that 1, True and "1" stay apart.
    return value if isinstance(value, str) else (type(value), repr(value))


def _refused(messages: Sequence[Outgoing], code: str, words: str) -> Shipment:
    shipment = Shipment(_NO_REQUEST, tuple(messages))
    return Shipment(_NO_REQUEST, tuple(messages), one_each(shipment, failed(Trouble.CONFIG, code, words)))
