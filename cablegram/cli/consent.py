"""`cablegram consent`: what is recorded of who agreed to what, its proof, and whether it is as it was written."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts import directory
from cablegram.accounts.access import operator
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment
from cablegram.consent import proof, proof_facts, proof_pdf
from cablegram.consent.proof import Proof
from cablegram.consent.proof_words import heading, lines, verdict
from cablegram.evidence import verify as verifying
from cablegram.evidence.model import Head, Verified
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime import paper_fonts
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_END = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def verify(
    *,
    account: Annotated[str | None, Parameter(help="Name or id; left out: all accounts.")] = None,
    end: Annotated[
        str | None, Parameter(help="An end of the chain that you kept elsewhere, as NUMBER:HASH; needs an account.")
    ] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> int:
    """Make every hash of the ledger again; exit status 1 names each row that was changed, moved or taken out."""
    expected = _end(end, has_account=account is not None)

    async def deed(rt: Runtime) -> list[tuple[str, Verified]]:
        if account is not None:
            one, who = await choosing.acting(rt, account)
            return [(one.name, await verifying.verify(rt, who, expected=expected))]
        found = await verifying.verify_all(rt, operator(choosing.ME))
        names = [(await directory.show(rt, operator(choosing.ME, one.account_id))).name for one in found]
        return list(zip(names, found, strict=True))

    found = act(place, deed)
    say(_told(found), [_verified(name, one) for name, one in found], as_json=json)
    return 0 if all(one.is_ok for _, one in found) else 1


def show(number: str, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Show what is recorded of a number, newest first, and what that allows."""
    found = act(place, lambda rt: _proof(rt, account, number))
    text = [f"+{found.number}: {verdict(found)}"]
    for one in found.events:
        text += ["", f"{moment(one.told.at)}  {heading(one, found.names)}"]
        text += [f"    {label}: {value}" for label, value in lines(one)]
    say("\n".join(text), proof_facts.facts(found), as_json=json)


def export(
    number: str,
    /,
    *,
    pdf: Annotated[bool, Parameter(negative=(), help="As a page to print; else as JSON.")] = False,
    json: Annotated[bool, Parameter(negative=(), help="As JSON, which is what you get anyway.")] = False,
    to: Annotated[Path | None, Parameter(help="Into this file; else to standard output.")] = None,
    account: _Account = None,
    place: Place = HERE,
) -> None:
    """Write the proof of consent of a number: as JSON, or with --pdf as a page to print."""
    if pdf and json:
        message = "Give --pdf or --json, not both."
        raise InvalidInput("one_form", message, faults=[Fault("pdf", "one_form", message)])
    found = act(place, lambda rt: _proof(rt, account, number))
    data = proof_pdf.write(found, paper_fonts.found()) if pdf else proof_facts.written(found)
    if to is not None:
        to.write_bytes(data)
    elif pdf:
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(data.decode())
    sys.stdout.flush()


async def _proof(rt: Runtime, account: str | None, number: str) -> Proof:
    _, who = await choosing.acting(rt, account)
    return await proof.of(rt, who, number)


def _end(given: str | None, *, has_account: bool) -> Head | None:
    if given is None:
        return None
    found = _END.fullmatch(given.strip().lower())
    if found is None or not has_account:
        message = "Write the end as this command prints it, NUMBER:HASH, and say of which --account it is."
        raise InvalidInput("bad_end", message, faults=[Fault("end", "bad_end", message)])
    return Head(int(found[1]), bytes.fromhex(found[2]))


def _told(found: list[tuple[str, Verified]]) -> str:
    if not found:
        return "No account has anything in its ledger of consent yet."
    text: list[str] = []
    for name, one in found:
        end = f" Its end is {one.head.seq}:{one.head.hash.hex()}" if one.head else ""
        stands = "as written" if one.is_ok else f"NOT as written, {many(one.count, 'fault')}"
        text.append(f"{name}: {many(one.rows, 'event')}, {stands}.{end}")
        text += [f"    event {fault.seq}{f' ({fault.id})' if fault.id else ''}: {fault.what}" for fault in one.faults]
        if one.count > len(one.faults):
            text.append("    ...")
    return "\n".join(text)


def _verified(name: str, one: Verified) -> dict[str, Any]:
    return {
        "account_id": one.account_id,
        "account": name,
        "is_ok": one.is_ok,
        "events": one.rows,
        "end": f"{one.head.seq}:{one.head.hash.hex()}" if one.head else None,
        "count": one.count,
        "faults": [{"seq": fault.seq, "id": fault.id, "what": fault.what} for fault in one.faults],
    }
