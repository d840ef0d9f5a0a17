"""From what each message of a batch is sent, and by which connector (R48, R49, R65, R102).

Nearly all messages name one sender or take the account's default: these share one answer. Where there are several to
choose from, each message gets its own: the one that its person talks with, one of the destination's country, whoever's
turn it is. What was chosen is remembered with the commit, of messages that were accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.consent.rules import takes_sender
from cablegram.kit.ids import AccountId, SenderId
from cablegram.messages.by_rules import ByRules
from cablegram.messages.media import NOT_CARRIED
from cablegram.messages.model import Draft, Refusal
from cablegram.routing import pick
from cablegram.routing.choose import Way, Ways
from cablegram.routing.pick import Asked
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn
from cablegram.senders import conversations, usable
from cablegram.senders.choose import Chooser
from cablegram.senders.model import SenderRefusal, Usable, Wanted

Wish = tuple[AccountId, Wanted]
Person = tuple[AccountId, str]

_APART = timedelta(microseconds=1)  # what the database tells apart
NO_ROUTE = Refusal(
    "no_route", "No connector can carry this message: the operator has to connect a carrier and switch it on."
)
_SHARED = Refusal(
    "sender_shared",
    "This short code is shared by several services: send by the id of yours, in `service_id`, and leave `from` out.",
    "from",
)


@dataclass(slots=True)
class _Several:
    """Those of a batch for whom senders are chosen: what they may choose from, and whom their people talk with."""

    wishes: list[Wish]
    senders: Reply[list[list[Usable] | SenderRefusal]]
    talks: Reply[dict[Person, SenderId]]


@dataclass(slots=True)
class Origins:
    """What a batch wants to be sent from, and the questions about it that are on their way."""

    groups: dict[Wish, list[Draft]]
    ways: Asked
    single: list[tuple[AccountId, str | None]]
    senders: Reply[list[Usable | SenderRefusal]]
    several: _Several | None = None
    chosen: list[tuple[Draft, SenderId]] = field(default_factory=list[tuple[Draft, SenderId]])
    known: dict[Person, SenderId] = field(default_factory=dict[Person, SenderId])
    last_turn: datetime | None = None  # of all that could be chosen

    @property
    def accounts(self) -> set[AccountId]:
        """Return whose messages these are."""
        return {account_id for account_id, _ in self.groups}


def ask(conn: Conn, drafts: Sequence[Draft]) -> Origins:
    """Ask about senders and ways; the questions go along with the next that is awaited."""
    groups = _grouped(drafts)
    single = [
        (account_id, one) for account_id, one in groups if not isinstance(one, tuple) and not usable.is_several(one)
    ]
    ways = pick.routes(conn, {account_id for account_id, _ in groups})
    return Origins(groups, ways, single, usable.resolve(conn, single))


def ask_several(conn: Conn, origins: Origins) -> None:
    """Ask about those that have several to choose from, behind the lock on their accounts' balances."""
    wishes = [wish for wish in origins.groups if usable.is_several(wish[1])]
    if not wishes:
        return
    people = dict.fromkeys((draft.account_id, draft.number) for wish in wishes for draft in origins.groups[wish])
    origins.several = _Several(wishes, usable.several(conn, wishes), conversations.of(conn, list(people)))


async def settle(origins: Origins, *, fresh: Iterator[UUID] | None = None) -> Ways:
    """Give each message its sender and its way, or the refusal; return what there was to choose from.

    Where messages draw lots for their way they get their id here, out of `fresh`; without, their number is the lot.
    """
    ways = await origins.ways
    rules = ByRules(ways, fresh)
    for wish, sender in zip(origins.single, await origins.senders, strict=True):
        drafts = origins.groups[wish]
        way = None if isinstance(sender, SenderRefusal) else ways.choose(wish[0], sender.connector_ids)
        if isinstance(sender, SenderRefusal) or way is None:
            _refuse(drafts, sender)
            continue
        if sender.is_shared:
            _bar([draft for draft in drafts if draft.program_id is None], _SHARED)
            drafts = [draft for draft in drafts if draft.program_id is not None]
        if rules.concerns(way):
            for draft in drafts:
                _send_as(draft, sender, rules.way(draft, sender, way))
        else:
            for draft in drafts:
                _send_as(draft, sender, way)
        if pictures := [draft for draft in drafts if draft.media_url is not None]:
            _send_pictures(pictures, sender, ways.choose(wish[0], sender.connector_ids, with_media=True), rules)
    if origins.several is not None:
        await _choose(origins, origins.several, ways, rules)
    return ways


def remember(conn: Conn, origins: Origins, *, now: datetime) -> None:
    """Write down whose turn it was and whom people talk with now, of messages that go; with the commit."""
    last: dict[SenderId, None] = {}
    talks: dict[Person, SenderId] = {}
    for draft, sender_id in origins.chosen:
        if draft.refusal is not None:
            continue
        last.pop(sender_id, None)
        last[sender_id] = None  # the dict's order is that of the last turns
        person = (draft.account_id, draft.number)
        if origins.known.get(person) != sender_id:
            talks[person] = sender_id
    if last:
        # A microsecond apart, and after all before, so that the next batch goes on where this one ended.
        first = now if origins.last_turn is None else max(now, origins.last_turn + _APART)
        turns = {sender_id: first + turn * _APART for turn, sender_id in enumerate(last)}
        conversations.keep(conn, talks, used=turns, now=now)


def _grouped(drafts: Sequence[Draft]) -> dict[Wish, list[Draft]]:
    """Group drafts by what they want to be sent from: a batch asks for few senders, so each is looked up once."""
    groups: dict[Wish, list[Draft]] = {}
    last: Draft | None = None
    group: list[Draft] = []
    for draft in drafts:
        # The group of the draft before is this one's, nearly always; a uuid's hash would take 0.3 us.
        if last is None or draft.account_id is not last.account_id or draft.sender != last.sender:
            last = draft
            group = groups.setdefault((draft.account_id, draft.sender), [])
        group.append(draft)
    return groups


async def _choose(origins: Origins, several: _Several, ways: Ways, rules: ByRules) -> None:
    origins.known = await several.talks
    talks = dict(origins.known)
    for wish, found in zip(several.wishes, await several.senders, strict=True):
        drafts = origins.groups[wish]
        if isinstance(found, SenderRefusal):
            _refuse(drafts, found)
            continue
        pictures = [draft for draft in drafts if draft.media_url is not None]
        if any(one.is_shared for one in found):
            _bar(drafts, _SHARED)
            continue
        carried = [(one, way) for one in found if (way := ways.choose(wish[0], one.connector_ids)) is not None]
        if not carried:
            _refuse(drafts, None)
            continue
        texts = [draft for draft in drafts if draft.media_url is None] if pictures else drafts
        _take_turns(origins, texts, carried, talks, rules=rules)
        if pictures:
            with_pictures = [
                (one, way)
                for one in found
                if _takes_pictures(one)
                and (way := ways.choose(wish[0], one.connector_ids, with_media=True)) is not None
            ]
            _take_turns(origins, pictures, with_pictures, talks, rules=rules, with_media=True)


def _take_turns(
    origins: Origins,
    drafts: Sequence[Draft],
    carried: Sequence[tuple[Usable, Way]],
    talks: dict[Person, SenderId],
    *,
    rules: ByRules,
    with_media: bool = False,
) -> None:
    if not carried:
        _bar(drafts, NOT_CARRIED)
        return
    turns = (sender.used_at for sender, _ in carried)
    origins.last_turn = max(filter(None, (*turns, origins.last_turn)), default=None)
    simulated = {sender.address for sender, way in carried if way.is_simulated}
    chooser = Chooser(
        [sender for sender, _ in carried],
        reaches=lambda sender, country: takes_sender(
            sender.address, sender.country, country, is_simulated=sender.address in simulated
        ),
    )
    for draft in drafts:
        person = (draft.account_id, draft.number)
        sender, way = carried[chooser.choose(draft.country, talks.get(person))]
        if rules.concerns(way):
            way = rules.way(draft, sender, way, with_media=with_media)
        _send_as(draft, sender, way)
        if sender.id is not None:
            talks[person] = sender.id
            origins.chosen.append((draft, sender.id))


def _send_as(draft: Draft, sender: Usable, way: Way) -> None:
    draft.source = sender.address
    draft.sender_country = sender.country
    draft.is_simulated = way.is_simulated
    draft.connector_id = way.connector_id


def _send_pictures(drafts: Sequence[Draft], sender: Usable, way: Way | None, rules: ByRules) -> None:
    """Choose the way once more for messages with a picture: not every connector takes those, nor every sender (R55).

    `way` is the usual one for pictures.
    """
    if way is None:
        _bar(drafts, NOT_CARRIED)
    elif not _takes_pictures(sender):
        message = (
            f"{sender.address} sends texts alone, no pictures (MMS). Send from another number, or without picture."
        )
        _bar(drafts, Refusal(NOT_CARRIED.code, message, "from"))
    else:
        for draft in drafts:
            _send_as(draft, sender, rules.way(draft, sender, way, with_media=True) if rules.concerns(way) else way)


def _takes_pictures(sender: Usable) -> bool:
    """Tell whether pictures may come from a sender; of one that is nobody's own, only its connector can tell."""
    return sender.can_mms or sender.id is None


def _refuse(drafts: Sequence[Draft], sender: SenderRefusal | Usable | None) -> None:
    refusal = Refusal(sender.code, sender.message, "from") if isinstance(sender, SenderRefusal) else NO_ROUTE
    _bar(drafts, refusal)


def _bar(drafts: Sequence[Draft], refusal: Refusal) -> None:
    for draft in drafts:
        draft.refusal = refusal
