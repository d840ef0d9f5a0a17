"""What a provider's call to us says, by the shapes that the settings describe (R136).

The first shape that fits is read, of receipts, texts, clicks and carriers' notices each. Where no receipts are
described, the shape of a common marketing suite is understood: `[{"event", "data": [{"meta", "description", "ts"}]}]`,
where `meta` is our own id, and `event` delivered, clicked, replied or an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from cablegram.connectors.contract import CarrierNotice, Incoming, NoticeKind, Outcome, Receipt
from cablegram.connectors.providers.contract import Callback, CallbackRequest, Click, Told
from cablegram.connectors.providers.fields import digits, form_of, moment, query_of, text, unreadable, word
from cablegram.connectors.providers.generic import answers, paths, xml_tree
from cablegram.connectors.providers.generic.matching import Ids
from cablegram.connectors.providers.generic.paths import Place
from cablegram.connectors.providers.generic.settings import (
    CallForm,
    CallRules,
    ClickMap,
    NoticeMap,
    ReceiptMap,
    TextMap,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A call that is from where it says: what it says, what must count only once, or what is to be done first."""

    body: bytes
    once: tuple[str, ...] = ()
    first: Callback | None = None


Check = Callable[[CallbackRequest, datetime], Proof]
"""Proves where a call is from. Raises CallbackRefused."""

SUITE = ReceiptMap(
    items="$[*].data[*]",
    our_id="meta",
    status="^.event",
    detail="description",
    states={
        "delivered": Outcome.DELIVERED,
        **dict.fromkeys(("failed", "undelivered", "error", "delivery error", "delivery_error"), Outcome.UNDELIVERED),
    },
    no_receipts=["clicked", "replied"],
)
SUITE_CLICKS = ClickMap(items=SUITE.items, only={"^.event": "clicked"}, our_id="meta", url="url", at="ts")
SUITE_ANSWERS = [
    TextMap(items=SUITE.items, only={"^.event": "replied"}, answers="meta", text=path)
    for path in ("text", "message", "description")
]

_Rule = TypeVar("_Rule", ReceiptMap, TextMap, ClickMap, NoticeMap)
_Item = TypeVar("_Item", Receipt, Incoming, Click, CarrierNotice)

_MOST_ITEMS = 10_000
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Shapes:
    """What calls may look like."""

    receipts: Sequence[ReceiptMap]
    texts: Sequence[TextMap]
    clicks: Sequence[ClickMap] = ()
    notices: Sequence[NoticeMap] = ()


class Hearer:
    """Reads calls by their shapes."""

    def __init__(self, shapes: Shapes, rules: CallRules, *, check: Check, ids: Ids) -> None:
        self._shapes = shapes
        self._rules = rules
        self._check = check
        self._ids = ids

    def hear(self, request: CallbackRequest, now: datetime) -> Callback:
        """Return what a call says. Raises CallbackRefused."""
        proved = self._check(request, now)
        if proved.first is not None:
            return proved.first
        said = _Said(proved.body, query_of(request))
        items: list[Told] = []
        items += _first(said, self._shapes.receipts, self._receipt)
        items += _first(said, self._shapes.texts, self._text)
        items += _first(said, self._shapes.clicks, self._click)
        items += _first(said, self._shapes.notices, _notice)
        if not items and not said.is_empty:
            raise unreadable("It has none of the shapes that this connector's settings describe.")
        rules = self._rules
        return Callback(items, proved.once, content_type=rules.content_type, body=rules.answer.encode())

    def _receipt(self, rule: ReceiptMap, place: Place) -> Receipt | None:
        number = _number(place, rule.number)
        provider_id = self._id(rule, place, number)
        status, detail, error = (word(paths.look(place, path)) for path in (rule.status, rule.detail, rule.error))
        if not provider_id or not (status or detail) or status in rule.no_receipts:
            return None
        outcome = rule.details.get(detail) or rule.states.get(status, rule.otherwise)
        trouble = next((rule.troubles[one] for one in (error, detail, status) if one in rule.troubles), None)
        words = " ".join(one for one in (status, detail, error) if one)
        return Receipt(provider_id, outcome, error, "", number, "", words, trouble)

    def _click(self, rule: ClickMap, place: Place) -> Click | None:
        provider_id = self._id(rule, place, _number(place, rule.number))
        if not provider_id:
            return None
        return Click(provider_id, text(paths.look(place, rule.url)), moment(paths.look(place, rule.at)))

    def _text(self, rule: TextMap, place: Place) -> Incoming | None:
        source, destination = (digits(paths.look(place, path)) for path in (rule.source, rule.destination))
        wording = paths.look(place, rule.text)
        answered = ReceiptMap(id=rule.answers, our_id=rule.answers)
        answers = self._id(answered, place, source) if rule.answers else ""
        if not (answers or (source and destination)) or not isinstance(wording, str):
            return None
        media = paths.look(place, rule.media)
        found = cast("list[object]", media) if isinstance(media, list) else [media]
        urls = tuple(address for one in found if (address := word(one)))
        its = word(paths.look(place, rule.id))
        return Incoming(source, destination, text(wording), None, its, urls, answers)

    def _id(self, rule: ReceiptMap | ClickMap, place: Place, number: str) -> str:
        if self._ids is Ids.OURS:
            ours = paths.say(place, rule.our_id).replace("-", "").lower()
            return ours if _ID.fullmatch(ours) else ""
        provider_id = word(paths.look(place, rule.id))
        if self._ids is Ids.WITH_NUMBER and provider_id:
            return f"{provider_id}:{number}" if number else ""
        return provider_id


class _Said:
    """A call's content, read in each way that a shape asks for, once."""

    def __init__(self, body: bytes, query: dict[str, str]) -> None:
        self._body = body
        self._query = query
        self._read: dict[tuple[CallForm, str], Any] = {}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is said: a look whether we are here."""
        stripped = self._body.strip()
        return (not stripped and not self._query) or stripped in (b"[]", b"{}")

    def document(self, parse: CallForm, field: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the document, None where it can't be read so."""
        key = (parse, field)
        if key not in self._read:
            self._read[key] = self._document(parse, field)
        return self._read[key]

    def _document(self, parse: CallForm, field: str) -> Any:  # noqa: ANN401 - any JSON
        if parse is CallForm.XML:
            return xml_tree.read(self._body)
        if parse is not CallForm.FORM:
            return _json(self._body)
        try:
            form = dict(form_of(self._body))
        except ValueError:
            return None
        both = {**self._query, **form}
        return _json(both.get(field, "").encode()) if field else both


def _first(said: _Said, rules: Sequence[_Rule], read: Callable[[_Rule, Place], _Item | None]) -> list[_Item]:
    """Return what the first of these shapes reads that fits at all."""
    for rule in rules:
        document = said.document(rule.parse, rule.field)
        if document is None:
            continue
        places = paths.select(document, rule.items)[:_MOST_ITEMS]
        fit = [place for place in places if all(paths.say(place, path) == word for path, word in rule.only.items())]
        items = [item for place in fit if (item := read(rule, place)) is not None]
        if items:
            return items
    return []


def _number(place: Place, path: str) -> str:
    return re.sub(r"\D", "", paths.say(place, path))


def _notice(rule: NoticeMap, place: Place) -> CarrierNotice | None:
    kinds = rule.kinds or {one.value: one for one in NoticeKind}
    kind = kinds.get(word(paths.look(place, rule.kind)))
    number, new_number = (paths.say(place, path) for path in (rule.number, rule.new_number))
    code = paths.say(place, rule.code) or rule.code_is
    if kind is None or not number or not code or (kind is NoticeKind.CHANGED and not new_number):
        return None
    return CarrierNotice(
        kind, code, number, new_number if kind is NoticeKind.CHANGED else "", moment(paths.look(place, rule.at))
    )


def _json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    documents = answers.parse_json(body)
    return documents[0] if documents else None


def unproved(request: CallbackRequest, _now: datetime) -> Proof:
    """Check nothing more than the secret in the address, which the door has checked."""
    return Proof(request.body)
