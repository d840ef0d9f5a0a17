"""Plivo's numbers: PhoneNumber (to rent) and Number (ours) of its API v1. Pure.

Texts to a number go to its application, or to the account's default one: that is set in Plivo's console.
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
    "local": "local",
    "national": "national",
    "mobile": "mobile",
    "toll_free": "tollfree",
}
_OURS: Final = "success"


@dataclass(frozen=True, slots=True)
class PlivoNumbers:
    """The numbers of one Plivo account; `url` is the account's own address, without a slash at the end."""

    url: str
    headers: tuple[tuple[str, str], ...]

    def search(self, wanted: Wanted) -> HttpRequest | None:
        """Return the request for numbers of one country and type; its patterns are beginnings alone."""
        asked = {
            "country_iso": wanted.country,
            "type": _KINDS[wanted.number_type],
            "services": "sms",
            "limit": str(MOST_OFFERED),
            "offset": str((wanted.page - 1) * MOST_OFFERED),
        }
        if wanted.pattern and wanted.where is Where.STARTS_WITH:
            asked["pattern"] = wanted.pattern.removeprefix(wanted.calling_code)
        return HttpRequest("GET", f"{self.url}/PhoneNumber/?{urlencode(asked)}", self.headers)

    def read_search(self, wanted: Wanted, answer: HttpAnswer) -> list[Offer]:
        """Return what it offers. Raises ShopClosed."""
        body = read_object(answer.body)
        if answer.status != 200 or "objects" not in body:
            raise closed(answer, word(body.get("error")))
        found = (as_object(one) for one in as_list(body["objects"]))
        return only_fitting(wanted, (_offer(wanted, one) for one in found))

    def buy(self, offer: Offer, callback_url: str) -> HttpRequest:  # noqa: ARG002 - an application knows it, not a number
        """Return the purchase."""
        return HttpRequest("POST", f"{self.url}/PhoneNumber/{quote(offer.number)}/", self.headers, b"{}")

    def read_buy(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it: `Success` beside the number; pending means that Plivo wants papers first."""
        body = read_object(answer.body)
        states = [word(as_object(one).get("status")).lower() for one in as_list(body.get("numbers"))]
        if _OURS in states:
            return Outcome(Deal.DONE)
        return judged(answer, word(body.get("error")) or word(body.get("message")), done=())

    def look(self, number: str, country: str) -> HttpRequest:  # noqa: ARG002 - a number is enough for Plivo
        """Return the question for one of our numbers."""
        return HttpRequest("GET", f"{self.url}/Number/{quote(number)}/", self.headers)

    def read_look(self, number: str, answer: HttpAnswer) -> Holding:
        """Return whether it is one of ours."""
        body = read_object(answer.body)
        if answer.status == 200 and digits(body.get("number")) == number:
            return Holding(True, number)
        if answer.status == 404 and (word(body.get("error")) or word(body.get("api_id"))):
            return Holding(False)
        return Holding(None, words=word(body.get("error")) or f"it answered {answer.status}")

    def give_back(self, number: str, country: str, holding: Holding) -> HttpRequest:  # noqa: ARG002 - a number is enough
        """Return the request that drops it."""
        return HttpRequest("DELETE", f"{self.url}/Number/{quote(number)}/", self.headers)

    def read_gone(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it: one that is not there any more is gone, too."""
        return judged(answer, word(read_object(answer.body).get("error")), done=(204, 404))


def _offer(wanted: Wanted, one: Mapping[str, object]) -> Offer:
    abilities = can((name, one.get(f"{name}_enabled")) for name in ("sms", "mms", "voice"))
    place = ", ".join(part for part in (word(one.get("city")), word(one.get("region"))) if part)
    return Offer(digits(one.get("number")), wanted.country, wanted.number_type, abilities, place)
