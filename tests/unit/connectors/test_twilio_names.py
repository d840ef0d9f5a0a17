"""What Twilio's Lookup is asked, and what its answers mean."""

from __future__ import annotations

import json

import pytest

from cablegram.connectors import addresses, registry
from cablegram.connectors.providers.contract import HttpAnswer
from cablegram.connectors.providers.name_book import Named
from cablegram.connectors.providers.twilio import TwilioSecrets, TwilioSettings
from cablegram.connectors.providers.twilio_names import TwilioNames, home_of

ACCOUNT = "AC" + "0" * 31 + "1"
BOOK = TwilioNames("", (("Authorization", "Basic x"),))


def answered(status: int, **body: object) -> HttpAnswer:
    return HttpAnswer(status, {}, json.dumps(body).encode())


@pytest.mark.req("R61", "R66")
def test_the_question_names_the_number_and_the_field() -> None:
    asked = BOOK.ask("13055550100")
    assert (asked.method, asked.url, asked.headers) == (
        "GET",
        "https://lookups.twilio.com/v2/PhoneNumbers/%2B13055550100?Fields=caller_name",
        BOOK.headers,
    )


@pytest.mark.parametrize(
    ("base_url", "home"),
    [
        ("", "https://lookups.twilio.com"),
        ("https://api.dublin.ie1.twilio.com", "https://lookups.twilio.com"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
        ("https://nottwilio.com", "https://nottwilio.com"),
    ],
)
def test_regions_share_one_host_for_names_and_simulators_have_their_own(base_url: str, home: str) -> None:
    assert home_of(base_url) == home


@pytest.mark.parametrize(
    ("number", "is_covered"),
    [("13055550100", True), ("14165550100", False), ("34600000118", False), ("70500", False), ("1", False)],
)
def test_it_is_asked_for_numbers_of_the_united_states_alone(number: str, *, is_covered: bool) -> None:
    assert BOOK.covers(number) is is_covered


@pytest.mark.req("R61")
@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (answered(200, caller_name={"caller_name": "Ana Carrasco", "error_code": None}), Named(True, "Ana Carrasco")),
        (answered(200, caller_name={"caller_name": None, "error_code": None}), Named(True)),
        (answered(200, caller_name={"caller_name": None, "error_code": 60600}), Named(True)),
        (answered(200, caller_name={"caller_name": None, "error_code": 60616}), Named(False, words="error 60616")),
        (answered(200, caller_name=None), Named(True)),
        (answered(200), Named(False, words="it answered 200")),
        (answered(404, code=20404, message="not found"), Named(True)),
        (answered(404), Named(False, words="it answered 404")),
        (answered(401, code=20003, message="Authenticate"), Named(False, words="Authenticate")),
        (HttpAnswer(200, {}, b"\xff["), Named(False, words="it answered 200")),
        (HttpAnswer(500, {}, b""), Named(False, words="it answered 500")),
    ],
)
def test_an_answer_is_a_name_or_none_or_tells_nothing(answer: HttpAnswer, named: Named) -> None:
    assert BOOK.read(answer) == named


def test_names_are_asked_for_where_the_connector_says_so() -> None:
    secrets = TwilioSecrets(auth_token="secret")
    off, on = TwilioSettings(account_sid=ACCOUNT), TwilioSettings(account_sid=ACCOUNT, caller_names=True)
    names = registry.KINDS["twilio"].names
    assert (names(off, secrets), isinstance(names(on, secrets), TwilioNames)) == (None, True)
    assert addresses.hosts_of("twilio", off) == {"settings.base_url": ("api.twilio.com", 443)}
    assert addresses.hosts_of("twilio", on)["settings.caller_names"] == ("lookups.twilio.com", 443)
    assert not registry.leads_elsewhere(off, on)
    assert [kind.name for kind in registry.KINDS.values() if kind.knows_names] == ["twilio"]
    assert registry.KINDS["plivo"].names(None, None) is None
