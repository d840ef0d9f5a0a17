"""What a test reads of letters that were posted."""

from __future__ import annotations

import re

from books import rows
from cablegram.runtime.runtime import Runtime


async def letters(rt: Runtime, kind: str) -> list[tuple[str, str, str]]:
    """Return (to, subject, text) of the letters of a kind, oldest first."""
    found = await rows(rt, "SELECT recipient, subject, text FROM letter WHERE kind = %s ORDER BY id", kind)
    return [(str(to), str(subject), str(text)) for to, subject, text in found]


async def link_of(rt: Runtime, kind: str) -> str:
    """Return the token at the end of the link in the last letter of a kind."""
    *_, (_, _, text) = await letters(rt, kind)
    (link,) = set(re.findall(r"https?://\S+", text))
    return link.rpartition("/")[2]
