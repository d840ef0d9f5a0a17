"""Turn the OpenAPI document into what a page shows: groups of calls, tables of fields, examples. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, cast

Schema = Mapping[str, Any]

_NOTHING: Schema = MappingProxyType({})
_DEEPEST = 4  # levels of fields inside fields
_NO_NULL = r"^[^\u0000]*$"
_LONGEST_PATTERN = 120  # characters of a pattern that are shown


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a table of fields: `name` is a dotted path, `rules` its limits in words."""

    name: str
    kind: str
    is_required: bool
    about: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One status a call can end with."""

    status: str
    about: str
    codes: tuple[tuple[str, str], ...]  # code, and when


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to be shown."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Field, ...]
    body_kind: str
    body: tuple[Field, ...]
    command: str
    answer: tuple[Field, ...]
    example: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The calls about one kind of thing."""

    name: str
    about: str
    calls: tuple[Call, ...]

    @property
    def anchor(self) -> str:
        """Return the name as it stands in an address."""
        return self.name.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Word:
    """One error: its code and what is said about it."""

    code: str
    about: str


def groups(document: Schema, address: str) -> list[Group]:
    """Return the calls of a document by tag, in its order; `address` is where the installation is reached."""
    reader = _Reader(document, address)
    calls: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = reader.call(method.upper(), path, operation)
            calls.setdefault(operation["tags"][0], []).append(call)
    return [Group(tag["name"], tag["description"], tuple(calls.get(tag["name"], ()))) for tag in document["tags"]]


class _Reader:
    """Follows the references of one document."""

    def __init__(self, document: Schema, address: str) -> None:
        self._address = address
        self._schemas = cast("Mapping[str, Schema]", document["components"]["schemas"])

    def call(self, method: str, path: str, operation: Schema) -> Call:
        content = operation.get("requestBody", _NOTHING).get("content", _NOTHING)
        kind, body = next(((kind, cast("Schema", one["schema"])) for kind, one in content.items()), ("", _NOTHING))
        bodies, answers = self._either(body), self._either(self._answer(operation))
        return Call(
            id=operation["operationId"],
            method=method,
            path=path,
            summary=operation["summary"],
            about=operation["description"],
            parameters=tuple(self._parameters(operation)),
            body_kind=kind,
            body=tuple(self._fields_of(bodies)),
            command=self._command(method, path, operation, kind=kind, body=bodies[0]),
            answer=tuple(self._fields_of(answers)),
            example=_written(self.example(answers[0])) if answers[0] else "",
            outcomes=tuple(_outcome(status, one) for status, one in operation["responses"].items()),
        )

    def _either(self, schema: Schema) -> list[Schema]:
        """Return the structs that a body or an answer may be: one, nearly always."""
        named = self._schemas.get(str(schema.get("$ref", "")).rpartition("/")[2], schema)
        kinds = cast("list[Schema]", named.get("oneOf", ()))
        return kinds if kinds and all("$ref" in one for one in kinds) else [schema]

    def _fields_of(self, kinds: Sequence[Schema]) -> Iterator[Field]:
        """Yield the fields of the first struct, and behind them those that only the others have: nobody needs those."""
        known: set[str] = set()
        for place, kind in enumerate(kinds):
            for field in self._fields(kind):
                if field.name not in known:
                    known.add(field.name)
                    yield replace(field, is_required=False) if place else field

    def _answer(self, operation: Schema) -> Schema:
        success = next(one for status, one in operation["responses"].items() if status.startswith("2"))
        return success.get("content", _NOTHING).get("application/json", _NOTHING).get("schema", _NOTHING)

    def _parameters(self, operation: Schema) -> Iterator[Field]:
        for one in operation.get("parameters", ()):
            schema = one["schema"] if "schema" in one else one["content"]["application/json"]["schema"]
            if one.get("explode") and "properties" in self._solved(schema):
                yield from self._fields(schema)
            else:
                yield self._field(
                    one["name"], {**schema, "description": one["description"]}, one.get("required", False)
                )

    def _fields(self, schema: Schema, path: str = "", level: int = 0) -> Iterator[Field]:
        solved = self._solved(schema)
        required = solved.get("required", ())
        for name, one in solved.get("properties", _NOTHING).items():
            where = f"{path}{name}"
            yield self._field(where, one, name in required)
            inner, mark = self._inside(one)
            if level < _DEEPEST and inner is not schema:
                yield from self._fields(inner, f"{where}{mark}.", level + 1)

    def _inside(self, schema: Schema) -> tuple[Schema, str]:
        """Return the schema whose fields a field has, and how its path goes on."""
        solved = self._solved(schema)
        if solved.get("type") == "array":
            return self._solved(solved.get("items", _NOTHING)), "[]"
        return solved, ""

    def _field(self, name: str, schema: Schema, is_required: bool) -> Field:  # noqa: FBT001 - a value, not a switch
        solved = self._solved(schema)
        about = schema.get("description") or solved.get("description", "")
        return Field(name, self._kind(schema), is_required, about, tuple(_rules(solved, schema)))

    def _kind(self, schema: Schema) -> str:
        if "anyOf" in schema or "oneOf" in schema:
            kinds = [self._kind(one) for one in schema.get("anyOf") or schema["oneOf"]]
            return " or ".join(dict.fromkeys(kinds))
        solved = self._solved(schema)
        if solved.get("type") == "array":
            return f"list of {self._kind(solved.get('items', _NOTHING))}"
        if "enum" in solved and len(solved["enum"]) < 20:
            return " | ".join(map(str, solved["enum"]))
        return str(solved.get("format") or solved.get("type", "any"))

    def _solved(self, schema: Schema) -> Schema:
        """Return a schema without references, and without the null that may stand beside it."""
        if "$ref" in schema:
            return self._schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            return self._solved(next((one for one in schema["anyOf"] if one.get("type") != "null"), _NOTHING))
        return schema

    def example(self, schema: Schema) -> Any:  # noqa: ANN401 - any JSON
        """Return a value as it might be, put together from the examples that the fields give."""
        if schema.get("examples"):
            return schema["examples"][0]
        if "default" in schema:
            return schema["default"]
        if "anyOf" in schema:
            return None
        solved = self._solved(schema)
        if solved is not schema:
            return self.example(solved)
        if "oneOf" in schema and "properties" not in schema:
            return self.example(schema["oneOf"][0])
        return schema["enum"][0] if "enum" in schema else self._example_of_type(schema)

    def _example_of_type(self, schema: Schema) -> Any:  # noqa: ANN401 - any JSON
        match schema.get("type"):
            case "object":
                return {name: self.example(one) for name, one in schema.get("properties", _NOTHING).items()}
            case "array":
                return [self.example(schema.get("items", _NOTHING))]
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case "string":
                return "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11" if schema.get("format") == "uuid" else "..."
            case _:
                return None

    def _command(self, method: str, path: str, operation: Schema, *, kind: str, body: Schema) -> str:
        method_given = "" if method == "GET" else f"-X {method} "
        lines = [f"curl {method_given}{self._address}{path}"]
        if operation["security"]:
            lines.append("-H 'Authorization: Bearer KEY'")
        if kind:
            lines.append(f"-H 'Content-Type: {kind}'")
        if kind == "text/csv":
            lines.append("--data-binary @file.csv")
        elif kind:
            wanted = self._solved(body)
            needed = [*wanted.get("required", ()), *self._one_of(wanted)] or list(wanted.get("properties", _NOTHING))[
                :1
            ]
            given = {name: self.example(_not_null(wanted["properties"][name])) for name in needed}
            lines.append(f"-d '{json.dumps(given, ensure_ascii=False)}'")
        return " \\\n  ".join(lines)

    def _one_of(self, schema: Schema) -> Sequence[str]:
        return cast("Sequence[str]", schema["oneOf"][0].get("required", ())) if "oneOf" in schema else ()


def _not_null(schema: Schema) -> Schema:
    """Return the schema of a field's value where it is not null, with the field's own examples."""
    kind = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    return {**kind, "examples": schema["examples"]} if "examples" in schema else kind


def _rules(solved: Schema, schema: Schema) -> Iterator[str]:
    unit = {"string": "characters", "array": "items", "object": "entries"}.get(str(solved.get("type")), "")
    for least, most in (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")):
        if least in solved and most in solved:
            yield f"{solved[least]:,} to {solved[most]:,} {unit}"
        elif most in solved:
            yield f"at most {solved[most]:,} {unit}"
        elif least in solved:
            yield f"at least {solved[least]:,} {unit}"
    if "minimum" in solved and "maximum" in solved:
        yield f"{solved['minimum']:,} to {solved['maximum']:,}"
    if "enum" in solved and len(solved["enum"]) >= 20:
        yield f"one of {len(solved['enum'])}: {', '.join(map(str, solved['enum'][:4]))} ..."
    if "pattern" in solved:
        pattern = str(solved["pattern"])
        if pattern == _NO_NULL:
            yield "no null character"
        else:
            yield f"form {pattern}" if len(pattern) <= _LONGEST_PATTERN else "of a form that the OpenAPI document gives"
    if "default" in schema and schema["default"] not in (None, {}, ""):
        yield f"else {schema['default']}"


def _outcome(status: str, response: Schema) -> Outcome:
    about, *lines = response["description"].split("\n")
    codes = [match.groups() for line in lines if (match := re.fullmatch(r"- `([a-z0-9_]+)`: (.+)", line))]
    return Outcome(status, about, tuple((str(code), str(when)) for code, when in codes))


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, indent=2, ensure_ascii=False)


def errors(text: str) -> list[Word]:
    """Read the errors out of docs/reference/errors.md: a heading of the second level each."""
    found = re.findall(r"^## ([a-z0-9_]+)\n\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return [Word(code, " ".join(about.split())) for code, about in found]


def blocks(text: str) -> list[list[str]]:
    """Cut a description into paragraphs, each one joined line."""
    return [[" ".join(part.split())] for part in text.split("\n\n") if part.strip()]


def pieces(text: str) -> list[tuple[str, str]]:
    """Cut a line into plain words, `code`, **strong** and *stressed* ones: (kind, words)."""
    out: list[tuple[str, str]] = []
    for code, strong, stressed, plain in re.findall(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|([^`*]+|[`*])", text):
        kind, words = next(
            (kind, words)
            for kind, words in (("code", code), ("strong", strong), ("em", stressed), ("", plain))
            if words
        )
        out.append((kind, words))
    return out
