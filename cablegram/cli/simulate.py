"""`cablegram simulate`: show what a text takes and costs, without sending it."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing.prices import Prices
from cablegram.cli import choosing, wording
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, money
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.messages import simulate as simulating
from cablegram.messages.model import MessageClass
from cablegram.messages.simulate import Simulated
from cablegram.runtime.runtime import Runtime

_UNITS = {"gsm0338": ("GSM 03.38", "septet"), "ucs2": ("Unicode", "UTF-16 unit")}
_MOST_SHOWN = 10


def simulate(
    *,
    country: Annotated[str | None, Parameter(help="Where it would go: two letters, such as ES.")] = None,
    to: Annotated[str | None, Parameter(help="Or to which number: then every rule is asked, too.")] = None,
    sender: Annotated[str | None, Parameter(name="--from", help="Else the account's default sender.")] = None,
    message_class: Annotated[MessageClass, Parameter(name="--class")] = MessageClass.TRANSACTIONAL,
    smart: Annotated[bool, Parameter(negative=(), help="Replace what makes it Unicode by look-alikes.")] = False,
    shorten: wording.Shorten = False,
    text: Annotated[str | None, Parameter(help="What it would say.")] = None,
    template: wording.Template = None,
    var: wording.Variables = None,
    account: Annotated[str | None, Parameter(help="Whose template; may be left out where there is only one.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show what a text takes and costs, and whether it would go. Nothing is sent, stored or charged."""
    if country is None and to is None:
        message = "Say where it would go: --country ES, or --to and a number."
        raise InvalidInput("missing_field", message, faults=[Fault("country", "missing_field", message)])
    values = wording.variables(var)

    async def deed(rt: Runtime) -> Simulated:
        who = operator(choosing.ME)
        template_id = None
        if template or to or account:
            _, who = await choosing.acting(rt, account)
        if template:
            template_id = (await choosing.template(rt, who, template)).id
        return await simulating.simulate(
            rt,
            who,
            text=text,
            template_id=template_id,
            variables=values,
            country=country,
            to=to,
            sender=sender,
            message_class=message_class,
            smart_encoding=smart,
            shorten=shorten,
            prices=Prices(),
        )

    found = act(place, deed)
    say(_sentences(found), _facts(found), as_json=json)


def _sentences(found: Simulated) -> str:
    encoding, unit = _UNITS[found.encoding]
    lines = [f"{number}  {part.text}" for number, part in enumerate(found.parts[:_MOST_SHOWN], 1)]
    if len(found.parts) > _MOST_SHOWN:
        lines.append(f"   ... and {len(found.parts) - _MOST_SHOWN} more")
    lines.append("")
    lines.append(
        f"{encoding}, {many(found.units, unit)} in {many(found.segments, 'segment')} of {found.per_segment}; "
        f"{found.units_left} left."
    )
    if found.tariff and found.price is not None:
        each = f"{money(found.tariff.price)} a segment to {found.tariff.name}"
        lines.append(f"{money(found.price)} credits: {each}{', an invented price' if found.tariff.is_demo else ''}.")
    elif found.price is not None:
        lines.append(f"{money(found.price)} credits: the provider of the account's own connector bills the segments.")
    if {found.billed_segments, found.gateway_segments} != {found.segments}:
        lines.append(
            f"Billed as {many(found.billed_segments, 'segment')}; the gateway counts {found.gateway_segments}."
        )
    if found.why:
        lines.append(f"From {found.sender or 'nobody'} by {found.connector or 'no connector'}. {found.why.sentence}")
        lines += [f"  {look.verdict}  {look.rule}: {look.sentence}" for look in found.why.looks]
    lines += [f"It would be refused: {problem.message} [{problem.code}]" for problem in found.problems]
    if found.offenders:
        seen = list(dict.fromkeys(one.character for one in found.offenders))
        named = ", ".join(f"{one} ({unicodedata.name(one, f'U+{ord(one):04X}')})" for one in seen[:_MOST_SHOWN])
        lines.append(f"Unicode because of: {named}{' ...' if len(seen) > _MOST_SHOWN else ''}")
    lines += [f"Look at: {one.message}" for one in found.warnings]
    if found.replaced:
        lines.append("Replaced: " + ", ".join(f"{one} by {instead!r}" for one, instead in found.replaced.items()))
    return "\n".join(lines)


def _facts(found: Simulated) -> dict[str, Any]:
    tariff = found.tariff
    return {
        "text": found.text,
        "encoding": found.encoding,
        "segments": found.segments,
        "units": found.units,
        "units_left": found.units_left,
        "per_segment": found.per_segment,
        "parts": [part.text for part in found.parts],
        "offenders": [{"position": one.position, "character": one.character} for one in found.offenders],
        "tariff": {"prefix": tariff.prefix, "country": tariff.country, "name": tariff.name, "price": tariff.price}
        if tariff
        else None,
        "price": found.price,
        "problems": [{"code": one.code, "message": one.message} for one in found.problems],
        "billed_segments": found.billed_segments,
        "gateway_segments": found.gateway_segments,
        "warnings": [{"code": one.code, "message": one.message, "place": one.place} for one in found.warnings],
        "replaced": dict(found.replaced),
        "from": found.sender,
        "connector": found.connector,
        "would_go": None if found.why is None else found.why.stopped is None,
        "rules": [
            {"rule": look.rule, "verdict": look.verdict, "code": look.code, "sentence": look.sentence}
            for look in (found.why.looks if found.why else ())
        ],
    }
