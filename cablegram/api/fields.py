r"""The fields that several calls share: what they are, what they may hold, and how they are explained.

Patterns are read by msgspec (Python) and published in the schema (ECMA 262), so they keep to what both understand;
`\Z`, which the schema writes as `$`, ends a text where Python's `$` would allow one more line end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.kit.errors import Fault
from cablegram.numbers import e164
from cablegram.numbers.countries import COUNTRIES
from cablegram.senders.usable import MOST_SENDERS

# One line of text: no control characters, no line or paragraph separators (kit/names.py says the same).
_LINE = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]"
_SPACES = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SHOWN = rf"[^\u0000-\u001f\u007f-\u009f\u2028\u2029{_SPACES}]"

NO_NULL = r"^[^\u0000]*\Z"
# Words with something in them that can be seen.
WORDS = r"^[^\u0000]*[^\s\u0000][^\u0000]*\Z"
ONE_LINE = rf"^{_LINE}*\Z"
NAME_LINE = rf"^{_LINE}*{_SHOWN}{_LINE}*\Z"
# Digits, and whatever people write between them; how long the number may be, its country's plan says.
NUMBER_FORM = r"^[^0-9A-Za-z]*(?:[0-9][^0-9A-Za-z]*){5,15}\Z"
# As in senders/address.py: digits, or letters, digits and spaces with a letter among them.
SENDER_FORM = r"^ *(?:\+?[0-9]{3,15}|(?=[0-9 ]*[A-Za-z])[A-Za-z0-9 ]{1,11}) *\Z"


def _why_no_number(text: str) -> Fault | None:
    (found,) = e164.parse_many([text])
    return Fault("", found.code, found.message) if isinstance(found, e164.BadNumber) else None


Id = Annotated[UUID, Meta(description="A UUIDv7: sorts by the moment it was made in.")]
Moment = Annotated[datetime, Meta(tz=True, description="When, in UTC (RFC 3339).", examples=["2026-11-22T09:30:00Z"])]
Credits = Annotated[int, Meta(description="Micro-credits: 1,000,000 is one credit.", examples=[850000])]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=NAME_LINE,
        description="A name, unique in the account whatever its capitals; one line.",
        extra={"form": "one line that is not empty", "codes": dict.fromkeys(("too_short", "wrong_value"), "bad_name")},
    ),
]
Note = Annotated[
    str,
    Meta(
        max_length=500,
        pattern=ONE_LINE,
        description="A description for people; one line.",
        extra={"form": "one line", "codes": {"wrong_value": "bad_name"}},
    ),
]
CountryCode = Annotated[
    str,
    Meta(description="Two letters of ISO 3166; 001 for numbers of no country.", examples=["ES"]),
]
HomeCountry = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{'|'.join(sorted(COUNTRIES))})\Z",
        description="Two letters of ISO 3166, capitals.",
        examples=["ES"],
        extra_json_schema={"enum": sorted(COUNTRIES)},  # which the schema gives in place of the pattern
        extra={
            "form": "two capital letters of ISO 3166, such as ES",
            "codes": {"wrong_value": "unknown_country"},
        },
    ),
]
Recipient = Annotated[
    str,
    Meta(
        max_length=64,
        pattern=NUMBER_FORM,
        description="Whom the message is for: a telephone number, best with plus and country code (E.164). Without, it "
        "is read as a number of the account's default country.",
        examples=["+34600000118"],
        extra={
            "explain": _why_no_number,
            "form": "a telephone number such as +34600000118",
            "codes": {"wrong_value": "number_invalid", "too_long": "number_too_long"},
        },
    ),
]
Sender = Annotated[
    str,
    Meta(
        max_length=20,
        pattern=SENDER_FORM,
        description="What the message comes from: 3 to 15 digits, or up to 11 letters, digits and spaces with a letter "
        "among them; `any` leaves the choice among all that the account has. May be left out where it has a default.",
        examples=["Acme"],
        extra={
            "form": "3 to 15 digits, or up to 11 letters, digits and spaces with a letter among them",
            "codes": {"wrong_value": "sender_invalid", "too_long": "sender_invalid"},
        },
    ),
]
Senders = Annotated[
    list[Sender],
    Meta(
        min_length=1,
        max_length=MOST_SENDERS,
        description="Several, of which each message gets one: the one that its person talks with, one of the "
        "destination's country, whoever's turn it is.",
        examples=[["34600000118", "34600000119"]],
    ),
]
Reference = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=NO_NULL,
        description="Your own name for the message; given back with it, and messages can be found by it.",
        examples=["booking-17"],
    ),
]
Variables = Annotated[
    dict[
        Annotated[str, Meta(max_length=60, pattern=NO_NULL)],
        Annotated[str, Meta(max_length=10_000, pattern=NO_NULL, examples=["Inés"], description="A value.")],
    ],
    Meta(max_length=100, description="Values of the template's variables, by name.", examples=[{"first_name": "Inés"}]),
]
SmartEncoding = Annotated[
    bool,
    Meta(
        description="Replace what makes the text Unicode: clever quotation marks, dashes and spaces always; letters by "
        "their look-alikes (á by a) only where the whole text becomes GSM 03.38 by it."
    ),
]
Shorten = Annotated[
    bool,
    Meta(
        description="Replace its http and https links by short ones, each message's own, which tell who opened them. "
        "Their length is the same for everybody, so the price is known before."
    ),
]
MediaUrl = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2_000,
        pattern=r"^https?://[\x21-\x7e]+\Z",
        description="The address of a picture that goes with the text (MMS): JPG, GIF or PNG, at most 450,000 bytes, "
        "which everybody can fetch. Only on connectors that carry pictures.",
        examples=["https://example.com/menu.jpg"],
        extra={
            "form": "an address of the web, such as https://example.com/menu.jpg",
            "codes": {"wrong_value": "address_invalid", "too_long": "address_invalid"},
        },
    ),
]
Next = Annotated[
    str | None,
    Meta(
        description="The address of the next page; null where this is the last one.",
        examples=["/v1/messages?limit=50&after=0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"],
    ),
]


class Paging(msgspec.Struct, kw_only=True):
    """How much of a list is wanted, and from where."""

    limit: Annotated[int, Meta(ge=1, le=100, description="How many items at most.")] = 50
    after: (
        Annotated[UUID, Meta(description="The id of the last item seen: the page starts behind it.")]
        | msgspec.UnsetType
    ) = msgspec.UNSET


class Places(msgspec.Struct, kw_only=True):
    """How much of a list that stands still is wanted, from which place on, and in which order."""

    limit: Annotated[int, Meta(ge=1, le=100, description="How many items at most.")] = 50
    skip: Annotated[int, Meta(ge=0, le=1_000_000, description="How many items to leave out at the beginning.")] = 0
    order: Annotated[Literal["asc", "desc"], Meta(description="Upwards or downwards.")] = "asc"
