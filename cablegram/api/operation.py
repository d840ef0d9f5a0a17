"""What one call of the API is: its path, who may make it, what it takes and what it answers.

A function that answers a call says most of it in its own signature, and its docstring is the description:

    @templates.call("GET", "/v1/templates/{template_id}", "getTemplate", scope=Scope.READ, errors=(NO_TEMPLATE,))
    async def get(rt: Runtime, who: Principal, template_id: UUID) -> TemplateView:
        \"\"\"Get one template.\"\"\"

The routes and the OpenAPI document are both made from the list of these; there is no second description.
Parameters by name: those of the path are UUIDs (or the country, a text); `query` and `body` are structs; `upload` is
the stream of a file, `prices` the process's one copy of the tariff, `idempotency_key` the header of that name.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from cablegram.accounts.access import Scope

Handler = Callable[..., Awaitable[Any]]
Upload = AsyncIterator[bytes]
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Can:
    """An error that a call can end with, and when."""

    status: int
    code: str
    when: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that a call takes as its body: `pattern` is what any good file fits."""

    media_type: str
    description: str
    pattern: str
    example: str
    most_bytes: int
    others: tuple[str, ...] = ()  # media types that are taken, too, and that nobody can write a pattern for


@dataclass(frozen=True, slots=True)
class Export:
    """A file that a call answers instead where `Accept` asks for its kind: all of it, whatever page is asked for."""

    media_type: str
    description: str
    name: str
    write: Callable[..., AsyncIterator[bytes]]  # takes the runtime, who asks, and what stands in the path
    takes: tuple[str, ...] = ()  # what of the query it is told, by its fields


@dataclass(frozen=True, slots=True)
class Download:
    """A file as an answer."""

    name: str
    media_type: str
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class ByFile:
    """Another body of a call that takes JSON: a file, with the rest in the query. The answer is the call's."""

    file: File
    query: type[msgspec.Struct]
    handler: Handler


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    method: str
    path: str
    id: str
    tag: str
    summary: str
    description: str
    status: int
    answer: type[msgspec.Struct] | None
    scope: Scope | None  # None: no key is needed
    errors: tuple[Can, ...]
    path_types: Mapping[str, Any]
    wants_prices: bool = False  # the process's one copy of the tariff
    wants_asker: bool = False  # from where it is called, and with what login
    wants_key: bool = False  # what the client names its request: the header Idempotency-Key
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    file: File | None = None
    by_file: ByFile | None = None
    export: Export | None = None
    gives: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # files it may answer with: media type -> what it is
    most_bytes: int = 1_000_000
    is_hot: bool = False  # answered by api/hot.py
    handler: Handler | None = None
    parts: tuple[type[msgspec.Struct], ...] = ()  # structs that an answer names by hand
    forms: tuple[tuple[str, type[msgspec.Struct]], ...] = ()  # that a body names by hand, each with its parts' prefix
    others: tuple[tuple[type[msgspec.Struct], type[msgspec.Struct]], ...] = ()  # other bodies, each with its answer
    leads_to: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Calls whose body takes the id of what this one made: operation id -> body, with `$response.body#/id` in it."""

    @property
    def may_lack_body(self) -> bool:
        """Tell whether the body may be left out: it has fields, and needs none of them."""
        return self.body is not None and not self.others and _needs_nothing(self.body)


@cache
def _needs_nothing(body: type[msgspec.Struct]) -> bool:
    return not hasattr(body, "__schema__") and not any(one.required for one in msgspec.structs.fields(body))


@dataclass(slots=True)
class Resource:
    """A group of calls about one kind of thing, in the order of the reference."""

    tag: str
    about: str
    operations: list[Operation] = field(default_factory=list[Operation])

    def call(
        self,
        method: str,
        path: str,
        name: str,
        *,
        scope: Scope | None,
        status: int = 200,
        errors: Sequence[Can] = (),
        file: File | None = None,
        by_file: ByFile | None = None,
        export: Export | None = None,
        gives: Mapping[str, str] | None = None,
        leads_to: Mapping[str, Mapping[str, Any]] | None = None,
        forms: Sequence[tuple[str, type[msgspec.Struct]]] = (),
    ) -> Callable[[Handler], Handler]:
        """Make a function answer a call."""

        def take(handler: Handler) -> Handler:
            hints = get_type_hints(handler, include_extras=True)
            summary, description = told(inspect.getdoc(handler) or "")
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    id=name,
                    tag=self.tag,
                    summary=summary,
                    description=description,
                    status=status,
                    answer=None if hints["return"] in {type(None), Download} else hints["return"],
                    scope=scope,
                    errors=tuple(errors),
                    path_types={place: hints[place] for place in _PLACE.findall(path)},
                    wants_prices="prices" in hints,
                    wants_asker="asker" in hints,
                    wants_key="idempotency_key" in hints,
                    query=hints.get("query"),
                    body=hints.get("body"),
                    file=file,
                    by_file=by_file,
                    export=export,
                    gives=gives or {},
                    handler=handler,
                    leads_to=leads_to or {},
                    forms=tuple(forms),
                )
            )
            return handler

        return take


def told(docstring: str) -> tuple[str, str]:
    """Return a docstring's first line as the summary and the rest as the description."""
    summary, _, rest = docstring.partition("\n")
    return summary.rstrip("."), rest.strip()


def plain(kind: object) -> object:
    """Return a type without what is said about it."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind
