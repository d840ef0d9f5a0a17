"""Links that a provider shortened: we hear of them when somebody opens one, and keep them from then on (R136).

They stand among our own, so that whatever is asked of clicks is asked of both; their codes lead nowhere. All openings
of one address in one message are one row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cablegram.events.record import record
from cablegram.kit.ids import MessageId
from cablegram.links import store, told_store
from cablegram.links.model import LINK, LONGEST_URL, Opened, code_of, is_code
from cablegram.links.news import news
from cablegram.runtime.database import Conn

UNTOLD = "(not told)"
"""Stands for where a link leads, of which neither the provider nor the text of the message says it."""

MOST_OF_A_MESSAGE = 50
"""So many addresses are kept of one message: texts have a few, and who says more of them makes them up."""

_OCTETS = 8
_OF_THE_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_OURS = re.compile(rf"/{LINK}/([^/?#]+)\Z")


@dataclass(frozen=True, slots=True)
class Opening:
    """A link in a message of ours was opened at a moment, as its provider tells; `url` "": it did not say which."""

    message_id: MessageId
    url: str
    at: datetime
    is_machine: bool = False


async def count(conn: Conn, openings: Sequence[Opening], *, now: datetime) -> None:
    """Count openings, and tell of what people opened, as of our own links.

    Where what was opened leads to a short link of ours in the same message, that one counts by itself: nothing is done.
    Nor is it for a new address of a message that has `MOST_OF_A_MESSAGE`.
    """
    opened: dict[str, Opened] = {}
    made: dict[str, told_store.Made] = {}
    for one in openings:
        url = one.url if _OF_THE_WEB.fullmatch(one.url) and len(one.url) <= LONGEST_URL else ""
        code = _code(one.message_id, url)
        own = _OURS.search(url)
        made[code] = told_store.Made(code, one.message_id, url, own[1] if own and is_code(own[1]) else "")
        _add(opened.setdefault(code, Opened(code)), one)
    kept = await told_store.keep(conn, sorted(made.values()), untold=UNTOLD, most=MOST_OF_A_MESSAGE, now=now)
    clicked = await store.count_opened(conn, [opened[code] for code in sorted(opened) if code in kept])
    await record(conn, news(clicked), now=now)


def _code(message_id: MessageId, url: str) -> str:
    """Return the code of a provider's link: the same for the same, so that two who count make one row."""
    name = f"{message_id}\0{url}".encode()
    return code_of(int.from_bytes(sha256(name).digest()[:_OCTETS]))


def _add(opened: Opened, one: Opening) -> None:
    if one.is_machine:
        opened.by_machines += 1
        return
    opened.clicks += 1
    opened.first_at = min(opened.first_at or one.at, one.at)
    opened.last_at = max(opened.last_at or one.at, one.at)
