"""What an answer says of each message of a request, by where the settings say that it stands (R134)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from cablegram.connectors.contract import Outgoing, PartResult, Trouble
from cablegram.connectors.providers.contract import HttpAnswer, Reading, Shipment
from cablegram.connectors.providers.generic import paths, xml_tree
from cablegram.connectors.providers.generic.matching import Ids
from cablegram.connectors.providers.generic.paths import Place
from cablegram.connectors.providers.generic.settings import AnswerMap
from cablegram.connectors.providers.generic.values import number
from cablegram.connectors.providers.kinds import NumberForm
from cablegram.connectors.providers.verdicts import by_status, explain, failed, lost, one_each, retry_after, taken

_LONGEST_WORDS = 300
_NO_DIGIT = re.compile(r"[^0-9]+")
_FORM = re.compile(r"[\w.\-\[\]]+=[^\s&=]*(?:&[\w.\-\[\]]+=[^\s&=]*)*", re.ASCII)
_MOST_PAIRS = 1_000
_UNREADABLE = "it answered with something that can't be read"


class Reader:
    """Reads answers by a map. `ids` says under which ids receipts come: these are what is kept."""

    def __init__(self, rules: AnswerMap, *, ids: Ids, form: NumberForm) -> None:
        self._rules = rules
        self._by = ids
        self._form = form
        self._errors = {code: (trouble, "") for code, trouble in rules.troubles.items()}
        self._starts = {code[5:]: trouble for code, trouble in rules.troubles.items() if code.startswith("text:")}
        self._has_places = any((rules.items, rules.by_number, rules.ids, rules.call_id, rules.id, rules.ok))

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says, whatever it is."""
        documents = parse(answer.body, self._rules.separator)
        if documents is not None and len(documents) == len(shipment.messages) > 1 and not answer.is_cut:
            return self._one_by_one(shipment, answer, documents)
        document = documents[0] if documents and len(documents) == 1 else documents
        return self._read(shipment, answer, None if answer.is_cut else document)

    def _one_by_one(self, shipment: Shipment, answer: HttpAnswer, documents: Sequence[Any]) -> Reading:
        """Read several documents, one after another for each message."""
        readings = [
            self._read(Shipment(shipment.request, (message,)), answer, document)
            for message, document in zip(shipment.messages, documents, strict=True)
        ]
        trouble = next((one.account_trouble for one in readings if one.account_trouble), "")
        return Reading([one.results[0] for one in readings], trouble, readings[0].wait)

    def _read(self, shipment: Shipment, answer: HttpAnswer, document: Any) -> Reading:  # noqa: ANN401 - any JSON
        rules = self._rules
        whole = Place(document)
        if not (answer.status in rules.http if rules.http else 200 <= answer.status < 300):
            return self._failure(shipment, answer, whole)
        if document is None:
            if self._has_places:
                return one_each(shipment, lost(f"HTTP {answer.status}", _UNREADABLE))
            return self._all_taken(shipment)
        if not (self._is_ok(whole) if rules.ok else self._has_its_id(whole)):
            return self._no(shipment, answer, whole)
        results = self._results(shipment.messages, whole)
        trouble = next((one.words for (one,) in results if one.trouble is Trouble.ACCOUNT), "")
        return Reading(results, trouble)

    def _is_ok(self, whole: Place) -> bool:
        said = paths.say(whole, self._rules.ok)
        return said in self._rules.ok_values if self._rules.ok_values else bool(paths.look(whole, self._rules.ok))

    def _has_its_id(self, whole: Place) -> bool:
        """Tell whether the id is there by which an answer says yes, where the settings name one and nothing else."""
        rules = self._rules
        if rules.by_number or rules.items or rules.ids:
            return True  # what is said of each message decides
        path = rules.call_id or rules.id
        return not path or bool(paths.say(whole, path))

    def _failure(self, shipment: Shipment, answer: HttpAnswer, whole: Place) -> Reading:
        """Read an answer whose status is no success: by its code, by what is said of the status, else as HTTP says."""
        code, trouble = self._known(whole, [f"http_{answer.status}"])
        words = self._words(whole)
        if trouble is None:
            return by_status(shipment, answer, said=words or code)
        part = failed(trouble, code, words or f"error {code}")
        return one_each(shipment, part, wait=retry_after(answer) if trouble is Trouble.THROTTLED else None)

    def _no(self, shipment: Shipment, answer: HttpAnswer, whole: Place) -> Reading:
        """Read a success that is none: 200 with an error inside."""
        code, trouble = self._known(whole, [])
        if not code and not (self._rules.ok and paths.say(whole, self._rules.ok)):
            return one_each(shipment, lost(f"HTTP {answer.status}", self._words(whole) or _UNREADABLE))
        words = self._words(whole)
        part = failed(trouble or Trouble.CONFIG, code or f"HTTP {answer.status}", words or f"error {code}".strip())
        return one_each(shipment, part, wait=retry_after(answer) if trouble is Trouble.THROTTLED else None)

    def _known(self, place: Place, more: list[str]) -> tuple[str, Trouble | None]:
        """Return the first code that the settings know and its trouble; else the first code at all."""
        codes = [said.rpartition("#")[2] for path in self._rules.codes if (said := paths.say(place, path))]
        for code in (*codes, *more):
            if code in self._errors:
                return code, self._errors[code][0]
        text = paths.look(place, "text") if self._starts else None
        if isinstance(text, str):
            for start, trouble in self._starts.items():
                if text.startswith(start):
                    return start, trouble
        return codes[0] if codes else "", None

    def _words(self, place: Place) -> str:
        said = paths.say(place, self._rules.words) or paths.say(place, "text")
        return " ".join(said.split())[:_LONGEST_WORDS]

    def _all_taken(self, shipment: Shipment) -> Reading:
        return Reading([[self._taken(message, "")] for message in shipment.messages])

    def _taken(self, message: Outgoing, provider_id: str) -> PartResult:
        # Without an id of the provider's ours stands in its place: no receipt will ask for it.
        return taken(message.id.hex if self._by is Ids.OURS else provider_id or message.id.hex)

    def _results(self, messages: Sequence[Outgoing], whole: Place) -> list[list[PartResult]]:
        rules = self._rules
        if rules.by_number:
            named = {place.name: place for place in paths.select(whole.value, f"{rules.by_number}[*]")}
            return [[self._item(one, self._find(one, named))] for one in messages]
        if rules.items:
            return self._items(messages, paths.select(whole.value, rules.items))
        if rules.ids:
            return self._ids(messages, whole)
        if rules.call_id:
            call_id = paths.say(whole, rules.call_id)
            return [[self._taken(one, self._with_number(call_id, one))] for one in messages]
        provider_id = paths.say(whole, rules.id)
        return [[self._taken(one, provider_id if len(messages) == 1 else "")] for one in messages]

    def _with_number(self, call_id: str, message: Outgoing) -> str:
        # As the provider knows the number, for so its receipts will tell it.
        return f"{call_id}:{_digits(number(message.number, self._form))}" if call_id else ""

    def _items(self, messages: Sequence[Outgoing], items: Sequence[Place]) -> list[list[PartResult]]:
        """Read what is said of each message: by its number where items have one, else in order."""
        if self._rules.number:
            numbered = {_digits(paths.say(item, self._rules.number)): item for item in items}
            found = [numbered.get(one.number) or self._find(one, numbered) for one in messages]
            if any(item is not None for item in found) or len(items) != len(messages):
                return [[self._item(one, item)] for one, item in zip(messages, found, strict=True)]
        if len(items) == len(messages):
            return [[self._item(one, item)] for one, item in zip(messages, items, strict=True)]
        return [[self._item(one, None)] for one in messages]

    def _find(self, message: Outgoing, named: dict[str, Place]) -> Place | None:
        written = number(message.number, self._form)
        return next((named[key] for key in (written, message.number, _digits(written)) if key in named), None)

    def _item(self, message: Outgoing, item: Place | None) -> PartResult:
        if item is None:
            return lost("", "its answer does not say what became of this message")
        code, trouble = self._known(item, [])
        if trouble is not None:
            return explain(self._errors, code, self._words(item), otherwise=trouble)
        provider_id = paths.say(item, self._rules.id)
        if provider_id or not self._rules.id:
            return self._taken(message, provider_id)
        return failed(Trouble.CONFIG, code, self._words(item) or "it gave this message no id")

    def _ids(self, messages: Sequence[Outgoing], whole: Place) -> list[list[PartResult]]:
        """Read a list of ids without numbers: in the order of those numbers that it does not call invalid."""
        ids = [paths.as_text(place.value) for place in paths.select(whole.value, f"{self._rules.ids}[*]")]
        listed = paths.select(whole.value, f"{self._rules.invalid}[*]") if self._rules.invalid else []
        invalid = {_digits(paths.as_text(place.value)) for place in listed}
        are_valid = [not invalid & {one.number, _digits(number(one.number, self._form))} for one in messages]
        rest = iter(ids if len(ids) == sum(are_valid) else [""] * len(messages))
        bad = failed(Trouble.RECIPIENT, "invalid_number", "it calls this number invalid")
        return [
            [self._taken(one, next(rest)) if is_valid else bad]
            for one, is_valid in zip(messages, are_valid, strict=True)
        ]


def parse(body: bytes, separator: str = "") -> list[Any] | None:
    """Return the documents of a body: JSON, or several one after another; XML; a form. None where it can't be read.

    What is no JSON also has its `text`, cut into `fields` where the settings say by what, unless it has such a name.
    """
    tree = xml_tree.read(body)
    text = _text(body) if tree is None else body.decode(errors="replace").strip()
    if not text:
        return None
    documents = _documents(text) if tree is None else None
    if documents is not None:
        return documents
    plain = {"text": text, "fields": text.split(separator)} if separator else {"text": text}
    return [plain | (tree or _pairs(text))]


def parse_json(body: bytes) -> list[Any] | None:
    """Return the documents of a body in JSON; of what is none, a document of its `text`. None where it has none."""
    text = _text(body)
    if not text:
        return None
    documents = _documents(text)
    return [{"text": text}] if documents is None else documents


def _text(body: bytes) -> str:
    """Return what a body says in UTF-8, "" where it says nothing so."""
    try:
        return body.decode().strip().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return ""


def _pairs(text: str) -> dict[str, str]:
    """Return what stands in a text that is a form and nothing else: `status=0&id=17`."""
    if not _FORM.fullmatch(text):
        return {}
    try:
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PAIRS))
    except ValueError:
        return {}


def _documents(text: str) -> list[Any] | None:
    decoder, found, at = json.JSONDecoder(), list[Any](), 0
    try:
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            found.append(value)
            while at < len(text) and text[at].isspace():
                at += 1
    except (ValueError, RecursionError):
        return None
    # A lone number or word is a text that happens to be JSON: `1701` of `1701|34600000118|id`.
    return found if all(isinstance(one, dict | list) for one in found) else None


def _digits(written: str) -> str:
    return written if written.isdigit() else _NO_DIGIT.sub("", written)
