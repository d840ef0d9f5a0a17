"""How a gateway counts a text when it bills: in segments as the network cuts it, or in flat pieces (R42-R44).

`GSM0338` is the default and what credits are counted in. `FLAT160` is that of stores: pieces of 160 characters, 1,600
at most. `FLAT120` is that of gateways that name 127 characters as their limit and keep seven or more for themselves.
A profile only counts; the text goes out whole, and is never refused for a gateway's limit.
"""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.kit.errors import InvalidInput
from cablegram.text.encoding import choose
from cablegram.text.segments import Measure, measure

LEAST_OVERHEAD = 7


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of counting. `usable` characters make a piece, None: as the network cuts. `most` is the longest text.

    `limit` and `overhead` are what a gateway says of itself; `usable` fits into what they leave.
    """

    name: str
    usable: int | None = None
    most: int | None = None
    limit: int | None = None
    overhead: int = 0


GSM0338 = Profile("gsm0338")
FLAT160 = Profile("flat160", usable=160, most=1600)
FLAT120 = Profile("flat120", usable=120, limit=127, overhead=LEAST_OVERHEAD)
PROFILES = {profile.name: profile for profile in (GSM0338, FLAT160, FLAT120)}
PAID = (GSM0338.name, FLAT160.name)
"""By which accounts pay; the others are gateways' own, for comparing (C6)."""


def flat(*, limit: int = 127, overhead: int = LEAST_OVERHEAD, usable: int | None = None) -> Profile:
    """Return a gateway's own flat profile (R43); without `usable` all that limit and overhead leave is.

    Raises InvalidInput (`bad_profile`) for an overhead under 7, or figures that don't fit into one another.
    """
    left = limit - overhead
    wanted = left if usable is None else usable
    if overhead < LEAST_OVERHEAD or not 1 <= wanted <= left:
        message = (
            f"With a limit of {limit} and an overhead of {overhead} (at least {LEAST_OVERHEAD}) a piece has "
            f"1 to {left} characters, not {wanted}: change one of the three."
        )
        raise InvalidInput("bad_profile", message)
    return Profile(f"flat{wanted}", usable=wanted, limit=limit, overhead=overhead)


def bill(text: str, profile: Profile = GSM0338) -> Measure:
    """Count a text as the gateway does. Flat profiles count code points; the empty text is one piece.

    Raises InvalidInput: `text_too_long` beyond the profile's longest text, `bad_character` for half a surrogate pair.
    """
    if profile.usable is None:
        return measure(text)
    length = len(text)
    if profile.most is not None and length > profile.most:
        message = f"This text has {length} characters; {profile.name} takes {profile.most} at most: shorten it."
        raise InvalidInput("text_too_long", message)
    pieces = max(1, -(-length // profile.usable))
    return Measure(choose(text), pieces, length, pieces * profile.usable - length, profile.usable)
