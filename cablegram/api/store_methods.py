"""The methods of `/smapi/rest`, each with the fields and the answer that clients know (R114, Appendix B2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from cablegram.api.store_form import Form
from cablegram.api.store_xml import Element
from cablegram.billing.prices import Prices
from cablegram.campaigns import at_once
from cablegram.campaigns.model import NewCampaign
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound
from cablegram.messages.media import Media
from cablegram.runtime.runtime import Runtime
from cablegram.stores import changing, codes, credentials, customers, opening, reports, sending, texts
from cablegram.stores.changing import Change
from cablegram.stores.credentials import Caller, NewCredential
from cablegram.stores.customers import SignUp
from cablegram.stores.model import Customer, KeywordKind, Line, NewStore, Status
from cablegram.stores.posting import short
from cablegram.stores.reports import Span, Which
from cablegram.stores.sending import Letter, Sent

_MOST_OFFSET = 1_000_000
_YES = frozenset({"1", "true", "yes", "y", "on"})
_NO = frozenset({"", "0", "false", "no", "n", "off"})


@dataclass(frozen=True, slots=True)
class Tools:
    """What all calls of a process share."""

    rt: Runtime
    media: Media
    prices: Prices


@dataclass(frozen=True, slots=True)
class Call:
    """A call: who calls for which store, with what, and from where."""

    tools: Tools
    caller: Caller
    form: Form
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call is answered when it went well."""

    content: Sequence[Element] = ()
    message: str = "ok"


Method = Callable[[Call], Awaitable[Reply]]


async def send_sms(call: Call) -> Reply:
    """Send a text to a customer who is in."""
    tools, caller = call.tools, call.caller
    sent = await sending.send(
        tools.rt,
        caller.who,
        caller.store.id,
        call.form.number("phone_number"),
        _letter(call.form),
        media=tools.media,
        prices=tools.prices,
    )
    return Reply(_sent(call, sent))


async def opt_in_and_send(call: Call) -> Reply:
    """Send a text to somebody, who is signed up first if need be."""
    tools, caller = call.tools, call.caller
    sent = await sending.opt_in_and_send(
        tools.rt,
        caller.who,
        caller.store.id,
        _sign_up(call),
        _letter(call.form),
        media=tools.media,
        prices=tools.prices,
    )
    message = "the customer was asked to opt in; the message is sent after the YES" if sent.is_kept else "ok"
    return Reply(_sent(call, sent), message)


async def send_campaign(call: Call) -> Reply:
    """Send a text to all customers who are in, under a name that no other campaign has; it goes out from now on."""
    rt, who, form = call.tools.rt, call.caller.who, call.form
    name, letter = form.need("name"), _letter(form)
    texts.read(letter.text, field="message")
    async with rt.db.connection() as conn:
        sender = await codes.marketing(conn, who.account_id)
    new = NewCampaign(
        name=name,
        list_ids=(),
        program_id=call.caller.store.id,
        all_subscribers=True,
        # The words are meant as they stand: braces in them are none of a template's.
        text="{{ message }}",
        variables={"message": letter.text},
        sender=sender.address,
        media_url=letter.media_url,
    )
    await at_once.send(rt, who, new)
    return Reply(message="the campaign is getting dispatched")


async def opt_in(call: Call) -> Reply:
    """Sign somebody up."""
    caller, tools = call.caller, call.tools
    found = await customers.opt_in(tools.rt, caller.who, caller.store.id, _sign_up(call), prices=tools.prices)
    return Reply([_customer(call, found)])


async def opt_out(call: Call) -> Reply:
    """Take somebody out."""
    caller, tools = call.caller, call.tools
    number = call.form.number("phone_number")
    found = await customers.opt_out(
        tools.rt, caller.who, caller.store.id, number, prices=tools.prices, source="optoutcustomer"
    )
    return Reply([_customer(call, found)])


async def customer_info(call: Call) -> Reply:
    """Look somebody up."""
    caller = call.caller
    found = await customers.get(call.tools.rt, caller.who, caller.store.id, call.form.number("phone_number"))
    return Reply([_customer(call, found)])


async def customers_by_status(call: Call) -> Reply:
    """List the customers of one status."""
    caller, form = call.caller, call.form
    found = await customers.page(
        call.tools.rt,
        caller.who,
        caller.store.id,
        status=_status(form.need("status").strip()),
        offset=form.whole("offset", default=0, most=_MOST_OFFSET),
        limit=form.whole("count", default=100, most=customers.MOST_AT_ONCE),
    )
    return Reply([Element("customers", [_customer(call, one) for one in found])])


async def messages_by_mobile(call: Call) -> Reply:
    """List what went between the store and one number."""
    return await _lines(call, Which.BOTH, call.form.number("phone_number"))


async def inbound_messages(call: Call) -> Reply:
    """List what customers wrote."""
    return await _lines(call, Which.INBOUND, None)


async def outbound_messages(call: Call) -> Reply:
    """List what was written to customers."""
    return await _lines(call, Which.OUTBOUND, None)


async def set_callback(call: Call) -> Reply:
    """Say where texts of customers are posted to; an empty one: nowhere."""
    caller = call.caller
    wanted = Change(callback=call.form.get("callback"))
    changed = await changing.change(call.tools.rt, caller.who, caller.store.id, wanted)
    return Reply([Element("callback", changed.callback or "")])


async def get_callback(call: Call) -> Reply:
    """Tell where texts of customers are posted to."""
    return Reply([Element("callback", call.caller.store.callback or "")])


async def is_keyword_available(call: Call) -> Reply:
    """Tell whether a keyword is free: 1, else 0."""
    keyword, is_free = await changing.is_free(call.tools.rt, call.caller.who, call.form.need("keyword"))
    return Reply([Element("keyword", keyword), Element("availability", "1" if is_free else "0")])


async def create_keyword(call: Call) -> Reply:
    """Take one more keyword: by `autoresponder` one that answers, with those words or ours, else one to opt in."""
    caller, said = call.caller, call.form.get("autoresponder")
    is_responder = said.lower() not in _NO
    words = said if is_responder and said.lower() not in _YES else ""
    made = await changing.add_keyword(
        call.tools.rt,
        caller.who,
        caller.store.id,
        call.form.need("keyword"),
        kind=KeywordKind.RESPONDER if is_responder else KeywordKind.OPT_IN,
        in_text=words,
        other_text=words,
    )
    return Reply([Element("keyword", made.keyword)])


async def delete_keyword(call: Call) -> Reply:
    """Give a keyword up."""
    keyword = call.form.need("keyword")
    await changing.remove_keyword(call.tools.rt, call.caller.who, call.caller.store.id, keyword)
    return Reply([Element("keyword", keyword.strip().upper())])


async def change_responder(call: Call) -> Reply:
    """Say what a responder answers; a keyword that nobody has becomes one."""
    caller, form, rt = call.caller, call.form, call.tools.rt
    word, in_text, other_text = form.need("textcode"), form.need("optinmsg"), form.need("nonoptinmsg")
    _, is_free = await changing.is_free(rt, caller.who, word)
    if is_free:
        kind = KeywordKind.RESPONDER
        made = await changing.add_keyword(
            rt, caller.who, caller.store.id, word, kind=kind, in_text=in_text, other_text=other_text
        )
    else:
        told = {"in_text": in_text, "other_text": other_text}
        made = await changing.change_answers(rt, caller.who, caller.store.id, word, **told)
    return Reply([Element("textcode", made.keyword)])


async def create_store(call: Call) -> Reply:
    """Open a store, and a login for it where an address and a password are given."""
    if not call.caller.is_client:
        message = "A new store can only be opened with the client's first login, not with that of a store."
        raise NotAllowed("store_client_needed", message)
    rt, who, form = call.tools.rt, call.caller.who, call.form
    new = NewStore(form.need("storename"), form.need("storeKeyword"), phone=form.get("phonenumber"))
    made = None
    if form.get("emailid") or form.text("password"):
        wanted = NewCredential(
            login=form.get("emailid"),
            password=form.text("password"),
            first_name=form.get("firstname"),
            last_name=form.get("lastname"),
            email=form.get("emailid"),
        )
        made, _ = await credentials.prepare(rt, who, wanted)
    async with rt.db.transaction() as conn:
        store = await opening.make(conn, who, new, is_approved=True, now=rt.clock.now())
        if made is not None:
            await credentials.write(conn, replace(made, store_id=store.id), rt=rt)
    told = {"store-id": str(store.id), "store-name": store.name, "store-phone": store.phone}
    return Reply([Element("store", [Element(name, value) for name, value in told.items()])])


METHODS: Mapping[str, Method] = {
    "sendsmsmsg": send_sms,
    "sendoptinandsms": opt_in_and_send,
    "sendcampaign": send_campaign,
    "optincustomer": opt_in,
    "optoutcustomer": opt_out,
    "getcustomerinfo": customer_info,
    "getcustbystatus": customers_by_status,
    "getcustmsgsbymobile": messages_by_mobile,
    "getinboundmsgs": inbound_messages,
    "getoutboundmsgs": outbound_messages,
    "setcallback": set_callback,
    "getcallback": get_callback,
    "iskeywordavailable": is_keyword_available,
    "createkeyword": create_keyword,
    "deletekeyword": delete_keyword,
    "changestoretextcodemsg": change_responder,
    "createstoreanduser": create_store,
}


def method_of(form: Form) -> Method:
    """Return what a call asks for. Raises InvalidInput (`field_needed`), NotFound (`method_unknown`)."""
    if not form.method:
        raise InvalidInput("field_needed", f"The field method is needed: one of {', '.join(METHODS)}.")
    found = METHODS.get(form.method)
    if found is None:
        raise NotFound("method_unknown", f"There is no such method. There are: {', '.join(METHODS)}.")
    return found


async def _lines(call: Call, which: Which, number: str | None) -> Reply:
    form, store = call.form, call.caller.store
    span = Span(
        form.moment("startdate", store.time_zone, is_end=False),
        form.moment("enddate", store.time_zone, is_end=True),
        form.whole("startcount", default=0, most=reports.MOST_SKIPPED),
        form.whole("msgcount", default=reports.MOST, most=reports.MOST),
    )
    found = await reports.lines(call.tools.rt, call.caller.who, store.id, span, which=which, number=number)
    return Reply([Element("messages", [_line(call, one) for one in found])])


def _line(call: Call, one: Line) -> Element:
    told = {
        "msgID": str(one.id),
        "message": one.text,
        "timestamp": _stamp(call, one.at),
        "msg_direction": "MT" if one.is_ours else "MO",
        "status": one.status,
        "mmsurl": one.media_url or "",
        "custId": str(one.contact_id or ""),
        "custName": one.name,
        "custMobile": short(one.number),
    }
    return Element("msg", [Element(name, value) for name, value in told.items()])


def _letter(form: Form) -> Letter:
    return Letter(form.need("message"), form.get("mmsurl") or None)


def _sign_up(call: Call) -> SignUp:
    form = call.form
    source = f"the login {call.caller.who.name} says so ({form.method})"
    return SignUp(
        form.number("phone_number"), form.get("firstname"), form.get("lastname"), source=source, address=call.address
    )


def _sent(call: Call, sent: Sent) -> list[Element]:
    told = {
        "msgID": str(sent.id),
        "message": sent.letter.text,
        "timestamp": _stamp(call, sent.at),
        "txnid": str(sent.posting_id or sent.id),
        "msg_direction": "MT",
        "user_id": str(call.caller.who.key_id),
    }
    return [*(Element(name, value) for name, value in told.items()), _customer(call, sent.customer)]


def _customer(call: Call, one: Customer) -> Element:
    told = {
        "custId": str(one.contact_id),
        "subacct": str(one.store_id),
        "timestamp": _stamp(call, one.since),
        "optinStatus": str(one.status.value),
        "custName": one.name,
        "custMobile": short(one.number),
    }
    return Element("customer", [Element(name, value) for name, value in told.items()])


def _status(text: str) -> Status:
    known = {str(status.value): status for status in Status}
    if text not in known:
        raise InvalidInput(
            "bad_status", "The field status is 1 (new guest), 3 (opted in), 4 (pending) or 5 (opted out)."
        )
    return known[text]


def _stamp(call: Call, at: datetime) -> str:
    return at.astimezone(ZoneInfo(call.caller.store.time_zone)).isoformat(timespec="seconds")
