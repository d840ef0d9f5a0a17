"""The OpenAPI document: valid in the eyes of others, complete, and true to the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from cablegram.api import manual
from cablegram.api.app import RESOURCES
from cablegram.api.openapi import document, errors_of

DOCUMENT = document(RESOURCES, "0.1.0")
OPERATIONS = [operation for resource in RESOURCES for operation in resource.operations]
ERRORS = Path(__file__).parents[3] / "docs" / "reference" / "errors.md"

# Who asks is proved by what they bring along, or is still nobody.
OPEN = {
    *("get /health", "get /healthz", "get /readyz"),
    *("post /v1/login", "delete /v1/login", "post /v1/signup"),
    *("post /v1/password/reset", "put /v1/password/reset/{nonce}", "put /v1/email/confirm/{nonce}"),
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": DOCUMENT["components"]}


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_operation_says_what_it_is_who_may_and_how_it_can_end() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names) == len(OPERATIONS)
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for name, operation in operations():
        assert operation["summary"], name
        assert operation["description"], name
        assert set(operation["tags"]) <= tags, name
        statuses = set(operation["responses"])
        assert "503" in statuses, name
        if name not in OPEN:
            assert operation["security"] == [{"bearerKey": []}, {"headerKey": []}, {"session": []}], name
            assert {"401", "403"} <= statuses, name
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= statuses, name


def test_every_field_and_parameter_is_explained() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    silent = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, one in schema.get("properties", {}).items()
        if not one.get("description") and "$ref" not in json.dumps(one)
    ]
    silent += [name for name, schema in schemas.items() if not schema.get("description")]
    silent += [
        f"{name} {one['name']}"
        for name, operation in operations()
        for one in operation.get("parameters", ())
        if not one["description"]
    ]
    assert silent == []


def test_every_error_that_a_call_names_has_its_page_and_its_status() -> None:
    explained = {word.code for word in manual.errors(ERRORS.read_text(encoding="utf-8"))}
    for operation in OPERATIONS:
        for can in errors_of(operation):
            assert can.code in explained, f"{operation.id} names {can.code}"
            assert str(can.status) in DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]


def test_examples_are_what_their_schemas_allow() -> None:
    def check(schema: dict[str, Any]) -> None:
        for example in schema.get("examples", ()):
            bare = {name: value for name, value in schema.items() if name not in {"examples", "description"}}
            assert jsonschema_rs.is_valid(resolved(bare), example), (schema, example)

    for schema in DOCUMENT["components"]["schemas"].values():
        for one in schema.get("properties", {}).values():
            check(one)
    for _, operation in operations():
        for one in operation.get("parameters", ()):
            check(one.get("schema", {}))
        for content in operation.get("requestBody", {}).get("content", {}).values():
            check(content["schema"])


def test_links_lead_to_operations_and_fill_their_parameters() -> None:
    by_name = {operation["operationId"]: operation for _, operation in operations()}
    links = [
        link
        for operation in by_name.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) > 10
    for link in links:
        target = by_name[link["operationId"]]
        in_path = {one["name"] for one in target.get("parameters", ()) if one["in"] == "path"}
        assert in_path == set(link.get("parameters", {}))


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("number\n", True),
        ("number,first_name\r\n+34600000118,Ana\r\n", True),
        ('number,a\n1,"x, ""y""\nz"', True),
        ("", False),
        ("name,number\n", False),
        ('number,a\n1,"x', False),
        ("number" + ",c" * 100, False),
    ],
)
def test_the_form_of_a_contact_file_is_that_of_csv(text: str, is_good: bool) -> None:  # noqa: FBT001 - a column of the table
    put = DOCUMENT["paths"]["/v1/contact_lists/{list_id}/contacts"]["put"]
    pattern = put["requestBody"]["content"]["text/csv"]["schema"]["pattern"]
    assert jsonschema_rs.is_valid({"pattern": pattern}, text) is is_good
    assert (re.search(pattern, text) is not None) is is_good


def test_a_reference_page_shows_each_call_with_a_command_that_could_be_run() -> None:
    groups = manual.groups(DOCUMENT, "https://sms.example.com")
    calls = {call.id: call for group in groups for call in group.calls}
    assert len(calls) == len(OPERATIONS)
    send = calls["sendMessage"]
    assert send.command == (
        "curl -X POST https://sms.example.com/v1/messages \\\n  -H 'Authorization: Bearer KEY' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        '  -d \'{"to": "+34600000118", "text": "Your table is ready. See you at 8!"}\''
    )
    assert [field.name for field in send.body if field.is_required and "." not in field.name] == ["to"]
    assert "contact_list_ids" in [field.name for field in send.body]
    assert {code for outcome in send.outcomes for code, _ in outcome.codes} >= {"insufficient_credit", "number_invalid"}
    assert "settings.port" in [field.name for field in calls["createConnector"].body]
    assert calls["getHealth"].command == "curl https://sms.example.com/health"
    assert "--data-binary @file.csv" in calls["importContacts"].command


def test_words_of_a_description_keep_their_marks() -> None:
    assert manual.pieces("Give `to`, **always**, *now*: 2 * 3") == [
        ("", "Give "),
        ("code", "to"),
        ("", ", "),
        ("strong", "always"),
        ("", ", "),
        ("em", "now"),
        ("", ": 2 "),
        ("", "*"),
        ("", " 3"),
    ]
    assert manual.blocks("One\nline\n\nanother") == [["One line"], ["another"]]


def test_two_structs_of_one_name_are_told_by_name() -> None:
    one = RESOURCES[0].operations[0]
    twin = replace(one, answer=msgspec.defstruct("Problem", [("nothing", int)]))
    with pytest.raises(ValueError, match="Several structs are named Problem"):
        document([replace(RESOURCES[0], operations=(twin,))], "1")
