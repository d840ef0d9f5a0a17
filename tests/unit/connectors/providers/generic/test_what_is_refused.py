"""Which configurations of a described provider are refused, each with a code and the place (R131-R133)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from cablegram.connectors import forms
from cablegram.connectors.providers.generic.provider import needs
from cablegram.connectors.providers.generic.settings import GenericSettings
from cablegram.kit.errors import InvalidInput
from providers_generic import made

BATCHED = """{
  "hid": "$$hid", //Global Key-Value pair
  "tid": "$$TemplateID",
  "cid": "$$CampaignID",
  "type": "template",
  "msgs": [
    {
      "seq": 1,
      "to": "$$To",
      "uid": "$$uid", //Message Body Key-Value pair
      "variables": "$$TemplateVariables",
      "enc": "utf8"
    }
  ]
}"""
FLAT = """// no batch here: https://example.com says so
{
  "hid": "$$hid",//Message Body Key-Value pair
  "tid": "$$TemplateID",
  "cid": "$$CampaignID",
  "type": "template",
  "seq": 1,
  "to": "$$To",
  "uid": "$$uid",//Message Body Key-Value pair
  "variables": "$$TemplateVariables",
  "enc": "utf8"
}"""


def faults(secrets: dict[str, str] | None = None, **settings: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        made(secrets, **settings)
    found = [(fault.code, fault.field) for fault in refused.value.faults]
    assert refused.value.code == found[0][0]
    return found


@pytest.mark.req("R131")
@pytest.mark.parametrize("used", list(product([False, True], repeat=3)))
def test_of_the_eight_cases_three_are_valid(used: tuple[bool, bool, bool]) -> None:
    names = [name for name, is_used in zip(("To", "Body", "TemplateID"), used, strict=True) if is_used]
    payload = {name.lower(): f"$${name}" for name in names}
    has_to, has_body, has_template = used
    expected = []
    if not has_to:
        expected.append(("placeholder_to_missing", "settings.payload"))
    if not (has_body or has_template):
        expected.append(("placeholder_body_missing", "settings.payload"))
    if expected:
        assert faults(payload=payload) == expected
    else:
        assert made(payload=payload).template.names == set(names)


@pytest.mark.req("R133")
@pytest.mark.parametrize("payload", [BATCHED, FLAT])
def test_both_examples_are_taken_as_they_are_pasted(payload: str) -> None:
    batch = {"size": 1000, "key": "msgs"} if payload is BATCHED else None
    template = made(payload=payload, batch=batch).template
    names = {"hid", "uid", "To", "TemplateID", "TemplateVariables", "CampaignID"}
    assert template.names == names
    assert template.outside == ({"hid", "TemplateID", "CampaignID"} if batch else set())


@pytest.mark.req("R132")
def test_own_placeholders_become_inputs_and_so_do_template_and_variables() -> None:
    settings = GenericSettings(url="https://x.example", payload=FLAT)
    assert needs(settings) == ("hid", "uid", "TemplateID", "TemplateVariables")
    with_body = GenericSettings(url="https://x.example", payload={"t": "$$To", "b": "$$Body", "d": "$$templateid"})
    assert needs(with_body) == ("TemplateID+91",)
    nothing = GenericSettings(url="{{broken", payload={"t": "$$To", "b": "$$Body"})
    assert needs(nothing) == ()


@pytest.mark.req("R132")
def test_a_name_is_read_as_long_as_it_goes_on() -> None:
    template = made(payload={"a": "$$To$$Body", "b": "$$Total", "c": "$$TO", "d": "$$5 off $$ {{ }}"}).template
    assert template.names == {"To", "Body", "Total"}


JSON_FAULTS = [
    ('{"to": "$$To",\n "text" "$$Body"}', "line 2, column 9"),
    ('{"to": "$$To" // the number\n "text": "$$Body"}', "line 2, column 2"),
    ('{"to": "$$To, "text": "$$Body"}', "line 1"),
    ('{"to": "$$To", "to": "$$Body"}', "'to' stands twice"),
    ('{"to": "$$To", "n": NaN}', "NaN"),
    ("[" * 100_000, "nested too deeply"),
    ("", "line 1, column 1"),
]


@pytest.mark.req("R133")
@pytest.mark.parametrize(("text", "says"), JSON_FAULTS)
def test_json_that_does_not_parse_says_where(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        made(payload=text)
    assert [(fault.code, fault.field) for fault in refused.value.faults][:1] == [("bad_json", "settings.payload")]
    assert says in refused.value.message


def test_a_slash_in_a_text_is_no_comment() -> None:
    provider = made(payload='{"to": "$$To", "text": "$$Body", "see": "https://x.example//y \\" // z"}')
    assert provider.template.names == {"To", "Body"}


RECORDS = {"msgs": [{"to": "$$To", "text": "$$Body"}]}
BATCHES = [
    ({"batch": {"size": 1001, "key": "msgs"}}, ("batch_size", "settings.batch.size")),
    ({"batch": {"size": 0, "key": "msgs"}}, ("batch_size", "settings.batch.size")),
    ({"batch": {"size": 9, "key": "msgs"}, "method": "GET"}, ("json_with_get", "settings.parameters")),
    (
        {"batch": {"size": 9, "key": "msgs"}, "method": "GET", "parameters": "form"},
        ("batch_needs_post", "settings.batch"),
    ),
    ({"batch": {"size": 9, "key": "items"}}, ("batch_key_not_found", "settings.batch.key")),
    ({"batch": {"size": 9, "key": "msgs[0].to"}}, ("batch_not_one_record", "settings.batch.key")),
    ({"batch": {"size": 9, "key": ""}}, ("batch_not_one_record", "settings.batch.key")),
    ({"batch": {"size": 9, "key": "a["}}, ("bad_path", "settings.batch.key")),
    ({"batch": {"size": 9, "key": "msgs", "mode": "map"}}, ("batch_not_one_record", "settings.batch.key")),
    ({"batch": {"size": 9, "mode": "join", "separator": ""}}, ("batch_size", "settings.batch.separator")),
    (
        {"batch": {"size": 9, "key": "msgs"}, "payload": {"msgs": [{"to": "$$To"}, {"text": "$$Body"}]}},
        ("batch_not_one_record", "settings.batch.key"),
    ),
    (
        {"batch": {"size": 9, "key": "msgs"}, "payload": {"to": "$$To", "msgs": [{"text": "$$Body"}]}},
        ("placeholder_outside_batch", "settings.batch"),
    ),
    (
        {"batch": {"size": 9, "key": "msgs"}, "headers": {"X-To": "$$To"}},
        ("placeholder_outside_batch", "settings.batch"),
    ),
    (
        {"batch": {"size": 9, "key": "msgs"}, "url": "https://sms.example.com/$$MessageID"},
        ("placeholder_outside_batch", "settings.batch"),
    ),
    (
        {"batch": {"size": 9, "key": "msgs"}, "payload": {"v": "$$TemplateVariables", **RECORDS}},
        ("placeholder_outside_batch", "settings.batch"),
    ),
    (
        {"batch": {"size": 9, "mode": "join"}, "payload": {"to": "$$To", "text": "$$Body", "id": "$$MessageID"}},
        ("placeholder_outside_batch", "settings.batch"),
    ),
]


@pytest.mark.req("R133")
@pytest.mark.parametrize(("settings", "expected"), BATCHES)
def test_a_batch_that_can_not_be_is_refused(settings: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in faults({}, **{"payload": RECORDS} | settings)


PLACES = [
    ({"payload": {"$$To": "$$To", "b": "$$Body"}}, ("placeholder_in_wrong_place", "settings.payload.$$To")),
    ({"payload": {"{{a}}": "$$To", "b": "$$Body"}}, ("placeholder_in_wrong_place", "settings.payload.{{a}}")),
    ({"payload": {"t": "$$To", "b": "$$Body", "...": "x"}}, ("placeholder_in_wrong_place", "settings.payload....")),
    ({"payload": {"t": "$$To", "b": "$$Body", "...": 5}}, ("placeholder_in_wrong_place", "settings.payload....")),
    ({"headers": {"$$To": "x"}}, ("placeholder_in_wrong_place", "settings.headers.$$To")),
    ({"url": "https://$$To.example.com/"}, ("placeholder_in_wrong_place", "settings.url")),
    ({"url": "https://sms.example.com/?$$To=1"}, ("placeholder_in_wrong_place", "settings.url")),
    ({"url": "https://sms.example.com/{{callback_url}}"}, ("placeholder_in_wrong_place", "settings.url")),
    (
        {"auth": {"type": "basic", "username": "$$To", "password": ""}},
        ("placeholder_in_wrong_place", "settings.auth.username"),
    ),
    ({"url": "ftp://sms.example.com/"}, ("bad_url", "settings.url")),
    ({"url": "https://user:pass@sms.example.com/"}, ("bad_url", "settings.url")),
    ({"url": "https://sms.example.com/#top"}, ("bad_url", "settings.url")),
    ({"url": "https://sms.example.com:99999/"}, ("bad_url", "settings.url")),
    ({"url": "https://sms.example.com:0/"}, ("bad_url", "settings.url")),
    ({"url": "https://[192.0.2.1]/"}, ("bad_url", "settings.url")),
    ({"base_url": "https://[192.0.2.1]/"}, ("bad_url", "settings.base_url")),
    (
        {"auth": {"type": "oauth2", "token_url": "https://a.example:99999/"}},
        ("bad_url", "settings.auth.token_url"),
    ),
    ({"payload": '{"a": ' + "9" * 5_000 + "}"}, ("bad_json", "settings.payload")),
    ({"payload": '{"a": ' * 60 + "1" + "}" * 60}, ("bad_json", "settings.payload")),
    ({"base_url": "sms.example.com"}, ("bad_url", "settings.base_url")),
    ({"auth": {"type": "oauth2", "token_url": "login.example.com"}}, ("bad_url", "settings.auth.token_url")),
    ({"payload": None, "batch": {"size": 9, "key": "m"}}, ("payload_missing", "settings.payload")),
    ({"payload": None}, ("payload_missing", "settings.payload")),
    ({"payload": [], "parameters": "form"}, ("bad_form", "settings.payload")),
    ({"headers": {"a b": "x"}}, ("bad_http_header", "settings.headers.a b")),
    ({"headers": {"Host": "x"}}, ("bad_http_header", "settings.headers.Host")),
    ({"headers": {"A": "x\r\nB: y"}}, ("bad_http_header", "settings.headers.A")),
    ({"headers": {"key": "{{key}}"}}, ("value_missing", "settings.headers.key")),
    ({"auth": {"type": "basic"}}, ("value_missing", "settings.auth.username")),
    ({"answer": {"codes": ["a[b"]}}, ("bad_path", "settings.answer.codes")),
    ({"receipts": [{"id": "a..b", "status": "s"}]}, ("bad_path", "settings.receipts.0.id")),
    ({"receipts": [{"id": "a", "only": {"x[]": "1"}}]}, ("bad_path", "settings.receipts.0.only")),
    ({"receipts": [{"our_id": "m", "status": "s"}]}, ("receipt_without_id", "settings.payload")),
    ({"receipts": [{"our_id": "m"}], "ids": "provider"}, ("receipt_without_id", "settings.receipts.0.id")),
    ({"receipts": [{"id": "m"}], "ids": "ours"}, ("receipt_without_id", "settings.receipts.0.our_id")),
    ({"receipts": [{"id": "m"}], "answer": {"call_id": "id"}}, ("receipt_without_id", "settings.receipts.0.number")),
    ({"clicks": [{"url": "u"}]}, ("receipt_without_id", "settings.clicks.0.id")),
    ({"clicks": [{"id": "a b["}]}, ("bad_path", "settings.clicks.0.id")),
    ({"texts": [{"text": "t", "source": "from"}]}, ("text_without_numbers", "settings.texts.0.source")),
    ({"calls": {"signature": "plivo"}}, ("value_missing", "settings.calls.key")),
]


@pytest.mark.req("R130")
@pytest.mark.parametrize(("settings", "expected"), PLACES)
def test_what_stands_in_a_wrong_place_is_refused(settings: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in faults({}, **settings)


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = faults(payload={"a": "{{x}}"}, headers={"Host": "x"}, batch={"size": 5000})
    assert {code for code, _ in found} >= {"value_missing", "bad_http_header", "batch_size", "placeholder_to_missing"}


def test_settings_that_nobody_could_go_through_are_refused_whatever_else_is_wrong_with_them() -> None:
    payload: object = "$$To"
    for _ in range(900):
        payload = {"a": payload}
    with pytest.raises(InvalidInput) as refused:
        forms.read_settings("generic", {"url": "https://a.example/", "payload": payload, "unknown": 1})
    assert (refused.value.code, refused.value.faults[0].field) == ("bad_json", "settings")
