"""The fields that an account keeps of its people, and what somebody new begins with (R142, R144)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id, Moment, Name, Note
from cablegram.api.operation import Can, Resource
from cablegram.contacts import fields
from cablegram.contacts.field_model import Beginning, Field, FieldType
from cablegram.contacts.fields import MOST_CHOICES, MOST_FIELDS, FieldChange
from cablegram.contacts.model import Subscription
from cablegram.kit.ids import FieldId
from cablegram.runtime.runtime import Runtime

contact_fields = Resource(
    "Contact fields", "What is kept of people: each field has a type, and its values are kept in one form."
)

_Type = Annotated[
    FieldType,
    Meta(
        description="`text` as it stands; `number` such as -12.5; `date` as 2026-05-03; `yes_no` as `yes` or `no`; "
        "`choice`, one of the field's choices. What is written otherwise is read where it can only mean one thing."
    ),
]
_Choices = Annotated[
    list[Name], Meta(max_length=MOST_CHOICES, description="Of the type `choice`: what there is to choose from.")
]
_NEW_NAME = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=60,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*\Z",
        description="As files and templates write it; it stays for good.",
        examples=["birthday"],
        extra={"form": "letters, digits and _, not beginning with a digit", "codes": {"wrong_value": "bad_variable"}},
    ),
]


class FieldView(msgspec.Struct, kw_only=True):
    """A field; `id` null: it is built in, every account has it, and nobody changes it."""

    id: Annotated[UUID | None, Meta(description="A UUIDv7; null where the field is built in.")]
    name: Annotated[str, Meta(description="As files and templates write it.", examples=["birthday"])]
    label: Annotated[str, Meta(description="As screens write it.", examples=["Birthday"])]
    type: _Type
    choices: Annotated[list[str], Meta(description="Of the type `choice`: what there is to choose from.")]
    is_built_in: Annotated[bool, Meta(description="Whether every account has it.")]


class FieldsView(msgspec.Struct):
    """All fields: those that are built in first, then the account's own in their order."""

    items: list[FieldView]


class NewField(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A field to make, behind the others."""

    name: _NEW_NAME
    type: _Type
    label: Name | UnsetType = UNSET
    choices: _Choices = []


class FieldPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a field; what is left out stays."""

    label: Name | UnsetType = UNSET
    type: _Type | UnsetType = UNSET
    choices: _Choices | UnsetType = UNSET


class FieldOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The account's own fields in their new order, each once."""

    field_ids: Annotated[list[UUID], Meta(max_length=MOST_FIELDS, description="Their ids.")]


class FieldDeletion(msgspec.Struct, kw_only=True):
    """What becomes of the values."""

    forget_values: Annotated[bool, Meta(description="Delete them; else they stay with people as texts.")] = False


class BeginningView(msgspec.Struct, kw_only=True):
    """What is recorded of people who become contacts, and of whom nothing is said."""

    subscription: Annotated[
        Subscription | None,
        Meta(description="null: nothing is recorded, and the account's sending rules say what that means."),
    ]
    source: Annotated[str, Meta(description="Where such people agreed.")]
    changed_by: Annotated[str, Meta(description="Who set it; empty where nobody did.")]
    changed_at: Annotated[Moment | None, Meta(description="When.")]


class NewBeginning(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to record of people who become contacts from now on."""

    subscription: Annotated[Subscription | None, Meta(description="null: record nothing.")]
    source: Annotated[
        Note,
        Meta(description="Where everybody who is added agrees; needed with `subscribed`.", examples=["the contract"]),
    ] = ""


_NO_FIELD = Can(404, "field_not_found", "the account has no such field of its own")
_BAD = (
    Can(400, "bad_name", "the label or a choice is not one line"),
    Can(403, "bad_choices", "a choice has nothing to choose from, twice the same, or another type has choices"),
    Can(409, "values_unfit", "people have values that do not fit: nothing was done"),
)


@contact_fields.call("GET", "/v1/contact_fields", "listContactFields", scope=Scope.READ)
async def every(rt: Runtime, who: Principal) -> FieldsView:
    """List all fields of contacts.

    Also those that every account has: the number, the phone's status, the subscription.
    """
    return FieldsView([_view(one) for one in await fields.every(rt, who)])


@contact_fields.call(
    "POST",
    "/v1/contact_fields",
    "createContactField",
    scope=Scope.CONTACTS,
    status=201,
    errors=(
        *_BAD,
        Can(400, "bad_variable", "the name is none that a variable may have"),
        Can(409, "field_name_taken", "there is a field of that name"),
        Can(409, "too_many_fields", f"the account has {MOST_FIELDS} fields"),
    ),
)
async def create(rt: Runtime, who: Principal, body: NewField) -> FieldView:
    """Make a field.

    Values that people have under this name already are written as the field writes them. Where one does not fit,
    nothing is done, and the answer names the first ones.
    """
    made = await fields.create(rt, who, body.name, label=body.label or "", kind=body.type, choices=body.choices)
    return _view(made)


@contact_fields.call(
    "PATCH", "/v1/contact_fields/{field_id}", "changeContactField", scope=Scope.CONTACTS, errors=(_NO_FIELD, *_BAD)
)
async def change(rt: Runtime, who: Principal, field_id: Id, body: FieldPatch) -> FieldView:
    """Change a field.

    With another type or other choices all values are read again, as when a field is made.
    """
    choices = None if body.choices is UNSET else body.choices
    asked = FieldChange(body.label or None, body.type or None, choices)
    return _view(await fields.change(rt, who, FieldId(field_id), asked))


@contact_fields.call(
    "PUT",
    "/v1/contact_field_order",
    "orderContactFields",
    scope=Scope.CONTACTS,
    errors=(Can(403, "bad_order", "these are not all fields of the account, each once"),),
)
async def order(rt: Runtime, who: Principal, body: FieldOrder) -> FieldsView:
    """Put the account's own fields in an order."""
    return FieldsView([_view(one) for one in await fields.order(rt, who, [FieldId(one) for one in body.field_ids])])


@contact_fields.call(
    "DELETE",
    "/v1/contact_fields/{field_id}",
    "deleteContactField",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_FIELD,),
)
async def delete(rt: Runtime, who: Principal, field_id: Id, query: FieldDeletion) -> None:
    """Delete a field.

    Its values stay with people as texts unless they are to be forgotten.
    """
    await fields.delete(rt, who, FieldId(field_id), forget_values=query.forget_values)


@contact_fields.call("GET", "/v1/contact_default", "getContactDefault", scope=Scope.READ)
async def beginning(rt: Runtime, who: Principal) -> BeginningView:
    """Get what is recorded of people who become contacts."""
    return _beginning(await fields.beginning(rt, who))


@contact_fields.call(
    "PUT",
    "/v1/contact_default",
    "setContactDefault",
    scope=Scope.CONTACTS,
    errors=(
        Can(400, "bad_name", "the source is not one line"),
        Can(403, "source_needed", "`subscribed` says nothing of where people agree"),
    ),
)
async def begin_with(rt: Runtime, who: Principal, body: NewBeginning) -> BeginningView:
    """Set what is recorded of people who become contacts.

    It counts for people whom the account adds from now on, by hand, by a call or by a file that says nothing of them.
    `subscribed` does not count for who comes by a text or by a form of a web page.
    """
    return _beginning(await fields.begin_with(rt, who, body.subscription, source=body.source))


def _view(one: Field) -> FieldView:
    return FieldView(
        id=one.id,
        name=one.name,
        label=one.label,
        type=one.type,
        choices=list(one.choices),
        is_built_in=one.is_built_in,
    )


def _beginning(one: Beginning) -> BeginningView:
    return BeginningView(
        subscription=one.subscription, source=one.source, changed_by=one.changed_by, changed_at=one.changed_at
    )
