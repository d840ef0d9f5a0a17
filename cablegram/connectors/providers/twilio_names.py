"""Twilio's Lookup v2 with the field `caller_name` (https://www.twilio.com/docs/lookup/v2-api/caller-name). Pure.

It knows numbers of the United States, and bills each question that it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest
from cablegram.connectors.providers.fields import as_object, read_object, word
from cablegram.connectors.providers.name_book import Named
from cablegram.kit.errors import InvalidInput
from cablegram.numbers import e164

_ADDRESS: Final = "https://lookups.twilio.com"
_OUT_OF_COVERAGE: Final = "60600"


@dataclass(frozen=True, slots=True)
class TwilioNames:
    """The look-ups of one Twilio account, at an address of their own unless `base_url` leads away from Twilio."""

    base_url: str
    headers: tuple[tuple[str, str], ...]

    def covers(self, number: str) -> bool:
        """Tell whether it is a number of the United States."""
        try:
            return e164.parse(f"+{number}").country == "US"
        except InvalidInput:
            return False

    def ask(self, number: str) -> HttpRequest:
        """Return the question for one number's name."""
        return HttpRequest(
            "GET", f"{home_of(self.base_url)}/v2/PhoneNumbers/%2B{quote(number)}?Fields=caller_name", self.headers
        )

    def read(self, answer: HttpAnswer) -> Named:
        """Return the name, or that there is none. What is neither, a refusal or a fault of theirs, tells nothing."""
        body = read_object(answer.body)
        if answer.status == 404 and word(body.get("code")) == "20404":
            return Named(True)
        if answer.status != 200 or "caller_name" not in body:
            return Named(False, words=word(body.get("message")) or f"it answered {answer.status}")
        said = as_object(body["caller_name"])
        trouble = word(said.get("error_code"))
        if trouble and trouble != _OUT_OF_COVERAGE:
            return Named(False, words=f"error {trouble}")
        return Named(True, word(said.get("caller_name")))


def home_of(base_url: str) -> str:
    """Return where look-ups are: Twilio has them under a host of their own, whatever region messages go through."""
    host = urlsplit(base_url).hostname or "twilio.com"
    return _ADDRESS if host == "twilio.com" or host.endswith(".twilio.com") else base_url.rstrip("/")
