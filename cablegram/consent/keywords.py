"""Read what an answer says: stop, start, yes, help, a keyword, perhaps stop, or none of it (R62, R70-R75).

    1  a stop word or saying as the whole text                         OptOut
    2  a keyword of ours and a stop word, in any order                 OptOut of that keyword
    3  a request in plain words ("take me off your list")              OptOut, or Doubtful if it is turned ("don't ...")
    4  STOP as first or last word                                      OptOut, or Doubtful in an idiom ("bus stop")
    5  STOP elsewhere; words that may mean no ("wrong number")         Doubtful
    6  a help word as the whole text, or with a keyword                Help
    7  a start word or yes as the whole text, or with a keyword only   OptIn
    8  a keyword                                                       Keyword
    9  all else                                                        None

The first line that fits wins, so stop beats everything (R75). Doubtful is as safe as OptOut: the number is held at
once, only nobody is told so before a person has looked. A thumb passed on by a phone (`Liked "... Reply STOP"`) says
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from cablegram.consent import answers
from cablegram.consent.folding import body, is_reaction, words
from cablegram.consent.model import Doubt, Doubtful, Help, Keyword, OptIn, OptOut, Reading
from cablegram.consent.sayings import BETWEEN, DENIED, OTHERS
from cablegram.consent.vocabulary import Kind, Saying, Vocabulary, standard

_STOP_SIGNS = ("\U0001f6d1", "\U0001f6ab", "\U0001f645")  # stop sign, no entry, a person who says no
_REACH = 4  # so many words before a request can turn it


def read(text: str, *, keywords: Collection[str] = (), vocabulary: Vocabulary | None = None) -> Reading:
    """Return what a text says. `keywords` are those of the services behind the number, in any case."""
    known = vocabulary or standard()
    if is_reaction(text):
        return None
    said = body(text)
    found = words(said)
    if not found:
        return Doubtful("", "en", Doubt.HINT) if any(sign in text for sign in _STOP_SIGNS) else None
    keyword = _keyword(found, tuple(keywords))
    rest = [word for word in found if word != keyword] if keyword else list(found)
    return (
        _whole_opt_out(said, rest, keyword, known)
        or _beside_keyword(rest, keyword, known)
        or _request(found, known)
        or _help(rest, keyword, known)
        or _opt_in(rest, keyword, known)
        or (Keyword(keyword, is_alone=not rest) if keyword else None)
    )


def _keyword(found: Sequence[str], keywords: tuple[str, ...]) -> str | None:
    folded = _folded(keywords)
    return next((word for word in found if word in folded), None)


@lru_cache(maxsize=4096)
def _folded(keywords: tuple[str, ...]) -> frozenset[str]:
    return frozenset("".join(words(keyword)) for keyword in keywords)


def _core(rest: Sequence[str], known: Vocabulary) -> list[str]:
    """Return the words that are no mere courtesy."""
    return [word for word in rest if word not in known.courtesy]


def _whole(rest: Sequence[str], known: Vocabulary) -> tuple[str, ...]:
    """Return the forms in which words may be the whole answer: as they stand, and without courtesy."""
    return " ".join(rest), " ".join(_core(rest, known))


def _whole_opt_out(said: str, rest: Sequence[str], keyword: str | None, known: Vocabulary) -> OptOut | None:
    lines = [rest] if keyword or "\n" not in said else [rest, words(said.split("\n", 1)[0])]
    for line in lines:
        core = _core(line, known)
        # STOP STOP STOP is one STOP.
        repeated = core[:1] if len(set(core)) == 1 else core
        for form in (*_whole(line, known), " ".join(repeated)):
            language = known.strong.get(form) or known.alone.get(form)
            if language:
                return OptOut(form, language, keyword, is_all=form in answers.EVERYTHING)
    return None


def _beside_keyword(rest: Sequence[str], keyword: str | None, known: Vocabulary) -> OptOut | None:
    if keyword is None:
        return None
    named = next((word for word in rest if word in known.strong or word in known.alone), None)
    if named is None:
        return None
    return OptOut(named, known.strong.get(named) or known.alone[named], keyword)


def _request(found: Sequence[str], known: Vocabulary) -> OptOut | Doubtful | None:
    sayings = list(known.sayings(found))
    requests = [one for one in sayings if one.kind is Kind.REQUEST]
    straight = next((one for one in requests if not _is_turned(found, one, sayings)), None)
    if straight:
        return OptOut(_said(found, straight), straight.language)
    idioms = [one for one in sayings if one.kind is Kind.IDIOM]
    for place, is_edge in _stop_words(found, known):
        in_idiom = any(one.start <= place < one.end for one in idioms)
        if is_edge and not in_idiom:
            return OptOut(found[place], known.strong[found[place]])
    return _doubtful(found, sayings, known)


def _is_turned(found: Sequence[str], saying: Saying, sayings: Sequence[Saying]) -> bool:
    """Say whether the words before a request, or an idiom that it begins with, make it another's or its opposite."""
    before = found[max(0, saying.start - _REACH) : saying.start]
    nearest = next((word for word in reversed(before) if word not in BETWEEN), None)
    if nearest in DENIED or any(word in OTHERS for word in before):
        return True
    return any(one.kind is Kind.IDIOM and one.start < saying.start < one.end for one in sayings)


def _stop_words(found: Sequence[str], known: Vocabulary) -> Iterator[tuple[int, bool]]:
    """Find the strong words, and say of each whether it is first or last when courtesy is left aside."""
    core = [place for place, word in enumerate(found) if word not in known.courtesy]
    edges = {core[0], core[-1]} if core else set[int]()
    return ((place, place in edges) for place in core if found[place] in known.strong)


def _doubtful(found: Sequence[str], sayings: Sequence[Saying], known: Vocabulary) -> Doubtful | None:
    for saying in sayings:
        doubt = {Kind.REQUEST: Doubt.TURNED, Kind.HINT: Doubt.HINT, Kind.IDIOM: Doubt.IDIOM}[saying.kind]
        return Doubtful(_said(found, saying), saying.language, doubt)
    for place, _ in _stop_words(found, known):
        return Doubtful(found[place], known.strong[found[place]], Doubt.ELSEWHERE)
    for form in _whole(found, known):
        if form in known.maybe:
            return Doubtful(form, known.maybe[form], Doubt.HINT)
    return None


def _help(rest: Sequence[str], keyword: str | None, known: Vocabulary) -> Help | None:
    forms = (*_whole(rest, known), *(rest if keyword else ()))
    named = next((form for form in forms if form in known.help), None)
    return Help(named, known.help[named], keyword) if named else None


def _opt_in(rest: Sequence[str], keyword: str | None, known: Vocabulary) -> OptIn | None:
    for form in _whole(rest, known):
        if form in known.start:
            return OptIn(form, known.start[form], keyword)
        if form in known.yes:
            return OptIn(form, known.yes[form], keyword, is_yes=True)
    return None


def _said(found: Sequence[str], saying: Saying) -> str:
    return " ".join(found[saying.start : saying.end])
