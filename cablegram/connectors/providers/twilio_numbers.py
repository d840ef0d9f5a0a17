"""Twilio's numbers: AvailablePhoneNumbers and IncomingPhoneNumbers of the API of 2010-04-01. Pure.

A purchase says where texts to the number go, so nothing has to be set in the console.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest
from cablegram.connectors.providers.fields import as_list, as_object, digits, read_object, word
from cablegram.connectors.providers.number_shop import (
    MOST_OFFERED,
    NATIONAL_DIGITS,
    NORTH_AMERICA,
    Deal,
    Holding,
    Offer,
    Outcome,
    Wanted,
    Where,
    can,
    closed,
    judged,
    only_fitting,
)

_KINDS: Final[Mapping[str, str]] = {
    "local": "Local",
    "national": "National",
    "mobile": "Mobile",
    "toll_free": "TollFree",
}


@dataclass(frozen=True, slots=True)
class TwilioNumbers:
    """The numbers of one Twilio account; `url` is the account's own address, without `.json`."""

    url: str
    headers: tuple[tuple[str, str], ...]

    def search(self, wanted: Wanted) -> HttpRequest | None:
        """Return the request for numbers of one country and type; it gives some, and has no second page of them."""
        if wanted.page > 1:
            return None
        asked = {"SmsEnabled": "true", "PageSize": str(MOST_OFFERED)}
        if len(wanted.pattern) >= 2:  # it takes no less; what is left out is looked at afterwards
            asked["Contains"] = _pattern(wanted)
        path = f"AvailablePhoneNumbers/{quote(wanted.country)}/{_KINDS[wanted.number_type]}.json"
        return HttpRequest("GET", f"{self.url}/{path}?{urlencode(asked, safe='*')}", self.headers)

    def read_search(self, wanted: Wanted, answer: HttpAnswer) -> list[Offer]:
        """Return what it offers; it has no page for kinds that a country lacks. Raises ShopClosed."""
        body = read_object(answer.body)
        if answer.status == 404 and word(body.get("code")):
            return []
        if answer.status != 200 or "available_phone_numbers" not in body:
            raise closed(answer, word(body.get("message")))
        found = (as_object(one) for one in as_list(body["available_phone_numbers"]))
        return only_fitting(wanted, (_offer(wanted, one) for one in found))

    def buy(self, offer: Offer, callback_url: str) -> HttpRequest:
        """Return the purchase."""
        pairs = [("PhoneNumber", f"+{offer.number}")]
        if callback_url:
            pairs += [("SmsUrl", callback_url), ("SmsMethod", "POST")]
        return HttpRequest("POST", f"{self.url}/IncomingPhoneNumbers.json", self.headers, urlencode(pairs).encode())

    def read_buy(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it: a sid says that it is ours, whatever the status."""
        body = read_object(answer.body)
        if word(body.get("sid")):
            return Outcome(Deal.DONE)
        return _without_proof(answer, word(body.get("message")))

    def look(self, number: str, country: str) -> HttpRequest:  # noqa: ARG002 - a number is enough for Twilio
        """Return the question for our number by its digits."""
        asked = urlencode({"PhoneNumber": f"+{number}", "PageSize": "1"})
        return HttpRequest("GET", f"{self.url}/IncomingPhoneNumbers.json?{asked}", self.headers)

    def read_look(self, number: str, answer: HttpAnswer) -> Holding:
        """Return whether it stands among ours."""
        body = read_object(answer.body)
        if answer.status != 200 or "incoming_phone_numbers" not in body:
            return Holding(None, words=word(body.get("message")) or f"it answered {answer.status}")
        for one in map(as_object, as_list(body["incoming_phone_numbers"])):
            if digits(one.get("phone_number")) == number:
                return Holding(True, word(one.get("sid")))
        return Holding(False)

    def give_back(self, number: str, country: str, holding: Holding) -> HttpRequest:  # noqa: ARG002 - it goes by its sid
        """Return the request that drops it."""
        return HttpRequest("DELETE", f"{self.url}/IncomingPhoneNumbers/{quote(holding.name)}.json", self.headers)

    def read_gone(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it: one that is not there any more is gone, too."""
        return judged(answer, word(read_object(answer.body).get("message")), done=(204, 404))


def _pattern(wanted: Wanted) -> str:
    """Return the pattern as Twilio writes it: in North America, where all are as long, with its place."""
    digits_of = wanted.pattern
    if wanted.calling_code != NORTH_AMERICA or len(digits_of) >= NATIONAL_DIGITS:
        return digits_of
    stars = "*" * (NATIONAL_DIGITS - len(digits_of))
    if wanted.where is Where.STARTS_WITH and not digits_of.startswith(NORTH_AMERICA):
        return digits_of + stars
    return stars + digits_of if wanted.where is Where.ENDS_WITH else digits_of


def _offer(wanted: Wanted, one: Mapping[str, object]) -> Offer:
    able = {name.lower(): value for name, value in as_object(one.get("capabilities")).items()}
    place = ", ".join(part for part in (word(one.get("locality")), word(one.get("region"))) if part)
    abilities = can((name, able.get(name)) for name in ("sms", "mms", "voice"))
    return Offer(digits(one.get("phone_number")), wanted.country, wanted.number_type, abilities, place)


def _without_proof(answer: HttpAnswer, said: str) -> Outcome:
    """Judge a purchase without a sid: a success without one leaves open what happened."""
    return judged(answer, said, done=())
