from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.model import Contact
from cablegram.contacts.website_form import filled, origin_of, read_origin, snippet
from cablegram.contacts.website_model import Filled, Visit, WebsiteTag
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, ContactId, WebsiteTagId

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TAG = WebsiteTag(
    WebsiteTagId(UUID(int=1)),
    AccountId(UUID(int=2)),
    "Box",
    "t0ken",
    ("https://www.example.com",),
    ("city", "age", "plan", "vip", "born"),
    (),
    "Send me <offers>",
    3,
    is_on=True,
    created_at=NOW,
    updated_at=NOW,
)
FIELDS = {
    "age": Field("age", "Age", FieldType.NUMBER),
    "plan": Field("plan", "Plan", FieldType.CHOICE, ("Basic", 'A"B')),
    "vip": Field("vip", "VIP", FieldType.YES_NO),
    "born": Field("born", "Born", FieldType.DATE),
}
ANA = "34600000118"


def sent(known: dict[str, str] | None = None, tag: WebsiteTag = TAG, /, **form: str) -> Filled:
    contact = None if known is None else Contact(ContactId(UUID(int=3)), ANA, "ES", known, NOW, NOW)
    return filled(tag, Visit("https://www.example.com", "203.0.113.7", "", form), ANA, known=contact, fields=FIELDS)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.Example.com/", "https://www.example.com"),
        (" https://shop.example.com:8443 ", "https://shop.example.com:8443"),
        ("https://example.com:443", "https://example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("www.example.com", "http://example.com", "https://", "https://a/b", "https://a?x", "https://a#x"),
        *(
            "javascript:alert(1)",
            "https://user@example.com",
            "https://a:99999",
            "https://ex ample.com",
            "*",
            "https://*",
        ),
    ],
)
def test_what_is_no_origin_or_not_safe_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_origin(text)
    assert caught.value.code == "bad_origin"


@pytest.mark.parametrize("value", ["Vi\0go", "x" * 10_001])
def test_a_value_that_no_contact_can_have_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        sent(city=value)
    assert caught.value.code == "bad_variable"


def test_browsers_tell_the_origin_in_one_header_or_the_other() -> None:
    assert origin_of("https://A.example", "https://b.example/x") == "https://a.example"
    assert origin_of("null", "https://b.example/x?y") == "https://b.example"
    assert origin_of("", "") == origin_of("null", "about:blank") == ""


@pytest.mark.req("R170")
def test_a_form_sets_the_fields_that_the_tag_names_and_no_others() -> None:
    done = sent(city=" Vigo", age="07", secret="x", plan="basic", born="")
    assert done == Filled(ANA, is_new=True, sets={"city": " Vigo", "age": "7", "plan": "Basic"})
    with pytest.raises(InvalidInput) as caught:
        sent(age="old", plan="Gold")
    assert [one.field for one in caught.value.faults] == ["variables.age", "variables.plan"]


@pytest.mark.req("R170")
def test_what_is_known_of_somebody_is_not_overwritten_from_a_web_page() -> None:
    done = sent({"city": "Lugo", "age": "7", "vip": ""}, city="Vigo", age="7.0", vip="1")
    assert (done.is_new, done.sets, done.keeps) == (False, {"vip": "yes"}, ("city",))


@pytest.mark.req("R170")
def test_only_a_yes_to_the_words_that_stand_there_now_is_one() -> None:
    yes = {"_agree": "yes", "_words": "3"}
    assert sent(**yes).subscribes
    assert not sent(_words="3").subscribes
    assert not sent(_agree="on", _words="3").subscribes
    old = sent(_agree="yes", _words="2")
    assert (old.subscribes, old.shown_others) == (False, True)
    silent = sent(None, replace(TAG, words=""), **yes)
    assert (silent.subscribes, silent.shown_others) == (False, False)


def test_the_snippet_holds_a_form_that_works_by_itself_and_no_markup_from_outside() -> None:
    text = snippet(TAG, "https://sms.example.com", FIELDS)
    for part in (
        '<form action="https://sms.example.com/tag/t0ken" method="post" data-cablegram>',
        '<input name="_mobilePhone" type="tel" autocomplete="tel" required>',
        '<input name="city" type="text">',
        '<input name="age" type="number" step="any">',
        '<input name="born" type="date">',
        '<select name="vip"><option value=""></option><option>yes</option><option>no</option></select>',
        "<option>A&quot;B</option>",
        '<input type="hidden" name="_words" value="3">',
        "Send me &lt;offers&gt;</label>",
        '<script src="https://sms.example.com/tag/t0ken.js" async></script>',
    ):
        assert part in text
    assert "_agree" not in snippet(replace(TAG, words="", fields=()), "https://sms.example.com", {})
