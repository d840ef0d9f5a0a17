"""Bring an answer into the form in which words are looked for: case, accents, width, quotes and ornaments fall away.

`words("“ＳＴＯＰ!!” 🙏")` is `("stop",)`, and so are `words("s.t.o.p")` and `words("Stooop")`. Everything here takes
time that grows with the length of the text and no faster, whoever wrote it.
"""

from __future__ import annotations

import re
import unicodedata

# An answer is short. Of a long text its beginning and its end are read: there an opt-out stands.
_HEAD, _TAIL = 1200, 400

_APOSTROPHES = re.compile("['\u2018\u2019\u201a\u201b\u02bc\u02b9\u0060\u00b4\u2032\uff07]")
_WORD = re.compile(r"[^\W_]+")
_MAIL = re.compile(r"\w@\w")
_STRETCHED = re.compile(r"(.)\1{2,}")
# Letters that no normal form takes apart, and letters nobody sees (Hangul fillers).
_LETTERS = str.maketrans("ıłøđ", "ilod", "\u115f\u1160\u3164\uffa0") | {ord("æ"): "ae", ord("œ"): "oe"}
_INVISIBLE = frozenset({"Mn", "Mc", "Me", "Cf"})

# How people shorten, and words that are written in two.
_SPELLINGS = {
    "pls": "please",
    "plz": "please",
    "plse": "please",
    "txt": "text",
    "txts": "texts",
    "txting": "texting",
    "textin": "texting",
    "msg": "message",
    "msgs": "messages",
    "ur": "your",
    "u": "you",
    "thx": "thanks",
    "cannot": "cant",
    "wanna": "want",
}
_HALVES = {
    ("do", "not"): "dont",
    ("does", "not"): "doesnt",
    ("did", "not"): "didnt",
    ("can", "not"): "cant",
    ("will", "not"): "wont",
    ("would", "not"): "wouldnt",
    ("un", "subscribe"): "unsubscribe",
}

_REACTION = re.compile(
    "(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? [a-z ]{3,20} from|reacted .{1,12} to"
    "|le gusta|le gusto|le encanto|a aime|a adore|gefallt|ha messo|gostou de|adorou)"
    r"\s*[\"“”„«‘]"
)
_SIGNATURE = re.compile(
    r"^\W*(?:sent from|sent via|get outlook|enviado d[eo]|envoye d|von meinem|gesendet von|inviato da|verzonden v)"
    r"|^\s*(?:--|__|—)",
)
_NAME_BEHIND_DASH = re.compile(r"\s(?:-{1,2}|[~–—])\s*\w+(?:\s+\w+){0,2}\W*$")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in their folded form; addresses (web, mail) are one word "url" each."""
    folded = _folded(_shortened(text))
    found: list[str] = []
    for chunk in folded.split():
        if "://" in chunk or chunk.startswith("www.") or ("@" in chunk and _MAIL.search(chunk)):
            found.append("url")
        else:
            found += _WORD.findall(chunk)
    if _STRETCHED.search(folded):
        found = [_squeezed(word) for word in found]
    return tuple(_spelled(_joined(found)))


def body(text: str) -> str:
    """Return the lines of a text that have words, without the signature that a phone or a person put under them."""
    kept: list[str] = []
    for line in _shortened(text).splitlines():
        if kept and _SIGNATURE.match(_folded(line[:40])):
            break
        if _has_words(line):
            kept.append(line)
    named = _NAME_BEHIND_DASH.search(kept[-1][-60:]) if kept else None
    if named:
        unsigned = kept[-1][: len(kept[-1]) - len(named[0])]
        kept[-1] = unsigned if _has_words(unsigned) else kept[-1]
    return "\n".join(kept)


def is_reaction(text: str) -> bool:
    """Tell whether a text is a phone's way of passing on a thumb: `Liked “...”`; the words in it are ours."""
    return _REACTION.match(_folded(text[:40]).lstrip()) is not None


def _has_words(line: str) -> bool:
    # A letter in a circle is one only when it is folded.
    return _WORD.search(line if line.isascii() else _folded(line)) is not None


def _shortened(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} \u2026 {text[-_TAIL:]}"


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    bare = [one for one in decomposed if one.isascii() or unicodedata.category(one) not in _INVISIBLE]
    return "".join(bare).casefold().translate(_LETTERS)


def _squeezed(word: str) -> str:
    """Take the stretch out of a word: "stooop" is "stop"; numbers stay what they are."""
    return word if word.isdigit() else _STRETCHED.sub(r"\1", word)


def _joined(found: list[str]) -> list[str]:
    """Make one word of three or more letters that stand alone: s t o p."""
    made: list[str] = []
    run: list[str] = []
    for word in [*found, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        made += ["".join(run)] if len(run) >= 3 else run
        run = []
        made.append(word)
    return made[:-1]


def _spelled(found: list[str]) -> list[str]:
    made: list[str] = []
    for word in found:
        whole = _HALVES.get((made[-1], word)) if made else None
        if whole:
            made[-1] = whole
        else:
            made.append(_SPELLINGS.get(word, word))
    return made
