"""What is known of a text when the table of rules is asked, and what its winner changes for those behind it. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from cablegram.consent import keywords
from cablegram.consent.model import BY_WORD, How, Reading
from cablegram.consent.vocabulary import Vocabulary, with_own_words
from cablegram.inbound import order
from cablegram.inbound.model import Heard, Standing
from cablegram.inbound.order import Does, Fact
from cablegram.senders.model import Holder

_NUMBER = re.compile("[1-9][0-9]{4,14}")


def number_of(source: str) -> str | None:
    """Return the number that wrote, as the blacklist keeps numbers; None where a name or nobody did."""
    return source if _NUMBER.fullmatch(source) else None


def read(text: str, holder: Holder | None) -> Reading:
    """Return what a text says of consent, where the number it was written to asks for that (R62)."""
    if holder is None or not (holder.settings.stop_words_enabled or holder.settings.help_text):
        return None
    return keywords.read(text, vocabulary=_vocabulary(holder.settings.stop_words))


@lru_cache(maxsize=256)
def _vocabulary(own: tuple[str, ...]) -> Vocabulary | None:
    return with_own_words(opt_out=own) if own else None


def of(heard: Heard, standing: Standing, now: datetime, *, services_know: Fact = order.NONE) -> Fact:
    """Return the facts about a text and its writer; `services_know` what a shared code says in place of the text."""
    if heard.holder is None:
        return order.NONE
    settings = heard.holder.settings
    facts = services_know or Fact.OWNED | order.reading_facts(heard.reading)
    facts |= order.source_facts(heard.text.source, standing.answered.get(heard.holder.address, ()), now)
    if settings.stop_words_enabled:
        facts |= Fact.STOP_ON
    if settings.autoresponder_enabled and settings.autoresponder_text:
        facts |= Fact.AUTO_REPLY
    if settings.help_text:
        facts |= Fact.HELP_TEXT
    if standing.how:
        facts |= Fact.BLACKLISTED
    if standing.how in BY_WORD:
        facts |= Fact.OUT_BY_WORD
    if standing.is_held:
        facts |= Fact.HELD
    if standing.is_ours:
        facts |= Fact.OURS
    return facts


def note(heard: Heard, standing: Standing, now: datetime) -> None:
    """Let what is done about a text count for the next one of the same writer."""
    does = heard.row.does
    if Does.BLACKLIST in does:
        standing.how = How.STOP
    if Does.TAKE_OFF_BLACKLIST in does:
        standing.how = None
    if Does.HOLD in does:
        standing.is_held = True
    if order.may_go_round(does, is_repeated=heard.is_repeated) and heard.holder:
        standing.answered.setdefault(heard.holder.address, []).append(now)
