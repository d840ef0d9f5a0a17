"""What a described provider's answers mean, whatever they are."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from asking import CALLBACK, HEX, NOW, answer, outgoing, reading, verdict
from cablegram.connectors.contract import Trouble, Verdict
from cablegram.connectors.providers.contract import Context, HttpAnswer
from cablegram.connectors.providers.generic.answers import parse
from providers_generic import made

ERRORS = {"7": "account", "OPTED": "opted_out", "SLOW": "throttled", "LATER": "temporary", "text:Failed#": "account"}
MAP = {"ok": "status", "ok_values": ["success"], "id": "data.id", "codes": ["error.code"], "words": "error.message"}
ONE = MAP | {"troubles": ERRORS | {"http_503": "temporary", "http_404": "config"}}
TOO_LARGE = b'{"status": "success", "data": {"id": "' + b"x" * 100

ANSWERS: list[tuple[HttpAnswer, Verdict, str, Trouble | None]] = [
    (answer(200, {"status": "success", "data": {"id": "a1"}}), Verdict.TAKEN, "", None),
    (
        answer(200, {"status": "failure", "error": {"code": 7, "message": "no money"}}),
        Verdict.TURNED_AWAY,
        "7",
        Trouble.ACCOUNT,
    ),
    (answer(200, {"status": "failure", "error": {"code": "x#OPTED"}}), Verdict.REFUSED, "OPTED", Trouble.OPTED_OUT),
    (answer(200, {"status": "failure", "error": {"code": "?"}}), Verdict.REFUSED, "?", Trouble.CONFIG),
    (answer(200, {"status": "failure"}), Verdict.REFUSED, "HTTP 200", Trouble.CONFIG),
    (answer(200, {"error": {"code": "LATER"}}), Verdict.TEMPORARY, "LATER", Trouble.TEMPORARY),
    (answer(200, {}), Verdict.LOST, "HTTP 200", None),
    (answer(200, b"<html>hello</html>"), Verdict.LOST, "HTTP 200", None),
    (answer(200, b"Failed#Invalid Login"), Verdict.TURNED_AWAY, "Failed#", Trouble.ACCOUNT),
    (answer(200, b""), Verdict.LOST, "HTTP 200", None),
    (answer(200, b"\xff\xfe"), Verdict.LOST, "HTTP 200", None),
    (answer(200, b"[" * 100_000), Verdict.LOST, "HTTP 200", None),
    (HttpAnswer(200, {}, TOO_LARGE, is_cut=True), Verdict.LOST, "HTTP 200", None),
    (HttpAnswer(200, {}, b'{"status": "success", "data": {"id": "a1"}}', is_cut=True), Verdict.LOST, "HTTP 200", None),
    (answer(500, {"data": {"id": "a1"}}), Verdict.LOST, "HTTP 500", None),
    (answer(500, {"error": {"code": "LATER"}}), Verdict.TEMPORARY, "LATER", Trouble.TEMPORARY),
    (answer(503), Verdict.TEMPORARY, "http_503", Trouble.TEMPORARY),
    (answer(401, b"who are you"), Verdict.TURNED_AWAY, "HTTP 401", Trouble.ACCOUNT),
    (answer(302), Verdict.TURNED_AWAY, "HTTP 302", Trouble.ACCOUNT),
    (answer(404), Verdict.REFUSED, "http_404", Trouble.CONFIG),
    (answer(429, retry_after="7"), Verdict.THROTTLED, "HTTP 429", Trouble.THROTTLED),
    (answer(400, {"error": {"code": "nobody knows", "message": "bad"}}), Verdict.REFUSED, "HTTP 400", Trouble.CONFIG),
]


XML = {
    "ok": "Reply.@status", "ok_values": ["ok"], "id": "Reply.Message.Id", "codes": ["Reply.Error.Code"],
    "words": "Reply.Error.#text", "troubles": {"7": "account"},
}  # fmt: skip
FORM = {
    "ok": "status", "ok_values": ["0"], "id": "['msg.id']", "codes": ["status"], "words": "why",
    "troubles": {"7": "account"},
}  # fmt: skip
TAKEN = b"<a:Reply status='ok'><a:Message><Id>a1</Id></a:Message></a:Reply>"
NO_CREDIT = '<?xml version="1.0" encoding="ISO-8859-1"?><Reply><Error>Sin crédito<Code>7</Code></Error></Reply>'
ENTITY = b'<!DOCTYPE r [<!ENTITY a "x">]><Reply status="ok"><Message><Id>&a;</Id></Message></Reply>'
OTHERS: list[tuple[dict[str, Any], bytes, Verdict, str, str]] = [
    (XML, b'<?xml version="1.0"?>\n' + TAKEN, Verdict.TAKEN, "", ""),
    (XML, NO_CREDIT.encode("latin-1"), Verdict.TURNED_AWAY, "7", "Sin crédito"),
    (XML, b'<Reply status="no"/>', Verdict.REFUSED, "HTTP 200", ""),
    (XML, TAKEN[:-1], Verdict.LOST, "HTTP 200", ""),
    (XML, ENTITY, Verdict.LOST, "HTTP 200", ""),
    (XML, b"<a>" * 200 + b"</a>" * 200, Verdict.LOST, "HTTP 200", ""),
    (FORM, b"status=0&msg.id=a%31&why=", Verdict.TAKEN, "", ""),
    (FORM, b"status=7&why=no+money", Verdict.TURNED_AWAY, "7", "no money"),
    (FORM, b"status=0&why=%ff", Verdict.LOST, "HTTP 200", ""),
    (FORM, b"status 0", Verdict.LOST, "HTTP 200", ""),
]


@pytest.mark.req("R130", "R134")
@pytest.mark.parametrize(("rules", "body", "word", "code", "words"), OTHERS)
def test_an_answer_may_be_xml_or_a_form(
    rules: dict[str, Any], body: bytes, word: Verdict, code: str, words: str
) -> None:
    part = verdict(made(answer=rules), answer(200, body))
    assert (part.verdict, part.code) == (word, code)
    assert part.provider_id == ("a1" if word is Verdict.TAKEN else "")
    assert words in part.words


@pytest.mark.req("R134")
@pytest.mark.parametrize("encoding", ["no-such", "hex", "rot13", "utf-7", "idna"])
def test_a_document_in_an_encoding_that_there_is_not_is_not_read(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><R><Id>a1</Id></R>'.encode()
    assert parse(body) == [{"text": body.decode()}]


def test_elements_that_stand_several_times_are_a_list_with_one_for_each_message() -> None:
    rules = {"items": "R.M[*]", "number": "@to", "id": "Id", "codes": ["Err"], "troubles": {"9": "recipient"}}
    provider = made(answer=rules, payload={"m": [{"to": "$$To", "text": "$$Body"}]}, batch={"key": "m", "size": 9})
    body = b'<R><M to="447700900001"><Id>x</Id></M><M to="447700900000"><Err>9</Err></M><M to="3"/></R>'
    (shipment,) = provider.ship([outgoing(), outgoing({"number": "447700900001"}, place=2)], Context(NOW, CALLBACK))
    (first,), (second,) = provider.read(shipment, answer(200, body)).results
    assert (first.verdict, first.code, second.verdict, second.provider_id) == (Verdict.REFUSED, "9", Verdict.TAKEN, "x")


@pytest.mark.req("R134")
@pytest.mark.parametrize(("said", "word", "code", "trouble"), ANSWERS)
def test_an_answer_is_read_whatever_it_is(said: HttpAnswer, word: Verdict, code: str, trouble: Trouble | None) -> None:
    part = verdict(made(answer=ONE), said)
    assert (part.verdict, part.code, part.trouble) == (word, code, trouble)
    assert part.provider_id == ("a1" if word is Verdict.TAKEN else "")
    assert bool(part.words) is (word is not Verdict.TAKEN)


def test_who_is_too_fast_is_told_for_how_long() -> None:
    provider = made(answer=ONE)
    assert reading(provider, answer(429, retry_after="7")).wait == 7
    assert reading(provider, answer(200, {"status": "no", "error": {"code": "SLOW"}}, retry_after="3")).wait == 3
    assert reading(provider, answer(400, {"error": {"code": "SLOW"}}, retry_after="4")).wait == 4
    assert reading(provider, answer(400, {"error": {"code": "7"}}, retry_after="4")).wait is None


@pytest.mark.req("R133")
def test_without_a_map_a_success_means_that_all_were_taken() -> None:
    provider = made(payload=[{"to": "$$To", "text": "$$Body"}], batch={"size": 10})
    messages = [outgoing(place=1), outgoing(place=2)]
    for body in (b"OK", b"", b"\xff", {"anything": 1}, [1, 2, 3]):
        found = reading(provider, answer(202, body), *messages)
        assert [(part.verdict, part.provider_id) for (part,) in found.results] == [
            (Verdict.TAKEN, f"{place:032x}") for place in (1, 2)
        ]


def batched(body: object, **rules: object) -> tuple[list[str], str]:
    """Return what is made of each of three messages, and the account's trouble."""
    provider = made(
        payload={"m": [{"to": "$$To", "text": "$$Body"}]},
        batch={"size": 10, "key": "m"},
        answer={"codes": ["code"], "words": "why", "troubles": ERRORS} | rules,
    )
    messages = [outgoing({"number": f"3460000000{place}"}, place=place) for place in (1, 2, 3)]
    found = reading(provider, answer(200, body), *messages)
    return [part.provider_id or f"{part.verdict} {part.code}" for (part,) in found.results], found.account_trouble


ITEMS = {"items": "results[*]", "number": "to", "id": "id"}
BATCHES: list[tuple[dict[str, Any], list[str]]] = [
    (
        ITEMS
        | {
            "body": {
                "results": [
                    {"to": 34600000002, "id": 22},
                    {"to": "+34 600000001", "id": "11"},
                    {"to": "34600000003", "code": "OPTED"},
                ]
            }
        },
        ["11", "22", "refused OPTED"],
    ),
    (ITEMS | {"body": {"results": [{"to": "34600000002", "id": "22"}]}}, ["lost ", "22", "lost "]),
    (ITEMS | {"body": {"results": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}}, ["a", "b", "c"]),
    (ITEMS | {"body": {"results": [{"id": "a"}, {"id": "b"}]}}, ["lost "] * 3),
    (ITEMS | {"body": {"results": []}}, ["lost "] * 3),
    (
        ITEMS
        | {
            "body": {
                "results": [{"to": "34600000001"}, {"to": "34600000002", "id": ""}, {"to": "34600000003", "id": "c"}]
            }
        },
        ["refused ", "refused ", "c"],
    ),
    ({"items": "[*]", "id": "id", "body": [{"id": "a"}]}, ["lost "] * 3),
    ({"items": "[*]", "id": "^.id", "body": [{"id": "a"}, {}, {}]}, ["refused "] * 3),
    ({"items": "[*]", "id": "id", "body": [{"id": "a"}, {"id": 2.0}, {"id": "c"}]}, ["a", "2", "c"]),
    ({"items": "[*]", "body": [{}, {"code": "7"}, {}]}, [HEX, "turned_away 7", f"{3:032x}"]),
    (
        {"by_number": "r", "id": "id", "body": {"r": {"34600000001": {"id": "a"}, "34600000002": {"code": "SLOW"}}}},
        ["a", "throttled SLOW", "lost "],
    ),
    ({"ids": "ids", "body": {"ids": ["a", "b", "c"]}}, ["a", "b", "c"]),
    (
        {"ids": "ids", "invalid": "bad", "body": {"ids": ["a", "c"], "bad": ["34600000002"]}},
        ["a", "refused invalid_number", "c"],
    ),
    ({"ids": "ids", "body": {"ids": ["a", "c"]}}, [HEX, f"{2:032x}", f"{3:032x}"]),
    ({"call_id": "job", "body": {"job": "J"}}, ["J:34600000001", "J:34600000002", "J:34600000003"]),
    # 200, an error inside, and nothing but the id to tell by: nobody can say.
    ({"call_id": "job", "body": {}}, ["lost HTTP 200"] * 3),
    ({"id": "id", "body": {"error": "no such sender"}}, ["lost HTTP 200"] * 3),
    ({"id": "id", "codes": ["error"], "body": {"error": "OPTED"}}, ["refused OPTED"] * 3),
    ({"ok": "done", "id": "id", "body": {"done": True}}, [HEX, f"{2:032x}", f"{3:032x}"]),
    ({"id": "id", "body": {"id": "one for three"}}, [HEX, f"{2:032x}", f"{3:032x}"]),
]


@pytest.mark.req("R133", "R134")
@pytest.mark.parametrize(("rules", "expected"), BATCHES)
def test_each_message_of_a_batch_gets_its_own_verdict(rules: dict[str, Any], expected: list[str]) -> None:
    found, trouble = batched(rules["body"], **{name: rule for name, rule in rules.items() if name != "body"})
    assert found == expected
    assert bool(trouble) is any("turned_away" in one for one in found)


def test_several_documents_are_read_one_for_each_message() -> None:
    provider = made(payload=[{"to": "$$To", "text": "$$Body"}], batch={"size": 10}, answer=ONE | {"id": "id"})
    body = b'{"status": "success", "id": 1}\n {"status": "failure", "error": {"code": 7, "message": "no money"}}'
    found = reading(provider, answer(200, body), outgoing(place=1), outgoing(place=2))
    assert [(part.verdict, part.provider_id) for (part,) in found.results] == [
        (Verdict.TAKEN, "1"),
        (Verdict.TURNED_AWAY, ""),
    ]
    assert found.account_trouble == "no money"


def test_an_answer_of_plain_fields_is_read_by_their_places() -> None:
    rules = {"separator": "|", "ok": "fields[0]", "ok_values": ["1701"], "id": "fields[2]"}
    assert verdict(made(answer=rules), answer(200, b"1701|34600000001|abc")).provider_id == "abc"
    part = verdict(made(answer=rules), answer(200, b"1025|no credit"))
    assert (part.verdict, part.words) == (Verdict.REFUSED, "1025|no credit")


def test_where_receipts_repeat_our_id_it_is_what_is_kept() -> None:
    provider = made(payload={"to": "$$To", "b": "$$Body", "ref": "$$MessageID"}, answer={"id": "id"})
    assert verdict(provider, answer(200, {"id": "theirs"})).provider_id == HEX
    by_theirs = made(payload={"to": "$$To", "b": "$$Body", "ref": "$$MessageID"}, answer={"id": "id"}, ids="provider")
    assert verdict(by_theirs, answer(200, {"id": "theirs"})).provider_id == "theirs"


TOKENS: list[tuple[HttpAnswer, tuple[str, float] | str]] = [
    (answer(200, {"access_token": "t", "expires_in": 60}), ("t", 60)),
    (answer(200, {"access_token": "t", "expires_in": "90"}), ("t", 90)),
    (answer(200, {"access_token": "t"}), ("t", 3600)),
    (answer(200, {"access_token": "t", "expires_in": "soon"}), ("t", 3600)),
    (answer(200, {"access_token": "t", "expires_in": -5}), ("t", 3600)),
    (answer(200, {"access_token": "two\nlines"}), "HTTP 200"),
    (answer(200, b"<html>"), "HTTP 200"),
    (answer(401, {"error": "invalid_client"}), "invalid_client"),
    (answer(400, {"error": "x", "error_description": "unknown  client"}), "unknown client"),
    (answer(500, {"access_token": "t"}), "HTTP 500"),
]


@pytest.mark.req("R135")
@pytest.mark.parametrize(("said", "expected"), TOKENS)
def test_a_token_is_read_or_it_is_told_why_there_is_none(said: HttpAnswer, expected: tuple[str, float] | str) -> None:
    from_settings = made(
        {"client_id": "a", "client_secret": "b"}, auth={"type": "oauth2", "token_url": "https://login.example.com"}
    )
    if isinstance(expected, tuple):
        token = from_settings.read_login(said)
        assert (token.value, token.seconds) == expected
    else:
        with pytest.raises(Exception, match=expected) as refused:
            from_settings.read_login(said)
        assert getattr(refused.value, "code", None) == "login_refused"


def test_a_batch_of_a_thousand_is_written_and_read_in_its_order() -> None:
    provider = made(payload=[{"to": "$$To", "text": "$$Body"}], batch={"size": 1000}, answer=ITEMS)
    messages = [outgoing({"number": f"3460000{place:04d}"}, place=place + 1) for place in range(1000)]
    (shipment,) = provider.ship(messages, Context(NOW, CALLBACK))
    sent = msgspec.json.decode(shipment.request.body)
    body = {"results": [{"to": one["to"], "id": f"id-{one['to']}"} for one in reversed(sent)]}
    found = provider.read(shipment, answer(200, body))
    assert [part.provider_id for (part,) in found.results] == [f"id-{one.number}" for one in messages]


def test_half_a_million_documents_are_read_in_the_time_of_one_look() -> None:
    assert len(parse(b"{} \n" * 50_000) or []) == 50_000
    began = time.process_time()
    parse(b"{}" * 500_000)
    assert time.process_time() - began < 5  # and not their square, which took minutes


def test_of_what_a_provider_says_no_more_is_taken_than_can_be_kept() -> None:
    provider = made(answer={"ok": "ok", "id": "id", "codes": ["code"], "words": "words"})
    taken = verdict(provider, answer(200, b'{"ok": 1, "id": "a\\u0000b\\ud800' + b"c" * 60_000 + b'"}'))
    assert (taken.provider_id[:4], len(taken.provider_id)) == ("ab?c", 500)
    refused = verdict(provider, answer(200, b'{"ok": 0, "code": "' + b"\\ud800" * 900 + b'", "words": "x\\u0000"}'))
    assert (refused.code, refused.words) == ("?" * 200, "x")
