"""What columns are for, guessed and said."""

from __future__ import annotations

import pytest

from cablegram.contacts import mapping, sheet
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.mapping import Plan
from cablegram.kit.csvio import Row
from cablegram.kit.errors import InvalidInput

FIELDS = {
    "birthday": Field("birthday", "Date of birth", FieldType.DATE),
    "shoe": Field("shoe", "Shoe size"),
}  # fmt: skip


def rows(*fields: list[str]) -> list[Row]:
    return list(enumerate(fields, 2))


@pytest.mark.req("R87")
@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["Phone", "First Name", "Date of Birth"], ["number", "first_name", "birthday"]),
        (["Teléfono", "SHOE", "_smsSubscriptionStatus"], ["number", "shoe", "_smsSubscriptionStatus"]),
        (["name", "Mobile phone", "Phone"], ["name", "number", "Phone"]),  # the first of equals
        (["Name", "name", "Name", "to"], ["Name", "name", "", "number"]),
        (["", "!!", "number", "1st"], ["", "", "number", ""]),
        (["number", "line", "problem"], ["number", "", ""]),  # a file of bad rows that comes back
        (["a", "b"], ["a", "b"]),
    ],
)
def test_columns_are_guessed_by_their_names(header: list[str], words: list[str]) -> None:
    assert mapping.guess(header, [], FIELDS, "ES") == words


def test_a_column_that_nobody_named_is_the_number_by_what_stands_in_it() -> None:
    found = rows(["17", "600000118"], ["18", "600000119"], ["19"])
    assert mapping.guess(["id", "contact"], found, {}, "ES") == ["id", "number"]
    twice = rows(["600000118", "600000120"], ["x", "600000119"])
    assert mapping.guess(["Phone", "Mobile"], twice, {}, "ES") == ["Phone", "number"]  # that with more of them
    assert mapping.guess([], [], {}, "ES") == []


def test_a_first_line_with_a_number_in_it_is_somebody_s_row() -> None:
    assert mapping.has_header(["name", "number"], "ES")
    assert not mapping.has_header(["Ana", "600 000 118"], "ES")


def test_rows_are_put_in_the_order_of_what_they_are_for() -> None:
    words = ["birthday", "", "_smsSubscriptionStatus", "number", "city", "_mobilePhoneStatus"]
    plan = mapping.read(words, width=6, fields=FIELDS)
    assert plan.columns.variables == ["birthday", "city"]
    assert (plan.columns.phone_status, plan.columns.subscription, plan.columns.width) == (3, 4, 5)
    assert [(at, field.name) for at, field in plan.checks] == [(0, "birthday")]
    found, faults = mapping.arranged(rows(["d", "x", "yes", "600", "Lugo", "active"], ["short"]), plan)
    assert [tuple(fields) for _, fields in found] == [("600", "d", "Lugo", "active", "yes")]
    assert [(one.field, one.code) for one in faults] == [("lines.3", "csv_wrong_column_count")]


def test_a_file_in_our_own_form_is_read_as_it_is() -> None:
    for plan in (mapping.read(["number", "city"], width=2, fields={}), mapping.of_header((1, ["number", "city"]), {})):
        given = rows(["600", "Lugo"], ["600"])
        assert mapping.arranged(given, plan) == (given, [])
    only = mapping.read(["", "number"], width=2, fields={})
    assert mapping.arranged(rows(["x", "600"]), only) == ([(2, ("600",))], [])
    assert isinstance(only, Plan)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["number"], ["columns"]),
        (["number", "city", "x"], ["columns"]),
        (["city", "name"], ["columns"]),
        (["number", "number"], ["columns.1"]),
        (["number", "first name"], ["columns.1"]),
        (["number", "x" * 61], ["columns.1"]),
        (["Number", "number"], ["columns.0"]),
        (["x y", "z!"], ["columns.0", "columns.1", "columns"]),
        (["_mobilephonestatus", "number"], ["columns.0"]),
    ],
)
def test_what_columns_can_t_be_for_is_said_of_each(words: list[str], where: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        mapping.read(words, width=2, fields=FIELDS)
    assert caught.value.code == "bad_mapping"
    assert [one.field for one in caught.value.faults] == where


@pytest.mark.req("R87")
def test_fields_with_a_type_take_what_fits_and_guarded_cells_are_as_they_were() -> None:
    plan = mapping.read(["number", "birthday", "note"], width=3, fields=FIELDS)
    given, _ = mapping.arranged(
        rows(["+34600000118", "3.5.1990", "'=1+1"], ["+34600000119", "May", "x"], ["+34600000120", "", "'tis"]), plan
    )
    people, faults = sheet.read_people(given, plan.columns, "ES", checks=plan.checks)
    assert [one.variables for one in people] == [
        '{"birthday":"1990-05-03","note":"=1+1"}', '{"birthday":"","note":"\'tis"}'
    ]  # fmt: skip
    assert [(one.field, one.code) for one in faults] == [("lines.3.birthday", "value_unfit")]
    only = mapping.read(["number", "note"], width=2, fields={})
    people, _ = sheet.read_people(rows(["'+34600000118", "'@x"]), only.columns, "ES")
    assert [(one.number, one.variables) for one in people] == [("34600000118", '{"note":"@x"}')]
