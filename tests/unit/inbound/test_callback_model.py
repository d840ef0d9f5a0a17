from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.connectors.contract import CarrierNotice, Incoming, NoticeKind, Outcome, Receipt, Trouble
from cablegram.connectors.providers.contract import Callback, CallbackRequest, Click, OptOut, Told
from cablegram.connectors.providers.redact import HIDDEN, Redactor
from cablegram.inbound.callback_model import Call, clean, plain
from cablegram.kit.ids import ConnectorId

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def a_receipt(its: str = "SM1", *, trouble: Trouble | None = None, number: str = "34600000118") -> Receipt:
    return Receipt(its, Outcome.UNDELIVERED, "1", "Tests", number, "", "undelivered 1", trouble)


def a_call(*items: Told, once: tuple[str, ...] = (), headers: dict[str, str] | None = None) -> Call:
    request = CallbackRequest("POST", "https://x/callbacks/a-token", headers or {}, b"a-token&x=1", "")
    callback = Callback(list(items), once)
    return Call(UUID(int=7), ConnectorId(UUID(int=3)), Redactor(["a-token"]), request, NOON, 0.0, callback)


@pytest.mark.parametrize(
    ("items", "keys"),
    [
        ([a_receipt()], [""]),
        ([a_receipt(trouble=Trouble.RECIPIENT)], [""]),
        ([a_receipt(trouble=Trouble.OPTED_OUT)], ["out:SM1"]),
        ([a_receipt("", trouble=Trouble.OPTED_OUT)], ["like"]),
        ([Incoming("1", "2", "Hi", provider_id="SM2")], ["text:SM2"]),
        ([Incoming("1", "2", "Hi"), Incoming("1", "2", "Hi")], ["like", "like"]),
        ([OptOut("34600000118", "")], ["like"]),
        # An opt-out beside the receipt or the text with which it is told is the same word in other terms.
        ([OptOut("+34600000118", ""), a_receipt()], ["out:SM1", ""]),
        ([Incoming("+34600000118", "2", "STOP", provider_id="T2"), OptOut("34600000118", "2")], ["text:T2", "out:T2"]),
        ([a_receipt(number="34600000119"), OptOut("34600000118", "2")], ["", "like"]),
        ([OptOut("34600000118", "2"), OptOut("34600000118", "3")], ["like", "like"]),
        ([CarrierNotice(NoticeKind.PAUSED, "12345", "12015550118", "", NOON)], ["like"]),
        ([Click("SM1", "https://a.example/1"), Click("SM1", "https://a.example/2")], ["like", "like"]),
        ([CarrierNotice(NoticeKind.PAUSED, "12345", one) for one in ("12015550118", "12015550119")], ["like"] * 2),
    ],
)  # fmt: skip
def test_what_must_count_once_has_a_key_and_a_receipt_needs_none(items: list[Told], keys: list[str]) -> None:
    found = [key for key, _ in a_call(*items).said()]
    assert ["like" if key.startswith("like:") else key for key in found] == keys
    assert len(set(found) - {""}) == len([key for key in found if key])


def key_of(body: str, *, after: int = 0, item: Told | None = None, query: str = "") -> str:
    """Return the key of a text without an id that came so many seconds after noon."""
    call = a_call(item or Incoming("34600000118", "2", "Yes"))
    call.id, call.at = UUID(int=after), NOON + timedelta(seconds=after)
    call.request = CallbackRequest("POST", f"https://x/callbacks/t{query}", {}, body.encode(), "")
    ((key, _),) = call.said()
    return key


@pytest.mark.req("R136")
@pytest.mark.parametrize(
    ("body", "query"),
    [
        (f"text=Yes&at={int(NOON.timestamp())}", ""),
        (f'{{"at": {int(NOON.timestamp())}123}}', ""),
        ("at=2026-01-15+12%3A00%3A00", ""),
        ('{"at": "2026-01-15T12:00:00.5Z"}', ""),
        ("", "?at=2026-01-15T11:59:58Z"),
    ],
)
def test_a_text_without_an_id_counts_once_by_its_words_and_the_moment_that_the_provider_names(
    body: str, query: str
) -> None:
    first = key_of(body, query=query)
    assert key_of(body, query=query, after=80_000) == first
    assert key_of(body, query=query, item=Incoming("34600000118", "2", "No")) != first
    assert key_of(body, query=query, item=OptOut("34600000118", "2")) != first
    assert key_of(body.replace("00", "01", 1), query=query.replace("58", "59")) != first


@pytest.mark.req("R136")
@pytest.mark.parametrize("body", ["text=Yes", "at=1512345678", "at=2020-01-15T12:00:00Z", "from=34600000118"])
def test_without_such_a_moment_only_what_is_alike_within_a_minute_counts_once(body: str) -> None:
    assert key_of(body, after=59) == key_of(body)
    assert key_of(body, after=60) != key_of(body)


def test_a_nonce_counts_once_but_for_who_plays_a_call_again() -> None:
    call = a_call(once=("n1",))
    assert call.once() == ["once:n1"]
    call.is_replay = True
    assert call.once() == []


def test_a_key_that_no_index_could_hold_is_kept_as_its_hash() -> None:
    long, longer = "n" * 60_000, "n" * 60_001
    (first,), (second,) = a_call(once=(long,)).once(), a_call(once=(longer,)).once()
    assert (first[:5], len(first), first != second) == ("hash:", 69, True)
    assert a_call(once=(long,)).once() == [first]


def test_a_call_that_was_refused_says_nothing() -> None:
    call = a_call()
    call.callback, call.code, call.missed = None, "callback_forged", 0
    assert (list(call.said()), call.once(), call.verdict()) == ([], [], "callback_forged")
    call.missed = 9
    assert call.verdict() == "callback_forged, and 9 more"


@pytest.mark.parametrize(
    ("fates", "is_repeated", "verdict"),
    [
        ([], False, "nothing"),
        (["text"], False, "text"),
        (["sent", "text", "sent"], False, "2 x sent, text"),
        ([], True, "repeated"),
    ],
)
def test_a_verdict_is_a_word_for_each_thing(fates: list[str], *, is_repeated: bool, verdict: str) -> None:
    call = a_call()
    call.fates, call.is_repeated = fates, is_repeated
    assert call.verdict() == verdict
    call.begin()
    assert call.verdict() == "nothing"


def test_an_exchange_keeps_no_secret_but_what_proves_one_call() -> None:
    headers = {"authorization": "Basic abc", "cookie": "a", "accept": "a-token"}
    kept = a_call(headers=headers).exchange(0.0126)
    assert kept.url == f"https://x/callbacks/{HIDDEN}"
    assert kept.request == f"authorization: {HIDDEN}\ncookie: {HIDDEN}\naccept: {HIDDEN}\n\n{HIDDEN}&x=1"
    assert (kept.took_ms, kept.answer) == (13, "")
    assert (
        a_call(headers={"authorization": "Bearer of.this.call"})
        .exchange(0)
        .request.startswith("authorization: Bearer ")
    )


def test_of_a_refused_call_little_is_kept() -> None:
    call = a_call()
    call.request = CallbackRequest("POST", "https://x/" + "u" * 9_000, {}, b"x" * 9_000, "")
    assert len(call.exchange(0).request) > 9_000
    call.code = "callback_forged"
    kept = call.exchange(0)
    assert (len(kept.request), len(kept.url)) == (2_001, 4_000)


def test_what_no_text_can_hold_is_taken_out() -> None:
    notice = CarrierNotice(NoticeKind.PAUSED, "12345", "1")  # numbers alone: nothing of it is kept as text
    callback = Callback(
        [Incoming("1\0", "2", "a\ud800ñ\0b"), a_receipt("S\0M"), OptOut("3\0", ""), notice, Click("S\0", "u\0")]
    )
    clean(callback)
    assert callback.items == [Incoming("1", "2", "a?ñb"), a_receipt("SM"), OptOut("3", ""), notice, Click("S", "u")]


@pytest.mark.parametrize(
    ("given", "kept"), [("+34600", "34600"), (" 34600 ", "34600"), ("Acme+1", "Acme+1"), ("+", "+"), ("", "")]
)
def test_a_number_is_its_digits(given: str, kept: str) -> None:
    assert plain(given) == kept
