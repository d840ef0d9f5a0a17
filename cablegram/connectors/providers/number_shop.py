"""What a provider that sells numbers promises: search, buy, is it ours, give back (R59, R60). Pure.

Like sending: requests are made here and answers read; who talks is `connectors.number_talk`. To buy twice is to pay
twice, so what came of a purchase is never guessed: sold, refused, or unknown, and then the provider is asked whether
the number is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from cablegram.connectors.providers.contract import HttpAnswer, HttpRequest
from cablegram.kit.errors import CablegramError
from cablegram.numbers import countries

MOST_OFFERED: Final = 20
"""Numbers that a provider is asked for at a time: the least that any of them gives at once."""

NORTH_AMERICA: Final = "1"
NATIONAL_DIGITS: Final = 10  # of a number of that plan, without its dialing code


_NUMBER: Final = re.compile(r"[1-9][0-9]{7,14}")


class Where(StrEnum):
    """Where the digits that somebody wants stand in a number (R59)."""

    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. `number_type` is a word of R58, `pattern` digits ("": any), pages count from 1."""

    country: str
    number_type: str
    pattern: str = ""
    where: Where = Where.ANYWHERE
    page: int = 1

    @property
    def calling_code(self) -> str:
        """Return the dialing code of the country."""
        return countries.country(self.country).calling_code


@dataclass(frozen=True, slots=True)
class Offer:
    """A number that a provider sells: E.164 digits; `capabilities` of sms, mms, voice; `place` for people."""

    number: str
    country: str
    number_type: str
    capabilities: tuple[str, ...]
    place: str = ""


class Deal(StrEnum):
    """What came of buying or giving back."""

    DONE = "done"
    REFUSED = "refused"  # surely nothing happened
    UNKNOWN = "unknown"  # nobody can say: the provider is to be asked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, with the provider's words for people."""

    deal: Deal
    words: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether a number is ours at the provider, and its name there; None: nobody can say, and `words` why."""

    is_ours: bool | None
    name: str = ""
    words: str = ""


class ShopClosed(CablegramError):
    """A provider that sells nothing now (`number_shop_closed`); the message is for people."""


class NumberShop(Protocol):
    """One account at a provider that sells numbers."""

    def search(self, wanted: Wanted) -> HttpRequest | None:
        """Return the request for what it has; None where it has nothing of this kind."""
        ...

    def read_search(self, wanted: Wanted, answer: HttpAnswer) -> list[Offer]:
        """Return what it offers, only what fits. Raises ShopClosed."""
        ...

    def buy(self, offer: Offer, callback_url: str) -> HttpRequest:
        """Return the request that buys a number; texts to it are to come to `callback_url`, where that can be said."""
        ...

    def read_buy(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it."""
        ...

    def look(self, number: str, country: str) -> HttpRequest:
        """Return the question whether a number is ours."""
        ...

    def read_look(self, number: str, answer: HttpAnswer) -> Holding:
        """Return whether it is."""
        ...

    def give_back(self, number: str, country: str, holding: Holding) -> HttpRequest:
        """Return the request that gives a number back that is ours."""
        ...

    def read_gone(self, answer: HttpAnswer) -> Outcome:
        """Return what came of it."""
        ...


def fits(wanted: Wanted, number: str) -> bool:
    """Tell whether a number has the digits where they are wanted.

    Of what it starts with, the dialing code may be left out: `305` and `1305` both find +1 305.
    """
    pattern = wanted.pattern
    if wanted.where is Where.STARTS_WITH:
        return number.startswith((wanted.calling_code + pattern, pattern))
    return number.endswith(pattern) if wanted.where is Where.ENDS_WITH else pattern in number


def only_fitting(wanted: Wanted, offers: Iterable[Offer]) -> list[Offer]:
    """Return what is really wanted: texts can go from it, and its digits fit; no provider knows all our patterns."""
    return [
        one
        for one in offers
        if _NUMBER.fullmatch(one.number)
        and one.number.startswith(wanted.calling_code)
        and "sms" in one.capabilities
        and fits(wanted, one.number)
    ]


def can(pairs: Iterable[tuple[str, object]]) -> tuple[str, ...]:
    """Return the names of what is true: what a number can carry."""
    return tuple(name for name, is_so in pairs if is_so is True)


def judged(answer: HttpAnswer, said: str, *, done: Sequence[int]) -> Outcome:
    """Judge an answer by its status: what is neither clearly done nor clearly refused is unknown."""
    if answer.status in done:
        return Outcome(Deal.DONE)
    words = said or f"it answered {answer.status}"
    is_refused = 400 <= answer.status < 500 and answer.status != 408
    return Outcome(Deal.REFUSED if is_refused else Deal.UNKNOWN, words)


def closed(answer: HttpAnswer, said: str) -> ShopClosed:
    """Return the error of an answer to a search that is none, to raise."""
    return ShopClosed("number_shop_closed", said or f"It answered {answer.status}.")
