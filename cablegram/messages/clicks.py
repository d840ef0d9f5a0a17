"""What people opened of messages: when first, and the lines of a story that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cablegram.kit.ids import AccountId
from cablegram.links import reading
from cablegram.links.model import Link
from cablegram.messages.model import Message, Moment
from cablegram.runtime.database import Conn


async def tell(conn: Conn, account_id: AccountId, messages: Sequence[Message]) -> None:
    """Write into messages of an account when their people first opened a link of them."""
    found = await reading.clicked_at(conn, account_id, [one.id for one in messages])
    for one in messages:
        one.clicked_at = found.get(one.id)


async def of_message(conn: Conn, message: Message) -> list[Moment]:
    """Return what was opened of a message."""
    return lines(await reading.of_messages(conn, message.account_id, [message.id]))


def lines(links: Iterable[Link]) -> list[Moment]:
    """Write a line for the first time that each link was opened, and one for the last where it was more often. Pure."""
    told: list[Moment] = []
    for one in links:
        if one.first_at is None or one.last_at is None or one.url is None:
            continue
        told.append(Moment(one.first_at, "clicked", 0, one.url))
        if one.last_at > one.first_at:
            told.append(Moment(one.last_at, "clicked", 0, f"{one.url}, {one.clicks} times until now"))
    return told
