"""A connector's request as a template: read and checked once (R130-R133), filled in for each request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from cablegram.connectors.providers.generic import batches, marks, pasted
from cablegram.connectors.providers.generic.addresses import Address, read_address
from cablegram.connectors.providers.generic.settings import (
    BatchMode,
    GenericSettings,
    HttpMethod,
    ParameterForm,
    VariablesForm,
)
from cablegram.connectors.providers.generic.tree import Loom, Node
from cablegram.kit.errors import InvalidInput
from cablegram.kit.nesting import is_too_deep

PAYLOAD = "settings.payload"

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# What the way itself says, and not its user.
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"})


@dataclass(frozen=True, slots=True)
class Template:
    """A request, ready to be filled in.

    `inside` are the names that differ from message to message of a request, `outside` those that all of a request must
    share; without a batch each message has its own request. `element` is one record of a batch.
    """

    method: HttpMethod
    address: Address
    headers: tuple[tuple[str, Node], ...]
    parameters: ParameterForm
    payload: Node | None
    element: Node | None
    mode: BatchMode | None
    size: int
    separator: str
    inside: frozenset[str]
    outside: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Return all placeholders."""
        return self.inside | self.outside


def compile_template(settings: GenericSettings, loom: Loom) -> Template | None:
    """Return the template; what is wrong goes to the loom's faults, and None comes back where nothing can be made."""
    payload = _payload(settings, loom)
    part = batches.take_out(settings, payload, loom)
    inner = Loom(loom.known, loom.form, loom.separator)
    element = inner.tree(part.element, f"{PAYLOAD}.{settings.batch.key if settings.batch else ''}") if part else None
    loom.faults += inner.faults
    plain = VariablesForm.TEXT
    address = read_address(settings, loom)
    headers = tuple(
        (name, loom.text(value, f"settings.headers.{name}", form=plain))
        for name, value in _headers(settings, loom).items()
    )
    is_form = settings.parameters is ParameterForm.FORM
    outer = part.around if part else payload
    body = None if payload is None else loom.tree(outer, PAYLOAD, form=plain if is_form else None)
    if address is None or (payload is None and settings.parameters is not ParameterForm.NONE):
        return None  # what else a payload lacks that can't be read would only be confusing
    inside, outside = inner.used, loom.used
    if settings.batch is None:
        inside, outside = loom.used, set[str]()
    elif settings.batch.mode is BatchMode.JOIN:
        inside, outside = {marks.TO}, outside - {marks.TO}
    elif settings.batch.mode is BatchMode.MAP:
        inside = inside | {marks.TO}
    return Template(
        method=settings.method,
        address=address,
        headers=headers,
        parameters=settings.parameters,
        payload=body,
        element=element,
        mode=settings.batch.mode if settings.batch else None,
        size=settings.batch.size if settings.batch else 1,
        separator=settings.batch.separator if settings.batch else "",
        inside=frozenset(inside),
        outside=frozenset(outside),
    )


def _payload(settings: GenericSettings, loom: Loom) -> Any:  # noqa: ANN401 - any JSON
    """Return the payload as a tree, checked against how it travels."""
    payload = settings.payload
    if settings.parameters is ParameterForm.NONE:
        return None
    if settings.parameters is ParameterForm.JSON and settings.method is HttpMethod.GET:
        loom.fault(
            "settings.parameters", "json_with_get", "JSON goes with POST only: a GET has key-values, in its query."
        )
    if isinstance(payload, str):
        try:
            payload = pasted.read(payload, PAYLOAD)
        except InvalidInput as error:
            loom.faults += error.faults
            return None
    if is_too_deep(payload):
        loom.fault(PAYLOAD, "bad_json", "This is no JSON to work with: it is nested too deeply.")
        return None
    if payload is None:
        message = "The payload is missing: write the JSON or the key-values that the provider wants."
        loom.fault(PAYLOAD, "payload_missing", message)
        return None
    if settings.parameters is ParameterForm.FORM and not isinstance(payload, dict):
        loom.fault(PAYLOAD, "bad_form", "A form is an object: names and their values.")
        return None
    return cast("Any", payload)


def _headers(settings: GenericSettings, loom: Loom) -> Mapping[str, str]:
    fit: dict[str, str] = {}
    for name, value in settings.headers.items():
        where = f"settings.headers.{name}"
        if marks.placeholders(name) or "{{" in name:
            loom.name(name, where)
        elif not _HEADER.fullmatch(name):
            loom.fault(where, "bad_http_header", f"{name[:60]!r} is no name of a header: letters, digits and hyphens.")
        elif name.lower() in _OURS:
            loom.fault(where, "bad_http_header", f"{name} is set by the connection itself: leave it out.")
        elif re.search(r"[\r\n\0]", value):
            loom.fault(where, "bad_http_header", f"The value of {name} has a line break, which no header can have.")
        else:
            fit[name] = value
    return fit
