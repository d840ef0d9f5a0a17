from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.campaigns.compose import Letter, check_columns, compiled, write
from cablegram.contacts.model import ContactList, Person
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, CampaignId, ContactId, ListId, uuid7
from cablegram.messages.model import MessageClass
from cablegram.templates.render import Template

ACCOUNT, CAMPAIGN = AccountId(uuid7()), CampaignId(uuid7())
VALUES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=3))


def letter(text: str, variables: dict[str, str] | None = None) -> Letter:
    return Letter(ACCOUNT, CAMPAIGN, compiled(text), variables or {}, "Shop", MessageClass.MARKETING)


def person(variables: dict[str, str], number: str = "34600000118") -> Person:
    return Person(ContactId(uuid7()), number, "ES", variables)


def listed(name: str, *variables: str) -> ContactList:
    return ContactList(ListId(uuid7()), name, "", 1, list(variables), datetime(2026, 1, 1, tzinfo=UTC), None)


@pytest.mark.req("R85", "R104")
def test_each_draft_carries_what_is_known_of_its_person() -> None:
    ana, bob = person({"name": "Ana"}), person({"name": "Bob", "city": "Leeds"}, "447400123456")
    first, second = write(letter("Hi {{ name }}"), [ana, bob])
    assert (first.text, second.text) == ("Hi Ana", "Hi Bob")
    assert (first.account_id, first.campaign_id, first.sender) == (ACCOUNT, CAMPAIGN, "Shop")
    assert (first.contact_id, first.number, first.country) == (ana.contact_id, "34600000118", "ES")
    assert first.message_class is MessageClass.MARKETING
    assert (second.to, second.number, second.contact_id) == ("447400123456", "447400123456", bob.contact_id)
    assert first.refusal is None


@pytest.mark.req("R86")
def test_variables_of_the_campaign_win_over_those_of_the_person() -> None:
    (draft,) = write(letter("{{ a }}{{ b }}", {"a": "given"}), [person({"a": "stored", "b": "!"})])
    assert draft.text == "given!"


def test_everybody_has_a_number_to_write() -> None:
    (draft,) = write(letter("Call {{ number }}, {{ name }}"), [person({"name": "Ana", "number": "not this"})])
    assert draft.text == "Call +34600000118, Ana"


@pytest.mark.req("R85")
def test_who_lacks_a_value_gets_a_refusal_that_names_it_and_the_others_get_their_text() -> None:
    first, second, third = write(letter("Hi {{ name }}"), [person({"name": "Ana"}), person({}), person({"name": ""})])
    assert (first.refusal, third.refusal) == (None, None)
    assert (second.text, second.refusal and second.refusal.code) == ("", "missing_variable")
    assert second.refusal
    assert "name" in second.refusal.message
    assert second.refusal.field == "variables"


@given(st.lists(VALUES, max_size=5), VALUES)
def test_the_order_is_kept_and_each_text_is_that_of_its_person_alone(
    rows: list[dict[str, str]], given_to_all: dict[str, str]
) -> None:
    people = [person(row) for row in rows]
    together = write(letter("{{ a }}-{{ b | default: 'x' }}", given_to_all), people)
    assert [draft.contact_id for draft in together] == [one.contact_id for one in people]
    for one, draft in zip(people, together, strict=True):
        (alone,) = write(letter("{{ a }}-{{ b | default: 'x' }}", given_to_all), [one])
        assert (alone.text, alone.refusal) == (draft.text, draft.refusal)
        assert (draft.refusal is None) == ("a" in one.variables or "a" in given_to_all)


@pytest.mark.req("R85")
def test_each_required_variable_must_be_a_column_of_every_list_or_be_given() -> None:
    template = Template('{{ a }} {{ b }} {{ c | default: "x" }} {{ number }}')
    check_columns(template, [listed("one", "a", "b"), listed("two", "b", "a")], {})
    check_columns(template, [listed("one", "a")], {"b": ""})
    check_columns(Template("same for all"), [listed("one")], {})
    with pytest.raises(InvalidInput) as caught:
        check_columns(template, [listed("one", "a"), listed("two")], {})
    assert caught.value.code == "missing_variable"
    found = [(fault.field, "one" in fault.message, "two" in fault.message) for fault in caught.value.faults]
    assert found == [
        ("variables.a", False, True),
        ("variables.b", True, False),
        ("variables.b", False, True),
    ]
