"""The OpenAPI 3.1 document, made from the same operations and structs that answer the calls."""

from __future__ import annotations

import atexit
import gc
import inspect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, cast, get_args

import msgspec

from cablegram.api.errors import PROBLEM_JSON, Problem
from cablegram.api.operation import Can, File, Operation, Resource, plain

Schema = dict[str, Any]

# Looking into annotated types leaves objects that the collector stumbles over while the interpreter ends, once in a few
# times, and a process that did all it should ends with SIGSEGV (msgspec issue 717). What is frozen it does not look at.
atexit.register(gc.freeze)

_REF = "#/components/schemas/{name}"
_ABOUT = """\
Send texts, one by one or to whole lists, and see what became of each.

**Keys.** Every call but `GET /health`, `/healthz` and `/readyz` needs an API key: `Authorization: Bearer KEY` or
`X-Api-Key: KEY`. What a key may do is its scopes.

**Money** is whole micro-credits everywhere: 1,000,000 is one credit.

**Ids** are UUIDv7 and sort by age. **Times** are RFC 3339 in UTC. **Numbers** are answered in E.164 with a plus.

**Lists** are read with `limit` and `after`; `next` is the address of the next page, null at the end. Pages stay as they
are while new items come in.

**Errors** are `application/problem+json` with a `code` that stays; `errors` names each field found wrong. 400 is what
this document could have told; 403 and 409 are what only the platform can know.

**Sending twice by accident.** Give `POST /v1/messages` and `POST /v1/messages/batch` a header `Idempotency-Key` (1 to
255 visible ASCII characters, a fresh one for each new request). The same key with the same body gets the first answer
again, with `Idempotent-Replay: true`, for 24 hours, and nothing is sent or charged twice. The same key with another
body is 422 `idempotency_key_reused`. Only answers of success are kept. `POST /v1/recharges` takes the header, too: the
same key is the same purchase for ever, paid once. The other calls need none: names are unique, so a repeated creation
is 409.
"""

_NO_KEY = (
    Can(401, "key_missing", "there is no key in the request"),
    Can(401, "key_unknown", "the key is unknown, was revoked or has run out"),
    Can(401, "session_over", "the token of X-Session-Token has run out"),
    Can(403, "address_not_allowed", "the account's access list has not the address that calls"),
    Can(403, "account_suspended", "the operator suspended the account"),
    Can(429, "rate_limited", "the key calls faster than it may"),
)
_TOO_BUSY = Can(429, "too_busy", "more requests wait for the database than this server keeps waiting")
_NO_DATABASE = Can(503, "database_unreachable", "the database does not answer; nothing was done")
_BAD_REQUEST = Can(400, "invalid_request", "several things are wrong; one alone gives its own code")
_BAD_JSON = Can(400, "body_not_json", "the body is not JSON in UTF-8")
_TOO_LARGE = Can(413, "body_too_large", "the body has more bytes than this call takes")
_WRONG_KIND = Can(415, "wrong_media_type", "the body is of another `Content-Type`")

_TITLES = {
    400: "The request breaks this schema.",
    401: "Nobody knows who asks.",
    402: "Too little credit.",
    403: "Understood, and refused.",
    404: "No such thing in this account.",
    409: "Right in itself, but not with what is stored.",
    413: "Too large.",
    415: "A body of another kind is wanted.",
    422: "The key stands for another request.",
    429: "More is waiting than is taken at once.",
    503: "Not now; try again.",
}
_MAKING = (201, 202)
_RETRY = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
_ERROR_HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"$ref": "#/components/headers/WwwAuthenticate"}},
    429: _RETRY,
    503: _RETRY,
}


def document(resources: Sequence[Resource], version: str) -> Schema:
    """Return the document as it is published."""
    operations = [operation for resource in resources for operation in resource.operations]
    components = _components(operations)
    paths: dict[str, Schema] = defaultdict(dict)
    for operation in operations:
        paths[operation.path][operation.method.lower()] = _operation(operation, components, operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cablegram",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This installation."}],
        "tags": [{"name": resource.tag, "description": resource.about} for resource in resources],
        "paths": dict(paths),
        "components": {
            "schemas": _used(components, operations),
            "headers": _HEADERS,
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


_HEADERS: Schema = {
    "RetryAfter": {
        "description": "Seconds to wait before trying again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WwwAuthenticate": {"description": "How to give a key.", "required": True, "schema": {"type": "string"}},
    "IdempotentReplay": {
        "description": "`true` where this is the stored answer of an earlier request with the same Idempotency-Key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
_SECURITY_SCHEMES: Schema = {
    "bearerKey": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer KEY`"},
    "headerKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "`X-Api-Key: KEY`"},
    "session": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Session-Token",
        "description": "`X-Session-Token: TOKEN` of `POST /v1/login`",
    },
}


def _components(operations: Iterable[Operation]) -> dict[str, Schema]:
    kinds: dict[type, None] = {Problem: None}
    for operation in operations:
        beside = operation.by_file.query if operation.by_file else None
        shown = (operation.answer, operation.body, operation.query, beside, *operation.parts, *chain(*operation.others))
        kinds |= dict.fromkeys(kind for kind in shown if kind is not None)
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    found = {name: cast("Schema", _published(schema)) for name, schema in schemas.items()}
    for kind in kinds:
        if kind.__name__ not in found:
            message = f"Several structs are named {kind.__name__}, one in {kind.__module__}: give each its own."
            raise ValueError(message)
        found[kind.__name__] |= getattr(kind, "__schema__", {})
    for prefix, form in chain(*(operation.forms for operation in operations)):
        found |= _form(form, prefix)
    return found


def _form(form: type[msgspec.Struct], prefix: str) -> dict[str, Schema]:
    """Return the components of a form; its parts' names begin with its own word, for others have such parts too."""
    _, schemas = msgspec.json.schema_components([form], ref_template="{name}")
    names = {name: name if prefix in name else f"{prefix}{name}" for name in schemas}
    schemas[form.__name__] |= getattr(form, "__schema__", {})
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            if "$ref" not in field:
                field.setdefault("description", f"{field.get('title') or name.replace('_', ' ').capitalize()}.")
    return {names[name]: cast("Schema", _renamed(_published(schema), names)) for name, schema in schemas.items()}


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Let references lead to components by their new names, as this document writes them."""
    if isinstance(schema, list):
        return [_renamed(one, names) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _REF.format(name=names[one]) if key == "$ref" else _renamed(one, names)
        for key, one in cast("Schema", schema).items()
    }


def _published(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write a schema as others read it: patterns as ECMA 262 has them, docstrings without their indentation."""
    if isinstance(schema, (list, tuple)):
        return [_published(one) for one in cast("Sequence[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    out: Schema = {name: _published(one) for name, one in cast("Schema", schema).items()}
    if isinstance(out.get("pattern"), str):
        out["pattern"] = out["pattern"].replace(r"\Z", "$")
        if "enum" in out:
            del out["pattern"]
    if len(words := out.get("enum", ())) == 1 and isinstance(words[0], str):
        out.setdefault("description", f"Says which of several it is: `{words[0]}`.")
    if isinstance(out.get("description"), str):
        out["description"] = inspect.cleandoc(out["description"])
    for one in out.get("anyOf", ()):
        # Of something that may be null, what it is stands with the whole.
        out |= {name: one.pop(name) for name in ("description", "examples") if name in one and name not in out}
    return out


def _used(components: dict[str, Schema], operations: Iterable[Operation]) -> dict[str, Schema]:
    """Leave out the structs of queries, which are written as parameters."""
    kinds = [kind for one in operations for kind in (one.query, one.by_file.query if one.by_file else None)]
    queries = {kind.__name__ for kind in kinds if kind}
    return {name: schema for name, schema in sorted(components.items()) if name not in queries}


def _operation(operation: Operation, components: dict[str, Schema], all_of_them: Sequence[Operation]) -> Schema:
    out: Schema = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(operation),
        "security": [{"bearerKey": []}, {"headerKey": []}, {"session": []}] if operation.scope else [],
    }
    parameters = [
        *_path_parameters(operation),
        *_query_parameters(operation, components),
        *_file_parameters(operation, components),
    ]
    if parameters:
        out["parameters"] = parameters
    if operation.body:
        content = {"application/json": {"schema": _one_of(operation.body, *(body for body, _ in operation.others))}}
        if operation.by_file:
            content |= _file(operation.by_file.file)["content"]
        out["requestBody"] = {"required": not operation.may_lack_body, "content": content}
    elif operation.file:
        out["requestBody"] = _file(operation.file)
    out["responses"] = _responses(operation)
    links = _links(operation, all_of_them)
    if links:
        out["responses"][str(operation.status)]["links"] = links
    return out


def _one_of(*kinds: type) -> Schema:
    refs: list[Schema] = [{"$ref": _REF.format(name=kind.__name__)} for kind in kinds]
    return refs[0] if len(refs) == 1 else {"oneOf": refs}


def _description(operation: Operation) -> str:
    scope = f"Needs the scope `{operation.scope}`." if operation.scope else "Needs no key."
    return f"{operation.description}\n\n{scope}".strip()


def _path_parameters(operation: Operation) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            **_said(_published(msgspec.json.schema(kind))),
        }
        for name, kind in operation.path_types.items()
    ]


def _query_parameters(operation: Operation, components: dict[str, Schema]) -> list[Schema]:
    if operation.query is None:
        return []
    schema = components[operation.query.__name__]
    if "oneOf" in schema:
        return _ruled_parameters(schema)
    required = set(schema.get("required", []))
    return [
        {"name": name, "in": "query", "required": name in required, **_said(one)}
        for name, one in schema["properties"].items()
    ]


def _file_parameters(operation: Operation, components: dict[str, Schema]) -> list[Schema]:
    """Write the parameters that a call takes beside a file in place of its body."""
    if operation.by_file is None:
        return []
    schema = components[operation.by_file.query.__name__]
    return [
        {"name": name, "in": "query", "required": False, **_said(one)} for name, one in schema["properties"].items()
    ]


def _ruled_parameters(schema: Schema) -> list[Schema]:
    """Write parameters that have a rule between them: they are the fields of one object, spread over the query.

    Only so can OpenAPI say that exactly one of two is wanted. Objects among them are JSON, each a parameter of its own.
    """
    fields = cast("dict[str, Schema]", schema["properties"])
    objects = {name: one for name, one in fields.items() if one.get("type") == "object"}
    spread = {**schema, "properties": {name: one for name, one in fields.items() if name not in objects}}
    spread["additionalProperties"] = False
    out: list[Schema] = [
        {"name": "asked", "in": "query", "required": True, "style": "form", "explode": True, **_said(spread)}
    ]
    for name, one in objects.items():
        said = _said(one)
        content = {"application/json": {"schema": said["schema"]}}
        out.append({"name": name, "in": "query", "description": said["description"], "content": content})
    return out


def _said(schema: Schema) -> Schema:
    """Move what is said about a parameter from its schema to the parameter."""
    rest = {name: one for name, one in schema.items() if name != "description"}
    return {"description": schema.get("description", ""), "schema": rest}


def _file(file: File) -> Schema:
    schema = {"type": "string", "pattern": file.pattern, "examples": [file.example]}
    content: Schema = {file.media_type: {"schema": schema}}
    content |= {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in file.others}
    return {"required": True, "description": file.description, "content": content}


def _responses(operation: Operation) -> Schema:
    responses: Schema = {str(operation.status): _success(operation)}
    by_status: dict[int, list[Can]] = defaultdict(list)
    for can in errors_of(operation):
        by_status[can.status].append(can)
    for status, cans in sorted(by_status.items()):
        lines = [f"- `{can.code}`: {can.when}" for can in cans]
        response: Schema = {
            "description": "\n".join([_TITLES[status], "", *lines]),
            "content": {PROBLEM_JSON: {"schema": {"$ref": _REF.format(name="Problem")}}},
        }
        if status in _ERROR_HEADERS:
            response["headers"] = _ERROR_HEADERS[status]
        responses[str(status)] = response
    return responses


def _links(operation: Operation, all_of_them: Sequence[Operation]) -> Schema:
    """Say which calls take the id of what a call made."""
    if operation.status not in _MAKING:
        return {}
    below = [one for one in all_of_them if one.path.startswith(f"{operation.path}/{{")]
    links: Schema = {
        one.id: {"operationId": one.id, "parameters": dict.fromkeys(one.path_types, "$response.body#/id")}
        for one in below
    }
    return links | {name: {"operationId": name, "requestBody": body} for name, body in operation.leads_to.items()}


def _bytes_of(kind: str) -> Schema:
    return {} if kind == "application/json" else {"type": "string"}


def _success(operation: Operation) -> Schema:
    if operation.gives:
        files = {kind: {"schema": _bytes_of(kind) | {"description": what}} for kind, what in operation.gives.items()}
        return {"description": "The file.", "content": files}
    if operation.answer is None:
        return {"description": "Done."}
    said = (inspect.getdoc(operation.answer) or "Done.").partition("\n")[0]
    shown = _one_of(operation.answer, *(answer for _, answer in operation.others))
    content: Schema = {"application/json": {"schema": shown}}
    if operation.export:
        content[operation.export.media_type] = {
            "schema": {"type": "string", "description": operation.export.description}
        }
    response: Schema = {"description": said, "content": content}
    if operation.is_hot:
        response["headers"] = {"Idempotent-Replay": {"$ref": "#/components/headers/IdempotentReplay"}}
    return response


def errors_of(operation: Operation) -> list[Can]:
    """Return every error a call can end with: its own, and those of all calls that take such things."""
    has_body = operation.body or operation.file
    has_words = bool(operation.query or operation.body or _has_path_form(operation))
    out = [_BAD_REQUEST] if has_words else []
    out += [_BAD_JSON] if operation.body else []
    if operation.scope:
        out += [*_NO_KEY, Can(403, "scope_missing", f"the key has not the scope `{operation.scope}`")]
    out += [_TOO_LARGE, _WRONG_KIND] if has_body else []
    own = [*operation.errors, _NO_DATABASE]
    return [*out, *own] if any(can.code == _TOO_BUSY.code for can in own) else [*out, _TOO_BUSY, *own]


def _has_path_form(operation: Operation) -> bool:
    return any(plain(kind) is not str or _has_pattern(kind) for kind in operation.path_types.values())


def _has_pattern(kind: object) -> bool:
    return any(isinstance(one, msgspec.Meta) and one.pattern is not None for one in get_args(kind)[1:])
