"""A call of a provider, as it came and as it was understood. Pure.

What must count once has a key: nonces of signatures, texts, opt-outs; made of what it says where the provider gives no
id. A receipt needs none, for its move does not repeat; but an opt-out that a receipt tells of would put a number back
on the blacklist that came back meanwhile.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import unquote_plus, urlsplit
from uuid import UUID

from cablegram.connectors.contract import CarrierNotice, Incoming, Receipt, Trouble
from cablegram.connectors.exchange_model import Exchange, Kind, written
from cablegram.connectors.providers.contract import Callback, CallbackRequest, Click, OptOut, Told
from cablegram.connectors.providers.redact import HIDDEN, Redactor
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.kit.storable import storable

REPEATED = "repeated"
_NUMBER = re.compile(r"\+?[0-9]+")


@dataclass(slots=True)
class Call:
    """A call to one connector; `id` is that of its exchange, and `began` when it came by the monotonic clock.

    `callback` None: it was refused, with `code`, and so were `missed` others of which nothing is kept. `is_replay`: it
    was kept, and is played again under the id of its exchange. The last ones say what was made of it.
    """

    id: UUID
    connector_id: ConnectorId
    redactor: Redactor
    request: CallbackRequest
    at: datetime
    began: float
    callback: Callback | None = None
    code: str = ""
    status: int = 200
    missed: int = 0
    is_replay: bool = False
    is_repeated: bool = False
    message_ids: list[MessageId] = field(default_factory=list[MessageId])
    fates: list[str] = field(default_factory=list[str])
    unheeded: list[str] = field(default_factory=list[str])  # keys of what nobody could be found for

    def begin(self) -> None:
        """Forget what was made of it in a transaction that failed."""
        self.is_repeated = False
        self.message_ids.clear()
        self.fates.clear()
        self.unheeded.clear()

    def once(self) -> list[str]:
        """Return the keys of the call as a whole. Playing it again is up to an operator, and no forger's chance."""
        return [_short(f"once:{key}") for key in self.callback.once] if self.callback and not self.is_replay else []

    def said(self) -> Iterator[tuple[str, Told]]:
        """Yield what it says, each with the key under which that counts once, "" where it may count again."""
        for place, item in enumerate(self.callback.items if self.callback else ()):
            yield _short(self._key(place, item)), item

    def _key(self, place: int, item: Told) -> str:
        match item:
            case Receipt() if item.trouble is not Trouble.OPTED_OUT:
                return ""
            case Receipt() if item.provider_id:
                return f"out:{item.provider_id}"
            case Incoming() if item.provider_id:
                return f"text:{item.provider_id}"
            case OptOut() if its := self._beside(item):
                return f"out:{its}"
            case Incoming():
                return self._likeness(place, "text", item.source, item.destination, item.text, *item.media_urls)
            case _:
                return self._likeness(place, *_alike(item))

    def _likeness(self, place: int, *said: str) -> str:
        """Return the key of what the provider gives no id: what it says, and when that was, as the provider has it.

        Where it names no time, only the same within one minute is taken for a repetition: what is longer apart a person
        may well have said twice, and a text that is there twice is better than one that is lost.
        """
        when = _moments(self.request, self.at) or [f"minute {int(self.at.timestamp()) // _SOON}"]
        alike = "\0".join([*said, *when, str(place)])
        return f"like:{sha256(alike.encode(errors='replace')).hexdigest()}"

    def _beside(self, out: OptOut) -> str:
        """Return the id of the receipt or text with which a provider tells of an opt-out, "" where it stands alone."""
        for item in self.callback.items if self.callback else ():
            match item:
                case Receipt(provider_id=its, number=number) | Incoming(provider_id=its, source=number):
                    if its and plain(number) == plain(out.number):
                        return its
                case _:
                    pass
        return ""

    def verdict(self) -> str:
        """Say in a word what was made of it."""
        if self.code:
            return f"{self.code}, and {self.missed} more" if self.missed else self.code
        if self.is_repeated:
            return REPEATED
        return ", ".join(fate if n == 1 else f"{n} x {fate}" for fate, n in Counter(self.fates).items()) or "nothing"

    def exchange(self, took: float) -> Exchange:
        """Return how it is kept: without secrets; of one that was refused the beginning alone."""
        request, redactor = self.request, self.redactor
        body = request.body[:_OF_REFUSED] if self.code else request.body
        said = self.callback
        answer = written([("content-type", said.content_type)], said.body) if said and said.body else ""
        return Exchange(
            id=self.id,
            connector_id=self.connector_id,
            kind=Kind.CALLBACK,
            at=self.at,
            took_ms=round(took * 1000),
            message_ids=tuple(dict.fromkeys(self.message_ids)),
            method=request.method,
            url=redactor.text(request.url)[:_LONGEST_URL],
            request=redactor.text(written(map(_shown, request.headers.items()), body)),
            status=self.status,
            answer=redactor.text(answer),
            verdict=self.verdict(),
        )


_OF_REFUSED = 2_000  # bytes of a body: who is forging calls shall not fill our disk
_LONGEST_URL = 4_000
_LONGEST_KEY = 200
_SOON = 60  # seconds in which what is alike is the same
_DAYS = 3  # for so long providers repeat themselves
_MOMENT = re.compile(
    r"(?<![0-9])(?:[0-9]{10}(?:[0-9]{3})?|"
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)(?![0-9])"
)
_LOGINS = frozenset({"authorization", "proxy-authorization", "cookie"})
_OF_RECEIPTS = ("provider_id", "error", "source", "number", "head", "words")
_OF_TEXTS = ("source", "destination", "text", "provider_id", "answers")


def clean(callback: Callback) -> None:
    """Take out of what a call says what no text of ours can hold: NUL, and halves of characters that JSON may have."""
    for place, item in enumerate(callback.items):
        match item:
            case OptOut():
                callback.items[place] = OptOut(storable(item.number), storable(item.sender))
            case Click():
                callback.items[place] = replace(
                    item, provider_id=storable(item.provider_id), url=storable(item.url.replace("\0", ""))
                )
            case CarrierNotice():
                pass  # numbers and a kind: what is not read as such is not kept
            case Receipt():
                for name in _OF_RECEIPTS:
                    setattr(item, name, storable(getattr(item, name)))
            case _:
                for name in _OF_TEXTS:
                    setattr(item, name, storable(getattr(item, name)))


def _alike(item: Receipt | OptOut | CarrierNotice | Click) -> tuple[str, ...]:
    """Return what tells an opt-out, a notice or a click from others."""
    match item:
        case Click():
            return "machine" if item.is_machine else "click", item.provider_id, item.url
        case CarrierNotice():
            moment = item.at.isoformat() if item.at else ""
            return "notice", item.kind, item.code, item.number, item.new_number, moment
        case OptOut():
            return "out", item.number, item.sender
        case Receipt():
            return "out", item.number, item.source


def _moments(request: CallbackRequest, at: datetime) -> list[str]:
    """Return the moments that a call names, of the days just before it: ISO 8601, or seconds or more since 1970."""
    said = unquote_plus(f"{urlsplit(request.url).query}&{request.body.decode(errors='replace')}")
    first, last = at - timedelta(days=_DAYS), at + timedelta(days=1)
    days = first.date().isoformat(), last.date().isoformat()
    seconds = str(int(first.timestamp())), str(int(last.timestamp()))
    found: list[str] = _MOMENT.findall(said)
    return [one for one in found if _lies(one[:10], days if "-" in one else seconds)]


def _lies(written: str, bounds: tuple[str, str]) -> bool:
    """Tell whether a moment lies within bounds; all are of one length, so that they sort as they are written."""
    return bounds[0] <= written <= bounds[1]


def _short(key: str) -> str:
    """Return a key as an index can hold it: of a long one, which nobody needs to read, its hash."""
    return key if len(key) <= _LONGEST_KEY else f"hash:{sha256(key.encode(errors='replace')).hexdigest()}"


def _shown(header: tuple[str, str]) -> tuple[str, str]:
    """Return a header as it is kept: of logins only those that prove one call alone, so that it can be played again."""
    name, value = header
    is_secret = name in _LOGINS and not value.lower().startswith("bearer ")
    return name, HIDDEN if is_secret else value


def plain(address: str) -> str:
    """Return an address as texts keep it: a number is its digits."""
    bare = address.strip()
    return bare.lstrip("+") if _NUMBER.fullmatch(bare) else bare
