"""Instasent: single and in packets, who of a packet was taken, and what comes to its one address."""

from __future__ import annotations

import msgspec
import pytest

from asking import CALLBACK, NOW, answer, asked, call, heard, json_of, outgoing, reading, verdict
from cablegram.connectors.contract import Incoming, Outcome, Outgoing, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import CallbackRefused, Context, OptOut
from cablegram.connectors.providers.instasent import KIND, Instasent, InstasentSecrets, InstasentSettings

TOKEN = "api-token"
EVENT = {"id": "i1", "clientId": f"{1:032x}", "status": "delivered", "code": 0, "eventAt": "2026-04-21T10:15:00Z"}


def instasent(**settings: object) -> Instasent:
    return Instasent(msgspec.convert(settings, InstasentSettings), InstasentSecrets(api_token=TOKEN))


def several(count: int) -> list[Outgoing]:
    return [outgoing({"number": f"3460000000{place}"}, place=place) for place in range(1, count + 1)]


def reference(place: int) -> str:
    return f"{place:032x}"


@pytest.mark.req("R127")
def test_one_message_has_a_request_of_its_own() -> None:
    request = asked(instasent(), outgoing({"number": "34600000000", "source": "Instasent", "text": "Hello"}))
    assert (request.method, request.url) == ("POST", "https://api.instasent.com/transactional/v1/sms")
    assert dict(request.headers)["Authorization"] == f"Bearer {TOKEN}"
    assert json_of(request) == {
        "from": "Instasent",
        "to": "+34600000000",
        "text": "Hello",
        "clientId": reference(1),
    }


def test_unicode_is_allowed_where_it_is_needed_and_numbers_have_a_plus() -> None:
    said = json_of(asked(instasent(), outgoing({"text": "Ж", "source": "34600000001"})))
    assert isinstance(said, dict)
    assert (said["allowUnicode"], said["from"]) == (True, "+34600000001")
    short = json_of(asked(instasent(), outgoing({"source": "27777"})))
    assert isinstance(short, dict)
    assert short["from"] == "27777"


def test_a_hundred_go_at_once_and_the_rest_behind_them() -> None:
    batch = [outgoing(place=place) for place in range(1, 202)]
    shipments = instasent(base_url="http://127.0.0.1:9/v1/").ship(batch, Context(NOW, CALLBACK))
    assert [len(one.messages) for one in shipments] == [100, 100, 1]
    assert [one.request.url for one in shipments] == [
        *["http://127.0.0.1:9/v1/sms/bulk"] * 2,
        "http://127.0.0.1:9/v1/sms",
    ]
    bodies = json_of(shipments[0].request)
    assert isinstance(bodies, list)
    assert [body["clientId"] for body in bodies] == [reference(place) for place in range(1, 101)]
    assert [len(one.messages) for one in instasent(at_once=1).ship(several(2), Context(NOW))] == [1, 1]


@pytest.mark.parametrize(
    ("status", "said", "found", "trouble", "code"),
    [
        (201, {"entity": {"id": "i1", "status": "enqueued"}}, Verdict.TAKEN, None, ""),
        (201, {"id": "i1"}, Verdict.TAKEN, None, ""),
        (201, {"entities": [{"id": "i1"}], "errors": []}, Verdict.TAKEN, None, ""),
        (500, {"entity": {"id": "i1"}}, Verdict.TAKEN, None, ""),
        (201, {"entity": {}}, Verdict.LOST, None, "HTTP 201"),
        (201, b"<html>\xff", Verdict.LOST, None, "HTTP 201"),
        (400, {"id": "i1", "errors": {"to": ["This value is not valid."]}}, Verdict.REFUSED, Trouble.RECIPIENT, "to"),
        (400, {"errors": {"code": 7, "from": ["Too long."]}}, Verdict.REFUSED, Trouble.CONFIG, "from"),
        (400, {"errors": [{"field": "text", "message": "Empty."}]}, Verdict.REFUSED, Trouble.CONFIG, "text"),
        (400, {"errors": {"children": {"x": 7}}}, Verdict.REFUSED, Trouble.CONFIG, "400"),
        (422, {"message": "No."}, Verdict.REFUSED, Trouble.CONFIG, "422"),
        (401, {"message": "Unauthorized"}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "401"),
        (402, {}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "402"),
        (403, {}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "403"),
        (404, {}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "HTTP 404"),
        (429, {}, Verdict.THROTTLED, Trouble.THROTTLED, "429"),
        (500, {}, Verdict.LOST, None, "HTTP 500"),
        (
            201,
            {"entities": [], "errors": [{"errors": {"to": ["x"]}, "index": 0}]},
            Verdict.REFUSED,
            Trouble.RECIPIENT,
            "to",
        ),
    ],
)
@pytest.mark.req("R129")
def test_each_answer_means_something(
    status: int, said: object, found: Verdict, trouble: Trouble | None, code: str
) -> None:
    one = verdict(instasent(), answer(status, said))
    assert (one.verdict, one.trouble, one.code) == (found, trouble, code)
    assert one.provider_id == ("i1" if found is Verdict.TAKEN else "")


def test_what_instasent_says_is_handed_on() -> None:
    said = answer(400, {"errors": {"children": {"text": {"errors": ["Too long.", "Strange."]}}}})
    assert verdict(instasent(), said).words == "a field is not valid: Too long.; Strange."
    deep: object = "down here"
    for _ in range(50):
        deep = {"errors": deep}
    assert "down here" not in verdict(instasent(), answer(400, deep)).words
    away = reading(instasent(), answer(402))
    assert away.account_trouble == "the account has no credit left"
    assert reading(instasent(), answer(429, retry_after="3")).wait == 3


@pytest.mark.parametrize(
    "errors",
    [
        [{"clientId": reference(2), "errors": {"to": ["bad"]}}],
        [{"index": 1, "errors": {"to": ["bad"]}}],
        [{"to": "+34600000002", "errors": {"to": ["bad"]}}],
    ],
)
def test_of_a_packet_some_may_be_refused(errors: list[object]) -> None:
    accepted = [{"id": "a", "to": "+34600000001"}, {"id": "c", "to": "+34600000003"}]
    said = reading(instasent(), answer(201, {"entities": accepted, "errors": errors}), *several(3))
    first, second, third = (parts[0] for parts in said.results)
    assert (first.provider_id, third.provider_id) == ("a", "c")
    assert (second.verdict, second.trouble, second.code) == (Verdict.REFUSED, Trouble.RECIPIENT, "to")


def test_accepted_messages_are_found_by_our_own_id_in_any_order() -> None:
    entities = [{"id": "b", "clientId": reference(2)}, {"id": "a", "clientId": reference(1)}]
    said = reading(instasent(), answer(201, {"entities": entities, "errors": []}), *several(2))
    assert [parts[0].provider_id for parts in said.results] == ["a", "b"]


def test_all_accepted_without_our_ids_stand_in_our_order() -> None:
    said = reading(instasent(), answer(201, {"entities": [{"id": "a"}, {}], "errors": []}), *several(2))
    assert [parts[0].verdict for parts in said.results] == [Verdict.TAKEN, Verdict.LOST]


def test_of_what_is_not_told_nobody_can_say() -> None:
    twins = [outgoing(place=1), outgoing(place=2), *several(4)[2:]]
    told = {
        "entities": [
            {"id": "x", "to": "447700900000"},  # of which of the two?
            {"id": "y", "clientId": "not ours"},
            {"id": "z", "index": 9},
            {"id": "c", "index": 2},
        ],
        "errors": [{"message": "One of them was bad."}],
    }
    said = reading(instasent(), answer(201, told), *twins)
    assert [parts[0].verdict for parts in said.results] == [Verdict.LOST, Verdict.LOST, Verdict.TAKEN, Verdict.LOST]


def test_a_packet_that_is_refused_is_refused_for_all() -> None:
    said = reading(instasent(), answer(400, {"errors": {"to": ["bad"]}}), *several(2))
    assert [(parts[0].trouble, parts[0].code) for parts in said.results] == [(Trouble.CONFIG, "400")] * 2
    away = reading(instasent(), answer(401), *several(2))
    assert [parts[0].verdict for parts in away.results] == [Verdict.TURNED_AWAY] * 2
    assert away.account_trouble


def test_what_it_has_already_is_in_question_and_not_refused() -> None:
    taken_before = {"errors": {"clientId": ["already taken"]}}
    alone = reading(instasent(), answer(400, taken_before))
    (one, other) = reading(
        instasent(),
        answer(
            201,
            {
                "entities": [{"id": "a", "clientId": reference(1)}],
                "errors": [{"clientId": reference(2)} | taken_before],
            },
        ),
        *several(2),
    ).results
    assert [part.verdict for part in (alone.results[0][0], one[0], other[0])] == [
        Verdict.LOST,
        Verdict.TAKEN,
        Verdict.LOST,
    ]


def test_a_refusal_without_fields_says_its_message() -> None:
    errors = [{"clientId": reference(1), "message": "No."}, {"clientId": reference(2), "errors": ["Never."]}]
    said = reading(instasent(), answer(201, {"errors": errors}), *several(2))
    assert [parts[0].words for parts in said.results] == ["a field is not valid: No.", "a field is not valid: Never."]


@pytest.mark.parametrize(
    ("status", "code", "outcome", "trouble"),
    [
        ("sent", 0, Outcome.ON_ITS_WAY, None),
        ("accepted", 0, Outcome.ON_ITS_WAY, None),
        ("buffered", 1, Outcome.ON_ITS_WAY, None),
        ("delivered", 0, Outcome.DELIVERED, None),
        ("error", 7, Outcome.UNDELIVERED, None),
        ("error", 11, Outcome.UNDELIVERED, Trouble.RECIPIENT),
        ("failed", 1, Outcome.UNDELIVERED, Trouble.RECIPIENT),
        ("failed", 27, Outcome.UNDELIVERED, None),
        ("rejected", 1, Outcome.UNDELIVERED, Trouble.RECIPIENT),
        ("expired", 1, Outcome.EXPIRED, None),
        ("canceled", 1, Outcome.UNDELIVERED, None),
        ("unknown", 1, Outcome.ON_ITS_WAY, None),
        ("unpaid", None, Outcome.UNDELIVERED, Trouble.ACCOUNT),
        ("stop", 0, Outcome.ON_ITS_WAY, Trouble.OPTED_OUT),
        ("something new", 0, Outcome.ON_ITS_WAY, None),
    ],
)
@pytest.mark.req("R137", "R143")
def test_a_receipt_says_what_became_of_the_message_and_only_a_bounce_marks_the_number(
    status: str, code: int | None, outcome: Outcome, trouble: Trouble | None
) -> None:
    found = heard(instasent(), call(EVENT | {"status": status, "code": code}))
    assert isinstance(found, Receipt)
    assert (found.provider_id, found.outcome, found.trouble) == ("i1", outcome, trouble)
    assert found.error == (str(code) if code else "")


@pytest.mark.req("R137")
def test_which_codes_are_bounces_is_a_setting() -> None:
    found = heard(instasent(bounce_codes=[27]), call(EVENT | {"status": "failed", "code": 27}))
    assert isinstance(found, Receipt)
    assert found.trouble is Trouble.RECIPIENT
    assert found.words == "failed 27: this number does not exist, or takes no texts"


@pytest.mark.req("R137")
def test_a_text_answers_our_message_where_no_numbers_are_told() -> None:
    found = heard(instasent(), call(EVENT | {"status": "received", "message": "Sí, gracias"}))
    assert found == Incoming("", "", "Sí, gracias", provider_id="i1 2026-04-21T10:15:00Z", answers="i1")


def test_a_text_with_numbers_is_an_ordinary_one() -> None:
    said = EVENT | {"status": "received", "message": "Hola", "from": "+34600000001", "to": "27777"}
    found = heard(instasent(), call(said))
    assert found == Incoming("34600000001", "27777", "Hola", provider_id="i1 2026-04-21T10:15:00Z")


@pytest.mark.req("R137")
def test_an_opt_out_is_kept_as_text_and_goes_to_consent() -> None:
    said = EVENT | {"status": "stop", "message": "STOP"}
    text, receipt = instasent().hear(call(said), now=NOW).items
    assert isinstance(text, Incoming)
    assert isinstance(receipt, Receipt)
    assert (text.answers, receipt.trouble) == ("i1", Trouble.OPTED_OUT)
    text, out = instasent().hear(call(said | {"from": "+34600000001", "to": "ACME"}), now=NOW).items
    assert out == OptOut("34600000001", "ACME")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"id":"i1"}', b'{"status":"sent"}', b'{"id":true,"status":"sent"}', b"\xff"]
)
def test_a_call_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(CallbackRefused) as refused:
        instasent().hear(call(body), now=NOW)
    assert refused.value.code == "callback_unreadable"


def test_its_kind_says_what_to_set_and_what_each_code_means() -> None:
    assert instasent().secrets() == [TOKEN]
    assert KIND.most_at_once == 100
    assert any("{callback_url}" in step for step in KIND.console)
