"""What is posted to a store's callback, as form fields in the form of the source, and when it is tried again. Pure.

Times are those of the store's zone, with the hour that it really is there (R122, C52).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from cablegram.programs.model import Standing
from cablegram.stores.model import STATUSES, Customer, Status, Store

_FIRST, _LONGEST, _KEPT = timedelta(seconds=2), timedelta(minutes=30), timedelta(hours=24)
_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
_MOST_MESSAGE = 10_000
_DOMESTIC = 10  # digits of a number of the North American plan without its 1


@dataclass(frozen=True, slots=True)
class Heard:
    """A text of a customer, to be posted."""

    id: UUID
    text: str
    at: datetime
    media_urls: Sequence[str] = ()


def body(store: Store, customer: Customer, heard: Heard) -> str:
    """Return the form that a callback gets, encoded."""
    fields = {
        "custID": str(customer.contact_id),
        "message": heard.text[:_MOST_MESSAGE],
        "keyword": store.keyword,
        "mobileNum": short(customer.number),
        "optInStatus": opt_in_status(customer.standing),
        "timeStamp": stamp(heard.at, store.time_zone),
        "subacct": str(store.id),
        "custName": customer.name,
        "msgID": str(heard.id),
        "subacct_name": store.name,
        "mms": _media(heard.media_urls),
    }
    return urlencode(fields, errors="replace")


def short(number: str) -> str:
    """Return a number as programs for stores write it: ten digits in North America, else with its country code."""
    return number[1:] if number.startswith("1") and len(number) == _DOMESTIC + 1 else number


def opt_in_status(standing: Standing) -> str:
    """Return the word of the source for where a customer stands; who has not said yes is not in."""
    return "Opt-in" if STATUSES[standing] is Status.IN else "Opt-out"


def stamp(at: datetime, time_zone: str) -> str:
    """Return a moment on the clock of a zone, `YYYY-MM-DD HH:MM:SS`."""
    return at.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S")


def wait(tries: int) -> timedelta:
    """Return how long to wait after so many tries: twice as long each time, half an hour at most."""
    return min(_FIRST * 2 ** min(tries - 1, 16), _LONGEST)


MOST_TRIES = next(n for n in range(1, 1_000) if sum(map(wait, range(1, n + 1)), timedelta()) > _KEPT)
"""After so many tries, about a day, a text is given up."""


def again(tries: int, now: datetime) -> datetime | None:
    """Return when to try once more after so many tries; None: it is given up."""
    return now + wait(tries) if tries < MOST_TRIES else None


def _media(urls: Sequence[str]) -> str:
    if not urls:
        return ""
    told: dict[str, object] = {str(place): {"ContentType": _type(url), "URL": url} for place, url in enumerate(urls)}
    return json.dumps({**told, "count": len(urls)}, separators=(",", ":"))


def _type(url: str) -> str:
    ending = url.partition("?")[0].rpartition(".")[2].lower()
    return _TYPES.get(ending, "application/octet-stream")
