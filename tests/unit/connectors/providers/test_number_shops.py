"""What is asked of providers about numbers, and what their answers mean."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from cablegram.connectors.providers import vonage_numbers
from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest
from cablegram.connectors.providers.number_shop import Deal, Holding, NumberShop, Offer, ShopClosed, Wanted, Where, fits
from cablegram.connectors.providers.plivo_numbers import PlivoNumbers
from cablegram.connectors.providers.twilio_numbers import TwilioNumbers
from cablegram.connectors.registry import KINDS

TWILIO = TwilioNumbers("https://t.example/Accounts/AC1", ())
PLIVO = PlivoNumbers("https://p.example/Account/MA1", ())
VONAGE = vonage_numbers.VonageNumbers("https://v.example", "bG9naW4=")
SHOPS: dict[str, NumberShop] = {"twilio": TWILIO, "plivo": PLIVO, "vonage": VONAGE}
OFFER = Offer("13055550100", "US", "local", ("sms",))


def said(status: int, body: Any) -> HttpAnswer:  # noqa: ANN401 - any JSON
    return HttpAnswer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def query(request: HttpRequest | None) -> dict[str, str]:
    assert request is not None
    return {name: value[0] for name, value in parse_qs(urlsplit(request.url).query).items()}


@pytest.mark.req("R59")
@pytest.mark.parametrize(
    ("wanted", "twilio", "plivo", "vonage"),
    [
        (Wanted("US", "local"), None, None, (None, None)),
        (Wanted("US", "local", "3"), None, None, ("3", "1")),
        (Wanted("US", "local", "305", Where.STARTS_WITH), "305*******", "305", ("1305", "0")),
        (Wanted("US", "local", "1305", Where.STARTS_WITH), "1305", "305", ("1305", "0")),
        (Wanted("US", "local", "0100", Where.ENDS_WITH), "******0100", None, ("0100", "2")),
        (Wanted("US", "local", "555"), "555", None, ("555", "1")),
        (Wanted("US", "local", "13055550100", Where.STARTS_WITH), "13055550100", "3055550100", ("13055550100", "0")),
        (Wanted("ES", "mobile", "600", Where.STARTS_WITH), "600", "600", ("34600", "0")),
    ],
)
def test_a_pattern_is_asked_for_as_each_provider_writes_it(
    wanted: Wanted, twilio: str | None, plivo: str | None, vonage: tuple[str | None, str | None]
) -> None:
    assert query(TWILIO.search(wanted)).get("Contains") == twilio
    assert query(PLIVO.search(wanted)).get("pattern") == plivo
    asked = query(VONAGE.search(wanted))
    assert (asked.get("pattern"), asked.get("search_pattern")) == vonage
    assert asked.get("type") == (None if wanted.country == "US" else "mobile-lvn")


def test_pages_are_asked_for_where_there_are_some() -> None:
    second = Wanted("US", "local", page=2)
    assert TWILIO.search(second) is None
    assert query(PLIVO.search(second))["offset"] == "20"
    assert query(VONAGE.search(second))["index"] == "2"
    assert VONAGE.search(Wanted("US", "national")) is None


@pytest.mark.req("R59")
def test_only_what_fits_and_carries_texts_is_offered() -> None:
    wanted = Wanted("US", "local", "0100", Where.ENDS_WITH)
    able = {"capabilities": {"SMS": True, "MMS": False, "voice": True}, "locality": "Miami", "region": "FL"}
    listed = [{"phone_number": "+13055550100", **able}, {"phone_number": "+13055550101", **able}]
    deaf = {"phone_number": "+12125550100", "capabilities": {"SMS": False, "voice": True}}
    found = TWILIO.read_search(wanted, said(200, {"available_phone_numbers": [*listed, deaf]}))
    assert found == [Offer("13055550100", "US", "local", ("sms", "voice"), "Miami, FL")]
    of_plivo = {"number": "13055550100", "sms_enabled": True, "voice_enabled": False, "city": "MIAMI", "region": None}
    assert PLIVO.read_search(wanted, said(200, {"objects": [of_plivo]})) == [
        Offer("13055550100", "US", "local", ("sms",), "MIAMI")
    ]
    of_vonage = [
        {"msisdn": "13055550100", "type": "mobile-lvn", "features": ["SMS", "VOICE"]},
        {"msisdn": "18005550100", "type": "landline-toll-free", "features": ["SMS"]},
    ]
    assert VONAGE.read_search(wanted, said(200, {"count": 2, "numbers": of_vonage})) == [
        Offer("13055550100", "US", "local", ("sms", "voice"))
    ]
    assert VONAGE.read_search(Wanted("ES", "mobile"), said(200, {})) == []
    assert TWILIO.read_search(wanted, said(404, {"code": 20404})) == []
    strange = [{"phone_number": one, **able} for one in ("+34910000100", "+1", "+1x0100", "")]
    assert TWILIO.read_search(Wanted("US", "local"), said(200, {"available_phone_numbers": strange})) == []


@pytest.mark.parametrize("shop", SHOPS.values(), ids=list(SHOPS))
@pytest.mark.parametrize("answer", [said(401, {"code": 1, "message": "no"}), said(200 + 3, b"<html>"), said(500, {})])
def test_a_search_that_is_not_answered_says_why(shop: NumberShop, answer: HttpAnswer) -> None:
    with pytest.raises(ShopClosed) as caught:
        shop.read_search(Wanted("US", "local"), answer)
    assert caught.value.message


@pytest.mark.req("R60")
def test_each_purchase_names_the_number() -> None:
    bought = TWILIO.buy(OFFER, "https://us.example/callbacks/x")
    assert (bought.method, parse_qs(bought.body.decode())["SmsUrl"]) == ("POST", ["https://us.example/callbacks/x"])
    assert b"SmsUrl" not in TWILIO.buy(OFFER, "").body
    assert PLIVO.buy(OFFER, "").url.endswith("/PhoneNumber/13055550100/")
    assert VONAGE.buy(OFFER, "").body == b"country=US&msisdn=13055550100"


SOLD = {
    "twilio": said(201, {"sid": "PN1"}),
    "plivo": said(201, {"numbers": [{"number": "13055550100", "status": "Success"}]}),
    "vonage": said(200, {"error-code": "200", "error-code-label": "success"}),
}
REFUSED = {
    "twilio": said(400, {"code": 21422, "message": "not available"}),
    "plivo": said(404, {"error": "not available"}),
    "vonage": said(420, {"error-code": "420", "error-code-label": "not available"}),
}


@pytest.mark.req("R60")
@pytest.mark.parametrize("name", list(SHOPS))
def test_a_purchase_is_done_refused_or_unknown_and_never_guessed(name: str) -> None:
    shop = SHOPS[name]
    assert shop.read_buy(SOLD[name]).deal is Deal.DONE
    refused = shop.read_buy(REFUSED[name])
    assert (refused.deal, refused.words) == (Deal.REFUSED, "not available")
    for unclear in (said(500, {}), said(200, b"<html>"), said(302, b""), said(408, {}), said(201, {"numbers": [{}]})):
        assert shop.read_buy(unclear).deal is Deal.UNKNOWN


OURS = {
    "twilio": said(200, {"incoming_phone_numbers": [{"phone_number": "+13055550100", "sid": "PN1"}]}),
    "plivo": said(200, {"number": "13055550100"}),
    "vonage": said(200, {"count": 1, "numbers": [{"msisdn": "13055550100"}]}),
}
NOT_OURS = {
    "twilio": said(200, {"incoming_phone_numbers": [{"phone_number": "+13055550199", "sid": "PN2"}]}),
    "plivo": said(404, {"error": "not found"}),
    "vonage": said(200, {}),
}


@pytest.mark.parametrize("name", list(SHOPS))
def test_a_provider_says_whether_a_number_is_ours(name: str) -> None:
    shop = SHOPS[name]
    assert "13055550100" in shop.look("13055550100", "US").url
    ours = shop.read_look("13055550100", OURS[name])
    assert ours.is_ours
    assert shop.read_look("13055550100", NOT_OURS[name]) == Holding(False)
    unclear = shop.read_look("13055550100", said(503, b""))
    assert (unclear.is_ours, bool(unclear.words)) == (None, True)
    gone = shop.give_back("13055550100", "US", ours)
    assert gone.method == ("POST" if name == "vonage" else "DELETE")
    done = SOLD[name] if name == "vonage" else HttpAnswer(204, {}, b"")
    assert shop.read_gone(done).deal is Deal.DONE
    assert shop.read_gone(said(500, {})).deal is Deal.UNKNOWN


def test_digits_are_looked_for_where_they_are_wanted() -> None:
    assert fits(Wanted("US", "local"), "13055550100")
    assert fits(Wanted("US", "local", "305", Where.STARTS_WITH), "13055550100")
    assert not fits(Wanted("US", "local", "055", Where.STARTS_WITH), "13055550100")
    assert fits(Wanted("US", "local", "055"), "13055550100")


def test_a_shop_needs_the_keys_that_numbers_want() -> None:
    assert vonage_numbers.made("", "key", "") is None
    made = vonage_numbers.made("", "key", "secret")
    assert made
    assert made.url == vonage_numbers.HOME
    assert [name for name, kind in KINDS.items() if kind.sells_numbers] == [
        *("twilio", "plivo", "vonage_sms", "vonage_messages")
    ]
    assert KINDS["generic"].numbers(None, None) is None


@pytest.mark.parametrize(
    ("kind", "settings", "secrets", "begins"),
    [
        (
            "twilio",
            {"account_sid": f"AC{'0' * 32}"},
            {"auth_token": "t"},
            "https://api.twilio.com/2010-04-01/Accounts/AC0",
        ),
        ("plivo", {"auth_id": "MAXXXXXXXXXXXXXXXXXX"}, {"auth_token": "t"}, "https://api.plivo.com/v1/Account/MAX"),
        ("vonage_sms", {"api_key": "k"}, {"api_secret": "s"}, "https://rest.nexmo.com/number/search"),
        ("vonage_messages", {"api_key": "k"}, {"api_secret": "s"}, "https://rest.nexmo.com/number/search"),
    ],
)
def test_a_connector_leads_to_its_provider_s_numbers(
    kind: str, settings: dict[str, str], secrets: dict[str, str], begins: str
) -> None:
    its = KINDS[kind]
    shop = its.numbers(msgspec.convert(settings, its.settings), msgspec.convert(secrets, its.secrets))
    assert shop
    request = shop.search(Wanted("US", "local"))
    assert request
    assert request.url.startswith(begins)
