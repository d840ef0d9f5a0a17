"""Whom something goes to: an audience, and the saved segments it can be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cablegram.audiences.filter_model import Filter
from cablegram.contacts.model import Contact
from cablegram.kit.ids import ListId, ProgramId, SegmentId


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody on these lists, in these segments and subscribed to this program, less who is on or in the others.

    It is kept as it stands here, as JSON, where something has an audience; who is in it is found out when their turn
    comes.
    """

    list_ids: tuple[ListId, ...] = ()
    segment_ids: tuple[SegmentId, ...] = ()
    program_id: ProgramId | None = None
    except_list_ids: tuple[ListId, ...] = ()
    except_segment_ids: tuple[SegmentId, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Tell whether nothing says who is in it."""
        return not (self.list_ids or self.segment_ids or self.program_id)

    @property
    def is_lists_alone(self) -> bool:
        """Tell whether it is lists and nothing else."""
        return not (self.segment_ids or self.program_id or self.except_list_ids or self.except_segment_ids)

    @property
    def all_list_ids(self) -> tuple[ListId, ...]:
        """Return the lists that it names, each once: those it is made of before those it leaves out."""
        return tuple(dict.fromkeys((*self.list_ids, *self.except_list_ids)))

    @property
    def all_segment_ids(self) -> tuple[SegmentId, ...]:
        """Return the segments that it names, each once."""
        return tuple(dict.fromkeys((*self.segment_ids, *self.except_segment_ids)))


def of_lists(list_ids: Sequence[ListId]) -> Audience:
    """Return the audience of lists, each once."""
    return Audience(list_ids=tuple(dict.fromkeys(list_ids)))


@dataclass(frozen=True, slots=True)
class Segment:
    """A saved filter over the people of an account; `filter` is settled."""

    id: SegmentId
    name: str
    description: str
    filter: Filter
    created_by: str
    created_at: datetime
    updated_at: datetime


class Sort(StrEnum):
    """The orders in which people can be listed, each by a key, so that every page costs the same."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a filter found."""

    contact: Contact
    tags: list[str]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people a filter finds; `is_about`: it took too long to count, and is an estimate by one in 64."""

    count: int
    is_about: bool = False
