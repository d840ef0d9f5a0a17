"""What carriers do not let short codes say (R81): classes with words that give them away. Pure; it warns, no more.

The classes are those of the CTIA's handbook for short codes; the words are ours, and a list of words understands
nothing: "grass" is a lawn or a drug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cablegram.consent.folding import words


@dataclass(frozen=True, slots=True)
class Class:
    """A class of content that is prohibited."""

    key: str
    name: str
    words: str  # separated by commas; several words stand next to each other


CLASSES: tuple[Class, ...] = (
    Class(
        "adult",
        "Adult content",
        "porn,porno,xxx,nude,nudes,escort,escorts,strip club,stripper,sex,sexy,onlyfans,hookup",
    ),
    Class(
        "drugs",
        "Illegal drugs",
        "cannabis,marijuana,weed,cocaine,heroin,meth,ecstasy,lsd,kush,thc,bong,magic mushrooms",
    ),
    Class(
        "alcohol_tobacco_firearms",
        "Alcohol, tobacco, firearms",
        "beer,wine,vodka,whisky,whiskey,rum,tequila,liquor,cocktail,happy hour,cigarette,cigarettes,cigar,cigars,"
        "tobacco,vape,vapes,vaping,gun,guns,pistol,rifle,ammo,ammunition,firearm,firearms",
    ),
    Class(
        "gambling",
        "Gambling",
        "casino,casinos,jackpot,betting,bet,bets,poker,roulette,slots,blackjack,lottery,sweepstakes,gamble,gambling,bookmaker",
    ),
    Class(
        "violence",
        "Violence, hatred, profanity",
        "kill,murder,behead,massacre,nazi,terrorist,fuck,fucking,shit,bitch,asshole,bastard",
    ),
    Class(
        "death",
        "Death-related products",
        "funeral,funerals,cemetery,cemeteries,mortuary,cremation,coffin,casket,hearse",
    ),
    Class(
        "carrier",
        "Mention of a wireless carrier",
        "at t,att,verizon,t mobile,tmobile,metropcs,sprint,virgin mobile,cincinnati bell,us cellular,u s cellular,"
        "boost mobile,vodafone,orange mobile,telefonica,movistar,rogers,telus,bell mobility,aliant,sasktel",
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A word that may be of a prohibited class, and where it starts in the words of the text."""

    key: str
    name: str
    word: str


def find(text: str, *, except_for: frozenset[str] = frozenset()) -> list[Finding]:
    """Return what in a text may be prohibited, each class once; nothing of the classes `except_for`.

    The disclosure has to list carriers: it is looked at except for `carrier`.
    """
    said = f" {' '.join(words(text))} "
    found: list[Finding] = []
    for one in CLASSES:
        hit = _pattern(one.key).search(said) if one.key not in except_for else None
        if hit:
            found.append(Finding(one.key, one.name, hit[1]))
    return found


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(f" ({'|'.join(map(re.escape, _phrases()[key]))})s?(?= )")  # one or several of it


@cache
def _phrases() -> Mapping[str, tuple[str, ...]]:
    return {one.key: tuple(" ".join(words(phrase)) for phrase in one.words.split(",")) for one in CLASSES}
