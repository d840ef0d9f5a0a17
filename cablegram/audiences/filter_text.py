"""Read a filter that a person wrote. Pure.

    city = Madrid and (tag = vip or points >= 100) and not list in (Staff, "Old customers")
    delivered in last 30 days and replied is empty

    filter  = group { "or" group }
    group   = single { "and" single }
    single  = "not" single | "(" filter ")" | trait
    trait   = subject how
    how     = ("=" | "is" | "!=" | "is not") value | ["not"] "in" "(" value { "," value } ")"
            | ("<" | "<=" | ">" | ">=" | "before" | "until" | "after" | "since") value
            | "contains" value | "starts with" value | "ends with" value
            | "in last" number "days" | "in next" number "days" | "is set" | "is empty"

A value is one word, or anything between quotation marks. A subject is one of `filter_model.SUBJECTS`, or the name of a
field; between quotation marks it always is a field. Words of ours may be written in upper or lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cablegram.audiences.filter_model import (
    DEEPEST,
    FIELD,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MOST_TRAITS,
    MOST_VALUES,
    SUBJECTS,
    All,
    AnyOf,
    BadFilter,
    Filter,
    Not,
    Op,
    Place,
    Trait,
    depth,
    too_deep,
    too_large,
)

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign><=|>=|!=|<>|[=<>(),])|(?P<word>[^\s"=<>!(),]+)|(?P<bad>\S))""",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SIGNS: Final = {"=": Op.IS, "!=": Op.IS_NOT, "<>": Op.IS_NOT, "<": Op.LESS, "<=": Op.AT_MOST, ">": Op.MORE}
_SIGNS[">="] = Op.AT_LEAST
_WORDS: Final = {"before": Op.LESS, "until": Op.AT_MOST, "after": Op.MORE, "since": Op.AT_LEAST}
_WORDS["contains"] = Op.CONTAINS
_JOINTS: Final = frozenset({"and", "or", "not"})
_DAYS: Final = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_MOST_WORDS: Final = max(len(word.split()) for word in SUBJECTS)


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the text; `word` is what it says as a word of ours, empty where it is between quotation marks."""

    text: str
    word: str
    at: Place
    is_sign: bool = False


def parse(text: str) -> Filter:
    """Read a filter; names and values are not looked at yet. Raises BadFilter that says where.

    Codes: `filter_empty`, `filter_syntax`, `filter_too_deep`, `filter_too_large`.
    """
    if len(text) > LONGEST_TEXT:
        raise too_large("characters", LONGEST_TEXT)
    tokens = _tokens(text)
    if not tokens:
        raise BadFilter("filter_empty", "The filter is empty. Say whom you want, such as: country = ES")
    reader = _Reader(tokens, Place(len(text), len(text) + 1))
    found = reader.filter(1)
    if reader.here is not None:
        raise reader.unexpected("`and` or `or`")
    if depth(found) > DEEPEST:
        raise too_deep(Place(0, len(text)))
    return found


def _tokens(text: str) -> list[_Token]:
    out: list[_Token] = []
    for found in _TOKEN.finditer(text):
        kind, piece = str(found.lastgroup), found[str(found.lastgroup)]
        at = Place(found.start(kind), found.end(kind))
        if kind == "bad":
            if piece == '"':
                raise BadFilter("filter_syntax", "A quotation mark is never closed", Place(at.start, len(text)))
            raise BadFilter("filter_syntax", f"{piece!r} says nothing here", at)
        if kind == "quoted":
            out.append(_Token(_ESCAPED.sub(r"\1", piece[1:-1]), "", at))
        else:
            out.append(_Token(piece, piece.casefold(), at, is_sign=kind == "sign"))
    return out


class _Reader:
    """Reads tokens from the left; each method leaves what it did not use."""

    def __init__(self, tokens: list[_Token], end: Place) -> None:
        self._tokens = tokens
        self._next = 0
        self._end = end
        self._traits = 0

    @property
    def here(self) -> _Token | None:
        """Return the next token; None at the end."""
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def unexpected(self, wanted: str) -> BadFilter:
        """Say what was expected here, and what stands here."""
        here = self.here
        if here is None:
            return BadFilter("filter_syntax", f"The filter ends where {wanted} should come", self._end)
        hint = ". Put a value of several words between quotation marks" if self._follows_a_value() else ""
        return BadFilter("filter_syntax", f"{here.text!r} stands where {wanted} should come{hint}", here.at)

    def filter(self, level: int) -> Filter:
        """Read groups with `or` between them."""
        parts = [self._group(level)]
        while self._take("or"):
            parts.append(self._group(level))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _group(self, level: int) -> Filter:
        parts = [self._single(level)]
        while self._take("and"):
            parts.append(self._single(level))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _single(self, level: int) -> Filter:
        here = self.here
        if here is not None and level > DEEPEST:
            raise too_deep(here.at)
        if self._take("not"):
            return Not(self._single(level + 1))
        if self._take("("):
            inner = self.filter(level + 1)
            if not self._take(")"):
                raise self.unexpected("`and`, `or` or `)`")
            return inner
        return self._trait()

    def _trait(self) -> Trait:
        here = self.here
        if here is None or here.is_sign or here.word in _JOINTS:
            raise self.unexpected("what to look at, such as `city` or `tag`,")
        self._traits += 1
        if self._traits > MOST_TRAITS:
            raise too_large("conditions", MOST_TRAITS, here.at)
        subject, name = self._subject()
        at = Place(here.at.start, self._tokens[self._next - 1].at.end)
        op = self._op()
        values, places = self._values(op)
        if not isinstance(op, Op):
            op = Op.IS_NOT if op == "not in" else Op.IS
        return Trait(subject, op, values, name, at=at, values_at=places)

    def _subject(self) -> tuple[str, str]:
        for size in range(_MOST_WORDS, 0, -1):
            words = [token.word for token in self._tokens[self._next : self._next + size]]
            if len(words) == size and " ".join(words) in SUBJECTS:
                self._next += size
                return " ".join(words), ""
        token = self._tokens[self._next]
        self._next += 1
        return FIELD, token.text

    def _op(self) -> Op | str:
        """Read how something is asked; a list of values is no operator of its own, and comes as its words."""
        here = self.here
        if here is not None and here.is_sign and here.text in _SIGNS:
            self._next += 1
            return _SIGNS[here.text]
        for word, op in _WORDS.items():
            if self._take(word):
                return op
        for words, op in ((("starts", "with"), Op.STARTS_WITH), (("ends", "with"), Op.ENDS_WITH)):
            if self._take(*words):
                return op
        return self._op_of_is() if self._take("is") else self._op_of_in()

    def _op_of_is(self) -> Op | str:
        for words, op in ((("set",), Op.IS_SET), (("empty",), Op.IS_EMPTY), (("not", "set"), Op.IS_EMPTY)):
            if self._take(*words):
                return op
        if self._take("not", "empty"):
            return Op.IS_SET
        if self._take("not"):
            return "not in" if self._take("in") else Op.IS_NOT
        return "in" if self._take("in") else Op.IS

    def _op_of_in(self) -> Op | str:
        for words, op in ((("in", "last"), Op.IN_LAST), (("in", "next"), Op.IN_NEXT)):
            if self._take(*words):
                return op
        if self._take("not", "in"):
            return "not in"
        if self._take("in"):
            return "in"
        raise self.unexpected("a sign or word such as `=`, `in`, `contains` or `is set`")

    def _values(self, op: Op | str) -> tuple[tuple[str, ...], tuple[Place, ...]]:
        if op in {Op.IS_SET, Op.IS_EMPTY}:
            return (), ()
        if not isinstance(op, Op):
            return self._list()
        value = self._value()
        if op in {Op.IN_LAST, Op.IN_NEXT}:
            return (self._days(value),), (value.at,)
        return (value.text,), (value.at,)

    def _list(self) -> tuple[tuple[str, ...], tuple[Place, ...]]:
        if not self._take("("):
            raise self.unexpected("`(` before the values")
        found = [self._value()]
        while self._take(","):
            found.append(self._value())
            if len(found) > MOST_VALUES:
                raise too_large("values in one list", MOST_VALUES, found[-1].at)
        if not self._take(")"):
            raise self.unexpected("`,` or `)`")
        return tuple(one.text for one in found), tuple(one.at for one in found)

    def _value(self) -> _Token:
        here = self.here
        if here is None or here.is_sign:
            raise self.unexpected("a value")
        if len(here.text) > LONGEST_VALUE:
            raise too_large("characters in one value", LONGEST_VALUE, here.at)
        self._next += 1
        return here

    def _days(self, count: _Token) -> str:
        unit = self.here
        if unit is None or unit.word not in _DAYS:
            raise self.unexpected("`days`")
        self._next += 1
        is_count = count.text.isascii() and count.text.isdigit() and len(count.text) <= len(str(LONGEST_TEXT))
        return str(int(count.text) * _DAYS[unit.word]) if is_count else count.text

    def _take(self, *words: str) -> bool:
        """Go past these words if they come next."""
        coming = self._tokens[self._next : self._next + len(words)]
        if [token.word for token in coming] != list(words):
            return False
        self._next += len(words)
        return True

    def _follows_a_value(self) -> bool:
        """Tell whether one word stands behind another, as those of a value without quotation marks do."""
        before = self._tokens[self._next - 1] if self._next else None
        here = self.here
        return before is not None and here is not None and not before.is_sign and not here.is_sign
