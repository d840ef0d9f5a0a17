"""Senders: what may stand in `from`. The operator grants them; an account says how its numbers answer (R58-R62)."""

from __future__ import annotations

from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import BadRequest
from cablegram.api.fields import NO_NULL, SENDER_FORM, HomeCountry, Id, Moment, Next, Paging
from cablegram.api.operation import Can, File, Resource, Upload
from cablegram.api.paging import cut
from cablegram.kit.ids import ConnectorId, SenderId
from cablegram.numbers.countries import COUNTRIES
from cablegram.runtime.runtime import Runtime
from cablegram.senders import change as changing
from cablegram.senders import grant, importing
from cablegram.senders.change import LONGEST_ANSWER, LONGEST_WORD, MOST_WORDS, Change
from cablegram.senders.grant import MOST_CONNECTORS, NewSender
from cablegram.senders.model import Capability, Filter, Kind, NumberType
from cablegram.senders.model import Sender as Granted

senders = Resource("Senders", "What may stand in `from`: numbers, short codes, names; and how numbers answer.")

T = TypeVar("T")
_RENAMED = {"number_type": "type"}
Address = Annotated[
    str,
    Meta(
        max_length=20,
        pattern=SENDER_FORM,
        description="3 to 15 digits, or a name of up to 11 letters, digits and spaces with a letter among them.",
        examples=["+34600000118"],
        extra={
            "form": "3 to 15 digits, or up to 11 letters, digits and spaces with a letter among them",
            "codes": {"wrong_value": "sender_invalid", "too_long": "sender_invalid"},
        },
    ),
]
Type = Annotated[NumberType, Meta(description="Of a number: local, national, mobile or toll_free.")]
Capabilities = Annotated[
    list[Capability], Meta(min_length=1, max_length=3, description="What it can carry; a name carries sms alone.")
]
Carriers = Annotated[
    list[UUID],
    Meta(
        max_length=MOST_CONNECTORS, description="The connectors that can carry it; none: any that the account may use."
    ),
]
Answering = Annotated[bool, Meta(description="Whether each text to it is answered with `autoresponder_text`.")]
AnswerText = Annotated[
    str,
    Meta(
        max_length=LONGEST_ANSWER,
        pattern=NO_NULL,
        description="The one text that everybody who writes to it gets; charged as any message.",
        examples=["Nobody reads this number. Call +34 910 000 000."],
        extra={
            "form": "text without null characters",
            "codes": {"too_long": "autoresponder_text_too_long", "wrong_value": "bad_character"},
        },
    ),
]
Stopping = Annotated[
    bool,
    Meta(
        description="Whether STOP, written to it, puts whoever wrote on the blacklist and is confirmed with one text."
    ),
]
StopWords = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=LONGEST_WORD, pattern=NO_NULL, examples=["ENOUGH"])]],
    Meta(
        max_length=MOST_WORDS,
        description="Words that opt out besides the usual ones, where `stop_words_enabled`; as the whole text.",
    ),
]
HelpText = Annotated[
    str,
    Meta(
        max_length=LONGEST_ANSWER,
        pattern=NO_NULL,
        description="What HELP gets, charged as any message; empty: HELP is a text like any other.",
        examples=["Acme: offers twice a month. Call +34 910 000 000. Reply STOP to end."],
        extra={
            "form": "text without null characters",
            "codes": {"too_long": "help_text_too_long", "wrong_value": "bad_character"},
        },
    ),
]
Naming = Annotated[bool, Meta(description="Whether the name of who writes to it is looked up (CNAM).")]
IsDefault = Annotated[bool, Meta(description="Whether it is the one that messages without `from` get.")]


class NewSenderBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A sender to give to the account. What is left out is read off the number, where it can be."""

    address: Address
    number_type: Type | None = None
    country: HomeCountry | None = None
    capabilities: Capabilities = msgspec.field(default_factory=lambda: [Capability.SMS])
    connector_ids: Carriers = msgspec.field(default_factory=list[UUID])
    is_default: IsDefault = False


class SenderChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """What to change of a sender; what is left out stays. Type, country and what carries it are the operator's."""

    autoresponder_enabled: Answering | UnsetType = UNSET
    autoresponder_text: AnswerText | UnsetType = UNSET
    stop_words_enabled: Stopping | UnsetType = UNSET
    cnam_enabled: Naming | UnsetType = UNSET
    stop_words: StopWords | UnsetType = UNSET
    help_text: HelpText | UnsetType = UNSET
    is_default: (
        Annotated[
            bool, Meta(description="True makes it the default; false leaves the account without one, if it is this.")
        ]
        | UnsetType
    ) = UNSET
    number_type: Type | UnsetType = UNSET
    country: HomeCountry | UnsetType = UNSET
    capabilities: Capabilities | UnsetType = UNSET
    connector_ids: Carriers | UnsetType = UNSET


class SenderView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A sender of the account."""

    id: Id
    address: Annotated[str, Meta(description="Digits without plus, or a name.", examples=["34600000118"])]
    kind: Annotated[Kind, Meta(description="What it is, to a network.")]
    number_type: Annotated[NumberType | None, Meta(description="Of a number, its type.")]
    country: Annotated[
        str | None,
        Meta(
            description="Of a number or short code, its country: two letters, 001 for numbers of none; null: unknown. "
            "A short code reaches its own country only, one of unknown country all of them.",
            examples=["ES"],
        ),
    ]
    capabilities: Annotated[list[Capability], Meta(description="What it can carry.")]
    connector_ids: Annotated[list[UUID], Meta(description="The connectors that can carry it; none: any.")]
    autoresponder_enabled: Answering
    autoresponder_text: Annotated[str, Meta(description="What is answered.")]
    stop_words_enabled: Stopping
    cnam_enabled: Naming
    stop_words: Annotated[list[str], Meta(description="Words of its own that opt out.")]
    help_text: Annotated[str, Meta(description="What HELP gets; empty: nothing.")]
    is_default: IsDefault
    created_at: Moment
    used_at: Annotated[Moment | None, Meta(description="When it was last chosen where several could be.")]


class SenderPage(msgspec.Struct):
    """Senders, newest first."""

    items: list[SenderView]
    next: Next


class SenderFilter(Paging):
    """Which senders are wanted."""

    kind: Annotated[Kind, Meta(description="Of this kind.")] | UnsetType = UNSET
    type: Annotated[NumberType, Meta(description="Numbers of this type.")] | UnsetType = UNSET
    country: HomeCountry | UnsetType = UNSET
    address: Address | UnsetType = UNSET


class SendersImported(msgspec.Struct):
    """What a file brought."""

    added: Annotated[int, Meta(description="Senders that are new.")]
    updated: Annotated[int, Meta(description="Those that were there, and are now as the file says.")]


_NUMBER = r"\+?[1-9][0-9]{7,14}|[1-9][0-9]{2,6}|[A-Za-z][A-Za-z0-9 ]{0,9}[A-Za-z0-9]"
_REST = (
    rf"(?:{'|'.join(sorted(COUNTRIES))})?,(?:{'|'.join(NumberType)})?,(?:sms(?: mms)?(?: voice)?)?,"
    r"[A-Za-z0-9 ]{0,40},[A-Za-z0-9 ]{0,40}"
)
SENDER_FILE = File(
    media_type="text/csv",
    description="CSV in UTF-8. The first line names the columns: `number`, and any of `country`, `type`, "
    "`capabilities`, `connector`, `account`, the last two by name. What is empty is read off the number, where it can "
    "be; no account is the one that calls. At most 10 MB.",
    pattern=rf"^number,country,type,capabilities,connector,account(?:\r?\n(?:{_NUMBER}),{_REST})+(?:\r?\n)?$",
    example="number,country,type,capabilities,connector,account\n+34600000118,ES,mobile,sms,,\nAcme,,,sms,,\n",
    most_bytes=importing.MOST_BYTES,
)

_NO_SENDER = Can(404, "sender_not_found", "the account has no such sender")
_WRONG = (
    Can(403, "sender_number_unknown", "the number fits no numbering plan, and its type or country is not given"),
    Can(403, "sender_country_wrong", "the country has another dialing code"),
    Can(403, "sender_type_wrong", "a short code or a name is given a type, or a name a country"),
    Can(403, "sender_country_needed", "a short code needs its country, unless the simulated carrier alone carries it"),
    Can(403, "sender_capabilities_wrong", "a name carries more than texts"),
    Can(404, "connector_not_found", "the account can use no such connector"),
)


@senders.call("GET", "/v1/senders", "listSenders", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: SenderFilter) -> SenderPage:
    """List senders.

    Newest first, and only those that all given filters fit.
    """
    wanted = Filter(query.kind or None, query.country or None, query.type or None, query.address or None)
    found = await grant.page(rt, who, wanted=wanted, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/senders", query)
    return SenderPage([_view(one) for one in items], following)


@senders.call(
    "POST",
    "/v1/senders",
    "addSender",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(
        Can(403, "sender_invalid", "the word `any` can be no sender: it means any of them"),
        *_WRONG,
        Can(409, "sender_exists", "the account has it already"),
        Can(409, "sender_taken", "the number is another account's"),
    ),
)
async def add(rt: Runtime, who: Principal, body: NewSenderBody) -> SenderView:
    """Give the account a sender.

    Only the operator does so, except what is registered on connectors of the account's own: those it names itself in
    `connector_ids`, and no others. Type and country of a number are read off its plan where they are not given.
    """
    new = NewSender(
        address=body.address,
        number_type=body.number_type,
        country=body.country,
        capabilities=body.capabilities,
        connector_ids=[ConnectorId(one) for one in body.connector_ids],
        is_default=body.is_default,
    )
    return _view(await grant.add(rt, who, new))


@senders.call("GET", "/v1/senders/{sender_id}", "getSender", scope=Scope.READ, errors=(_NO_SENDER,))
async def get(rt: Runtime, who: Principal, sender_id: Id) -> SenderView:
    """Get one sender."""
    return _view(await grant.get(rt, who, SenderId(sender_id)))


@senders.call(
    "PATCH",
    "/v1/senders/{sender_id}",
    "changeSender",
    scope=Scope.ACCOUNT,
    errors=(
        _NO_SENDER,
        Can(400, "autoresponder_text_too_long", "the auto-reply has over 1,600 characters"),
        Can(400, "help_text_too_long", "the help text has over 1,600 characters"),
        Can(403, "bad_answer_word", "a stop word has neither letter nor digit"),
        Can(403, "autoresponder_text_needed", "the auto-reply is on and has no text"),
        Can(403, "sender_hears_nothing", "nobody can write back to a name"),
        *_WRONG,
    ),
)
async def change(rt: Runtime, who: Principal, sender_id: Id, body: SenderChange) -> SenderView:
    """Change a sender.

    The account says how it answers; what it is and what carries it, only the operator.
    """
    wanted = Change(
        autoresponder_enabled=_given(body.autoresponder_enabled),
        autoresponder_text=_given(body.autoresponder_text),
        stop_words_enabled=_given(body.stop_words_enabled),
        cnam_enabled=_given(body.cnam_enabled),
        stop_words=_given(body.stop_words),
        help_text=_given(body.help_text),
        is_default=_given(body.is_default),
        number_type=_given(body.number_type),
        country=_given(body.country),
        capabilities=_given(body.capabilities),
        connector_ids=None if body.connector_ids is UNSET else [ConnectorId(one) for one in body.connector_ids],
    )
    return _view(await changing.change(rt, who, SenderId(sender_id), wanted))


@senders.call(
    "DELETE",
    "/v1/senders/{sender_id}",
    "removeSender",
    scope=Scope.ACCOUNT,
    status=204,
    errors=(_NO_SENDER, Can(409, "sender_rented", "its number is rented, and goes by being released")),
)
async def remove(rt: Runtime, who: Principal, sender_id: Id) -> None:
    """Take a sender away from the account.

    Messages that were accepted before go out from it; answers to them belong to nobody. A running campaign that names
    it pauses before its next person and says why.
    """
    await grant.remove(rt, who, SenderId(sender_id))


@senders.call(
    "POST",
    "/v1/senders/import",
    "importSenders",
    scope=Scope.OPERATOR,
    errors=(
        Can(400, "bad_sender_file", "the first line does not name the columns, `number` first"),
        Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
        Can(403, "bad_sender_file", "lines are bad; each is named"),
    ),
    file=SENDER_FILE,
)
async def put(rt: Runtime, who: Principal, upload: Upload) -> SendersImported:
    """Take senders from a CSV file.

    All of them or none. One that an account has already becomes what the file says, and answers as before.
    """
    data = b"".join([piece async for piece in upload])
    if not importing.has_header(data):
        raise BadRequest("bad_sender_file", "The first line of the file must name the columns, `number` first.")
    done = await importing.import_csv(rt, who, data)
    return SendersImported(done.added, done.updated)


def _given(value: T | UnsetType) -> T | None:
    return None if value is UNSET else value


def _view(one: Granted) -> SenderView:
    settings = one.settings
    return SenderView(
        id=one.id,
        address=one.address,
        kind=one.kind,
        number_type=one.number_type,
        country=one.country,
        capabilities=list(one.capabilities),
        connector_ids=list(one.connector_ids),
        autoresponder_enabled=settings.autoresponder_enabled,
        autoresponder_text=settings.autoresponder_text,
        stop_words_enabled=settings.stop_words_enabled,
        cnam_enabled=settings.cnam_enabled,
        stop_words=list(settings.stop_words),
        help_text=settings.help_text,
        is_default=one.is_default,
        created_at=one.created_at,
        used_at=one.used_at,
    )
