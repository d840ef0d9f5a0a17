"""Which sender a message gets: the account's own, its default, one of several, or a clear no (R48, R49)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn
from cablegram.senders import store
from cablegram.senders.address import ANY, RULE, canonical
from cablegram.senders.model import Holder, Kind, SenderRefusal, Usable, Wanted
from cablegram.senders.reading import kind_of

MOST_SENDERS = 100
"""Senders that one message, or one campaign, may name."""

_NEEDED = SenderRefusal("sender_needed", "This account has no default sender, so say in `from` who sends the message.")
_NONE_AT_ALL = SenderRefusal("sender_needed", "This account has no sender that carries texts, so `any` finds none.")
_EMPTY = SenderRefusal("sender_needed", "The list in `from` is empty: name at least one sender, or write `any`.")
_TOO_MANY = SenderRefusal("too_many_senders", f"A list in `from` has {MOST_SENDERS} senders at most.")
_ANY_IN_LIST = SenderRefusal("sender_invalid", "`any` stands alone in `from`, not in a list with others.")


def is_several(wanted: Wanted) -> bool:
    """Tell whether a sender has to be chosen for each message."""
    return isinstance(wanted, tuple) or (wanted is not None and wanted.strip(" ").lower() == ANY)


def resolve(conn: Conn, wanted: Sequence[tuple[AccountId, str | None]]) -> Reply[list[Usable | SenderRefusal]]:
    """Find the sender of each message of a batch, in the order given; None asks for the account's default.

    One statement, however many messages; equal questions are asked once and share one answer. It goes along with the
    next that is awaited.
    """
    questions = list(dict.fromkeys(wanted))
    written = [(account_id, None if text is None else canonical(text)) for account_id, text in questions]

    def answers(found: dict[int, store.Found]) -> list[Usable | SenderRefusal]:
        answered = {
            question: _answer(question[1], address, found[place])
            for place, (question, (_, address)) in enumerate(zip(questions, written, strict=True))
        }
        return [answered[question] for question in wanted]

    return store.resolve(conn, written).then(answers)


def several(conn: Conn, wanted: Sequence[tuple[AccountId, Wanted]]) -> Reply[list[list[Usable] | SenderRefusal]]:
    """Find the senders that each of these may choose from (`is_several` all), the one not used for longest first.

    Every one of a list must be the account's (R49). One statement for all; whoever asks behind the lock on the
    accounts' balances sees whose turn it is, and that no sender goes away before the end of the transaction.
    """
    questions: list[tuple[AccountId, str | None]] = []
    asked: list[tuple[int, int] | SenderRefusal] = []  # from where to where each one's questions stand
    for account_id, one in wanted:
        addresses = _addresses(one)
        if isinstance(addresses, SenderRefusal):
            asked.append(addresses)
        else:
            asked.append((len(questions), len(questions) + len(addresses)))
            questions += [(account_id, address) for address in addresses]

    def answers(found: Sequence[tuple[int, store.Found]]) -> list[list[Usable] | SenderRefusal]:
        return [
            one
            if isinstance(one, SenderRefusal)
            else _choice([(questions[place][1], each) for place, each in found if one[0] <= place < one[1]])
            for one in asked
        ]

    return store.several(conn, questions).then(answers)


async def all_of(conn: Conn, account_id: AccountId, wanted: Wanted) -> list[Usable] | SenderRefusal:
    """Find every sender that messages of one account may get: the one that is named, or all to choose from."""
    if isinstance(wanted, tuple) or is_several(wanted):
        (found,) = await several(conn, [(account_id, wanted)])
        return found
    (one,) = await resolve(conn, [(account_id, wanted)])
    return one if isinstance(one, SenderRefusal) else [one]


async def holders(conn: Conn, addresses: Sequence[str]) -> list[Holder]:
    """Return the accounts that have these addresses (as `canonical` writes them), the longest holder first."""
    return await store.holders(conn, addresses)


def _addresses(wanted: Wanted) -> list[str | None] | SenderRefusal:
    """Return the addresses of a list, each once; None alone stands for all that the account has."""
    if not isinstance(wanted, tuple):
        return [None]
    if not wanted or len(wanted) > MOST_SENDERS:
        return _TOO_MANY if wanted else _EMPTY
    addresses: dict[str, str | None] = {}
    for text in wanted:
        address = canonical(text)
        if address is None:
            return _invalid(text)
        if address.lower() == ANY:
            return _ANY_IN_LIST
        addresses.setdefault(address.lower(), address)
    return list(addresses.values())


def _choice(found: Sequence[tuple[str | None, store.Found]]) -> list[Usable] | SenderRefusal:
    answers = [
        _answer(address, address, one) for address, one in found if address is not None or one.address is not None
    ]
    refusal = next((one for one in answers if isinstance(one, SenderRefusal)), None)
    return refusal or [one for one in answers if isinstance(one, Usable)] or _NONE_AT_ALL


def _answer(text: str | None, address: str | None, found: store.Found) -> Usable | SenderRefusal:
    if text is not None and address is None:
        return _invalid(text)
    if found.address is not None:
        return _own(found, found.address)
    if address is None:
        return _NEEDED
    if found.any_is_open:
        return Usable(address, kind=kind_of(address))
    message = f"This account may not send as {address}. Use one of its senders, or ask the operator for this one."
    return SenderRefusal("sender_not_owned", message)


def _invalid(text: str) -> SenderRefusal:
    return SenderRefusal("sender_invalid", f"{text[:30]!r} can't be a sender. {RULE}")


def _own(found: store.Found, address: str) -> Usable | SenderRefusal:
    kind, country, can_sms, can_mms, is_shared, is_suspended, connector_ids = _traits(found.traits)
    if is_suspended:
        message = f"The rent of {address} is not paid, so nothing goes out from it. Add credit, and it works again."
        return SenderRefusal("sender_suspended", message)
    if not can_sms:
        return SenderRefusal("sender_no_texts", f"{address} carries no texts. Use another of the account's senders.")
    return Usable(address, connector_ids, kind, country, found.sender_id, can_mms, found.used_at, is_shared)


@lru_cache(maxsize=1024)
def _traits(written: str) -> tuple[Kind, str, bool, bool, bool, bool, tuple[ConnectorId, ...]]:
    """Read what the store says of a sender.

    Its kind, its country, whether it carries texts and media, is shared and is suspended, and by what it goes.
    """
    kind, country, *flags, connectors = written.split(" ")
    can_sms, can_mms, is_shared, is_suspended = (flag == "t" for flag in flags)
    carriers = tuple(ConnectorId(UUID(one)) for one in sorted(connectors.strip("{}").split(",")) if one)
    return Kind(kind), country.strip("-"), can_sms, can_mms, is_shared, is_suspended, carriers
