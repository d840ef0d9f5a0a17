"""What a text must be to be sent (R41)."""

from __future__ import annotations

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.text.concat import MOST_PARTS
from cablegram.text.segments import Measure, measure

LEAST_CHARACTERS = 5


def admit(text: str) -> Measure | Fault:
    """Return the measure of a text that may be sent, or what is wrong with it, for the field `text`.

    Judges the rendered text by code points, nothing trimmed: `text_too_short` under 5 characters, `text_too_long`
    over 255 segments, `bad_character` for half a surrogate pair.
    """
    if len(text) < LEAST_CHARACTERS:
        message = f"This text has {len(text)} characters; a message needs at least {LEAST_CHARACTERS}."
        return Fault("text", "text_too_short", message)
    try:
        found = measure(text)
    except InvalidInput as error:
        return Fault("text", error.code, error.message)
    if found.segments > MOST_PARTS:
        message = f"This text takes {found.segments} segments, and a message has at most {MOST_PARTS}: shorten it."
        return Fault("text", "text_too_long", message)
    return found
