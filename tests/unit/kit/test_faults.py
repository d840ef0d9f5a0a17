"""All that is wrong with a body, found by walking its type."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from cablegram.kit import faults
from cablegram.kit.errors import Fault
from cablegram.kit.whole_numbers import with_whole_numbers


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


def why(text: str) -> Fault | None:
    return Fault("", "odd_length", "Odd.") if len(text) % 2 else None


class Part(msgspec.Struct, forbid_unknown_fields=True):
    size: Annotated[int, Meta(ge=1, le=9)]


class Circle(msgspec.Struct, forbid_unknown_fields=True, tag_field="shape", tag="circle"):
    radius: int


class Square(msgspec.Struct, forbid_unknown_fields=True, tag_field="shape", tag="square"):
    side: int


class Thing(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename={"kind": "type"}):
    name: Annotated[str, Meta(min_length=2, max_length=4, extra={"codes": {"too_short": "name_too_short"}})]
    kind: Color = Color.RED
    mode: Literal["on", "off"] = "on"
    even: Annotated[str, Meta(pattern=r"^[a-z]{4}\Z", extra={"explain": why})] = "abcd"
    word: Annotated[str, Meta(pattern=r"^[a-z]*\Z", extra={"form": "small letters"})] = ""
    id: UUID | None = None
    at: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET
    is_on: bool = False
    rate: Annotated[float, Meta(ge=0, le=1)] = 0
    parts: Annotated[list[Part], Meta(max_length=2)] = msgspec.field(default_factory=list[Part])
    values: Annotated[dict[Annotated[str, Meta(max_length=3)], int], Meta(max_length=2)] = msgspec.field(
        default_factory=dict[str, int]
    )
    anything: Any = None
    pair: tuple[int, ...] = ()
    drawn: Circle | Square | None = None
    body: str | dict[str, int] | None = None


def found(**given: object) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in faults.find({"name": "abc", **given}, Thing)]


WRONG = [
    ({"name": 5}, [("name", "wrong_type")]),
    ({"name": "a"}, [("name", "name_too_short")]),
    ({"name": "abcde"}, [("name", "too_long")]),
    ({"type": "green"}, [("type", "wrong_value")]),
    ({"type": 1}, [("type", "wrong_type")]),
    ({"mode": "half"}, [("mode", "wrong_value")]),
    ({"even": "abc"}, [("even", "odd_length")]),
    ({"even": "ABCD"}, [("even", "wrong_value")]),
    ({"word": "X"}, [("word", "wrong_value")]),
    ({"id": "17"}, [("id", "wrong_value")]),
    ({"id": 17}, [("id", "wrong_type")]),
    ({"at": "2026-11-22T09:30:00"}, [("at", "wrong_value")]),
    ({"at": None}, [("at", "wrong_type")]),
    ({"is_on": "yes"}, [("is_on", "wrong_type")]),
    ({"rate": 2}, [("rate", "wrong_value")]),
    ({"rate": True}, [("rate", "wrong_type")]),
    ({"parts": {}}, [("parts", "wrong_type")]),
    ({"parts": [{"size": 1.5}, {"size": 0}]}, [("parts.0.size", "wrong_type"), ("parts.1.size", "wrong_value")]),
    ({"parts": [{"size": 1}] * 3}, [("parts", "too_long")]),
    ({"parts": [5, {}]}, [("parts.0", "wrong_type"), ("parts.1.size", "missing_field")]),
    ({"body": {"a": "x"}}, [("body.a", "wrong_type")]),
    ({"body": 7}, [("body", "wrong_type")]),
    ({"pair": ["x", 1]}, [("pair.0", "wrong_type")]),
    ({"drawn": 5}, [("drawn", "wrong_type")]),
    ({"drawn": {"side": 1}}, [("drawn.shape", "missing_field")]),
    ({"drawn": {"shape": "star"}}, [("drawn.shape", "wrong_value")]),
    ({"drawn": {"shape": ["square"]}}, [("drawn.shape", "wrong_type")]),
    ({"drawn": {"shape": "square", "radius": 1}}, [("drawn.side", "missing_field"), ("drawn.radius", "unknown_field")]),
    ({"values": []}, [("values", "wrong_type")]),
    ({"values": {"long": 1, "b": "x"}}, [("values.long", "too_long"), ("values.b", "wrong_type")]),
    ({"values": {"a": 1, "b": 2, "c": 3}}, [("values", "too_long")]),
    ({"kind": "red", "x": 1}, [("kind", "unknown_field"), ("x", "unknown_field")]),
]


@pytest.mark.parametrize(("given", "expected"), WRONG)
def test_each_fault_is_named_by_path_and_code(given: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found(**given) == expected


def test_what_is_right_has_no_faults() -> None:
    thing = {"type": "blue", "id": None, "at": "2026-11-22T09:30:00Z", "rate": 0.5, "parts": [{"size": 9.0}]}
    drawn = {"drawn": {"shape": "circle", "radius": 3}, "pair": [1, 2], "anything": [{}], "body": {"a": 1}}
    assert found(**thing, **drawn, is_on=True, mode="off", values={"a": 1}) == []


def test_the_body_itself_may_be_wrong() -> None:
    (fault,) = faults.find([1], Thing)
    assert (fault.field, fault.code) == ("", "wrong_type")
    assert fault.message == "The body must be an object, not a list."


def test_a_hundred_faults_are_enough() -> None:
    class Many(msgspec.Struct):
        items: list[int]

    assert len(faults.find({"items": ["x"] * 1000}, Many)) == 100


names = st.sampled_from(["name", "size", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 12) | st.floats(-1, 10) | st.sampled_from(["", "abcd", "red", "Ä"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from([*Thing.__struct_encode_fields__, "x"])


@given(st.dictionaries(fields, anything))
def test_the_walk_finds_a_fault_exactly_where_the_decoder_does(value: dict[str, object]) -> None:
    try:
        msgspec.convert(with_whole_numbers(value), Thing)
    except msgspec.ValidationError:
        is_right = False
    else:
        is_right = True
    assert (faults.find(value, Thing) == []) == is_right
