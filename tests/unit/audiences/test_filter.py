"""The filter language: text and JSON come to the same, faults say where, nothing people write becomes SQL."""

from __future__ import annotations

import contextlib
import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.audiences import filter_json, filter_text, filter_words
from cablegram.audiences.compiling import compiled
from cablegram.audiences.filter_check import Catalog, Named, settle, wanted
from cablegram.audiences.filter_model import (
    DEEPEST,
    FIELD,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MOST_TRAITS,
    MOST_VALUES,
    OPS,
    SUBJECTS,
    WITHOUT_VALUE,
    All,
    AnyOf,
    BadFilter,
    Filter,
    Kind,
    Not,
    Op,
    Place,
    Trait,
    depth,
    traits,
)
from cablegram.contacts.field_model import Field, FieldType

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
LIST = "0199a000-0000-7000-8000-000000000001"
CATALOG = Catalog(
    fields={
        one.name: one
        for one in (
            Field("city", "City"),
            Field("points", "Points", FieldType.NUMBER),
            Field("birthday", "Birthday", FieldType.DATE),
            Field("member", "Member", FieldType.YES_NO),
            Field("size", "Size", FieldType.CHOICE, ("S", "M")),
        )
    },
    variables=frozenset({"shoe"}),
    things={
        "tag": [Named("vip", "vip")],
        "list": [Named(LIST, "Old customers")],
        "program": [Named(LIST, "Deals")],
        "campaign": [Named(LIST, "Spring sale")],
    },
)


def city(*values: str, op: Op = Op.IS) -> Trait:
    return Trait(FIELD, op, values, "city")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("city = Madrid", city("Madrid")),
        ('CITY IS "New York"', Trait(FIELD, Op.IS, ("New York",), "CITY")),
        ("city is not Madrid", city("Madrid", op=Op.IS_NOT)),
        ("city <> Madrid", city("Madrid", op=Op.IS_NOT)),
        ("city in (Madrid, Leeds)", city("Madrid", "Leeds")),
        ("city is in (Madrid)", city("Madrid")),
        ("city not in (Madrid, Leeds)", city("Madrid", "Leeds", op=Op.IS_NOT)),
        ("city is not in (Madrid, Leeds)", city("Madrid", "Leeds", op=Op.IS_NOT)),
        ("city is set", city(op=Op.IS_SET)),
        ("city is not empty", city(op=Op.IS_SET)),
        ("city is empty", city(op=Op.IS_EMPTY)),
        ("city is not set", city(op=Op.IS_EMPTY)),
        ("city contains adri", city("adri", op=Op.CONTAINS)),
        ("city starts with Ma", city("Ma", op=Op.STARTS_WITH)),
        ("city ends with id", city("id", op=Op.ENDS_WITH)),
        (r'city = "a \"b\" \\"', city('a "b" \\')),
        ("points >= 100", Trait(FIELD, Op.AT_LEAST, ("100",), "points")),
        ("points<100", Trait(FIELD, Op.LESS, ("100",), "points")),
        ("birthday before 1990-01-01", Trait(FIELD, Op.LESS, ("1990-01-01",), "birthday")),
        ("created since 2026-01-01", Trait("created", Op.AT_LEAST, ("2026-01-01",))),
        ("created until 2026-01-01", Trait("created", Op.AT_MOST, ("2026-01-01",))),
        ("created after 2026-01-01", Trait("created", Op.MORE, ("2026-01-01",))),
        ("delivered in last 30 days", Trait("delivered", Op.IN_LAST, ("30",))),
        ("delivered in last 2 weeks", Trait("delivered", Op.IN_LAST, ("14",))),
        ("birthday in next 7 days", Trait(FIELD, Op.IN_NEXT, ("7",), "birthday")),
        ("opted out is set", Trait("opted out", Op.IS_SET)),
        ('replied to campaign = "Spring sale"', Trait("replied to campaign", Op.IS, ("Spring sale",))),
        ('"got" = x', Trait(FIELD, Op.IS, ("x",), "got")),
        ("not tag = vip", Not(Trait("tag", Op.IS, ("vip",)))),
        ("city = a or city = b and city = c", AnyOf((city("a"), All((city("b"), city("c")))))),
        ("(city = a or city = b) and city = c", All((AnyOf((city("a"), city("b"))), city("c")))),
    ],
)
def test_a_text_is_read_as_people_mean_it(text: str, found: Filter) -> None:
    assert filter_text.parse(text) == found


@pytest.mark.parametrize(
    ("text", "code", "start", "words"),
    [
        ("", "filter_empty", 0, "empty"),
        ("city", "filter_syntax", 4, "ends"),
        ("city =", "filter_syntax", 6, "a value"),
        ("city = New York", "filter_syntax", 11, "quotation marks"),
        ("city = (a)", "filter_syntax", 7, "a value"),
        ("= a", "filter_syntax", 0, "what to look at"),
        ("and city = a", "filter_syntax", 0, "what to look at"),
        ('city = "a', "filter_syntax", 7, "never closed"),
        ("city = a)", "filter_syntax", 8, "`and` or `or`"),
        ("(city = a", "filter_syntax", 9, "`)`"),
        ("city in a", "filter_syntax", 8, "`(`"),
        ("city in (a b)", "filter_syntax", 11, "`,`"),
        ("city ! a", "filter_syntax", 5, "says nothing"),
        ("delivered in last 30", "filter_syntax", 20, "`days`"),
        (f"city = {'a' * (LONGEST_VALUE + 1)}", "filter_too_large", 7, "characters"),
        ("a" * (LONGEST_TEXT + 1), "filter_too_large", 0, "characters"),
        (f"city in ({','.join('a' * (MOST_VALUES + 1))})", "filter_too_large", 409, "values"),
        (" and ".join(["a = b"] * (MOST_TRAITS + 1)), "filter_too_large", 500, "conditions"),
        ("(" * 400 + "a = b" + ")" * 400, "filter_too_deep", 10, "levels"),
        ("not " * 400 + "a = b", "filter_too_deep", 40, "levels"),
        ("(a = b or c = d and (e = f or " * 4 + "g = h" + "))" * 4, "filter_too_deep", 0, "levels"),
    ],
)
def test_a_fault_says_what_and_where(text: str, code: str, start: int, words: str) -> None:
    with pytest.raises(BadFilter) as caught:
        filter_text.parse(text)
    assert (caught.value.code, caught.value.at.start) == (code, start)
    assert words in caught.value.message
    assert caught.value.faults[0].field == "filter"


def _values(op: Op) -> st.SearchStrategy[tuple[str, ...]]:
    if op in WITHOUT_VALUE:
        return st.just(())
    if op in {Op.IN_LAST, Op.IN_NEXT}:
        return st.integers(1, 99).map(lambda n: (str(n),))
    most = 3 if op in {Op.IS, Op.IS_NOT} else 1
    text = st.text(string.ascii_letters + string.digits + ' "\\,()=é-', min_size=1, max_size=8)
    return st.lists(text, min_size=1, max_size=most).map(tuple)


def _test_of(subject: str, name: str, kind: Kind) -> st.SearchStrategy[Filter]:
    ops = st.sampled_from(sorted(OPS[kind]))
    return ops.flatmap(lambda op: _values(op).map(lambda values: Trait(subject, op, values, name)))


LEAVES = st.one_of(
    *(_test_of(one.word, "", one.kind) for one in SUBJECTS.values()),
    *(_test_of(FIELD, name, Kind.TEXT) for name in ("city", "got", "and", "código-postal")),
)


def _grown(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(parts.map(All), parts.map(AnyOf), inner.map(Not))


FILTERS = st.recursive(LEAVES, _grown, max_leaves=8).filter(lambda one: depth(one) <= 6)


@settings(max_examples=60)
@given(FILTERS)
def test_what_is_written_is_read_again_as_the_same(found: Filter) -> None:
    assert filter_text.parse(filter_words.write(found)) == found
    assert filter_json.read(filter_json.write(found)) == found


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_whatever_people_write_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadFilter):
        found = filter_text.parse(text)
        assert filter_text.parse(filter_words.write(found)) == found


@pytest.mark.parametrize(
    ("given_", "code", "path"),
    [
        ([], "filter_syntax", ""),
        ({"all": []}, "filter_empty", "all"),
        ({"any": "x"}, "filter_empty", "any"),
        ({"all": [{"field": "city", "values": ["a"]}], "op": "is"}, "filter_syntax", ""),
        ({"all": [{"field": "city", "vals": ["a"]}]}, "filter_syntax", "all.0"),
        ({"field": "city", "what": "tag"}, "filter_syntax", ""),
        ({"what": "moon"}, "filter_unknown_field", ""),
        ({"not": {"field": "a", "op": "like"}}, "filter_bad_operator", "not.op"),
        ({"field": "a", "values": "x"}, "filter_bad_value", "values"),
        ({"field": "a", "values": [None]}, "filter_bad_value", "values.0"),
        ({"field": "a", "values": ["a\0"]}, "filter_bad_value", "values.0"),
        ({"field": "a", "values": ["a" * (LONGEST_VALUE + 1)]}, "filter_too_large", "values.0"),
        ({"field": "a", "values": ["a"] * (MOST_VALUES + 1)}, "filter_too_large", "values"),
        ({"any": [{"field": "a", "values": ["a"]}] * (MOST_TRAITS + 1)}, "filter_too_large", f"any.{MOST_TRAITS}"),
    ],
)
def test_a_fault_in_json_says_where(given_: object, code: str, path: str) -> None:
    with pytest.raises(BadFilter) as caught:
        filter_json.read(given_)
    assert (caught.value.code, caught.value.at.path) == (code, path)


def test_json_that_never_ends_is_refused() -> None:
    node: dict[str, Any] = {"field": "a", "values": ["a"]}
    for _ in range(5_000):
        node = {"not": node}
    with pytest.raises(BadFilter) as caught:
        filter_json.read(node)
    assert caught.value.code == "filter_too_deep"
    assert caught.value.at.path == ".".join(["not"] * DEEPEST)


def test_numbers_and_truth_in_json_are_values() -> None:
    read = filter_json.read({"field": "a", "op": "is", "values": [1, 2.5, True, False]})
    assert read == Trait(FIELD, Op.IS, ("1", "2.5", "yes", "no"), "a")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("city = Madrid", ("Madrid",)),
        ("CITY contains x", ("x",)),
        ("shoe = 42", ("42",)),
        ("points > 007", ("7",)),
        ("birthday < 3.5.2026", ("2026-05-03",)),
        ("member = TRUE", ("yes",)),
        ("size in (s, M)", ("S", "M")),
        ("country = es", ("ES",)),
        ("phone = Bounced", ("bounced",)),
        ("subscription in (subscribed, unrecorded)", ("subscribed", "unrecorded")),
        ('subscription = "not subscribed"', ("not_subscribed",)),
        ('number = "+34 600 000 118"', ("34600000118",)),
        ("number starts with +346", ("346",)),
        ("tag = VIP", ("vip",)),
        ('list = "old customers"', (LIST,)),
        (f"list = {LIST.upper()}", (LIST,)),
        ("program = deals", (LIST,)),
        ('got campaign = "spring sale"', (LIST,)),
        ("created since 2026-1-2", ("2026-01-02",)),
        ("delivered in last 007 days", ("7",)),
        ("consent source contains shop", ("shop",)),
        ("consent source = shop", ("shop",)),
    ],
)
def test_values_come_to_one_form(text: str, values: tuple[str, ...]) -> None:
    found = settle(filter_text.parse(text), CATALOG)
    assert isinstance(found, Trait)
    assert found.values == values
    assert found.kind is not None


@pytest.mark.parametrize(
    ("text", "code", "start", "words"),
    [
        ("citty = a", "filter_unknown_field", 0, "Did you mean 'city'?"),
        ("shoo = a", "filter_unknown_field", 0, "Did you mean 'shoe'?"),
        ("moon = a", "filter_unknown_field", 0, "named 'moon' (at"),
        ("countri = a", "filter_unknown_field", 0, "Did you mean 'country'?"),
        ("tag = vipp", "filter_unknown_name", 6, "Did you mean 'vip'?"),
        ("city = a and list in (Old)", "filter_unknown_name", 22, "no list named 'Old'"),
        ("city > a", "filter_bad_operator", 0, "It can be by: =, !=, contains"),
        ("tag contains v", "filter_bad_operator", 0, "is set"),
        ("points > many", "filter_bad_value", 9, "a number"),
        ("birthday = 2026-02-30", "filter_bad_value", 11, "calendar"),
        ("member = perhaps", "filter_bad_value", 9, "yes or no"),
        ("size = L", "filter_bad_value", 7, "one of: S, M"),
        ("country = Spain", "filter_bad_value", 10, "two letters"),
        ("phone = bouncd", "filter_bad_value", 8, "Did you mean 'bounced'?"),
        ("number = abc", "filter_bad_value", 9, "country code"),
        ("created = soon", "filter_bad_value", 10, "a date"),
        ("delivered in last 0 days", "filter_bad_value", 18, "1 to 3,650"),
        ("delivered in last many days", "filter_bad_value", 18, "1 to 3,650"),
        ('city = " "', "filter_bad_value", 7, "is empty"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(text: str, code: str, start: int, words: str) -> None:
    with pytest.raises(BadFilter) as caught:
        settle(filter_text.parse(text), CATALOG)
    assert (caught.value.code, caught.value.at.start) == (code, start)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("op", "values", "words"),
    [("is_set", ["a"], "takes no value"), ("is", [], "needs a value"), ("contains", ["a", "b"], "takes one value")],
)
def test_json_gives_as_many_values_as_are_asked_for(op: str, values: list[str], words: str) -> None:
    with pytest.raises(BadFilter, match=words):
        settle(filter_json.read({"field": "city", "op": op, "values": values}), CATALOG)


def test_a_filter_is_settled_through_all_its_groups_and_written_with_todays_names() -> None:
    text = 'not (tag = VIP or list = "old customers") and city = Madrid'
    found = settle(filter_text.parse(text), CATALOG)
    assert wanted(found) == {"tag": {"vip"}, "list": {LIST}}
    assert filter_words.write(found, {LIST: "Staff"}) == "not (tag = vip or list = Staff) and city = Madrid"
    assert filter_words.write(found) == f"not (tag = vip or list = {LIST}) and city = Madrid"
    assert [one.subject for one in traits(found)] == ["tag", "list", FIELD]
    kept = filter_json.read(filter_json.write(settle(filter_text.parse("points > 5"), CATALOG)))
    assert isinstance(kept, Trait)
    assert kept.kind is Kind.NUMBER


@settings(max_examples=60)
@given(FILTERS)
def test_nothing_that_people_write_becomes_sql(found: Filter) -> None:
    marked = filter_json.read(_marked(filter_json.write(found)))
    condition = compiled(_kinds(marked), NOW)
    assert "MARK" not in condition.sql
    assert all(f"%({name})s" in condition.sql for name in condition.values)


def _marked(node: dict[str, Any]) -> dict[str, Any]:
    if "not" in node:
        return {"not": _marked(node["not"])}
    for group in ("all", "any"):
        if group in node:
            return {group: [_marked(part) for part in node[group]]}
    if "field" in node:
        node = {**node, "field": f"MARK{node['field']}", "values": [f"MARK{one}" for one in node.get("values", [])]}
    return node


def _kinds(found: Filter) -> Filter:
    """Give tests the kinds and values that settling would, so that they can be compiled."""
    match found:
        case All(parts):
            return All(tuple(map(_kinds, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_kinds, parts)))
        case Not(part):
            return Not(_kinds(part))
        case Trait(subject=subject, op=op, name=name) if subject != FIELD:
            kind = SUBJECTS[subject].kind
            fit = {Kind.MOMENT: "2026-01-02", Kind.NAMED: LIST, Kind.CAMPAIGN: LIST}.get(kind, "MARK")
            values = () if op in WITHOUT_VALUE else ("3",) if op is Op.IN_LAST else (fit,)
            return Trait(subject, op, values, name, kind)
        case Trait():
            return found


def test_a_place_is_shown_only_where_there_is_one() -> None:
    assert BadFilter("filter_x", "No.").message == "No."
    assert BadFilter("filter_x", "No.", Place(path="all.0")).faults[0].field == "filter.all.0"
