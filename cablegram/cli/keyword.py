"""`cablegram service`: SMS services, the short codes they are on, and what carriers say of their people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.files import read_bytes
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.kit.ids import ProgramId
from cablegram.programs.model import MEMBERS
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import codes, deciding, noticing, promoting, reading, requesting, subscribing, texts
from cablegram.sms_services.model import Form, OptInMode, Service, ShortCode, Use
from cablegram.sms_services.noticing import Taken
from cablegram.sms_services.subscribing import Joined, Shown

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]


def code(digits: str, country: str, /, *, note: str = "", place: Place = HERE, json: AsJson = False) -> None:
    """Put a short code into the stock: its 5 or 6 digits, and the two letters of its country."""

    async def deed(rt: Runtime) -> ShortCode:
        return await codes.add(rt, operator(choosing.ME), country=country, digits=digits, note=note)

    made = act(place, deed)
    facts = {"id": str(made.id), "digits": made.digits, "country": made.country}
    say(f"{made.digits} is in the stock of {made.country}.", facts, as_json=json)


def request(
    keyword: str,
    country: str,
    /,
    *,
    name: str,
    terms: Annotated[str, Parameter(help="The address of the terms.")],
    phone: Annotated[str, Parameter(help="For help; it stands in the texts.")],
    example: Annotated[list[str], Parameter(help="One of every kind of message; as often as there are kinds.")],
    advertising: Annotated[list[str], Parameter(help="How the keyword is made known.")],
    minimum_age: int = 18,
    opt_in: OptInMode = OptInMode.DOUBLE,
    use: Use = Use.MARKETING,
    frequency: Annotated[int, Parameter(help="Messages a month at most.")] = 4,
    email: str = "",
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Ask the operator for a service: its keyword and the country of its short code."""
    form = Form(
        name=name,
        minimum_age=minimum_age,
        opt_in=opt_in,
        use=use,
        frequency=frequency,
        terms_url=terms,
        phone=phone,
        email=email,
        examples=tuple(example),
        advertising=tuple(advertising),
    )

    async def deed(rt: Runtime) -> Service:
        _, who = await choosing.acting(rt, account)
        return await requesting.request(rt, who, country=country, keyword=keyword, form=form)

    made = act(place, deed)
    say(f"{made.keyword} is asked for on {made.code.digits}: {made.id}", _facts(made), as_json=json)


def list_services(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List an account's services, newest first, with their subscribers."""

    async def deed(rt: Runtime) -> list[tuple[Service, int]]:
        _, who = await choosing.acting(rt, account)
        found = await requesting.page(rt, who, limit=200)
        counts = await reading.counts(rt, who, [one.id for one in found])
        return [(one, sum(counts[one.id].get(standing, 0) for standing in MEMBERS)) for one in found]

    found = act(place, deed)
    lines = [
        f"{one.keyword:<16}  {one.code.digits:<6}  {one.status:<9}  {members:>9,} subscribers  {one.id}"
        for one, members in found
    ]
    facts = [{**_facts(one), "subscribers": members} for one, members in found]
    say("\n".join(lines) or "No SMS service yet.", facts, as_json=json)


def show(service_id: UUID, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Show a service: its texts with their segments, and its disclosure."""

    async def deed(rt: Runtime) -> tuple[Service, str]:
        _, who = await choosing.acting(rt, account)
        found = await requesting.get(rt, who, ProgramId(service_id))
        return found, promoting.disclosure(found, carriers=rt.settings.short_code_carriers)

    one, disclosure = act(place, deed)
    said = texts.all_of(one.keyword, one.form, one.texts)
    lines = [f"{one.keyword} on {one.code.digits}, {one.status}", ""]
    lines += [f"{each.says} ({each.segments} segments): {each.text}" for each in said]
    lines += ["", disclosure]
    facts = {**_facts(one), "texts": {each.says.value: each.text for each in said}}
    say("\n".join(lines), facts, as_json=json)


def decide(
    service_id: UUID,
    verdict: Literal["approve", "reject", "suspend"],
    /,
    *,
    reason: str = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Say yes or no to a service, as the operator; a no needs a reason."""
    deeds = {"approve": deciding.approve, "reject": deciding.reject, "suspend": deciding.suspend}

    async def deed(rt: Runtime) -> Service:
        return await deeds[verdict](rt, operator(choosing.ME), ProgramId(service_id), reason=reason)

    one = act(place, deed)
    say(f"{one.keyword} is {one.status}.", _facts(one), as_json=json)


def subscribe(
    service_id: UUID,
    number: str,
    /,
    *,
    words: Annotated[str, Parameter(help="What the person was shown when they agreed.")],
    source: Annotated[str, Parameter(help="Where they agreed.")] = "",
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Subscribe somebody who agreed elsewhere."""

    async def deed(rt: Runtime) -> Joined:
        _, who = await choosing.acting(rt, account)
        shown = Shown(words, source=source)
        return await subscribing.subscribe(rt, who, ProgramId(service_id), number=number, shown=shown)

    done = act(place, deed)
    word = "is subscribed" if done.standing in MEMBERS else "was asked, and is in with a YES"
    say(f"+{done.number} {word}.", {"number": done.number, "standing": done.standing.value}, as_json=json)


def unsubscribe(
    service_id: UUID, number: str, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Take somebody out who asked for it; what waits for them is cancelled."""

    async def deed(rt: Runtime) -> bool:
        _, who = await choosing.acting(rt, account)
        return await subscribing.unsubscribe(rt, who, ProgramId(service_id), number=number)

    was_in = act(place, deed)
    say(f"{number} is out." if was_in else f"{number} was out already.", {"was_in": was_in}, as_json=json)


def notices(
    file: Path, digits: str, /, *, country: str | None = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Take a carrier's file about subscribers of a short code: `status,number,new_number,at`."""
    data = read_bytes(file)

    async def deed(rt: Runtime) -> Taken:
        return await noticing.take_csv(rt, operator(choosing.ME), digits=digits, country=country, data=data)

    done = act(place, deed)
    told = f"{done.new:,} notices are new, {done.known:,} were known; {done.changed:,} subscriptions changed."
    say(told, {"new": done.new, "known": done.known, "changed": done.changed}, as_json=json)


def _facts(one: Service) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "keyword": one.keyword,
        "short_code": one.code.digits,
        "country": one.code.country,
        "status": one.status.value,
        "reason": one.reason,
    }
