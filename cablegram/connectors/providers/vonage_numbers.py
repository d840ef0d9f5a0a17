"""Vonage's numbers: number/search, number/buy, account/numbers and number/cancel of its REST API. Pure.

Texts to a number go where the account's settings say, as with all numbers there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest
from cablegram.connectors.providers.fields import as_list, as_object, digits, read_object, word
from cablegram.connectors.providers.number_shop import (
    MOST_OFFERED,
    NORTH_AMERICA,
    Deal,
    Holding,
    Offer,
    Outcome,
    Wanted,
    Where,
    closed,
    judged,
    only_fitting,
)

HOME: Final = "https://rest.nexmo.com"
_KINDS: Final[Mapping[str, str]] = {"local": "landline", "mobile": "mobile-lvn", "toll_free": "landline-toll-free"}
_PLACES: Final = {Where.STARTS_WITH: "0", Where.ANYWHERE: "1", Where.ENDS_WITH: "2"}
_DONE: Final = "200"


@dataclass(frozen=True, slots=True)
class VonageNumbers:
    """The numbers of one Vonage account; `url` is where its REST API is."""

    url: str
    login: str  # of HTTP's basic authentication

    def search(self, wanted: Wanted) -> HttpRequest | None:
        """Return the request for numbers of one country and type; it knows no national ones."""
        if wanted.number_type not in _KINDS:
            return None
        asked = {"country": wanted.country, "features": "SMS", "size": str(MOST_OFFERED), "index": str(wanted.page)}
        if not _is_either(wanted):
            asked["type"] = _KINDS[wanted.number_type]
        if wanted.pattern:
            begins = wanted.where is Where.STARTS_WITH and not wanted.pattern.startswith(wanted.calling_code)
            asked["pattern"] = f"{wanted.calling_code}{wanted.pattern}" if begins else wanted.pattern
            asked["search_pattern"] = _PLACES[wanted.where]
        return HttpRequest("GET", f"{self.url}/number/search?{urlencode(asked)}", self._headers)

    def read_search(self, wanted: Wanted, answer: HttpAnswer) -> list[Offer]:
        """Return what it offers: where it has nothing, it answers an empty object. Raises ShopClosed."""
        body = read_object(answer.body)
        if answer.status != 200:
            raise closed(answer, _said(body))
        kinds = set(_KINDS.values()) - {"landline-toll-free"} if _is_either(wanted) else {_KINDS[wanted.number_type]}
        found = (as_object(one) for one in as_list(body.get("numbers")))
        return only_fitting(wanted, (_offer(wanted, one) for one in found if word(one.get("type")) in kinds))

    def buy(self, offer: Offer, callback_url: str) -> HttpRequest:  # noqa: ARG002 - the account's settings say where texts go
        """Return the purchase."""
        return self._form("/number/buy", offer.number, offer.country)

    def read_buy(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it; 420 says that it can't be bought so."""
        return _of_code(answer)

    def look(self, number: str, country: str) -> HttpRequest:
        """Return the question for our number by its digits."""
        asked = urlencode({"country": country, "pattern": number, "search_pattern": _PLACES[Where.STARTS_WITH]})
        return HttpRequest("GET", f"{self.url}/account/numbers?{asked}", self._headers)

    def read_look(self, number: str, answer: HttpAnswer) -> Holding:
        """Return whether it stands among ours."""
        body = read_object(answer.body)
        if answer.status != 200:
            return Holding(None, words=_said(body) or f"it answered {answer.status}")
        found = (digits(as_object(one).get("msisdn")) for one in as_list(body.get("numbers")))
        return Holding(True, number) if number in found else Holding(False)

    def give_back(self, number: str, country: str, holding: Holding) -> HttpRequest:  # noqa: ARG002 - a number is enough
        """Return the request that drops it."""
        return self._form("/number/cancel", number, country)

    def read_gone(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it."""
        return _of_code(answer)

    @property
    def _headers(self) -> tuple[tuple[str, str], ...]:
        return (("Authorization", f"Basic {self.login}"), ("Accept", "application/json"))

    def _form(self, path: str, number: str, country: str) -> HttpRequest:
        headers = (*self._headers, ("Content-Type", "application/x-www-form-urlencoded"))
        body = urlencode({"country": country, "msisdn": number}).encode()
        return HttpRequest("POST", f"{self.url}{path}", headers, body)


def made(base_url: str, api_key: str, api_secret: str) -> VonageNumbers | None:
    """Return the shop of an account; None where its key or secret is not given."""
    if not api_key or not api_secret:
        return None
    login = base64.b64encode(f"{api_key}:{api_secret}".encode()).decode()
    return VonageNumbers(base_url.rstrip("/") or HOME, login)


def _is_either(wanted: Wanted) -> bool:
    """Tell whether a number's plan does not tell fixed from mobile: what is local there, Vonage calls either."""
    return wanted.number_type == "local" and wanted.calling_code == NORTH_AMERICA


def _of_code(answer: HttpAnswer) -> Outcome:
    body = read_object(answer.body)
    if word(body.get("error-code")) == _DONE and answer.status == 200:
        return Outcome(Deal.DONE)
    return judged(answer, _said(body), done=())


def _said(body: Mapping[str, object]) -> str:
    return word(body.get("error-code-label")) or word(body.get("error_title")) or word(body.get("title"))


def _offer(wanted: Wanted, one: Mapping[str, object]) -> Offer:
    features = {word(each).lower() for each in as_list(one.get("features"))}
    abilities = tuple(name for name in ("sms", "mms", "voice") if name in features)
    return Offer(digits(one.get("msisdn")), wanted.country, wanted.number_type, abilities)
