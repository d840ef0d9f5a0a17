"""Contacts: people with their variables and statuses, whatever lists they are in (R89, R142-R144)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, CountryCode, Id, Moment, Next, Note, Paging, Recipient, Variables
from cablegram.api.operation import Can, Export, Resource
from cablegram.api.paging import cut
from cablegram.audiences import people as filtered
from cablegram.audiences.filter_model import LONGEST_TEXT, Kind, Op, Trait
from cablegram.contacts import exporting, people
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.people import Change
from cablegram.runtime.runtime import Runtime

contacts = Resource("Contacts", "People: their variables, whether their phone takes texts, and what they said.")

# The second one of the example of a contact file: the first is the example of sending.
NumberInPath = Annotated[
    str, Meta(description="A telephone number, best with plus and country code.", examples=["+447700900123"])
]
PhoneStatusField = Annotated[
    PhoneStatus,
    Meta(
        description="Whether the number is worth trying: `active`; `bounced`, a carrier said that it does not exist or "
        "takes no texts; `paused` by hand."
    ),
]
_SUBSCRIPTION = (
    "What the person said of marketing: `subscribed`, `not_subscribed`, `none` (it is recorded that nothing is known)"
)


class ContactView(msgspec.Struct, kw_only=True):
    """A contact."""

    id: Id
    number: Annotated[str, Meta(description="The number, in E.164.", examples=["+34600000118"])]
    country: CountryCode
    variables: Annotated[dict[str, str], Meta(description="Values by column.", examples=[{"first_name": "Inés"}])]
    phone_status: PhoneStatusField
    subscription: Annotated[
        Subscription | None,
        Meta(
            description=f"{_SUBSCRIPTION}; null: nobody ever recorded anything, and the account's rules say what then."
        ),
    ]
    subscription_source: Annotated[
        str | None, Meta(description="Where the person said so.", examples=["web shop, checkbox at checkout"])
    ]
    subscription_at: Annotated[Moment | None, Meta(description="When that was recorded.")]
    created_at: Moment
    updated_at: Moment


class ContactPage(msgspec.Struct):
    """Contacts, newest first."""

    items: list[ContactView]
    next: Next


class ContactFilter(Paging):
    """Which contacts are wanted."""

    phone_status: PhoneStatusField | UnsetType = UNSET
    subscription: (
        Annotated[
            Literal["subscribed", "not_subscribed", "none", "unrecorded"],
            Meta(description=f"{_SUBSCRIPTION}, or `unrecorded`: nobody ever recorded anything."),
        ]
        | UnsetType
    ) = UNSET

    def statuses(self) -> tuple[PhoneStatus | None, Subscription | Literal["unrecorded"] | None]:
        """Return the statuses asked for; None: all."""
        said = self.subscription or None
        if said is None or said == people.UNRECORDED:
            return self.phone_status or None, said
        return self.phone_status or None, Subscription(said)


class ContactQuery(ContactFilter):
    """Which contacts are wanted, by a filter too."""

    filter: (
        Annotated[
            str,
            Meta(
                max_length=LONGEST_TEXT,
                pattern=NO_NULL,
                description="A filter as segments have it: `city = Madrid and delivered in last 30 days`.",
                examples=["country = ES and subscription = subscribed"],
            ),
        ]
        | UnsetType
    ) = UNSET
    with_contact_lists: (
        Annotated[bool, Meta(description="As CSV: with a column that names the lists that each is on.")] | UnsetType
    ) = UNSET

    def traits(self) -> list[Trait]:
        """Return the statuses asked for as parts of a filter."""
        asked = (("phone", self.phone_status), ("subscription", self.subscription))
        return [
            Trait(subject, Op.IS, (str(status),), kind=Kind.STATUS) for subject, status in asked if status is not UNSET
        ]


class ContactChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a contact; what is left out stays."""

    number: Recipient | UnsetType = UNSET
    phone_status: PhoneStatusField | UnsetType = UNSET
    subscription: Annotated[Subscription, Meta(description=f"{_SUBSCRIPTION}.")] | UnsetType = UNSET
    source: Annotated[
        Note,
        Meta(description="Where the person said so; needed with `subscribed`.", examples=["by telephone, 3 May"]),
    ] = ""
    variables: Variables | UnsetType = UNSET


BAD_FILTER = (
    Can(403, "filter_empty", "the filter says nothing"),
    Can(403, "filter_syntax", "something stands where something else should; the message says where"),
    Can(403, "filter_unknown_field", "nobody has such a field; the message names the nearest"),
    Can(403, "filter_unknown_name", "there is no such list, tag, program or campaign"),
    Can(403, "filter_bad_operator", "this can't be asked in this way"),
    Can(403, "filter_bad_value", "a value does not fit what it is compared with"),
    Can(403, "filter_too_deep", "groups stand in one another on more than 10 levels"),
    Can(403, "filter_too_large", "there are more than 50 conditions or 5,000 characters"),
    Can(503, "filter_slow", "it has to look at too much to be answered in time"),
)
_NO_NUMBER = Can(403, "number_invalid", "no such number can exist")
_NO_CONTACT = Can(404, "contact_not_found", "the account has no contact of that number")


def _csv(rt: Runtime, who: Principal, *, with_contact_lists: bool | UnsetType) -> AsyncIterator[bytes]:
    return exporting.export_all_csv(rt, who, with_contact_lists=bool(with_contact_lists))


_EXPORT = Export(
    "text/csv",
    "All contacts as CSV: number, their variables, and with `with_contact_lists` the names of their lists. It can be "
    "imported again.",
    "contacts.csv",
    _csv,
    takes=("with_contact_lists",),
)


@contacts.call("GET", "/v1/contacts", "listAllContacts", scope=Scope.READ, errors=BAD_FILTER, export=_EXPORT)
async def page(rt: Runtime, who: Principal, query: ContactQuery) -> ContactPage:
    """List the account's contacts.

    Newest first, of all statuses or of one, and of those whom a filter finds. With `Accept: text/csv` all of them as a
    file; `POST /v1/exports` makes it as a job, of a list or of everybody, also as a workbook.
    """
    if query.filter:
        some = await filtered.page(
            rt, who, query.filter, also=query.traits(), after=query.after or None, limit=query.limit + 1
        )
        items, following = cut([one.contact for one in some], "/v1/contacts", query)
        return ContactPage([view(one) for one in items], following)
    phone_status, subscription = query.statuses()
    found = await people.page(
        rt,
        who,
        phone_status=phone_status,
        subscription=subscription,
        after=query.after or None,
        limit=query.limit + 1,
    )
    items, following = cut(found, "/v1/contacts", query)
    return ContactPage([view(one) for one in items], following)


@contacts.call("GET", "/v1/contacts/{number}", "getContact", scope=Scope.READ, errors=(_NO_NUMBER, _NO_CONTACT))
async def get(rt: Runtime, who: Principal, number: NumberInPath) -> ContactView:
    """Get one contact."""
    return view(await people.get(rt, who, number))


@contacts.call(
    "PATCH",
    "/v1/contacts/{number}",
    "changeContact",
    scope=Scope.CONTACTS,
    errors=(
        _NO_NUMBER,
        _NO_CONTACT,
        Can(400, "bad_name", "the source is not one line"),
        Can(403, "source_needed", "`subscribed` says nothing of where the person agreed"),
        Can(403, "bad_variable", "a variable has a name that none may have"),
        Can(409, "contact_number_taken", "another contact has that number"),
    ),
)
async def change(rt: Runtime, who: Principal, number: NumberInPath, body: ContactChange) -> ContactView:
    """Change a contact: number, statuses, variables.

    Another number is active again. Variables that are given change, the others stay. The blacklist goes by numbers and
    is not touched.
    """
    asked = Change(
        number=body.number or None,
        phone_status=body.phone_status or None,
        subscription=body.subscription or None,
        source=body.source,
        variables=body.variables or None,
    )
    return view(await people.change(rt, who, number, asked))


def view(one: Contact) -> ContactView:
    """Show a contact."""
    return ContactView(
        id=one.id,
        number=f"+{one.number}",
        country=one.country,
        variables=one.variables,
        phone_status=one.phone_status,
        subscription=one.subscription,
        subscription_source=one.subscription_source,
        subscription_at=one.subscription_at,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )
