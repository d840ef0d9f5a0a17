"""Vonage's SMS API: what it is asked, what each answer means, what its calls say, and which are forged."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import urlencode

import msgspec
import pytest

from asking import CALLBACK, FORM, HEX, JSON, NOW, answer, asked, call, form_of, heard, outgoing, reading, verdict
from cablegram.connectors.contract import Fragment, Incoming, Outcome, PartResult, Receipt, Trouble, Verdict
from cablegram.connectors.providers import vonage_sms
from cablegram.connectors.providers.contract import CallbackRefused
from cablegram.connectors.providers.vonage_sms import KIND, Method, VonageSms, VonageSmsSecrets, VonageSmsSettings, sign
from cablegram.inbound import joining
from cablegram.kit.errors import InvalidInput

API_SECRET = "s3cret"
SECRET = "my_signature_secret_value"
GOLDEN = {
    "msisdn": "447700900000",
    "to": "AcmeInc",
    "network-code": "12345",
    "messageId": "0A0000001234567B",
    "price": "0.03330000",
    "status": "delivered",
    "scts": "2001011400",
    "err-code": "0",
    "api-key": "abcd1234",
    "message-timestamp": "2020-01-01 12:00:00",
    "timestamp": "1577880000",
    "nonce": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    "client-ref": "a&b=c",
}
TEXT = {"msisdn": "447700900000", "to": "12345", "messageId": "0B01", "text": "Olá 😀", "type": "unicode"}


def vonage(api_secret: str = API_SECRET, signature_secret: str = "", **settings: object) -> VonageSms:
    return vonage_sms.build(
        msgspec.convert({"api_key": "abcd1234", **settings}, VonageSmsSettings),
        VonageSmsSecrets(api_secret=api_secret, signature_secret=signature_secret),
    )


def signed(said: dict[str, str], *, secret: str = SECRET, method: Method = "sha256", **more: str) -> dict[str, str]:
    fresh = said | {"timestamp": str(int(NOW.timestamp())), "nonce": "n1"} | more
    return fresh | {"sig": sign(fresh, secret, method)}


def part(status: str, text: str = "", message_id: str = "") -> dict[str, str]:
    return (
        {"status": status} | ({"error-text": text} if text else {}) | ({"message-id": message_id} if message_id else {})
    )


@pytest.mark.req("R127", "R139")
def test_a_message_is_asked_as_the_official_client_asks() -> None:
    golden = (
        "to=447700900000&from=Acme&text=hi&client-ref=m42&status-report-req=True&callback=https%3A%2F%2Fh%2Fx"
        "&entity-id=E&content-id=T"
    )
    values = {"template_id": "T", "values": {"entity_id": "E"}}
    request = asked(vonage(), outgoing({"source": "Acme", "text": "hi", "values": values}), callback_url="https://h/x")
    assert request.body.decode() == golden.replace("m42", HEX)
    assert (request.method, request.url) == ("POST", "https://rest.nexmo.com/sms/json")
    basic = base64.b64encode(b"abcd1234:s3cret").decode()
    assert dict(request.headers)["Authorization"] == f"Basic {basic}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "Καλημέρα"}, {"type": "unicode"}),
        ({"text": "€ {} Ä"}, {"type": None}),
        ({"valid_until": NOW + timedelta(minutes=5)}, {"ttl": "300000"}),
        ({"valid_until": NOW + timedelta(seconds=1)}, {"ttl": "20000"}),
        ({"valid_until": NOW + timedelta(days=30)}, {"ttl": "604800000"}),
        ({"values": {"values": {"entity_id": 7}}}, {"entity-id": "7", "content-id": None}),
        ({}, {"entity-id": "E0", "account-ref": "books", "callback": CALLBACK}),
    ],
)
def test_what_a_message_has_goes_along(changes: dict[str, object], said: dict[str, str | None]) -> None:
    form = form_of(asked(vonage(entity_id="E0", account_ref="books"), outgoing(changes)))
    assert {name: form.get(name) for name in said} == said


def test_a_callback_address_that_is_too_long_stays_at_home() -> None:
    assert "callback" not in form_of(asked(vonage(), outgoing(), callback_url=f"https://h/{'x' * 91}"))
    assert "callback" in form_of(asked(vonage(), outgoing(), callback_url=f"https://h/{'x' * 90}"))


def test_without_an_api_secret_the_request_is_signed() -> None:
    provider = vonage("", SECRET, signature_method="sha512", base_url="http://127.0.0.1:9/")
    request = asked(provider, outgoing())
    form = form_of(request)
    assert request.url == "http://127.0.0.1:9/sms/json"
    assert "Authorization" not in dict(request.headers)
    assert form["api_key"] == "abcd1234"
    assert form["timestamp"] == str(int(NOW.timestamp()))
    assert form.pop("sig") == sign(form, SECRET, "sha512")


def test_some_secret_must_be_given() -> None:
    with pytest.raises(InvalidInput) as refused:
        vonage("")
    assert refused.value.faults[0].field == "secrets.api_secret"


@pytest.mark.parametrize(
    ("status", "words", "found", "trouble"),
    [
        ("1", "Throughput Rate Exceeded - please wait [ 250 ] and retry", Verdict.THROTTLED, Trouble.THROTTLED),
        ("2", "Missing to param", Verdict.REFUSED, Trouble.CONFIG),
        ("3", "Invalid from param", Verdict.REFUSED, Trouble.CONFIG),
        ("3", "Invalid to param", Verdict.REFUSED, Trouble.RECIPIENT),
        ("4", "Bad Credentials", Verdict.TURNED_AWAY, Trouble.ACCOUNT),
        ("5", "Internal Error", Verdict.TEMPORARY, Trouble.TEMPORARY),
        ("6", "Unroutable message - rejected", Verdict.REFUSED, Trouble.RECIPIENT),
        ("7", "Number barred", Verdict.REFUSED, Trouble.RECIPIENT),
        ("8", "Account barred", Verdict.TURNED_AWAY, Trouble.ACCOUNT),
        ("9", "Quota Exceeded - rejected", Verdict.TURNED_AWAY, Trouble.ACCOUNT),
        ("15", "Illegal Sender Address - rejected", Verdict.REFUSED, Trouble.CONFIG),
        ("29", "Non White-listed Destination - rejected", Verdict.REFUSED, Trouble.CONFIG),
        ("33", "Number De-activated", Verdict.REFUSED, Trouble.RECIPIENT),
        ("101", "", Verdict.REFUSED, Trouble.OPTED_OUT),
        ("777", "Something new", Verdict.REFUSED, Trouble.CONFIG),
    ],
)
@pytest.mark.req("R129")
def test_an_error_inside_200_is_told_with_its_code_and_words(
    status: str, words: str, found: Verdict, trouble: Trouble
) -> None:
    said = reading(vonage(), answer(200, {"message-count": "1", "messages": [part(status, words)]}))
    ((one,),) = said.results
    assert (one.verdict, one.trouble) == (found, trouble)
    assert words in one.words
    assert bool(said.account_trouble) is (trouble is Trouble.ACCOUNT)
    assert said.wait == {"1": 0.25}.get(status)


def test_each_part_has_an_id_of_its_own() -> None:
    said = reading(vonage(), answer(200, {"messages": [part("0", "", "A1"), part("0", "", "A2")]}))
    assert said.results == [[PartResult(Verdict.TAKEN, "A1"), PartResult(Verdict.TAKEN, "A2")]]


def test_some_parts_may_be_taken_and_others_not() -> None:
    said = reading(vonage(), answer(200, {"messages": [part("0", "", "A1"), part("1", "wait [ 1500 ]"), part("1")]}))
    assert [one.verdict for one in said.results[0]] == [Verdict.TAKEN, Verdict.THROTTLED, Verdict.THROTTLED]
    assert said.wait == 1.5


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, b"<html>\xff", Verdict.LOST),
        (200, {"messages": []}, Verdict.LOST),
        (200, {"messages": [part("0")]}, Verdict.LOST),
        (200, b"[" * 100_000, Verdict.LOST),
        (500, b"", Verdict.LOST),
        (500, {"messages": [part("0", "", "A1")]}, Verdict.TAKEN),
        (401, b"", Verdict.TURNED_AWAY),
        (429, b"", Verdict.THROTTLED),
        (302, b"", Verdict.TURNED_AWAY),
        (414, b"", Verdict.REFUSED),
    ],
)
def test_whatever_the_answer_is_it_means_something(status: int, body: object, found: Verdict) -> None:
    assert verdict(vonage(), answer(status, body)).verdict is found


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("md5", "d686fd2d4fe1695c251ce43d91ce5d44"),
        ("sha1", "e313173cc6ea2b92f898e83f05d5d8c349e2d584"),
        ("sha256", "8cba7da83a4b3bb0e1ee098917cad64f7b46ef2369a3103e57fb1962f3884196"),
    ],
)
def test_signatures_are_those_of_the_official_validator(method: Method, signature: str) -> None:
    assert sign(GOLDEN, SECRET, method) == signature
    assert sign(GOLDEN | {"sig": "anything"}, SECRET, method) == signature
    then = NOW.fromtimestamp(1577880000, NOW.tzinfo)
    said = vonage(signature_secret=SECRET, signature_method=method).hear(
        call(GOLDEN | {"sig": signature.upper()}, content_type=FORM), now=then
    )
    assert said.once == ("nonce aaaaaaaa-bbbb-cccc-dddd-0123456789ab",)
    assert said.items[0] == Receipt(
        "0A0000001234567B", Outcome.DELIVERED, "", "AcmeInc", "447700900000", "", "delivered"
    )


def test_the_longest_signature_is_the_official_one_too() -> None:
    found = sign(GOLDEN, SECRET, "sha512")
    assert (found[:8], found[-7:], len(found)) == ("c4f915b5", "6ee9ab9", 128)


@pytest.mark.parametrize("content_type", [FORM, "application/json; charset=utf-8", "query"])
def test_a_receipt_comes_as_form_as_json_or_in_the_query(content_type: str) -> None:
    said = signed({"msisdn": "447700900000", "to": "ACME", "messageId": "A1", "status": "failed", "err-code": "9"})
    request = call(query=urlencode(said)) if content_type == "query" else call(said, content_type=content_type)
    found = heard(vonage(signature_secret=SECRET), request)
    words = "failed 9: its owner opted out of this sender"
    assert found == Receipt("A1", Outcome.UNDELIVERED, "9", "ACME", "447700900000", "", words, Trouble.OPTED_OUT)


@pytest.mark.parametrize(
    ("status", "code", "outcome", "trouble"),
    [
        ("accepted", "0", Outcome.ON_ITS_WAY, None),
        ("buffered", "0", Outcome.ON_ITS_WAY, None),
        ("unknown", "1", Outcome.ON_ITS_WAY, None),
        ("delivered", "0", Outcome.DELIVERED, None),
        ("expired", "3", Outcome.EXPIRED, None),
        ("failed", "3", Outcome.UNDELIVERED, Trouble.RECIPIENT),
        ("failed", "2", Outcome.UNDELIVERED, Trouble.TEMPORARY),
        ("rejected", "6", Outcome.UNDELIVERED, Trouble.CONTENT),
        ("rejected", "52", Outcome.UNDELIVERED, Trouble.CONTENT),
        ("rejected", "16", Outcome.UNDELIVERED, Trouble.THROTTLED),
        ("rejected", "11", Outcome.UNDELIVERED, Trouble.CONFIG),
        ("rejected", "888", Outcome.UNDELIVERED, None),
        ("something else", "0", Outcome.ON_ITS_WAY, None),
    ],
)
@pytest.mark.req("R136", "R143")
def test_a_receipt_says_what_became_of_the_message(
    status: str, code: str, outcome: Outcome, trouble: Trouble | None
) -> None:
    found = heard(vonage(), call({"messageId": "A1", "status": status, "err-code": code}, content_type=FORM))
    assert isinstance(found, Receipt)
    assert (found.outcome, found.trouble, found.error) == (outcome, trouble, "" if code == "0" else code)


def test_a_text_comes_in() -> None:
    found = heard(vonage(signature_secret=SECRET), call(signed(TEXT), content_type=FORM))
    assert found == Incoming("447700900000", "12345", "Olá 😀", None, "0B01")


@pytest.mark.req("R166")
@pytest.mark.parametrize("words", ["a" * 153 + "[", "ö€" + "Ж" * 65])
def test_parts_of_a_long_text_are_as_long_as_the_inbox_joins(words: str) -> None:
    concat = {"concat": "true", "concat-ref": "108", "concat-total": "2", "concat-part": "1"}
    found = heard(vonage(), call(TEXT | concat | {"text": words}))
    assert isinstance(found, Incoming)
    assert found.fragment is not None
    assert found.text == words
    assert found.fragment[:3] == (108, 2, 1)
    assert len(found.fragment.octets) <= joining.MOST_OCTETS


@pytest.mark.parametrize(
    "broken",
    [{"concat-ref": "x"}, {"concat-ref": "65536"}, {"concat-total": "1"}, {"concat-part": "3"}, {"concat-part": "0"}],
)
def test_a_part_that_cannot_be_one_is_a_text_of_its_own(broken: dict[str, str]) -> None:
    concat = {"concat": "true", "concat-ref": "108", "concat-total": "2", "concat-part": "1"}
    found = heard(vonage(), call(TEXT | concat | broken))
    assert isinstance(found, Incoming)
    assert found.fragment is None


def test_octets_come_in_with_the_header_of_the_network() -> None:
    said = TEXT | {"type": "binary", "data": "0102ff", "udh": "050003070201"}
    found = heard(vonage(), call(said))
    assert found == Incoming("447700900000", "12345", "\x01\x02ÿ", Fragment(7, 2, 1, b"\x01\x02\xff", 4), "0B01")
    alone = heard(vonage(), call(said | {"udh": "050003070101", "data": "00"}))
    assert alone == Incoming("447700900000", "12345", "\ufffd", None, "0B01")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (GOLDEN, "callback_forged"),
        (signed(TEXT) | {"text": "changed"}, "callback_forged"),
        (signed(TEXT, secret="somebody else's"), "callback_forged"),
        (signed(TEXT, method="md5"), "callback_forged"),
        (signed(TEXT | {"nonce=1&text": "hides its neighbor"}), "callback_forged"),
        (signed(TEXT, timestamp=str(int(NOW.timestamp()) - 90_001)), "callback_stale"),
        (signed(TEXT, timestamp=str(int(NOW.timestamp()) + 301)), "callback_stale"),
        (signed(TEXT, timestamp="soon"), "callback_stale"),
        (signed({"status": "delivered"}), "callback_unreadable"),
        (signed(TEXT | {"type": "binary", "data": "xyz"}), "callback_unreadable"),
    ],
)
def test_a_forged_old_or_unreadable_call_is_refused(said: dict[str, str], code: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        vonage(signature_secret=SECRET).hear(call(said, content_type=FORM), now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(("body", "content_type"), [(b"\xff=1", FORM), (b"[1]", JSON), (b"{", JSON)])
def test_a_body_that_is_none_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        vonage().hear(call(body, content_type=content_type), now=NOW)
    assert refused.value.code == "callback_unreadable"


def test_a_call_that_is_repeated_for_a_day_still_counts_unless_that_is_set_otherwise() -> None:
    late = call(signed(TEXT, timestamp=str(int(NOW.timestamp()) - 86_400)), content_type=FORM)
    assert vonage(signature_secret=SECRET).hear(late, now=NOW).items
    with pytest.raises(CallbackRefused):
        vonage(signature_secret=SECRET, callback_age=300).hear(late, now=NOW)


def test_values_of_json_are_signed_as_their_text() -> None:
    said = {"messageId": "A1", "status": "delivered", "price": 0.5, "ok": True, "none": None, "no": False}
    plain = {"messageId": "A1", "status": "delivered", "price": "0.5", "ok": "true", "none": "", "no": "false"}
    more = {name: value for name, value in signed(plain).items() if name not in plain}
    found = heard(vonage(signature_secret=SECRET), call(said | more))
    assert isinstance(found, Receipt)


def test_a_signature_without_nonce_is_good_for_once_and_again() -> None:
    said = {"messageId": "A1", "status": "delivered", "timestamp": str(int(NOW.timestamp()))}
    request = call(said | {"sig": sign(said, SECRET, "sha256")}, content_type=FORM)
    assert vonage(signature_secret=SECRET).hear(request, now=NOW).once == ()


def test_what_is_secret_is_told() -> None:
    basic = base64.b64encode(b"abcd1234:s3cret").decode()
    assert vonage(signature_secret="other").secrets() == ["s3cret", "other", basic]
    assert vonage("", "other").secrets() == ["other"]


def test_its_kind_says_what_to_set_and_what_each_code_means() -> None:
    assert KIND.build is vonage_sms.build
    assert any("{callback_url}" in step for step in KIND.console)
    assert {Trouble(trouble) for trouble, _ in KIND.errors.values()} == set(Trouble)
