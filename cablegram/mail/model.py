"""A letter: what is asked for, how it is written out, and what becomes of it (R151)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cablegram.kit.ids import AccountId, LetterId, UserId

Fact = str | int | datetime
Facts = Mapping[str, Fact]
LetterState = Literal["waiting", "sent", "failed"]

LANGUAGES = ("en", "es")
A_LIFE = timedelta(days=5)  # how long a letter is tried (RFC 5321, section 4.5.4.1: at least 4 to 5 days)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be posted. `kind` is a name of the catalogue, `facts` what its words ask for.

    `language` is one of `LANGUAGES`; any other is English. `notices_url` is where its reader chooses what to be told
    of, for letters that somebody may do without; of one that `stops` it ends all letters of its kind to that address,
    for a reader who has no login here. `reply_to` is where an answer to this one goes; empty: as all.
    """

    kind: str
    to: str
    language: str
    facts: Facts
    account_id: AccountId | None = None
    user_id: UserId | None = None
    attachments: Sequence[Attachment] = ()
    notices_url: str = ""
    stops: bool = False
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says, in one language. `{name}` stands for a fact; `{name:form}` has it written (`facts.py`).

    `lead` is its first sentence, `rows` a small table, `button` the words on the link of the fact `url`, `note` small
    print. `line` says it in one sentence where several are told together; empty: as `lead`. What comes out empty is
    left out.
    """

    subject: str
    lead: str
    body: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    button: str = ""
    note: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter. `about` says when it is sent, `sample` has every fact that its words may ask for.

    One that is `is_secret` somebody waits for, and it holds what works once: it is tried at any address, and emptied
    as soon as it is over. So is one that `is_private`: it tells what other people wrote or did. `life` is for how long
    it is tried.
    """

    name: str
    about: str
    sample: Facts
    en: Words
    es: Words
    is_secret: bool = False
    is_private: bool = False
    life: timedelta = A_LIFE

    @property
    def is_emptied(self) -> bool:
        """Tell whether its words go as soon as it is over."""
        return self.is_secret or self.is_private

    def words(self, language: str) -> Words:
        """Return its words in a language; English where there are none."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True, slots=True)
class Written:
    """A letter written out."""

    subject: str
    text: str
    html: str


@dataclass(slots=True)
class Posted:
    """A letter in the outbox. Without text it is over, and of a kind that is emptied."""

    id: LetterId
    kind: str
    language: str
    recipient: str
    subject: str
    text: str | None
    html: str | None
    is_emptied: bool
    notices_url: str
    tries: int
    give_up_at: datetime
    reply_to: str = ""


@dataclass(slots=True)
class OutboxLine:
    """A letter in a list of them."""

    id: LetterId
    kind: str
    recipient: str
    subject: str
    state: LetterState
    tries: int
    next_at: datetime
    verdict: str
    created_at: datetime
    ended_at: datetime | None
    is_emptied: bool
    has_text: bool


@dataclass(slots=True)
class MailServer:
    """How the mail server does. `failing_since` is None while it works, as far as is known."""

    failing_since: datetime | None
    verdict: str
    sent_at: datetime | None


@dataclass(slots=True)
class OutboxCounts:
    """How many letters are in each state."""

    waiting: int
    sent: int
    failed: int
