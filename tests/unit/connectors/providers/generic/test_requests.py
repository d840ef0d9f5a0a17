"""What a described provider's requests look like, and that nothing in a message can change their shape."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import CALLBACK, NOW, asked, form_of, json_of, outgoing
from cablegram.connectors.contract import Outgoing, Trouble, Verdict
from cablegram.connectors.providers.contract import Context, Provider, Shipment
from cablegram.kit.ids import CampaignId
from providers_generic import made

CONTEXT = Context(NOW, CALLBACK)
NASTY = 'say "$$To" {{key}} $$Body \\ \r\n\t\x01 ü 😀 </script> $(rm) `x` %41 &a=b'


def brought(place: int = 1, /, number: str = "34600000001", text: str = "hi", **values: object) -> Outgoing:
    return outgoing({"number": number, "text": text, "values": values or None}, place=place)


def shipped(provider: Provider, *messages: Outgoing) -> list[Shipment]:
    shipments = provider.ship(messages, CONTEXT)
    assert sorted(m.id for one in shipments for m in one.messages) == sorted(m.id for m in messages)
    return shipments


@pytest.mark.req("R130")
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_arrives_as_it_is_and_never_as_template(text: str) -> None:
    as_json = made({"key": "s3cret"}, payload={"to": "$$To", "text": "$$Body", "in": "<$$Body|{{key}}>"})
    assert json_of(asked(as_json, brought(text=text))) == (
        {"to": "34600000001", "text": text, "in": f"<{text}|s3cret>"}
        if text
        else {"to": "34600000001", "in": "<|s3cret>"}
    )
    as_form = made(parameters="form")
    assert form_of(asked(as_form, brought(text=text))) == {"to": "34600000001"} | ({"text": text} if text else {})
    in_query = made(method="GET", parameters="none", url="https://x.example/a$$Body/b?t=$$To&m=$$Body&k=<$$Body>")
    parts = urlsplit(asked(in_query, brought(text=text)).url)
    assert parts.path.count("/") == 2
    assert parse_qsl(parts.query, keep_blank_values=True) == [
        ("t", "34600000001"),
        *([("m", text)] if text else []),
        ("k", f"<{text}>"),
    ]


@pytest.mark.req("R130")
def test_json_inside_a_form_can_not_be_broken_out_of() -> None:
    provider = made(parameters="form", payload={"k": "1", "data": {"$json": {"to": "$$To", "text": "$$Body"}}})
    assert json.loads(form_of(asked(provider, brought(text=NASTY)))["data"]) == {"to": "34600000001", "text": NASTY}


@pytest.mark.req("R130")
def test_a_line_break_in_a_header_is_refused_and_nothing_is_sent() -> None:
    provider = made(headers={"X-Text": "$$Body", "X-To": "+$$To"})
    (fine,) = shipped(provider, brought(text="one line"))
    assert ("X-Text", "one line") in fine.request.headers
    assert ("X-To", "+34600000001") in fine.request.headers
    (broken,) = shipped(provider, brought(text="two\r\nHost: lines"))
    assert broken.verdict is not None
    ((part,),) = broken.verdict.results
    assert (part.verdict, part.code, part.trouble) == (Verdict.REFUSED, "line_break_in_header", Trouble.CONFIG)


@pytest.mark.req("R132")
def test_a_value_keeps_its_type_where_it_is_all_and_becomes_words_beside_others() -> None:
    provider = made(payload={"to": "$$To", "b": "$$Body", "n": "$$count", "l": ["$$count", 1], "w": "n=$$count $$ok"})
    assert json_of(asked(provider, brought(values={"count": 5, "ok": True}))) == {
        "to": "34600000001",
        "b": "hi",
        "n": 5,
        "l": [5, 1],
        "w": "n=5 true",
    }


VARIABLES = [
    ("list", {"a": "x", "b": "y"}, ["x", "y"]),
    ("list", ["x", "y"], ["x", "y"]),
    ("object", {"a": "x", "b": "y"}, {"a": "x", "b": "y"}),
    ("object", ["x", "y"], {"VAR1": "x", "VAR2": "y"}),
    ("text", {"a": "x", "b": "y"}, "x|y"),
    ("text", ["x", "y"], "x|y"),
]


@pytest.mark.req("R131")
@pytest.mark.parametrize(("form", "variables", "expected"), VARIABLES)
def test_template_variables_take_the_form_that_is_set(form: str, variables: object, expected: object) -> None:
    payload = {"to": "$$To", "id": "$$TemplateID", "v": "$$TemplateVariables", "w": "v: $$TemplateVariables"}
    provider = made(payload=payload, variables_form=form)
    said = json_of(asked(provider, brought(template_id="T1", variables=variables)))
    assert said == {"to": "34600000001", "id": "T1", "v": expected, "w": "v: x|y"}


def test_variables_spread_into_the_record_and_never_over_its_own_names() -> None:
    provider = made(payload={"r": {"to": "$$To", "...": "$$TemplateVariables"}, "t": "$$TemplateID"})
    said = json_of(asked(provider, brought(template_id="T1", variables={"name": "Ana", "to": "34999999999"})))
    assert said == {"r": {"name": "Ana", "to": "34600000001"}, "t": "T1"}
    assert json_of(asked(provider, brought(template_id="T1"))) == {"r": {"to": "34600000001"}, "t": "T1"}


def test_what_has_nothing_behind_it_is_left_out() -> None:
    payload = {
        "to": "$$To",
        "text": "$$Body",
        "dlt": {"entity": "{{entity}}", "template": "$$TemplateID"},
        "campaign": "$$CampaignID",
        "picture": "$$MediaURL",
        "tell": "{{callback_url}}?id=$$MessageID",
        "empty": "",
        "none": None,
        "object": {},
    }
    provider = made({"entity": ""}, payload=payload, headers={"X-Campaign": "$$CampaignID"})
    request = asked(provider, brought(), callback_url="")
    assert json_of(request) == {"to": "34600000001", "text": "hi", "empty": "", "none": None, "object": {}}
    assert [name for name, _ in request.headers] == ["Content-Type"]
    message = outgoing({"number": "34600000001", "text": "hi", "campaign_id": CampaignId(UUID(int=7))})
    said = json_of(asked(provider, message))
    assert isinstance(said, dict)
    assert said["campaign"] == str(UUID(int=7))
    assert said["tell"] == f"{CALLBACK}?id={message.id.hex}"


NUMBERS = [("plus", "+34600000001"), ("digits", "34600000001"), ("national", "600000001")]


@pytest.mark.parametrize(("form", "written"), NUMBERS)
def test_numbers_are_written_as_the_provider_wants_them(form: str, written: str) -> None:
    said = json_of(asked(made(number_form=form), brought()))
    assert said == {"to": written, "text": "hi"}


SENDERS = [
    ("plus", "34600000002", "+34600000002"),
    ("plus", "27777", "27777"),
    ("plus", "ACME", "ACME"),
    ("digits", "34600000002", "34600000002"),
]


@pytest.mark.parametrize(("form", "source", "written"), SENDERS)
def test_senders_have_a_plus_where_numbers_have(form: str, source: str, written: str) -> None:
    provider = made(number_form=form, payload={"to": "$$To", "b": "$$Body", "f": "$$SenderID"})
    said = json_of(asked(provider, outgoing({"source": source})))
    assert isinstance(said, dict)
    assert said["f"] == written


@pytest.mark.req("R130")
def test_a_get_puts_its_values_behind_those_of_the_address() -> None:
    payload = {"to": "$$To", "text": "$$Body"}
    provider = made(
        {"key": "a&b"}, method="GET", parameters="form", url="https://x.example/s?key={{key}}", payload=payload
    )
    request = asked(provider, brought(text="a b"))
    assert (request.method, request.body) == ("GET", b"")
    assert request.url == "https://x.example/s?key=a%26b&to=34600000001&text=a%20b"


def test_another_base_keeps_path_and_query() -> None:
    provider = made(
        {"id": "a/b"}, url="https://api.example.com/v1/{{id}}/send?x=1", base_url="http://127.0.0.1:8700/p/"
    )
    assert asked(provider, brought()).url == "http://127.0.0.1:8700/p/v1/a%2Fb/send?x=1"


def test_a_host_may_have_a_value_of_the_connector() -> None:
    provider = made(values={"region": "eu-west-1"}, url="https://sms.{{region}}.example.com")
    assert asked(provider, brought()).url == "https://sms.eu-west-1.example.com"


@pytest.mark.req("R130")
def test_basic_login_and_oauth_stand_in_the_header() -> None:
    basic = made({"username": "Aladdin", "password": "open sesame"}, auth={"type": "basic"})
    assert ("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") in asked(basic, brought()).headers
    assert set(basic.secrets()) == {"Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}
    assert basic.login() is None
    auth = {"type": "oauth2", "token_url": "https://login.example.com/token?x=1", "extra": {"scope": "sms send"}}
    oauth = made({"client_id": "me", "client_secret": "s&s"}, auth=auth)
    question = oauth.login()
    assert question is not None
    assert (question.method, question.url) == ("POST", "https://login.example.com/token?x=1")
    assert form_of(question) == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "s&s",
        "scope": "sms send",
    }
    (shipment,) = oauth.ship([brought()], Context(NOW, CALLBACK, token="tok"))
    assert ("Authorization", "Bearer tok") in shipment.request.headers


RECORDS = {"cid": "$$CampaignID", "msgs": [{"seq": 1, "to": "$$To", "text": "$$Body"}]}


@pytest.mark.req("R133")
def test_2500_records_at_1000_are_three_requests() -> None:
    provider = made(payload=RECORDS, batch={"size": 1000, "key": "msgs"})
    messages = [brought(place, number=f"3460000{place:04d}", text=f"text {place}") for place in range(1, 2501)]
    shipments = shipped(provider, *messages)
    assert [len(one.messages) for one in shipments] == [1000, 1000, 500]
    said = json_of(shipments[2].request)
    assert isinstance(said, dict)
    assert said["msgs"][0] == {"seq": 1, "to": "34600002001", "text": "text 2001"}
    assert [m["text"] for m in said["msgs"]] == [m.text for m in shipments[2].messages]


@pytest.mark.req("R133")
def test_what_stands_outside_of_the_records_is_never_another_message_s() -> None:
    payload = {"hid": "$$hid", "text": "$$Body", "msgs": [{"to": "$$To", "uid": "$$uid"}]}
    provider = made(payload=payload, batch={"size": 10, "key": "msgs"})
    messages = [
        brought(place, number=f"3460000000{place}", text=text, values={"hid": hid, "uid": place})
        for place, (text, hid) in enumerate([("a", "1"), ("b", "1"), ("a", "1"), ("a", 1), ("a", True)], 1)
    ]
    said = [json_of(one.request) for one in shipped(provider, *messages)]
    assert said == [
        {"hid": "1", "text": "a", "msgs": [{"to": "34600000001", "uid": 1}, {"to": "34600000003", "uid": 3}]},
        {"hid": "1", "text": "b", "msgs": [{"to": "34600000002", "uid": 2}]},
        {"hid": 1, "text": "a", "msgs": [{"to": "34600000004", "uid": 4}]},
        {"hid": True, "text": "a", "msgs": [{"to": "34600000005", "uid": 5}]},
    ]


def test_joined_numbers_share_exactly_what_the_template_uses() -> None:
    payload = {"dst": "$$To", "text": "$$Body"}
    provider = made(payload=payload, batch={"mode": "join", "separator": "<", "size": 2})
    numbers = ["34600000001", "34600000002", "34600000001", "34600000003", "34600000004"]
    texts = ["same", "same", "same", "other", "same"]
    messages = [brought(place, number=n, text=t) for place, (n, t) in enumerate(zip(numbers, texts, strict=True), 1)]
    said = [json_of(one.request) for one in shipped(provider, *messages)]
    assert said == [
        {"dst": "34600000001<34600000002", "text": "same"},
        {"dst": "34600000001<34600000004", "text": "same"},  # the same number again waits for the next request
        {"dst": "34600000003", "text": "other"},
    ]


def test_an_object_may_be_named_by_numbers() -> None:
    payload = {"Addresses": {"$$To": {"Body": "$$Body"}}}
    provider = made(payload=payload, number_form="plus", batch={"mode": "map", "key": "Addresses", "size": 10})
    said = [json_of(one.request) for one in shipped(provider, brought(1), brought(2, number="34600000002", text="b"))]
    assert said == [{"Addresses": {"+34600000001": {"Body": "hi"}, "+34600000002": {"Body": "b"}}}]


def test_records_may_stand_inside_of_lists() -> None:
    payload = {"parts": [{"kind": "a"}, {"msgs": [{"to": "$$To", "text": "$$Body"}]}]}
    provider = made(payload=payload, batch={"size": 10, "key": "parts[1].msgs"})
    said = json_of(asked(provider, brought()))
    assert said == {"parts": [{"kind": "a"}, {"msgs": [{"to": "34600000001", "text": "hi"}]}]}


def test_the_payload_may_be_the_list_itself() -> None:
    provider = made(payload=[{"to": "$$To", "text": "$$Body"}], batch={"size": 10})
    (shipment,) = shipped(provider, brought(1), brought(2, number="34600000002"))
    assert json_of(shipment.request) == [{"to": "34600000001", "text": "hi"}, {"to": "34600000002", "text": "hi"}]


def test_a_form_may_have_indexed_names() -> None:
    payload = {"From": "X", "Message": [{"To": "$$To", "Body": "$$Body"}]}
    provider = made(parameters="form", payload=payload, batch={"size": 10, "key": "Message"})
    (shipment,) = shipped(provider, brought(1), brought(2, number="34600000002", text="b"))
    assert form_of(shipment.request) == {
        "From": "X",
        "Message[0][To]": "34600000001",
        "Message[0][Body]": "hi",
        "Message[1][To]": "34600000002",
        "Message[1][Body]": "b",
    }


@pytest.mark.req("R132", "R139")
def test_a_message_that_lacks_a_value_is_refused_and_holds_up_nobody() -> None:
    payload = {"msgs": [{"to": "$$To", "text": "$$Body", "uid": "$$uid", "dlt": "$$TemplateID"}]}
    provider = made(payload=payload, batch={"size": 10, "key": "msgs"})
    lacking = brought(1)
    indian = brought(2, number="919800000001", values={"uid": "u"})
    fine = brought(3, values={"uid": "u"})
    shipments = shipped(provider, lacking, indian, fine)
    assert [(one.messages, one.verdict is None) for one in shipments] == [
        ((lacking,), False),
        ((indian,), False),
        ((fine,), True),
    ]
    assert shipments[0].verdict is not None
    assert shipments[0].verdict.results[0][0].code == "provider_values_missing"


def test_a_template_without_a_text_needs_its_id_everywhere() -> None:
    provider = made(payload={"to": "$$To", "id": "$$TemplateID"})
    (refused,) = shipped(provider, brought(1))
    assert refused.verdict is not None
    assert json_of(asked(provider, brought(1, template_id="T"))) == {"to": "34600000001", "id": "T"}


def test_an_own_content_type_wins() -> None:
    request = asked(made(headers={"content-type": "application/x-amz-json-1.0"}), brought())
    assert [value for name, value in request.headers if name.lower() == "content-type"] == [
        "application/x-amz-json-1.0"
    ]


def test_a_post_may_have_all_in_its_address() -> None:
    provider = made(parameters="none", payload=None, url="https://x.example/s?to=$$To&m=$$Body")
    request = asked(provider, brought())
    assert (request.method, request.body, request.url) == ("POST", b"", "https://x.example/s?to=34600000001&m=hi")
