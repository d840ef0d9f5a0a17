"""Change a store: its texts, its callback, its keywords; and the operator's switches (R117, R119, R122, R169)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import UserId
from cablegram.kit.names import read_name, read_note
from cablegram.programs import people
from cablegram.runtime.runtime import Runtime
from cablegram.stores import finding, keywords, opening, pace, store, texts
from cablegram.stores.model import Keyword, KeywordKind, OptIn, Store, Text

MOST_KEYWORDS = 100
_DEFAULT_ANSWER = "{name}: thanks for your text. Text {keyword} to get our alerts."


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a store; None stays. An empty callback is none; `opt_in` and `has_guard` are the operator's."""

    name: str | None = None
    phone: str | None = None
    time_zone: str | None = None
    texts: Mapping[Text, str] = field(default_factory=dict[Text, str])
    callback: str | None = None
    user_id: UserId | None = None
    opt_in: OptIn | None = None
    has_guard: bool | None = None
    one_off_pace: int | None = None  # texts a second; these two are the operator's as well
    campaign_pace: int | None = None

    @property
    def is_operators(self) -> bool:
        """Tell whether only the operator may change so (R56, R57, R117)."""
        return any(one is not None for one in (self.opt_in, self.has_guard, self.one_off_pace, self.campaign_pace))


async def change(rt: Runtime, who: Principal, store_id: UUID, wanted: Change) -> Store:
    """Change a store; its primary keyword stays for ever.

    Raises NotFound (`store_not_found`), InvalidInput (as `opening.create`, `bad_pace`), NotAllowed (`scope_missing`)
    also where only the operator may.
    """
    who.needs(Scope.OPERATOR if wanted.is_operators else Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        found = await finding.hold(conn, who.account_id, store_id)
        callback = found.callback if wanted.callback is None else opening.read_callback(wanted.callback)
        phone = found.phone if wanted.phone is None else read_note(wanted.phone, field="phone", most=40)
        changed = replace(
            found,
            name=found.name if wanted.name is None else read_name(wanted.name),
            phone=phone,
            time_zone=found.time_zone if wanted.time_zone is None else opening.read_zone(wanted.time_zone),
            texts=opening.read_texts(found.texts, wanted.texts),
            callback=callback,
            user_id=await opening.of_the_team(conn, who, wanted.user_id) if wanted.user_id else found.user_id,
            opt_in=wanted.opt_in or found.opt_in,
            has_guard=found.has_guard if wanted.has_guard is None else wanted.has_guard,
            one_off_pace=_pace(wanted.one_off_pace, found.one_off_pace, "one_off_pace"),
            campaign_pace=_pace(wanted.campaign_pace, found.campaign_pace, "campaign_pace"),
        )
        await store.change_store(conn, changed)
        if changed.name != found.name:
            await people.rename(conn, who.account_id, found.id, name=changed.name)
        told = {"by": who.name, "changed": _what(found, changed)}
        await record(conn, [Event(Kind.STORE_CHANGED, who.account_id, found.id, told)], now=rt.clock.now())
    return changed


async def is_free(rt: Runtime, who: Principal, word: str) -> tuple[str, bool]:
    """Return a keyword as it would be kept, and whether nobody has it.

    Raises InvalidInput (`bad_keyword`, `keyword_reserved`).
    """
    who.needs(Scope.READ)
    keyword = keywords.read(word)
    async with rt.db.connection() as conn:
        is_services = await store.service_has(conn, who.account_id, keyword)
        return keyword, not is_services and keyword not in await store.keywords(conn, [keyword])


async def add_keyword(
    rt: Runtime,
    who: Principal,
    store_id: UUID,
    word: str,
    *,
    kind: KeywordKind,
    in_text: str = "",
    other_text: str = "",
) -> Keyword:
    """Give a store one more keyword: to opt in, or a responder with its two answers; without any it gets one of ours.

    Raises NotFound (`store_not_found`), InvalidInput (`bad_keyword`, `keyword_reserved`, those of `texts.read`),
    Conflict (`keyword_taken`, `too_many_keywords`).
    """
    who.needs(Scope.CONTACTS)
    keyword = keywords.read(word)
    if kind is KeywordKind.PRIMARY:
        raise InvalidInput("keyword_is_primary", "A store has one primary keyword, from its beginning on.")
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await finding.hold(conn, who.account_id, store_id)
        if len(await store.keywords_of(conn, who.account_id, found.id)) >= MOST_KEYWORDS:
            raise Conflict("too_many_keywords", f"A store has {MOST_KEYWORDS} keywords at most.")
        new = Keyword(keyword, found.id, who.account_id, kind)
        if kind is KeywordKind.RESPONDER:
            usual = _DEFAULT_ANSWER.format(name=found.name[:40], keyword=found.keyword)
            new = replace(
                new,
                in_text=texts.read(in_text or other_text or usual, field="in_text"),
                other_text=texts.read(other_text or in_text or usual, field="other_text"),
            )
        await opening.claim(conn, new, now=now)
        told = {"by": who.name, "changed": ["keywords"], "keyword": keyword}
        await record(conn, [Event(Kind.STORE_CHANGED, who.account_id, found.id, told)], now=now)
    return new


async def change_answers(
    rt: Runtime, who: Principal, store_id: UUID, word: str, *, in_text: str, other_text: str
) -> Keyword:
    """Change what a responder answers to customers, and to all others.

    Raises NotFound (`store_not_found`, `keyword_not_found`: no responder of this store), InvalidInput as `texts.read`.
    """
    who.needs(Scope.CONTACTS)
    keyword = keywords.read(word)
    async with rt.db.transaction() as conn:
        found = await finding.hold(conn, who.account_id, store_id)
        changed = Keyword(
            keyword,
            found.id,
            who.account_id,
            KeywordKind.RESPONDER,
            texts.read(in_text, field="in_text"),
            texts.read(other_text, field="other_text"),
        )
        if not await store.put_answers(conn, changed):
            raise _no_such_keyword(found, keyword, "responder ")
    return changed


async def remove_keyword(rt: Runtime, who: Principal, store_id: UUID, word: str) -> None:
    """Give up a keyword; anybody may have it then.

    Raises NotFound (`store_not_found`, `keyword_not_found`), Conflict (`keyword_is_primary`).
    """
    who.needs(Scope.CONTACTS)
    keyword = word.strip().upper()
    async with rt.db.transaction() as conn:
        found = await finding.hold(conn, who.account_id, store_id)
        if keyword == found.keyword:
            message = f"{keyword} is the primary keyword of {found.name}, and that never changes."
            raise Conflict("keyword_is_primary", message)
        if not await store.delete_keyword(conn, Keyword(keyword, found.id, who.account_id, KeywordKind.OPT_IN)):
            raise _no_such_keyword(found, keyword, "")
        told = {"by": who.name, "changed": ["keywords"], "keyword": keyword}
        await record(conn, [Event(Kind.STORE_CHANGED, who.account_id, found.id, told)], now=rt.clock.now())


def _pace(wanted: int | None, present: int, field_name: str) -> int:
    if wanted is None or 1 <= wanted <= pace.MOST:
        return present if wanted is None else wanted
    message = f"A store sends 1 to {pace.MOST:,} texts a second."
    raise InvalidInput("bad_pace", message, faults=[Fault(field_name, "bad_pace", message)])


def _what(before: Store, after: Store) -> list[str]:
    switches = ("opt_in", "has_guard", "one_off_pace", "campaign_pace")
    fields = ("name", "phone", "time_zone", "texts", "callback", "user_id", *switches)
    return [one for one in fields if getattr(before, one) != getattr(after, one)]


def _no_such_keyword(found: Store, keyword: str, kind: str) -> NotFound:
    return NotFound("keyword_not_found", f"The store {found.name} has no {kind}keyword {keyword[:40]}.")
