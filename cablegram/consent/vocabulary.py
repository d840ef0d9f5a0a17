"""Compile the tables of words and sayings into what can be looked up: one dictionary step a word, no matter how many.

The tables' own words go through the folding of the texts they shall be found in. An account or a number can have words
of its own beside the standard ones, or leave some out (R62, R72); STOP and STOPALL are nobody's to leave out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import product
from typing import NamedTuple

from cablegram.consent import answers, sayings
from cablegram.consent.folding import words
from cablegram.kit.errors import InvalidInput

OWN = "own"  # the language of words that an account added
_NOBODYS = frozenset({"stop", "stopall"})
_MOST_OWN_WORDS = 100


class Kind(Enum):
    """What a saying means."""

    REQUEST = "an opt-out, whatever stands around it"
    HINT = "something for a person to look at"
    IDIOM = "a stop word that means something else"


class Saying(NamedTuple):
    """A saying that was found: from which word to before which."""

    start: int
    end: int
    kind: Kind
    language: str


@dataclass(slots=True)
class Branch:
    """One word of a saying: what may follow, and what it means if nothing has to."""

    follows: dict[str, Branch]
    ends: tuple[Kind, str] | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that words can mean; whole answers and words are looked up by their folded form."""

    strong: Mapping[str, str]
    alone: Mapping[str, str]
    maybe: Mapping[str, str]
    start: Mapping[str, str]
    yes: Mapping[str, str]
    help: Mapping[str, str]
    courtesy: frozenset[str]
    tree: Branch

    def sayings(self, text: Sequence[str]) -> Iterator[Saying]:
        """Find sayings in a row of words: from each word on the longest of each kind that is met."""
        for start in range(len(text)):
            branch = self.tree
            for end in range(start, len(text)):
                after = branch.follows.get(text[end])
                if after is None:
                    break
                branch = after
                if branch.ends:
                    yield Saying(start, end + 1, *branch.ends)


@cache
def standard() -> Vocabulary:
    """Return the words that everybody has."""
    return Vocabulary(
        strong=_by_word(answers.STRONG),
        alone=_by_word(answers.ALONE),
        maybe=_by_word(answers.MAYBE),
        start=_by_word(answers.START),
        yes=_by_word(answers.YES),
        help=_by_word(answers.HELP),
        courtesy=frozenset(_by_word(answers.COURTESY)),
        tree=_tree(),
    )


def with_own_words(
    *,
    opt_out: Collection[str] = (),
    opt_in: Collection[str] = (),
    help_words: Collection[str] = (),
    without: Collection[str] = (),
) -> Vocabulary:
    """Return the standard words with those that an account or a number has beside them, and `without` some.

    Own opt-out words count like END: as the whole text, or beside a keyword. Raises InvalidInput: `stop_word_needed`
    when STOP or STOPALL are to be left out, `bad_answer_word` for an empty word or more than 100.
    """
    added = [_own(given) for given in (opt_out, opt_in, help_words)]
    missing = _own(without)
    if _NOBODYS & missing.keys():
        message = "STOP and STOPALL always opt out: carriers and the law ask for it. Take them off the list."
        raise InvalidInput("stop_word_needed", message)
    base = standard()

    def left(table: Mapping[str, str]) -> dict[str, str]:
        return {word: language for word, language in table.items() if word not in missing}

    return Vocabulary(
        strong=left(base.strong),
        alone={**left(base.alone), **added[0]},
        maybe=left(base.maybe),
        start={**left(base.start), **added[1]},
        yes=left(base.yes),
        help={**left(base.help), **added[2]},
        courtesy=base.courtesy - frozenset().union(*added),
        tree=base.tree,
    )


def _own(given: Collection[str]) -> dict[str, str]:
    found = [" ".join(words(word)) for word in given]
    if not all(found) or len(found) > _MOST_OWN_WORDS:
        message = f"Words of your own need letters or digits, and there may be {_MOST_OWN_WORDS} of them at most."
        raise InvalidInput("bad_answer_word", message)
    return dict.fromkeys(found, OWN)


def _by_word(table: answers.ByLanguage) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, line in table.items():
        for entry in line.split(","):
            found.setdefault(" ".join(words(entry)), language)
    return found


def _tree() -> Branch:
    root = Branch({})
    # Where one saying means two things, the first one counts.
    for kind, table in (
        (Kind.REQUEST, sayings.REQUESTS),
        (Kind.HINT, sayings.HINTS),
        (Kind.IDIOM, sayings.IDIOMS),
    ):
        for language, lines in table.items():
            for saying in (one for line in lines.split("\n") for one in _written_out(line.split())):
                _plant(root, saying, kind, language)
    return root


def _written_out(line: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Write a line of the table out into all that it stands for."""
    places = [
        [*(words(one) for one in place.rstrip("?").split("|")), *([()] if place.endswith("?") else [])]
        for place in line
    ]
    for choice in product(*places) if places else ():
        yield tuple(word for one in choice for word in one)


def _plant(root: Branch, saying: Sequence[str], kind: Kind, language: str) -> None:
    branch = root
    for word in saying:
        branch = branch.follows.setdefault(word, Branch({}))
    if branch.ends is None:
        branch.ends = (kind, language)
