"""`cablegram store`: open stores, see and set them, decide about them, sign people up, write to them, make logins."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import table
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ProgramId
from cablegram.messages.media import Media
from cablegram.runtime.runtime import Runtime
from cablegram.stores import changing, codes, credentials, customers, finding, opening, sending
from cablegram.stores.changing import Change
from cablegram.stores.credentials import NewCredential
from cablegram.stores.customers import SignUp
from cablegram.stores.finding import Shown
from cablegram.stores.model import PACIFIC, Customer, KeywordKind, NewStore, OptIn, Status, Store, Text
from cablegram.stores.sending import Letter, Sent

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_Keyword = Annotated[str, Parameter(help="The store's primary keyword, or its id.")]


def create(
    name: str,
    keyword: Annotated[str, Parameter(help="4 to 19 letters and digits; it never changes.")],
    *,
    phone: Annotated[str, Parameter(help="For questions; it stands in the help text.")] = "",
    time_zone: Annotated[str, Parameter(help="Of the times that programs are told.")] = PACIFIC,
    callback: Annotated[str | None, Parameter(help="Where texts of customers are posted to.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Open a store; it is approved at once."""

    async def deed(rt: Runtime) -> Store:
        _, who = await choosing.acting(rt, account)
        new = NewStore(name, keyword, phone, time_zone, callback=callback)
        return await opening.create(rt, who, new, is_approved=True)

    made = act(place, deed)
    say(f"{made.name} is open; people join it by texting {made.keyword}.", _facts(made), as_json=json)


def list_stores(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List an account's stores with their customers, newest first."""

    async def deed(rt: Runtime) -> list[Shown]:
        _, who = await choosing.acting(rt, account)
        return await finding.page(rt, who, limit=1_000)

    found = act(place, deed)
    headings = ("keyword", "name", "state", "opted in", "pending", "opted out")
    rows = [
        (
            one.store.keyword,
            one.store.name,
            one.store.state.value,
            *(str(one.counts[each]) for each in (Status.IN, Status.PENDING, Status.OUT)),
        )
        for one in found
    ]
    text = table(headings, rows, numbers=headings[3:]) if rows else "The account has no store."
    say(text, [_facts(one.store) for one in found], as_json=json)


def set_store(
    store: _Keyword,
    *,
    name: str | None = None,
    phone: str | None = None,
    time_zone: str | None = None,
    callback: Annotated[str | None, Parameter(help="Empty: nothing is posted.")] = None,
    text: Annotated[
        list[str] | None,
        Parameter(negative=(), help="A text it sends by itself, as NAME=WORDS; once for each."),
    ] = None,
    opt_in: Annotated[OptIn | None, Parameter(help="Whether who is signed up is asked for a YES.")] = None,
    guard: Annotated[bool | None, Parameter(negative="--no-guard", help="The same text once in 12 hours.")] = None,
    one_off_pace: Annotated[int | None, Parameter(help="Single texts a second.")] = None,
    campaign_pace: Annotated[int | None, Parameter(help="Texts of campaigns a second.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Change a store; what is not given stays."""
    written: dict[str, str] = {}
    for one in text or []:
        kind, _, words = one.partition("=")
        written[kind] = words
    unknown = [one for one in written if one not in set(Text)]
    if unknown:
        raise NotFound("text_not_found", f"A store has no text {unknown[0]!r}. It has: {', '.join(Text)}.")

    async def deed(rt: Runtime) -> Store:
        _, who = await choosing.acting(rt, account)
        texts = {Text(kind): words for kind, words in written.items()}
        wanted = Change(
            name,
            phone,
            time_zone,
            texts,
            callback,
            opt_in=opt_in,
            has_guard=guard,
            one_off_pace=one_off_pace,
            campaign_pace=campaign_pace,
        )
        return await changing.change(rt, who, (await _store(rt, who, store)).id, wanted)

    changed = act(place, deed)
    say(f"{changed.name} is set.", _facts(changed), as_json=json)


def keyword(
    store: _Keyword,
    word: str,
    *,
    answer: Annotated[str, Parameter(help="What it answers; without one it lets people in.")] = "",
    customers_get: Annotated[str, Parameter(help="What customers get instead.")] = "",
    remove: Annotated[bool, Parameter(negative=(), help="Give it up.")] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give a store one more keyword, or take one away."""

    async def deed(rt: Runtime) -> None:
        _, who = await choosing.acting(rt, account)
        found = await _store(rt, who, store)
        if remove:
            await changing.remove_keyword(rt, who, found.id, word)
            return
        kind = KeywordKind.RESPONDER if answer or customers_get else KeywordKind.OPT_IN
        told = {"in_text": customers_get, "other_text": answer}
        await changing.add_keyword(rt, who, found.id, word, kind=kind, **told)

    act(place, deed)
    say(f"{word.upper()} is {'free' if remove else 'taken'}.", {"keyword": word.upper()}, as_json=json)


def decide(
    store: Annotated[UUID, Parameter(help="The store's id.")],
    verdict: Annotated[str, Parameter(help="`approve` or `refuse`.")],
    *,
    note: Annotated[str, Parameter(help="For its owner.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say whether a store that was asked for in the panel may begin."""

    async def deed(rt: Runtime) -> Store:
        return await opening.decide(rt, operator("command line"), store, is_approved=verdict == "approve", note=note)

    made = act(place, deed)
    say(f"{made.name} is {made.state}.", _facts(made), as_json=json)


def sign_up(
    store: _Keyword,
    number: str,
    *,
    source: Annotated[str, Parameter(help="Where the person agreed.")],
    out: Annotated[bool, Parameter(negative=(), help="Take the person out instead.")] = False,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Sign somebody up to a store, or take them out."""

    async def deed(rt: Runtime) -> Customer:
        _, who = await choosing.acting(rt, account)
        its_id = (await _store(rt, who, store)).id
        if out:
            return await customers.opt_out(rt, who, its_id, number, prices=Prices(), source=source)
        return await customers.opt_in(rt, who, its_id, SignUp(number, source=source), prices=Prices())

    one = act(place, deed)
    facts = {"number": f"+{one.number}", "status": one.status.value, "standing": one.standing.value}
    say(f"+{one.number} is {one.standing.value}.", facts, as_json=json)


def send(
    store: _Keyword,
    number: str,
    text: str,
    *,
    picture: Annotated[str | None, Parameter(help="The address of a JPG, GIF or PNG.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Send a text to one customer of a store."""

    async def deed(rt: Runtime) -> Sent:
        _, who = await choosing.acting(rt, account)
        its_id = (await _store(rt, who, store)).id
        letter = Letter(text, picture)
        return await sending.send(rt, who, its_id, number, letter, media=Media(rt), prices=Prices())

    sent = act(place, deed)
    facts = {"id": str(sent.id), "goes_at": sent.at.isoformat()}
    say(f"Accepted {sent.id}; it goes at {sent.at:%H:%M:%S} UTC.", facts, as_json=json)


def login(
    name: Annotated[str, Parameter(help="What programs log in with.")],
    *,
    store: Annotated[str | None, Parameter(help="For this store alone, by keyword or id.")] = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a login for programs that call /smapi/rest, and print its password once."""

    async def deed(rt: Runtime) -> str:
        _, who = await choosing.acting(rt, account)
        found = await _store(rt, who, store) if store else None
        new = NewCredential(name, store_id=ProgramId(found.id) if found else None)
        return (await credentials.add(rt, who, new))[1]

    password = act(place, deed)
    facts = {"login": name, "password": password}
    say(f"Programs log in with {name}:{password}:KEYWORD. The password is shown this once.", facts, as_json=json)


def code(
    address: str,
    use: Annotated[codes.Use, Parameter(help="`marketing`, `communication` or `none`.")],
    *,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say what one of an account's numbers is to its stores."""

    async def deed(rt: Runtime) -> str:
        _, who = await choosing.acting(rt, account)
        return await codes.use(rt, who, address, use)

    found = act(place, deed)
    say(f"{found} is set for stores: {use.value}.", {"address": found, "use": use.value}, as_json=json)


async def _store(rt: Runtime, who: Principal, named: str) -> Store:
    """Return a store by its keyword or id. Raises NotFound (`store_not_found`)."""
    for one in await finding.page(rt, who, limit=1_000):
        if named.upper() == one.store.keyword or named == str(one.store.id):
            return one.store
    raise NotFound("store_not_found", f"The account has no store with the keyword or id {named}.")


def _facts(one: Store) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "keyword": one.keyword,
        "state": one.state.value,
        "opt_in": one.opt_in.value,
        "duplicate_guard": one.has_guard,
        "one_off_pace": one.one_off_pace,
        "campaign_pace": one.campaign_pace,
        "time_zone": one.time_zone,
        "callback": one.callback,
        "texts": {kind.value: text for kind, text in one.texts.items()},
    }
