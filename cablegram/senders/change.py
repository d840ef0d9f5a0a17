"""Change a sender: its owner how it answers, the operator what it is and which connectors carry it (R61, R62)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event
from cablegram.events.model import Kind as News
from cablegram.events.record import record
from cablegram.kit.ids import ConnectorId, SenderId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant, store
from cablegram.senders.model import Capability, Kind, NumberType, Sender, Settings
from cablegram.senders.reading import bad, check_capabilities, describe

LONGEST_ANSWER = 1_600
"""Characters of an auto-reply: what the longest text to be sent from a long code may have (R42)."""

MOST_WORDS, LONGEST_WORD = 100, 40
"""How many words of its own may opt out at a number, and how many characters each may have."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a sender; what is None stays.

    What an address is and what it can do belongs to whoever granted it: those fields are the operator's.
    """

    autoresponder_enabled: bool | None = None
    autoresponder_text: str | None = None
    stop_words_enabled: bool | None = None
    cnam_enabled: bool | None = None
    stop_words: Sequence[str] | None = None
    help_text: str | None = None
    is_default: bool | None = None
    number_type: NumberType | None = None
    country: str | None = None
    capabilities: Sequence[Capability] | None = None
    connector_ids: Sequence[ConnectorId] | None = None

    @property
    def is_operators(self) -> bool:
        """Tell whether anything of it is the operator's to change."""
        return any(one is not None for one in (self.number_type, self.country, self.capabilities, self.connector_ids))


async def change(rt: Runtime, who: Principal, sender_id: SenderId, wanted: Change) -> Sender:
    """Change one of the account's senders and return it.

    Raises NotFound (`sender_not_found`, `connector_not_found`), NotAllowed (`scope_missing`), InvalidInput
    (`autoresponder_text_needed`, `autoresponder_text_too_long`, `help_text_too_long`, `bad_answer_word`,
    `bad_character`, `sender_hears_nothing` and those of `grant.grant`).
    """
    who.needs(Scope.OPERATOR if wanted.is_operators else Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        sender = await store.hold_sender(conn, who.account_id, sender_id)
        if sender is None:
            raise grant.no_such_sender(sender_id)
        sender.settings = settings_with(sender, wanted)
        if wanted.is_default is not None and wanted.is_default != sender.is_default:
            await store.drop_default(conn, who.account_id)
            sender.is_default = wanted.is_default and await store.set_default(conn, who.account_id, sender_id)
        if wanted.is_operators:
            await _redescribe(conn, who, sender, wanted)
        await store.change_sender(conn, who.account_id, sender)
        facts = {"address": sender.address, "by": who.name}
        await record(conn, [Event(News.SENDER_CHANGED, who.account_id, sender_id, facts)], now=rt.clock.now())
    return sender


def settings_with(sender: Sender, wanted: Change) -> Settings:
    """Return the settings as they are after a change. Raises InvalidInput as `change`."""
    now = sender.settings
    text = now.autoresponder_text if wanted.autoresponder_text is None else wanted.autoresponder_text
    after = Settings(
        autoresponder_enabled=_after(now.autoresponder_enabled, wanted.autoresponder_enabled),
        autoresponder_text=text,
        stop_words_enabled=_after(now.stop_words_enabled, wanted.stop_words_enabled),
        cnam_enabled=_after(now.cnam_enabled, wanted.cnam_enabled),
        stop_words=now.stop_words if wanted.stop_words is None else own_words(wanted.stop_words),
        help_text=now.help_text if wanted.help_text is None else wanted.help_text.strip(),
    )
    if sender.kind is Kind.NAME and after != Settings():
        raise bad("address", "sender_hears_nothing", f"{sender.address} is a name: nobody can write back to it.")
    _check_answer(after)
    return after


def _after(now: bool, wanted: bool | None) -> bool:  # noqa: FBT001 - two states of one switch
    return now if wanted is None else wanted


def _check_answer(settings: Settings) -> None:
    text = settings.autoresponder_text
    if settings.autoresponder_enabled and not text.strip():
        message = "There is no text to answer with: give one, or leave the auto-reply off."
        raise bad("autoresponder_text", "autoresponder_text_needed", message)
    _check_text("autoresponder_text", "auto-reply", text)
    _check_text("help_text", "help text", settings.help_text)


def _check_text(field: str, what: str, text: str) -> None:
    if len(text) > LONGEST_ANSWER:
        message = f"This {what} has {len(text):,} characters; it may have {LONGEST_ANSWER:,} at most."
        raise bad(field, f"{field}_too_long", message)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        message = f"The {what} holds half a character or a null character, which can't be sent."
        raise bad(field, "bad_character", message)


def own_words(given: Sequence[str]) -> tuple[str, ...]:
    """Return words that opt out besides the usual ones, each once. Raises InvalidInput (`bad_answer_word`)."""
    found = tuple(dict.fromkeys(" ".join(word.split()) for word in given))
    longest = max(map(len, found), default=0)
    if len(found) > MOST_WORDS or longest > LONGEST_WORD or not all(any(map(str.isalnum, word)) for word in found):
        message = (
            f"There may be {MOST_WORDS} stop words of your own, each with a letter or digit and of up to "
            f"{LONGEST_WORD} characters."
        )
        raise bad("stop_words", "bad_answer_word", message)
    return found


async def _redescribe(conn: Conn, who: Principal, sender: Sender, wanted: Change) -> None:
    """Take over what the operator says of a sender, as `grant.grant` would."""
    found = describe(
        sender.address,
        number_type=wanted.number_type or sender.number_type,
        country=wanted.country or sender.country,
    )
    capabilities = sender.capabilities if wanted.capabilities is None else tuple(dict.fromkeys(wanted.capabilities))
    check_capabilities(sender.kind, capabilities)
    connector_ids = sender.connector_ids if wanted.connector_ids is None else tuple(dict.fromkeys(wanted.connector_ids))
    await grant.check_connectors(conn, who.account_id, found, connector_ids)
    is_moved = connector_ids != sender.connector_ids
    sender.number_type, sender.country, sender.capabilities = found.number_type, found.country, capabilities
    sender.connector_ids = connector_ids
    if is_moved:
        pairs = [(sender.id, connector_id) for connector_id in connector_ids]
        await store.replace_connectors(conn, [sender.id], pairs)
