"""What an account keeps of people: fields with a type (R89, R142), and what is recorded of somebody new (R144)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.kit.ids import FieldId


class FieldType(StrEnum):
    """How the values of a field are read and written (contacts/values.py)."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `name` as in files and templates, `label` as on screens; `choices` of a choice alone, in their order.

    `id` None: it is built in, every account has it, and nobody changes it.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()
    place: int = 0
    id: FieldId | None = None
    updated_at: datetime | None = None

    @property
    def is_built_in(self) -> bool:
        """Tell whether every account has it."""
        return self.id is None


BUILT_IN: Final = (
    Field("_mobilePhone", "Mobile phone"),
    Field("_mobilePhoneStatus", "Phone status", FieldType.CHOICE, tuple(PhoneStatus)),
    Field("_smsSubscriptionStatus", "Subscription", FieldType.CHOICE, tuple(Subscription)),
)
"""The fields of a contact that are no variables (R142): the number in E.164 with plus, and its statuses."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is recorded of people who become contacts and of whom nothing is said (R144, appendix C 47).

    `subscription` None: nothing, and the account's rules say what that means. `source` says where such people agreed.
    """

    subscription: Subscription | None = None
    source: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None
