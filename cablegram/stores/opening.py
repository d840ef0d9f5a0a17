"""Open a store: with its keyword, its texts and, where programs call, a login of its own (R112, R113, R125)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from cablegram.accounts import directory, members
from cablegram.accounts.access import Principal, Scope
from cablegram.consent.timing import is_zone
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput
from cablegram.kit.ids import UserId
from cablegram.kit.names import read_name, read_note
from cablegram.programs import people
from cablegram.programs.model import ProgramKind
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import codes, finding, keywords, pace, store, texts
from cablegram.stores.model import Keyword, KeywordKind, NewStore, OptIn, Store, StoreState, Text
from cablegram.stores.pace import Channel

LONGEST_CALLBACK = 2_000
_LONGEST_PHONE = 40


async def create(rt: Runtime, who: Principal, new: NewStore, *, is_approved: bool) -> Store:
    """Open a store; one that is not approved waits for the operator, and nothing goes in or out until then.

    The account's first store asks customers twice, later ones once. Raises InvalidInput (`bad_name`, `bad_keyword`,
    `keyword_reserved`, `unknown_zone`, `bad_callback`, `user_not_found`, those of `texts.read`), Conflict
    (`keyword_taken`), Refused (`store_code_needed`).
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        return await make(conn, who, new, is_approved=is_approved, now=rt.clock.now())


async def make(conn: Conn, who: Principal, new: NewStore, *, is_approved: bool, now: datetime) -> Store:
    """Open a store as `create` does, within a transaction."""
    keyword = keywords.read(new.keyword)
    name = read_name(new.name)
    phone = read_note(new.phone, field="phone", most=_LONGEST_PHONE)
    written = read_texts(texts.made(name, keyword, phone), new.texts)
    zone, callback = read_zone(new.time_zone), read_callback(new.callback)
    await directory.hold(conn, who.account_id)
    await codes.marketing(conn, who.account_id)
    is_first = not await store.count_stores(conn, who.account_id)
    program = await people.found(conn, who.account_id, ProgramKind.STORE, name=name, now=now)
    made = Store(
        id=program.id,
        account_id=who.account_id,
        name=name,
        keyword=keyword,
        state=StoreState.OPEN if is_approved else StoreState.WAITING,
        opt_in=OptIn.DOUBLE if is_first else OptIn.SINGLE,
        has_guard=True,
        one_off_pace=pace.PER_SECOND[Channel.ONE_OFF],
        campaign_pace=pace.PER_SECOND[Channel.CAMPAIGN],
        phone=phone,
        time_zone=zone,
        texts=written,
        callback=callback,
        made_by=who.name,
        made_at=now,
        user_id=await of_the_team(conn, who, new.user_id) if new.user_id else who.user_id,
    )
    await store.insert_store(conn, made)
    await claim(conn, Keyword(keyword, made.id, made.account_id, KeywordKind.PRIMARY), now=now)
    told = {"name": name, "keyword": keyword, "state": made.state.value, "by": who.name}
    await record(conn, [Event(Kind.STORE_CREATED, who.account_id, made.id, told)], now=now)
    return made


async def decide(rt: Runtime, who: Principal, store_id: UUID, *, is_approved: bool, note: str = "") -> Store:
    """Say, as the operator, whether a store may begin.

    Raises NotFound (`store_not_found`), Conflict (`store_decided`), InvalidInput (`bad_name`).
    """
    who.needs(Scope.OPERATOR)
    said = read_note(note, field="note")
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = (await store.get_stores(conn, [store_id])).get(finding.ProgramId(store_id))
        if found is None:
            raise finding.no_such_store(store_id)
        state = StoreState.OPEN if is_approved else StoreState.REFUSED
        if not await store.decide(conn, found.account_id, found.id, state, by=who.name, note=said, now=now):
            message = f"It was decided before that the store {found.name} is {found.state}."
            raise Conflict("store_decided", message)
        told = {"name": found.name, "state": state.value, "by": who.name, "note": said}
        await record(conn, [Event(Kind.STORE_DECIDED, found.account_id, found.id, told)], now=now)
        return await finding.read(conn, found.account_id, found.id)


async def claim(conn: Conn, new: Keyword, *, now: datetime) -> None:
    """Take a keyword for a store. Raises Conflict (`keyword_taken`) where somebody has it, whoever that is."""
    await store.lock_keyword(conn, new.keyword)
    is_services = await store.service_has(conn, new.account_id, new.keyword)
    if is_services or not await store.insert_keyword(conn, new, now=now):
        message = f"The keyword {new.keyword} is in use. Keywords are there once for everybody: choose another one."
        raise Conflict("keyword_taken", message, faults=[Fault("keyword", "keyword_taken", message)])


async def of_the_team(conn: Conn, who: Principal, user_id: UserId) -> UserId:
    """Return who is to answer for a store, if they belong to the account. Raises InvalidInput (`user_not_found`)."""
    if user_id not in {one.user.id for one in await members.of_account(conn, who.account_id)}:
        message = "Nobody of the account's team has this id: only they can answer for a store."
        raise InvalidInput("user_not_found", message, faults=[Fault("user_id", "user_not_found", message)])
    return user_id


def read_zone(name: str) -> str:
    """Return the name of a time zone if there is such a one. Raises InvalidInput (`unknown_zone`)."""
    if not is_zone(name):
        message = f"There is no time zone {name[:60]!r}. Write one such as America/Los_Angeles."
        raise InvalidInput("unknown_zone", message, faults=[Fault("time_zone", "unknown_zone", message)])
    return name


def read_callback(url: str | None) -> str | None:
    """Return an address of the web; None and an empty text mean none. Raises InvalidInput (`bad_callback`)."""
    if url is None or not url.strip():
        return None
    text = url.strip()
    if len(text) > LONGEST_CALLBACK or not text.isascii() or not text.isprintable() or " " in text or not _is_web(text):
        message = "A callback is an address of the web, such as https://example.com/texts, without a login in it."
        raise InvalidInput("bad_callback", message, faults=[Fault("callback", "bad_callback", message)])
    return text


def read_texts(before: Mapping[Text, str], new: Mapping[Text, str]) -> dict[Text, str]:
    """Return the five texts with those in place that are written anew. Raises as `texts.read`, for `texts.NAME`."""
    return {**before, **{kind: texts.read(text, field=f"texts.{kind}") for kind, text in new.items()}}


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
