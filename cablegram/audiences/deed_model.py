"""What can be done to many people at once, whom it concerns, and what undoes it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from cablegram.audiences.filter_model import SUBJECTS, Filter, Op, Trait


class What(StrEnum):
    """The deeds."""

    TAG = "tag"
    UNTAG = "untag"
    JOIN = "join_list"
    LEAVE = "leave_list"
    PAUSE = "pause"
    ACTIVATE = "activate"
    UNSUBSCRIBE = "unsubscribe"
    BLACKLIST = "blacklist"


UNDONE_BY: Final[Mapping[What, What]] = {
    What.TAG: What.UNTAG,
    What.UNTAG: What.TAG,
    What.JOIN: What.LEAVE,
    What.LEAVE: What.JOIN,
    What.PAUSE: What.ACTIVATE,
    What.ACTIVATE: What.PAUSE,
}
"""What somebody said of consent is not undone by a button: the others change nothing of it."""

OF_TAG: Final = frozenset({What.TAG, What.UNTAG})
OF_LIST: Final = frozenset({What.JOIN, What.LEAVE})


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed; `value` is the tag, or the id of the list, where it has one."""

    what: What
    value: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that was done, to so many people."""

    id: UUID
    deed: Deed
    people: int
    done_by: str
    done_at: datetime
    undone_at: datetime | None

    @property
    def can_be_undone(self) -> bool:
        """Tell whether somebody can take it back."""
        return self.deed.what in UNDONE_BY and self.people > 0 and self.undone_at is None


def concerns(deed: Deed) -> Filter:
    """Return whom a deed would change: who has the tag already needs it no more, so doing it twice is doing it once."""
    subject, op, value = _CONCERNS[deed.what]
    return Trait(subject, op, (value or deed.value,), kind=SUBJECTS[subject].kind)


_CONCERNS: Final[Mapping[What, tuple[str, Op, str]]] = {
    What.TAG: ("tag", Op.IS_NOT, ""),
    What.UNTAG: ("tag", Op.IS, ""),
    What.JOIN: ("list", Op.IS_NOT, ""),
    What.LEAVE: ("list", Op.IS, ""),
    What.PAUSE: ("phone", Op.IS, "active"),
    What.ACTIVATE: ("phone", Op.IS, "paused"),
    What.UNSUBSCRIBE: ("subscription", Op.IS_NOT, "not_subscribed"),
    What.BLACKLIST: ("blacklisted", Op.IS, "no"),
}
