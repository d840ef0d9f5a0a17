"""Whom a text to a short code is for: of the services behind it, the one that the writer means (R67, R75). Pure.

A keyword says it. Without one, a STOP, HELP or plain text is for the service that sent to the writer last, of those
they belong to (Appendix C 11); a YES, and whatever is said by somebody who belongs to none, for the one that asked
them last. Who was not even asked means nobody. A STOP with several keywords ends each that it names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.consent.folding import words
from cablegram.consent.model import Doubtful, Help, Keyword, OptIn, OptOut, Reading
from cablegram.kit.ids import AccountId, ConnectorId, ContactId, ProgramId, SenderId
from cablegram.programs.model import LEAVE, MEMBERS, Standing
from cablegram.sms_services.model import Form, OptInMode, Says

_LOWEST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Live:
    """A service that is heard on a code."""

    program_id: ProgramId
    account_id: AccountId
    sender_id: SenderId
    keyword: str
    is_open: bool
    form: Form
    texts: Mapping[Says, str]


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the stock with the services behind it; without `connector_ids` any of the operator's carries it."""

    digits: str
    country: str
    connector_ids: tuple[ConnectorId, ...]
    services: tuple[Live, ...]

    @property
    def keywords(self) -> tuple[str, ...]:
        """Return the words that are heard on it."""
        return tuple(one.keyword for one in self.services)


@dataclass(slots=True)
class Place:
    """A service behind a code, and where the writer stands with it.

    `since` is when they came to stand so, `last` the last message that it sent them. `is_open`: it takes people in; one
    that the operator suspended lets people leave and ask for help.
    """

    program_id: ProgramId
    account_id: AccountId
    keyword: str
    is_single: bool
    is_open: bool = True
    standing: Standing | None = None
    contact_id: ContactId | None = None
    since: datetime | None = None
    last: UUID | None = None

    @property
    def is_member(self) -> bool:
        """Tell whether the writer belongs to it."""
        return self.standing in MEMBERS


def places(code: Code) -> list[Place]:
    """Return the services of a code for one writer, of whom nothing is known yet."""
    return [
        Place(one.program_id, one.account_id, one.keyword, one.form.opt_in is OptInMode.SINGLE, one.is_open)
        for one in code.services
    ]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text is about: the service, whether the text (or an open question of ours) names it, and all it ends.

    `ends` are the services that a STOP of everything, or of several keywords, ends besides.
    """

    place: Place | None = None
    is_named: bool = False
    ends: tuple[Place, ...] = ()


NOBODY = Meant()


def meant(reading: Reading, places: Sequence[Place], *, said: Collection[str] = ()) -> Meant:
    """Return which of the services behind a code a text is for; `said` are its words, as `folding.words` has them."""
    keyword = reading.keyword if isinstance(reading, OptOut | OptIn | Help | Keyword) else None
    members = [one for one in places if one.is_member]
    is_all = isinstance(reading, OptOut) and reading.is_all and not keyword
    ends = tuple(one for one in places if one.standing in LEAVE.legal) if is_all else ()
    if keyword:
        named = next(one for one in places if folded(one.keyword) == keyword)
        left = [one for one in places if one.standing in LEAVE.legal and folded(one.keyword) in said]
        if isinstance(reading, OptOut) and left:
            # A member's goodbye answers for all of them; who was only asked by one says no to its question, too.
            first = named if named in left else left[0]
            first = next((one for one in (named, *left) if one.is_member), first)
            return Meant(first, is_named=True, ends=tuple(left))
        return Meant(named, is_named=_may_be_named(named, reading))
    if isinstance(reading, OptIn) or (isinstance(reading, OptOut | Help) and not members):
        asked = [one for one in places if one.standing is Standing.ASKED and one.is_open]
        if asked:
            return Meant(max(asked, key=_asked), is_named=True, ends=ends)
    return Meant(max(members, key=_wrote), ends=ends) if members else NOBODY


def folded(keyword: str) -> str:
    """Return a keyword as it is found in texts."""
    return "".join(words(keyword))


def _may_be_named(place: Place, reading: Reading) -> bool:
    """Tell whether a keyword counts: of a service that is suspended only to leave it and to ask for help."""
    return place.is_open or isinstance(reading, OptOut | Help | Doubtful)


def _wrote(place: Place) -> tuple[UUID, float]:
    return place.last or _LOWEST, place.since.timestamp() if place.since else 0.0


def _asked(place: Place) -> float:
    return place.since.timestamp() if place.since else 0.0
