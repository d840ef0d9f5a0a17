"""The phones behind the carrier: what each received and sent, parts joined. The oldest are forgotten, to bound memory.

Every number has a phone. A phone that is *chosen* (shown on somebody's screen) can always be reached.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import count, islice
from typing import Final

from cablegram.simulators.wire import Part
from cablegram.text.concat import Concat

MOST_HANDSETS: Final = 10_000
MOST_TEXTS: Final = 50
MOST_TEXTS_TOGETHER: Final = 100_000
_MOST_UNFINISHED = 20


class Direction(StrEnum):
    """From the phone's side."""

    RECEIVED = "received"
    SENT = "sent"


@dataclass(slots=True)
class Text:
    """One text on a phone. `waiting` counts the parts of a sent text that nobody has acknowledged yet."""

    number: int
    direction: Direction
    at: datetime
    sender: str
    to: str
    text: str
    parts: int
    waiting: int = 0
    media_url: str = ""  # of a picture that came with it


Watcher = Callable[[Text], None]


_Key = tuple[str, int, int]
"""What parts of one text share: source, reference, total."""


@dataclass(slots=True)
class _Handset:
    """Its texts, oldest first, and the parts of texts that are not complete; most phones never have any."""

    texts: list[Text] = field(default_factory=list["Text"])
    unfinished: dict[_Key, dict[int, Part]] | None = None


def plain(number: str) -> str:
    """Return a number as the phones are listed: without the plus."""
    return number.removeprefix("+")


class Handsets:
    """All phones, the one used last at the end."""

    def __init__(self, chosen: Iterable[str] = ()) -> None:
        self.chosen = {plain(number) for number in chosen}
        self._handsets: OrderedDict[str, _Handset] = OrderedDict()
        self._numbers = count(1)
        self._texts = 0
        self._watchers: dict[str, list[Watcher]] = {}

    def __len__(self) -> int:
        return len(self._handsets)

    def receive(self, part: Part, at: datetime) -> Text | None:
        """Put a part on the phone it is for; return the text once all of its parts are there."""
        number = plain(part.destination)
        handset = self._handset(number)
        text, media_url, parts = part.text, part.media_url, 1
        if part.place is not None and part.place.total > 1:
            pieces = _gather(handset, part, part.place)
            if len(pieces) < part.place.total:
                return None
            text, parts = "".join(pieces[sequence].text for sequence in sorted(pieces)), part.place.total
            media_url = next((one.media_url for one in pieces.values() if one.media_url), "")
        received = Text(
            next(self._numbers),
            Direction.RECEIVED,
            at,
            part.source,
            part.destination,
            text,
            parts,
            media_url=media_url,
        )
        return self._show(number, handset, received)

    def send(self, number: str, to: str, text: str, *, parts: int, at: datetime) -> Text:
        """Note what a phone sends."""
        sent = Text(next(self._numbers), Direction.SENT, at, number, to, text, parts, waiting=parts)
        return self._show(plain(number), self._handset(plain(number)), sent)

    def taken(self, text: Text) -> None:
        """Note that a part of a sent text was acknowledged, and tell who watches when it was the last."""
        text.waiting = max(text.waiting - 1, 0)
        if not text.waiting:
            self._tell(plain(text.sender), text)

    def conversation(self, number: str) -> list[Text]:
        """Return the texts of a phone, oldest first; none for one that nobody has written to."""
        handset = self._handsets.get(plain(number))
        return list(handset.texts) if handset else []

    def latest(self, limit: int) -> list[tuple[str, int, Text]]:
        """Return the phones used last, newest first: number, how many texts are kept, the last of them."""
        used = (
            (number, len(each.texts), each.texts[-1]) for number, each in reversed(self._handsets.items()) if each.texts
        )
        return list(islice(used, limit))

    def watch(self, number: str, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` for each new text, and for each sent one that was acknowledged; return how to stop that."""
        key = plain(number)
        self._watchers.setdefault(key, []).append(watcher)

        def stop() -> None:
            self._watchers[key].remove(watcher)
            if not self._watchers[key]:
                del self._watchers[key]

        return stop

    def _handset(self, number: str) -> _Handset:
        handset = self._handsets.get(number)
        if handset is not None:
            self._handsets.move_to_end(number)
            return handset
        handset = self._handsets[number] = _Handset()
        self._forget()
        return handset

    def _show(self, number: str, handset: _Handset, text: Text) -> Text:
        handset.texts.append(text)
        if len(handset.texts) > MOST_TEXTS:
            del handset.texts[0]
        else:
            self._texts += 1
        self._forget()
        self._tell(number, text)
        return text

    def _forget(self) -> None:
        """Forget the phones used longest ago, as long as there are too many, or too many texts."""
        while len(self._handsets) > MOST_HANDSETS or self._texts > MOST_TEXTS_TOGETHER:
            _, forgotten = self._handsets.popitem(last=False)
            self._texts -= len(forgotten.texts)

    def _tell(self, number: str, text: Text) -> None:
        if number in self._watchers:
            for watcher in tuple(self._watchers[number]):
                watcher(text)


def _gather(handset: _Handset, part: Part, place: Concat) -> dict[int, Part]:
    """Put a part to the others of its text, and return them; a complete text is no longer kept here."""
    if handset.unfinished is None:
        handset.unfinished = {}
    key = (part.source, place.reference, place.total)
    pieces = handset.unfinished.pop(key, {})
    pieces[place.sequence] = part
    if len(pieces) < place.total:
        handset.unfinished[key] = pieces
        if len(handset.unfinished) > _MOST_UNFINISHED:
            del handset.unfinished[next(iter(handset.unfinished))]
    return pieces
