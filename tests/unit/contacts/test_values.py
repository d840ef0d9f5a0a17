from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.contacts import tag_words
from cablegram.contacts.field_model import BUILT_IN, Field, FieldType
from cablegram.contacts.values import Unfit, canonical, read
from cablegram.kit.errors import InvalidInput

PLAN = Field("plan", "Plan", FieldType.CHOICE, ("Basic", "Größer"))


def field(kind: FieldType) -> Field:
    return PLAN if kind is FieldType.CHOICE else Field("f", "F", kind)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldType.TEXT, "  as it stands ", "  as it stands "),
        (FieldType.NUMBER, " 007.50 ", "7.5"),
        (FieldType.NUMBER, "+12", "12"),
        (FieldType.NUMBER, "-0.0", "0"),
        (FieldType.NUMBER, "-3.10", "-3.1"),
        (FieldType.NUMBER, "1.234", "1.234"),
        (FieldType.NUMBER, "12,5", "12.5"),
        (FieldType.NUMBER, "1,2345", "1.2345"),
        (FieldType.DATE, "2026-5-3", "2026-05-03"),
        (FieldType.DATE, "2026/12/31", "2026-12-31"),
        (FieldType.DATE, "3.5.2026", "2026-05-03"),
        (FieldType.YES_NO, "TRUE", "yes"),
        (FieldType.YES_NO, "0", "no"),
        (FieldType.CHOICE, "basic", "Basic"),
        (FieldType.CHOICE, "GRÖSSER", "Größer"),
    ],
)
def test_a_value_is_kept_in_one_form(kind: FieldType, text: str, value: str) -> None:
    assert read(field(kind), text) == value
    assert read(field(kind), value) == value


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        (FieldType.NUMBER, "1,234", "without separators of thousands"),
        (FieldType.NUMBER, "1e9", "a number"),
        (FieldType.NUMBER, "twelve", "a number"),
        (FieldType.NUMBER, "1" * 19, "a number"),
        (FieldType.DATE, "03/05/2026", "such as 2026-05-03"),
        (FieldType.DATE, "2026-02-30", "that the calendar has"),
        (FieldType.DATE, "0000-01-01", "that the calendar has"),
        (FieldType.YES_NO, "maybe", "yes or no"),
        (FieldType.CHOICE, "Gold", "one of: Basic, Größer"),
    ],
)
def test_what_may_mean_two_things_or_nothing_does_not_fit(kind: FieldType, text: str, wanted: str) -> None:
    found = read(field(kind), text)
    assert isinstance(found, Unfit)
    assert wanted in found.message
    assert found.message.startswith(field(kind).label)


@given(st.sampled_from(FieldType), st.text(max_size=30))
def test_what_was_read_once_reads_as_itself(kind: FieldType, text: str) -> None:
    value = read(field(kind), text)
    if not isinstance(value, Unfit):
        assert read(field(kind), value) == value


@given(st.sampled_from([kind for kind in FieldType if kind is not FieldType.TEXT]), st.sampled_from(["", " ", "\t"]))
def test_no_value_fits_every_field(kind: FieldType, text: str) -> None:
    assert read(field(kind), text) == ""


def test_variables_are_read_by_their_fields_and_each_that_does_not_fit_is_named() -> None:
    fields = {"plan": PLAN, "age": Field("age", "Age", FieldType.NUMBER)}
    assert canonical(fields, {"plan": "BASIC", "city": "Vigo", "age": "7.0"}) == {
        "plan": "Basic", "city": "Vigo", "age": "7",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as caught:
        canonical(fields, {"plan": "Gold", "city": "Vigo", "age": "old"})
    assert [(one.field, one.code) for one in caught.value.faults] == [
        ("variables.plan", "value_unfit"),
        ("variables.age", "value_unfit"),
    ]


@pytest.mark.req("R142")
def test_every_account_has_the_number_and_its_two_statuses() -> None:
    assert [(one.name, one.choices, one.is_built_in) for one in BUILT_IN] == [
        ("_mobilePhone", (), True),
        ("_mobilePhoneStatus", ("active", "bounced", "paused"), True),
        ("_smsSubscriptionStatus", ("subscribed", "not_subscribed", "none"), True),
    ]


def test_tags_are_words_in_lower_case_each_once_and_in_order() -> None:
    assert tag_words.read(["VIP", " big \u00a0 spender", "vip", "e\u0301te\u0301"]) == ["big spender", "vip", "été"]
    for wrong in ("a,b", "a;b", " ", "x" * 51, "two\nlines"):
        with pytest.raises(InvalidInput) as caught:
            tag_words.read([wrong], field="add")
        assert caught.value.faults[0].field == "add"
