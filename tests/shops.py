"""A store of an account, with a number of its own, and what programs send for it, byte for byte."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.kit.ids import ProgramId
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.stores import changing, credentials, opening
from cablegram.stores.changing import Change
from cablegram.stores.credentials import NewCredential
from cablegram.stores.model import NewStore, OptIn, Store

LOGIN, PASSWORD = "shop@example.com", "correct horse: battery"
CODE = "444999"

_MANY = """
    WITH contact_row AS (
        INSERT INTO contact (id, account_id, number, country, variables, created_at, updated_at)
        SELECT gen_random_uuid(), %s, (12125550000 + n)::text, 'US', '{}', %s, %s FROM generate_series(1, %s) AS n
        RETURNING id, account_id, number
    ), member AS (
        INSERT INTO subscriber (program_id, contact_id, account_id, number, standing, since, joined_at)
        SELECT %s, id, account_id, number::bigint, 'in', %s, %s FROM contact_row
    )
    INSERT INTO store_code (program_id, contact_id, sender_id, since)
    SELECT %s, contact_row.id, sender.id, now() FROM contact_row JOIN sender USING (account_id)
    WHERE sender.is_default
    RETURNING program_id
"""


@dataclass(slots=True)
class Shop:
    """A store, who owns it, and the address that it sends from."""

    rt: Runtime
    who: Principal
    store: Store
    address: str

    @property
    def id(self) -> ProgramId:
        """Return its id."""
        return self.store.id

    async def standing(self, number: str) -> object:
        """Return where a number stands with it; None: nowhere."""
        found = await rows(
            self.rt, "SELECT standing FROM subscriber WHERE program_id = %s AND number = %s", self.id, int(number)
        )
        return found[0][0] if found else None

    async def written(self, number: str | None = None) -> list[object]:
        """Return what it wrote, to one number or to all, oldest first."""
        return [
            body
            for (body,) in await rows(
                self.rt,
                "SELECT body FROM message WHERE program_id = %s AND (%s::text IS NULL OR dst = %s)"
                " AND state <> 'skipped' ORDER BY id",
                self.id,
                number,
                number,
            )
        ]


async def code(rt: Runtime, who: Principal, address: str = CODE, *, use: str | None = None) -> str:
    """Give an account a short code: its default, or one for its stores."""
    new = NewSender(address=address, country="US", is_default=use is None)
    sender = await grant.add(rt, operator("tests", who.account_id), new)
    if use is not None:
        await rows(rt, "UPDATE sender SET store_use = %s WHERE id = %s RETURNING id", use, sender.id)
    return sender.address


async def shop(
    rt: Runtime, who: Principal, keyword: str = "PIZZA123", *, opt_in: OptIn = OptIn.SINGLE, address: str = CODE
) -> Shop:
    """Open a store that is approved, and has its opt-in as wanted."""
    new = NewStore(name=f"Bob's {keyword.title()}", keyword=keyword, phone="555-0100")
    store = await opening.create(rt, who, new, is_approved=True)
    store = await changing.change(rt, operator("tests", who.account_id), store.id, Change(opt_in=opt_in))
    return Shop(rt, who, store, address)


async def login(rt: Runtime, who: Principal, *, name: str = LOGIN, store_id: ProgramId | None = None) -> None:
    """Make a login for calls."""
    await credentials.add(rt, who, NewCredential(login=name, password=PASSWORD, store_id=store_id))


def basic(keyword: str, *, name: str = LOGIN, password: str = PASSWORD) -> str:
    """Return the header of a login of three parts."""
    return "Basic " + base64.b64encode(f"{name}:{password}:{keyword}".encode()).decode()


def request(address: str, keyword: str, fields: Mapping[str, str], *, kind: str, agent: str) -> bytes:
    """Return a whole request as a client of that kind writes it."""
    body = urlencode(fields).encode()
    head = [
        "POST /smapi/rest HTTP/1.1",
        f"Host: {urlsplit(address).netloc}",
        f"User-Agent: {agent}",
        "Accept-Encoding: gzip, deflate",
        "Accept: */*",
        "Connection: close",
        f"Content-Type: {kind}",
        f"Authorization: {basic(keyword)}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


async def exchange(address: str, sent: bytes) -> tuple[int, ET.Element]:
    """Send bytes as they are; return the status and the answer's root."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(sent)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split(b" ", 2)[1]), ET.fromstring(body)  # noqa: S314 - our own answer


async def crowd(shop: Shop, people: int) -> None:
    """Let so many people be customers since yesterday."""
    since = shop.rt.clock.now() - timedelta(days=1)
    account_id = shop.who.account_id
    await rows(shop.rt, _MANY, account_id, since, since, people, shop.id, since, since, shop.id)  # type: ignore[arg-type]
