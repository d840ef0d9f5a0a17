"""Stores: open one, read it, change its texts, callback and keywords; logins for programs; the operator's switches."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, ONE_LINE, Id, Moment, Name, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.kit.ids import UserId
from cablegram.runtime.runtime import Runtime
from cablegram.stores import changing, finding, opening
from cablegram.stores.changing import Change
from cablegram.stores.finding import Shown, Whole
from cablegram.stores.model import PACIFIC, Keyword, KeywordKind, NewStore, OptIn, Status, StoreState, Text

stores = Resource("Stores", "Audiences of their own, which people join and leave by texting a keyword.")

Phone = Annotated[str, Meta(max_length=40, pattern=ONE_LINE, description="For questions; it stands in the help text.")]
Zone = Annotated[
    str, Meta(max_length=60, pattern=ONE_LINE, description="Of times told to programs.", examples=[PACIFIC])
]
StoreKeyword = Annotated[
    str,
    Meta(
        pattern=r"^(?=[0-9]*[A-Za-z])[A-Za-z0-9]{4,19}\Z",
        description="4 to 19 letters and digits, at least one letter, in any case; nobody else has it.",
        examples=["PIZZA123"],
        extra={"form": "4 to 19 letters and digits with a letter", "codes": {"wrong_value": "bad_keyword"}},
    ),
]
KeywordInPath = Annotated[str, Meta(description="A keyword of the store.", examples=["COUPON"])]
Callback = Annotated[
    str,
    Meta(
        max_length=opening.LONGEST_CALLBACK,
        pattern=NO_NULL,
        description="Where texts of customers are posted to, as form fields; empty: nowhere.",
        examples=["https://example.com/texts"],
    ),
]
Pace = Annotated[int, Meta(ge=1, le=1_000, description="The operator's: texts a second.", examples=[30])]
Words = Annotated[str, Meta(max_length=1_600, pattern=NO_NULL, description="5 to 1,600 characters.")]
Answer = Annotated[str, Meta(max_length=1_600, pattern=NO_NULL, description="Empty: as the other, or one of ours.")]


class StoreTexts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Texts that a store sends by itself; one that is left out stays, or is made from the name."""

    opt_in_request: Words | UnsetType = UNSET
    opt_in_confirmation: Words | UnsetType = UNSET
    opt_out_confirmation: Words | UnsetType = UNSET
    stop: Words | UnsetType = UNSET
    help: Words | UnsetType = UNSET

    def given(self) -> dict[Text, str]:
        """Return those that are given."""
        return {Text(name): text for name, text in msgspec.structs.asdict(self).items() if text is not UNSET}


class NewStoreBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A store to open."""

    name: Name
    keyword: StoreKeyword
    phone: Phone = ""
    time_zone: Zone = PACIFIC
    callback: Callback | None = None
    user_id: Annotated[UUID, Meta(description="Who of the team answers for it; else who opens it.")] | None = None
    texts: Annotated[StoreTexts, Meta(description="Texts of your own.")] = msgspec.field(default_factory=StoreTexts)


class StoreChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    callback: Callback | UnsetType = UNSET
    user_id: Annotated[UUID, Meta(description="Who of the team answers for it.")] | UnsetType = UNSET
    texts: Annotated[StoreTexts, Meta(description="Those to write anew.")] = msgspec.field(default_factory=StoreTexts)
    opt_in: Annotated[OptIn, Meta(description="The operator's: whether who is signed up is asked.")] | UnsetType = UNSET
    duplicate_guard: (
        Annotated[bool, Meta(description="The operator's: the same text to the same customer once in 12 hours.")]
        | UnsetType
    ) = UNSET
    one_off_pace: Pace | UnsetType = UNSET
    campaign_pace: Pace | UnsetType = UNSET


class StoreDecision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether a store may begin."""

    approve: Annotated[bool, Meta(description="False refuses it.")]
    note: Annotated[str, Meta(max_length=500, pattern=ONE_LINE, description="For who asked.")] = ""


class StoreView(msgspec.Struct, kw_only=True):
    """A store."""

    id: Id
    name: Annotated[str, Meta(description="Its name.")]
    keyword: Annotated[str, Meta(description="The primary one, which never changes.", examples=["PIZZA123"])]
    state: Annotated[StoreState, Meta(description="Of one that is not open nothing goes in or out.")]
    opt_in: Annotated[OptIn, Meta(description="Whether who is signed up by API or panel is asked first.")]
    duplicate_guard: Annotated[bool, Meta(description="The same text to the same customer once in 12 hours.")]
    one_off_pace: Annotated[int, Meta(description="Single texts a second.", examples=[1])]
    campaign_pace: Annotated[int, Meta(description="Texts of campaigns a second.", examples=[30])]
    phone: Annotated[str, Meta(description="Its telephone.")]
    time_zone: Annotated[str, Meta(description="The zone of the times that its callback is told.")]
    callback: Annotated[str | None, Meta(description="Where texts of customers are posted to; null: nowhere.")]
    user_id: Annotated[UUID | None, Meta(description="Who of the team answers for it; null: nobody is named.")]
    texts: Annotated[dict[Text, str], Meta(description="What it sends by itself.")]
    new_guests: Annotated[int, Meta(description="Customers who were never asked (1).")]
    opted_in: Annotated[int, Meta(description="Customers who are in (3).")]
    pending: Annotated[int, Meta(description="Customers who have not said YES yet (4).")]
    opted_out: Annotated[int, Meta(description="Customers who are out (5).")]
    note: Annotated[str, Meta(description="What the operator said.")]
    made_by: Annotated[str, Meta(description="Who made it.")]
    made_at: Moment
    decided_at: Moment | None


class StoreKeywordView(msgspec.Struct, kw_only=True):
    """A keyword of a store."""

    keyword: Annotated[str, Meta(description="The keyword, in capitals.")]
    kind: Annotated[KeywordKind, Meta(description="A responder only answers; the others let people in.")]
    in_text: Annotated[str, Meta(description="What a responder answers to customers who are in.")]
    other_text: Annotated[str, Meta(description="What it answers to everybody else.")]


class WholeStore(StoreView, kw_only=True):
    """A store with its keywords and codes."""

    keywords: list[StoreKeywordView]
    marketing_code: Annotated[str | None, Meta(description="Where keywords are texted to; null: the account has none.")]
    communication_codes: Annotated[list[str], Meta(description="What customers talk with, each with one of them.")]


class StorePage(msgspec.Struct):
    """Stores, newest first."""

    items: list[StoreView]
    next: Next


class NewStoreKeyword(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One more keyword of a store."""

    keyword: StoreKeyword
    kind: Annotated[KeywordKind, Meta(description="`opt_in` or `responder`.")] = KeywordKind.RESPONDER
    in_text: Answer = ""
    other_text: Answer = ""


class StoreAnswers(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a responder answers."""

    in_text: Words
    other_text: Words


NO_STORE = Can(404, "store_not_found", "the account has no such store")
_TEXTS = (
    Can(403, "text_too_short", "a text has less than 5 characters"),
    Can(403, "unknown_zone", "there is no such time zone"),
    Can(403, "bad_callback", "the callback is no address of the web"),
    Can(403, "user_not_found", "nobody of the account's team has this id"),
)
_KEYWORDS = (
    Can(403, "keyword_reserved", "the word is read as an answer by every store"),
    Can(409, "keyword_taken", "somebody has the keyword"),
)
_BASE = "/v1/stores"
_ONE = f"{_BASE}/{{store_id}}"


@stores.call("GET", _BASE, "listStores", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> StorePage:
    """List stores.

    Newest first, each with how many customers stand where.
    """
    found = await finding.page(rt, who, after=query.after or None, limit=query.limit + 1)
    views, following = cut([_view(one) for one in found], _BASE, query)
    return StorePage(list(views), following)


@stores.call(
    "POST",
    _BASE,
    "openStore",
    scope=Scope.CONTACTS,
    status=201,
    errors=(*_TEXTS, *_KEYWORDS, Can(403, "store_code_needed", "the account has no number that stores could use")),
)
async def create(rt: Runtime, who: Principal, body: NewStoreBody) -> WholeStore:
    """Open a store.

    By API it is open at once. The account's first store asks people who are signed up for a YES, later ones do not.
    """
    new = NewStore(body.name, body.keyword, body.phone, body.time_zone, body.texts.given(), body.callback)
    new = replace(new, user_id=UserId(body.user_id)) if body.user_id else new
    made = await opening.create(rt, who, new, is_approved=True)
    return _whole(await finding.get(rt, who, made.id))


@stores.call("GET", _ONE, "getStore", scope=Scope.READ, errors=(NO_STORE,))
async def get(rt: Runtime, who: Principal, store_id: Id) -> WholeStore:
    """Get one store."""
    return _whole(await finding.get(rt, who, store_id))


@stores.call("PATCH", _ONE, "changeStore", scope=Scope.CONTACTS, errors=(NO_STORE, *_TEXTS))
async def change(rt: Runtime, who: Principal, store_id: Id, body: StoreChange) -> WholeStore:
    """Change a store.

    `opt_in`, `duplicate_guard` and the paces are the operator's. The primary keyword never changes.
    """
    wanted = Change(
        name=body.name or None,
        phone=None if body.phone is UNSET else body.phone,
        time_zone=None if body.time_zone is UNSET else body.time_zone,
        callback=None if body.callback is UNSET else body.callback,
        user_id=None if body.user_id is UNSET else UserId(body.user_id),
        texts=body.texts.given(),
        opt_in=body.opt_in or None,
        has_guard=None if body.duplicate_guard is UNSET else body.duplicate_guard,
        one_off_pace=None if body.one_off_pace is UNSET else body.one_off_pace,
        campaign_pace=None if body.campaign_pace is UNSET else body.campaign_pace,
    )
    await changing.change(rt, who, store_id, wanted)
    return _whole(await finding.get(rt, who, store_id))


@stores.call(
    "POST",
    f"{_ONE}/decide",
    "decideStore",
    scope=Scope.OPERATOR,
    errors=(NO_STORE, Can(409, "store_decided", "it was decided before")),
)
async def decide(rt: Runtime, who: Principal, store_id: Id, body: StoreDecision) -> StoreView:
    """Approve or refuse a store that was asked for in the panel."""
    made = await opening.decide(rt, who, store_id, is_approved=body.approve, note=body.note)
    return _view(Shown(made, dict.fromkeys(Status, 0)))


@stores.call(
    "POST",
    f"{_ONE}/keywords",
    "addStoreKeyword",
    scope=Scope.CONTACTS,
    status=201,
    errors=(
        NO_STORE,
        *_KEYWORDS,
        Can(403, "text_too_short", "an answer has less than 5 characters"),
        Can(403, "keyword_is_primary", "a store has one primary keyword"),
        Can(409, "too_many_keywords", "the store has a hundred"),
    ),
)
async def add_keyword(rt: Runtime, who: Principal, store_id: Id, body: NewStoreKeyword) -> StoreKeywordView:
    """Give a store one more keyword.

    A responder answers whoever texts it, and changes nobody's status.
    """
    told = {"in_text": body.in_text, "other_text": body.other_text}
    return _keyword(await changing.add_keyword(rt, who, store_id, body.keyword, kind=body.kind, **told))


@stores.call(
    "PUT",
    f"{_ONE}/keywords/{{keyword}}",
    "setStoreAnswers",
    scope=Scope.CONTACTS,
    errors=(
        NO_STORE,
        Can(403, "bad_keyword", "no keyword has that form"),
        Can(403, "keyword_reserved", "the word is read as an answer by every store"),
        Can(403, "text_too_short", "an answer has less than 5 characters"),
        Can(404, "keyword_not_found", "the store has no such responder"),
    ),
)
async def put_answers(
    rt: Runtime, who: Principal, store_id: Id, keyword: KeywordInPath, body: StoreAnswers
) -> StoreKeywordView:
    """Change what a responder answers."""
    told = {"in_text": body.in_text, "other_text": body.other_text}
    return _keyword(await changing.change_answers(rt, who, store_id, keyword, **told))


@stores.call(
    "DELETE",
    f"{_ONE}/keywords/{{keyword}}",
    "removeStoreKeyword",
    scope=Scope.CONTACTS,
    status=204,
    errors=(
        NO_STORE,
        Can(404, "keyword_not_found", "the store has no such keyword"),
        Can(409, "keyword_is_primary", "the primary keyword stays"),
    ),
)
async def remove_keyword(rt: Runtime, who: Principal, store_id: Id, keyword: KeywordInPath) -> None:
    """Give a keyword up; anybody may have it then."""
    await changing.remove_keyword(rt, who, store_id, keyword)


def _view(one: Shown) -> StoreView:
    return StoreView(**_fields(one))


def _whole(one: Whole) -> WholeStore:
    return WholeStore(
        **_fields(one.shown),
        keywords=[_keyword(each) for each in one.keywords],
        marketing_code=one.marketing_code,
        communication_codes=one.communication_codes,
    )


def _fields(one: Shown) -> dict[str, Any]:
    store, counts = one.store, one.counts
    return {
        "id": store.id,
        "name": store.name,
        "keyword": store.keyword,
        "state": store.state,
        "opt_in": store.opt_in,
        "duplicate_guard": store.has_guard,
        "one_off_pace": store.one_off_pace,
        "campaign_pace": store.campaign_pace,
        "phone": store.phone,
        "time_zone": store.time_zone,
        "callback": store.callback,
        "user_id": store.user_id,
        "texts": dict(store.texts),
        "new_guests": counts[Status.GUEST],
        "opted_in": counts[Status.IN],
        "pending": counts[Status.PENDING],
        "opted_out": counts[Status.OUT],
        "note": store.note,
        "made_by": store.made_by,
        "made_at": store.made_at,
        "decided_at": store.decided_at,
    }


def _keyword(one: Keyword) -> StoreKeywordView:
    return StoreKeywordView(keyword=one.keyword, kind=one.kind, in_text=one.in_text, other_text=one.other_text)
