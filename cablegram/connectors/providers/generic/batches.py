"""Where a batch's records stand in a payload, and what may stand inside and outside of them (R133)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cablegram.connectors.providers.generic import marks, paths
from cablegram.connectors.providers.generic.settings import (
    MOST_RECORDS,
    Batching,
    BatchMode,
    GenericSettings,
    HttpMethod,
    ParameterForm,
)
from cablegram.connectors.providers.generic.tree import HOLE, Loom
from cablegram.kit.errors import InvalidInput

BATCH = "settings.batch"
KEY = "settings.batch.key"
PERSONAL = (marks.TO, marks.VARIABLES, marks.MESSAGE)
"""What is one message's own and can't stand outside of its record. A text may: equal texts share a request."""


@dataclass(frozen=True, slots=True)
class Part:
    """A record, and the payload around the place where records go."""

    element: Any
    around: Any


def take_out(settings: GenericSettings, payload: Any, loom: Loom) -> Part | None:  # noqa: ANN401 - any JSON
    """Return the record and what is around it; None where there is no batch, or none can be made (see the faults)."""
    batch = settings.batch
    if batch is None:
        return None
    _check_size(batch, loom)
    if batch.mode is BatchMode.JOIN:
        return None
    if settings.method is HttpMethod.GET or settings.parameters is ParameterForm.NONE:
        message = "A batch of records needs POST with a payload. A GET can only join numbers into one text (`join`)."
        loom.fault(BATCH, "batch_needs_post", message)
        return None
    if payload is None:
        return None
    return _find(batch, payload, loom)


def check_outside(mode: BatchMode, outside: Iterable[str], loom: Loom) -> None:
    """Note what is personal and stands outside of the records, where all messages of a request share it.

    Where numbers are joined, messages with equal variables share a request, as those with equal texts do.
    """
    for name in PERSONAL:
        if name in outside and not (mode is BatchMode.JOIN and name == marks.VARIABLES):
            message = f"$${name} is each message's own and stands outside of the records, which all of them share."
            loom.fault(BATCH, "placeholder_outside_batch", message)


def _check_size(batch: Batching, loom: Loom) -> None:
    if not 1 <= batch.size <= MOST_RECORDS:
        message = f"A batch has 1 to {MOST_RECORDS:,} records, not {batch.size:,}."
        loom.fault("settings.batch.size", "batch_size", message)
    if batch.mode is BatchMode.JOIN and not batch.separator:
        loom.fault("settings.batch.separator", "batch_size", "Say what stands between the numbers, such as a comma.")


def _find(batch: Batching, payload: Any, loom: Loom) -> Part | None:  # noqa: ANN401 - any JSON
    try:
        steps = paths.parse(batch.key).steps
    except InvalidInput as error:
        loom.fault(KEY, error.code, error.message)
        return None
    found = payload
    for step in steps:
        is_there = (isinstance(found, dict) and step in found) or (
            isinstance(found, list) and isinstance(step, int) and step < len(cast("list[Any]", found))
        )
        if not is_there:
            loom.fault(KEY, "batch_key_not_found", f"The payload has nothing at {batch.key!r}.")
            return None
        found = cast("Any", found)[step]
    element = _of_array(batch, found, loom) if batch.mode is BatchMode.ARRAY else _of_map(batch, found, loom)
    return None if element is None else Part(element, _with_hole(payload, steps))


def _of_array(batch: Batching, found: Any, loom: Loom) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(found, list) or len(cast("list[Any]", found)) != 1:
        message = f"At {batch.key or 'the top'!r} there must be a list of exactly one record, the model of all."
        loom.fault(KEY, "batch_not_one_record", message)
        return None
    return cast("list[Any]", found)[0]


def _of_map(batch: Batching, found: Any, loom: Loom) -> Any:  # noqa: ANN401 - any JSON
    members = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    names = [marks.pieces(name) for name in members]
    if names != [[marks.Placeholder(marks.TO)]]:
        message = f"At {batch.key or 'the top'!r} there must be an object of exactly one member, named $$To."
        loom.fault(KEY, "batch_not_one_record", message)
        return None
    return next(iter(members.values()))


def _with_hole(tree: Any, steps: Sequence[str | int | None]) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of the tree with the hole where the records stand."""
    if not steps:
        return HOLE
    step, rest = steps[0], steps[1:]
    if isinstance(tree, dict):
        members = cast("dict[Any, Any]", tree)
        return {name: _with_hole(value, rest) if name == step else value for name, value in members.items()}
    return [_with_hole(value, rest) if place == step else value for place, value in enumerate(cast("list[Any]", tree))]
