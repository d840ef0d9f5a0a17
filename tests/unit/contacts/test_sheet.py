from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.contacts.model import NewPerson, PhoneStatus, Subscription
from cablegram.contacts.sheet import (
    LONGEST_COLUMN_NAME,
    LONGEST_VALUE,
    Columns,
    check_variables,
    no_header,
    read_header,
    read_people,
)
from cablegram.kit.errors import InvalidInput
from cablegram.templates.render import Template


def refusal(header: str, line: int = 1) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read_header((line, header.split(",")))
    (fault,) = caught.value.faults
    assert (fault.code, fault.message, fault.field) == (caught.value.code, caught.value.message, f"lines.{line}")
    return caught.value.code, caught.value.message


@pytest.mark.req("R87")
def test_the_columns_after_number_are_variables() -> None:
    assert read_header((1, ["number", "first_name", "last_name"])) == Columns(["first_name", "last_name"])
    assert read_header((2, [" Number ", " город", "Straße-2"])) == Columns(["город", "Straße-2"])
    assert read_header((1, ["number"])) == Columns([])


@pytest.mark.req("R142")
def test_two_columns_are_statuses_and_no_variables() -> None:
    columns = read_header((1, ["number", "_smsSubscriptionStatus", "city", "_MOBILEPHONESTATUS"]))
    assert columns == Columns(["city"], phone_status=3, subscription=1)
    assert columns.width == 4


@pytest.mark.req("R87")
@pytest.mark.parametrize("header", ["+34600000118,Ana,Madrid", "600 000 118", "Ana,34600000118", "(212) 555-0118,x"])
def test_a_first_line_with_a_number_in_it_is_no_header(header: str) -> None:
    code, message = refusal(header)
    assert code == "csv_no_header"
    assert "number,first_name,city" in message


@pytest.mark.req("R87")
def test_a_file_of_nothing_has_no_header() -> None:
    assert (no_header().code, no_header().faults[0].field) == ("csv_no_header", "lines.1")


@pytest.mark.req("R87")
@pytest.mark.parametrize("header", ["first_name,number", "phone,first_name", ""])
def test_number_must_be_the_first_column(header: str) -> None:
    assert refusal(header, 3)[0] == "csv_number_not_first"


@pytest.mark.parametrize(
    ("header", "word"), [("number;first_name", "semicolons"), ("number\tname", "tabs"), ("number|name", "bars")]
)
def test_another_separator_is_named(header: str, word: str) -> None:
    code, message = refusal(header)
    assert code == "csv_bad_separator"
    assert word in message


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("First name", "First_name"),
        ("e-mail (work)", "e-mail_work"),
        ("2nd name", None),
        ("", None),
        ("a" * (LONGEST_COLUMN_NAME + 1), "a" * LONGEST_COLUMN_NAME),
    ],
)
def test_a_column_that_can_be_no_variable_is_named_with_a_better_name(name: str, better: str | None) -> None:
    code, message = refusal(f"number,ok,{name}")
    assert code == "csv_bad_column"
    assert "column 3 " in message
    assert message.endswith(f", such as {better}." if better else "characters.")


@pytest.mark.parametrize(
    "header", ["number,a,b,a", "number,Number", "number,a,NUMBER", "number,_mobilePhoneStatus,a,_MobilePhoneStatus"]
)
def test_two_columns_of_one_name_are_refused(header: str) -> None:
    assert refusal(header)[0] == "csv_duplicate_column"


@given(st.lists(st.text("aé_-1 .{}|", max_size=5), max_size=4))
def test_every_column_that_is_taken_can_be_used_in_a_template(names: list[str]) -> None:
    try:
        taken = read_header((1, ["number", *names]))
    except InvalidInput:
        return
    for name in taken.variables:
        assert Template(f"{{{{ {name} }}}}").render({name: "x"}) == "x"


@pytest.mark.req("R30", "R31", "R87", "R104")
def test_a_row_is_a_person_with_a_number_and_variables() -> None:
    rows = [
        (2, ["+34 600 000 118", "Ana", "Madrid, Centro"]),
        (3, ["2125550118", 'O"Neil', ""]),
        (9, ["447400123456", "Zoë\n🌻", " x "]),
    ]
    people, faults = read_people(rows, Columns(["first_name", "city"]), "US")
    assert faults == []
    assert [(one.line, one.number, one.country, json.loads(one.variables)) for one in people] == [
        (2, "34600000118", "ES", {"first_name": "Ana", "city": "Madrid, Centro"}),
        (3, "12125550118", "US", {"first_name": 'O"Neil', "city": ""}),
        (9, "447400123456", "GB", {"first_name": "Zoë\n🌻", "city": " x "}),
    ]


def test_a_list_may_have_nothing_but_numbers() -> None:
    assert read_people([(2, ["+34600000118"])], Columns([]), "US") == ([NewPerson(2, "34600000118", "ES", "{}")], [])


@pytest.mark.req("R87")
@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        (["", "Ana", "x"], "number_invalid", "lines.7.number"),
        (["+346000", "Ana", "x"], "number_invalid", "lines.7.number"),
        (["+34600000118123456", "Ana", "x"], "number_too_long", "lines.7.number"),
        (["+34910000118", "Ana", "x"], "number_landline", "lines.7.number"),
        (["+34600000118", "Ana"], "csv_wrong_column_count", "lines.7"),
        (["+34600000118", "Ana", "x", ""], "csv_wrong_column_count", "lines.7"),
        (["+34600000118", "Ana", "x" * (LONGEST_VALUE + 1)], "value_too_long", "lines.7.city"),
        (["+34600000118", "A\0na", "x"], "bad_character", "lines.7.first_name"),
    ],
)
def test_a_bad_row_is_named_by_line_and_holds_up_nobody_else(fields: list[str], code: str, field: str) -> None:
    good = ["+34600000119", "Eva", "y"]
    people, faults = read_people([(6, good), (7, fields), (8, good)], Columns(["first_name", "city"]), "US")
    assert [one.line for one in people] == [6, 8]
    assert [(fault.code, fault.field) for fault in faults] == [(code, field)]
    assert faults[0].message.startswith("Line 7: ")


@pytest.mark.parametrize("value", [r"\u0000", "x" * LONGEST_VALUE, '"' * (LONGEST_VALUE // 2 + 1)])
def test_a_value_that_only_looks_bad_is_taken(value: str) -> None:
    people, faults = read_people([(2, ["+34600000118", value])], Columns(["note"]), "US")
    assert faults == []
    assert json.loads(people[0].variables) == {"note": value}


def statuses(phone: str, said: str, *, has_source: bool = False) -> tuple[object, object] | tuple[str, str]:
    """Read a row with these words in its columns of statuses: what they say, or code and field of what is wrong."""
    columns = Columns(["city"], phone_status=1, subscription=3)
    people, faults = read_people([(7, ["+34600000118", phone, "x", said])], columns, "US", has_source=has_source)
    if faults:
        return faults[0].code, faults[0].field
    assert people[0].variables == '{"city":"x"}'
    return people[0].phone_status, people[0].subscription


@pytest.mark.req("R142", "R143", "R144")
def test_a_row_says_statuses_in_words_or_nothing() -> None:
    assert statuses("", "") == (None, None)
    assert statuses(" Active", "none ") == (PhoneStatus.ACTIVE, Subscription.NONE)
    assert statuses("bounced", "Not subscribed") == (PhoneStatus.BOUNCED, Subscription.NOT_SUBSCRIBED)
    assert statuses("paused", "not_subscribed") == (PhoneStatus.PAUSED, Subscription.NOT_SUBSCRIBED)
    assert statuses("dead", "") == ("bad_status", "lines.7._mobilePhoneStatus")
    assert statuses("", "yes") == ("bad_status", "lines.7._smsSubscriptionStatus")


@pytest.mark.req("R142", "R144")
def test_who_is_subscribed_must_have_said_so_somewhere() -> None:
    assert statuses("", "subscribed") == ("source_needed", "lines.7._smsSubscriptionStatus")
    assert statuses("", "subscribed", has_source=True) == (None, Subscription.SUBSCRIBED)
    # Where a column says who is subscribed, nobody else is by the file's source; where none does, everybody is.
    assert statuses("", "", has_source=True) == (None, None)
    rows = [(2, ["+34600000118", "paused"]), (3, ["+34600000119", ""])]
    people, _ = read_people(rows, Columns([], phone_status=1), "US", has_source=True)
    assert [(one.phone_status, one.subscription) for one in people] == [
        (PhoneStatus.PAUSED, Subscription.SUBSCRIBED),
        (None, Subscription.SUBSCRIBED),
    ]


def test_variables_given_by_hand_must_be_such_as_a_file_could_have() -> None:
    check_variables({"first_name": "Ana", "notes": "x" * LONGEST_VALUE})
    bad = {"a b": "", "number": "1", "x" * 61: "", "long": "x" * (LONGEST_VALUE + 1), "nul": "\0", "half": "\ud800"}
    bad["_smsSubscriptionStatus"] = "subscribed"
    with pytest.raises(InvalidInput) as caught:
        check_variables({"fine": "", **bad})
    assert caught.value.code == "bad_variable"
    assert [fault.field for fault in caught.value.faults] == [f"variables.{name}" for name in bad]
