"""Numbers that stay with their telephone company and get texts here (R96): who asks, and when it works. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, HostedNumberId, SenderId, TicketId
from cablegram.senders.model import Kind, NumberType
from cablegram.senders.reading import describe

COUNTRY = "US"
_AS_WRITTEN = str.maketrans(dict.fromkeys(" ()-."))  # how numbers stand on a bill
TYPES = (NumberType.LOCAL, NumberType.NATIONAL, NumberType.TOLL_FREE)
WITHIN = timedelta(hours=24)  # that a number works after it was asked for, as R96 promises


class State(StrEnum):
    """How a request stands."""

    REQUESTED = "requested"  # the operator looks at its papers
    APPROVED = "approved"  # the account sends from it
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by its account
    REMOVED = "removed"  # it was hosted, and was taken away from the account's senders since


@dataclass(frozen=True, slots=True)
class Hosted:
    """A request to host a number, and what became of it. `ticket_id`: where its papers are."""

    id: HostedNumberId
    account_id: AccountId
    number: str
    number_type: NumberType
    company: str
    signer: str
    ticket_id: TicketId
    state: State
    word: str
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    sender_id: SenderId | None

    @property
    def due_at(self) -> datetime:
        """Return until when it is to be decided."""
        return self.requested_at + WITHIN


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number that somebody wants hosted, as asked; `number_type` None: read off the number."""

    number: str
    company: str
    signer: str
    number_type: NumberType | None = None


def read_number(wanted: Wanted) -> tuple[str, NumberType]:
    """Return the number and its type: of the United States, local, national or toll-free.

    Raises InvalidInput (`not_hostable`, `sender_number_unknown`, `sender_country_wrong`, `sender_type_wrong`).
    """
    plain = wanted.number.translate(_AS_WRITTEN)
    found = describe(plain, number_type=wanted.number_type)
    number_type = found.number_type
    if number_type is None or number_type not in TYPES or found.kind is not Kind.NUMBER or found.country != COUNTRY:
        message = "Local, national and toll-free numbers of the United States can be hosted, such as +1 305 555 0100."
        raise InvalidInput("not_hostable", message, faults=[Fault("number", "not_hostable", message)])
    return found.address, number_type
