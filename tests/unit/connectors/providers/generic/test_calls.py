"""What a described provider's calls to us say: receipts and texts by the shapes of the settings (R136)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from asking import FORM, HEX, NOW, call, heard
from cablegram.connectors.contract import CarrierNotice, Incoming, NoticeKind, Outcome, Receipt, Trouble
from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest, Click
from cablegram.connectors.providers.generic.provider import GenericProvider
from providers_generic import made

STATES = {"ok": "delivered", "no": "undelivered", "late": "expired"}
RULE = {"id": "id", "number": "to", "status": "state", "error": "err", "states": STATES}


def hearing(*receipts: dict[str, Any], **settings: object) -> GenericProvider:
    return made({}, receipts=list(receipts), **settings)


SHAPES: list[tuple[dict[str, Any], CallbackRequest]] = [
    ({}, call({"id": "a", "to": "+34600000001", "state": "ok"})),
    ({"parse": "form"}, call({"id": "a", "to": "34600000001", "state": "ok"}, content_type=FORM)),
    ({"parse": "form"}, call(query="id=a&to=34600000001&state=ok")),
    ({"items": "[*]"}, call(b'[{"id": "a", "to": "34600000001", "state": "ok"}]')),
    ({"items": "r[*]", "id": "^.job"}, call(b'{"job": "a", "r": [{"to": "34600000001", "state": "ok"}]}')),
    (
        {"parse": "form", "field": "data", "items": "[*].report[*]", "id": "^.job"},
        call({"data": json.dumps([{"job": "a", "report": [{"to": "34600000001", "state": "ok"}]}])}, content_type=FORM),
    ),
    (
        {"parse": "xml", "items": "Dlr.Msg[*]", "id": "@id"},
        call(b'<Dlr><Msg id="a"><to>34600000001</to><state>ok</state></Msg><Msg id="?"/></Dlr>'),
    ),
    ({"only": {"type": "SENT"}}, call({"type": "SENT", "id": "a", "to": "34600000001", "state": "ok"})),
]


@pytest.mark.req("R136")
@pytest.mark.parametrize(("shape", "request_"), SHAPES)
def test_a_receipt_is_found_in_the_shape_that_the_settings_describe(
    shape: dict[str, Any], request_: CallbackRequest
) -> None:
    receipt = heard(hearing(RULE | shape), request_)
    assert receipt == Receipt("a", Outcome.DELIVERED, "", "", "34600000001", "", "ok")


WORDS: list[tuple[dict[str, Any], Outcome, str, Trouble | None]] = [
    ({"state": "no", "err": 17}, Outcome.UNDELIVERED, "no 17", Trouble.OPTED_OUT),
    ({"state": "late"}, Outcome.EXPIRED, "late", None),
    ({"state": "somewhere"}, Outcome.ON_ITS_WAY, "somewhere", None),
    ({"state": "sent", "detail": "ARRIVED"}, Outcome.DELIVERED, "sent ARRIVED", None),
    ({"state": "no", "detail": "SPAM"}, Outcome.UNDELIVERED, "no SPAM", Trouble.CONTENT),
]


@pytest.mark.req("R136")
@pytest.mark.parametrize(("said", "outcome", "words", "trouble"), WORDS)
def test_states_details_and_errors_are_read_by_the_tables(
    said: dict[str, Any], outcome: Outcome, words: str, trouble: Trouble | None
) -> None:
    rule = RULE | {
        "detail": "detail",
        "details": {"ARRIVED": "delivered"},
        "troubles": {"17": "opted_out", "SPAM": "content"},
    }
    receipt = heard(hearing(rule), call({"id": "a", **said}))
    assert isinstance(receipt, Receipt)
    assert (receipt.outcome, receipt.words, receipt.trouble) == (outcome, words, trouble)


def test_what_is_not_listed_can_mean_that_it_failed() -> None:
    receipt = heard(hearing(RULE | {"otherwise": "undelivered"}), call({"id": "a", "state": "99"}))
    assert isinstance(receipt, Receipt)
    assert receipt.outcome is Outcome.UNDELIVERED


@pytest.mark.req("R136")
def test_the_shape_of_a_marketing_suite_is_known_without_settings() -> None:
    provider = made(payload={"to": "$$To", "text": "$$Body", "ref": "$$MessageID"})
    data = [{"meta": HEX, "description": "DELIVERED", "ts": 1726729500}, {"meta": "0", "description": "?", "ts": 1}]
    (receipt,) = provider.hear(call(json.dumps([{"event": "delivered", "data": data}]).encode()), now=NOW).items
    assert receipt == Receipt(HEX, Outcome.DELIVERED, "", "", "", "", "delivered DELIVERED")


@pytest.mark.req("R136")
def test_a_marketing_suite_tells_of_clicks_answers_and_errors_too() -> None:
    provider = made(payload={"to": "$$To", "text": "$$Body", "ref": "$$MessageID"})
    said = [
        {"event": "clicked", "data": [{"meta": HEX, "url": "https://a.example/1", "ts": 1726729500}]},
        {"event": "replied", "data": [{"meta": HEX, "text": "Yes please"}]},
        {"event": "error", "data": [{"meta": HEX, "description": "ABSENT"}]},
    ]
    found = provider.hear(call(json.dumps(said).encode()), now=NOW).items
    assert found == [
        Receipt(HEX, Outcome.UNDELIVERED, "", "", "", "", "error ABSENT"),
        Incoming("", "", "Yes please", answers=HEX),
        Click(HEX, "https://a.example/1", datetime.fromtimestamp(1726729500, UTC)),
    ]


CLICK = {"id": "sms", "url": "long", "at": "when", "only": {"type": "click"}}
OPENED = {
    "type": "click",
    "sms": "a",
    "long": "https://a.example/1",
    "when": "2026-11-22T13:00:00+01:00",
    "to": "+34 6",
}
CLICKS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any], Click]] = [
    ({}, {}, {}, Click("a", "https://a.example/1", NOW)),
    ({}, {}, {"when": "1763812800123"}, Click("a", "https://a.example/1", datetime(2025, 11, 22, 12, tzinfo=UTC))),
    ({}, {}, {"when": "yesterday", "long": 5}, Click("a")),
    ({"number": "to"}, {"answer": {"call_id": "job"}}, {}, Click("a:346", "https://a.example/1", NOW)),
]


@pytest.mark.req("R136")
@pytest.mark.parametrize(("rule", "settings", "said", "expected"), CLICKS)
def test_a_click_is_found_where_the_settings_say(
    rule: dict[str, Any], settings: dict[str, Any], said: dict[str, Any], expected: Click
) -> None:
    receipt = {**RULE, "number": "to", "status": "type", "no_receipts": ["click"], "id": "sms"}
    provider = hearing(receipt, clicks=[CLICK | rule], **settings)
    assert heard(provider, call(OPENED | said)) == expected
    with pytest.raises(CallbackRefused):
        provider.hear(call(OPENED | {"sms": ""}), now=NOW)


@pytest.mark.req("R136")
def test_an_answer_may_name_the_message_in_place_of_the_numbers() -> None:
    provider = hearing(RULE, texts=[{"text": "says", "answers": "about"}])
    assert heard(provider, call({"says": "Yes", "about": "a"})) == Incoming("", "", "Yes", answers="a")
    with pytest.raises(CallbackRefused):
        provider.hear(call({"says": "Yes"}), now=NOW)


def test_our_own_id_is_known_with_hyphens_too_and_nothing_else_is() -> None:
    rule = {"our_id": "ref", "status": "state", "states": STATES}
    provider = hearing(rule, payload={"to": "$$To", "text": "$$Body", "ref": "$$MessageID"})
    written = f"{HEX[:8]}-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:20]}-{HEX[20:]}".upper()
    receipt = heard(provider, call({"ref": written, "state": "ok"}))
    assert isinstance(receipt, Receipt)
    assert receipt.provider_id == HEX
    with pytest.raises(CallbackRefused):
        provider.hear(call({"ref": "1 OR 1=1", "state": "ok"}), now=NOW)


def test_an_id_of_a_whole_request_needs_the_number() -> None:
    provider = hearing(RULE, answer={"call_id": "job"})
    receipt = heard(provider, call({"id": "J", "to": "+34600000001", "state": "ok"}))
    assert isinstance(receipt, Receipt)
    assert receipt.provider_id == "J:34600000001"
    with pytest.raises(CallbackRefused):
        provider.hear(call({"id": "J", "state": "ok"}), now=NOW)


@pytest.mark.req("R136")
def test_the_first_shape_that_fits_is_read() -> None:
    provider = hearing({**RULE, "parse": "form"}, RULE, {**RULE, "id": "other"})
    receipt = heard(provider, call({"id": "a", "other": "b", "state": "ok"}))
    assert isinstance(receipt, Receipt)
    assert receipt.provider_id == "a"


def test_a_text_of_a_phone_comes_with_its_pictures() -> None:
    rule = {"source": "from", "destination": "to", "text": "body", "id": "id", "media": "media", "only": {"type": "MO"}}
    provider = made(texts=[rule], calls={"content_type": "application/xml", "answer": "<Response/>"})
    said = {"type": "MO", "from": "+34600000001", "to": "27777", "body": "hi \0", "id": 5, "media": ["https://a/1", ""]}
    found = provider.hear(call(said), now=NOW)
    assert found.items == [Incoming("34600000001", "27777", "hi \ufffd", None, "5", ("https://a/1",))]
    assert (found.status, found.content_type, found.body) == (200, "application/xml", b"<Response/>")
    lone = provider.hear(call(said | {"media": "https://a/2"}), now=NOW).items[0]
    assert isinstance(lone, Incoming)
    assert lone.media_urls == ("https://a/2",)


UNREADABLE = [
    b'{"id": "a"}',
    b'{"state": "ok"}',
    b"not json",
    b"\xff\xfe",
    b"5",
    b'[{"id": ["a"], "state": "ok"}]',
    b'{"type": "MO", "from": "1", "to": "", "body": "x"}',
    b'{"type": "MO", "from": "1", "to": "2", "body": 7}',
]


@pytest.mark.parametrize("body", UNREADABLE)
def test_a_call_of_no_known_shape_is_refused(body: bytes) -> None:
    texts = [{"source": "from", "destination": "to", "text": "body"}]
    provider = hearing(RULE, {**RULE, "parse": "form"}, texts=texts)
    with pytest.raises(CallbackRefused) as refused:
        provider.hear(call(body), now=NOW)
    assert refused.value.code == "callback_unreadable"


@pytest.mark.parametrize("request_", [call(), call(b"[]"), call(b" {} ")])
def test_a_look_whether_we_are_here_is_answered(request_: CallbackRequest) -> None:
    found = hearing(RULE).hear(request_, now=NOW)
    assert (found.items, found.status) == ([], 200)


@pytest.mark.parametrize("request_", [call(b"a&" * 2_000, content_type=FORM), call(query="a&" * 2_000)])
def test_a_call_of_thousands_of_pairs_is_no_call(request_: CallbackRequest) -> None:
    with pytest.raises(CallbackRefused) as refused:
        hearing(RULE | {"parse": "form"}).hear(request_, now=NOW)
    assert refused.value.code == "callback_unreadable"


LINE = {"kind": "what", "number": "n", "new_number": "new", "code": "code", "at": "at"}
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ANA, BEA = "12015550118", "12015550119"
SAID: list[tuple[dict[str, Any], dict[str, str], CarrierNotice | None]] = [
    ({}, {"what": "paused", "n": ANA, "code": "12345"}, CarrierNotice(NoticeKind.PAUSED, "12345", ANA)),
    (
        {"kinds": {"M": "changed"}, "code_is": "12345"},
        {"what": "M", "n": ANA, "new": BEA, "at": "2026-01-15T13:00:00+01:00"},
        CarrierNotice(NoticeKind.CHANGED, "12345", ANA, BEA, NOON),
    ),
    # The new number of what is no change says nothing; a time that can't be read is none.
    (
        {},
        {"what": "resumed", "n": ANA, "code": "12345", "new": BEA, "at": "1768478400123"},
        CarrierNotice(NoticeKind.RESUMED, "12345", ANA, "", NOON),
    ),
    ({}, {"what": "cancelled", "n": ANA, "code": "12345", "at": "2026-01-15T12:00:00"}, None),
    ({}, {"what": "cancelled", "n": ANA, "code": "12345", "at": "0001-01-01T00:00:00+23:00"}, None),
    ({}, {"what": "cancelled", "n": ANA, "code": "12345", "at": "noon"}, None),
]


@pytest.mark.req("R79")
@pytest.mark.parametrize(("shape", "said", "expected"), SAID)
def test_a_carriers_notice_is_found_in_the_shape_that_the_settings_describe(
    shape: dict[str, Any], said: dict[str, str], expected: CarrierNotice | None
) -> None:
    found = heard(made({}, notices=[LINE | shape]), call(said))
    assert found == (expected or CarrierNotice(NoticeKind.CANCELLED, "12345", ANA))


@pytest.mark.req("R79")
@pytest.mark.parametrize(
    "lacking",
    [
        {"what": "moved", "n": ANA, "code": "12345"},
        {"what": "changed", "n": ANA, "code": "12345"},
        {"what": "paused", "code": "12345"},
        {"what": "paused", "n": ANA},
    ],
)
def test_a_call_that_lacks_what_a_notice_is_about_is_refused(lacking: dict[str, str]) -> None:
    with pytest.raises(CallbackRefused):
        heard(made({}, notices=[LINE]), call(lacking))
