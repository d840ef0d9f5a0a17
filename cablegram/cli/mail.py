"""`cablegram mail`: letters that go to people, and whether the mail server takes them."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.alerts import outbox as letters
from cablegram.alerts.outbox import Outbox
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.kit.ids import LetterId
from cablegram.mail.model import LetterState, OutboxLine
from cablegram.mail.send import Postman
from cablegram.runtime import Runtime

_LOOKS = 20
_LOOK = 0.5  # seconds


def try_out(
    *,
    to: Annotated[str, Parameter(help="The e-mail address that gets it.")],
    place: Place = HERE,
    json: AsJson = False,
) -> int:
    """Send a test letter, and show what the mail server says; the exit status is 1 unless it took the letter."""

    async def deed(rt: Runtime) -> tuple[Outbox, OutboxLine]:
        who = operator(choosing.ME)
        letter_id = await letters.send_test(rt, who, to)
        postman = Postman(rt)
        line = await _line(rt, letter_id)
        try:
            for _ in range(_LOOKS):  # a `work` process may have it already
                await postman.step()
                line = await _line(rt, letter_id)
                if line.state != "waiting" or line.verdict or not postman.has_server:
                    break
                await asyncio.sleep(_LOOK)
        finally:
            await postman.close()
        return await letters.look(rt, who), line

    about, line = act(place, deed)
    facts = {"server": about.server or None, "from": about.sender, "to": to, "state": line.state, "said": line.verdict}
    if not about.server:
        text = (
            "No mail server is set (CABLEGRAM_SMTP_URL): the letter stays in the outbox, where the operator reads it."
        )
    elif line.state == "sent":
        text = f"{about.server} took it, from {about.sender}: {line.verdict}"
    else:
        text = f"{about.server} did not take it, from {about.sender}: {line.verdict or about.standing.verdict}"
    say(text, facts, as_json=json)
    return 0 if line.state == "sent" else 1


async def _line(rt: Runtime, letter_id: LetterId) -> OutboxLine:
    found = await letters.page(rt, operator(choosing.ME))
    return next(one for one in found if one.id == letter_id)


def outbox(
    *,
    state: Annotated[LetterState | None, Parameter(help="Only those in this state.")] = None,
    limit: int = 50,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List letters, newest first, and say how the mail server does."""

    async def deed(rt: Runtime) -> tuple[Outbox, list[OutboxLine]]:
        who = operator(choosing.ME)
        return await letters.look(rt, who), await letters.page(rt, who, state, limit=limit)

    about, found = act(place, deed)
    rows = [(moment(one.created_at), one.state, one.recipient, one.kind, one.verdict) for one in found]
    counts = f"{about.counts.waiting:,} waiting, {about.counts.sent:,} sent, {about.counts.failed:,} failed"
    head = f"{about.server or 'No mail server is set'}: {counts}. {about.standing.verdict}".rstrip()
    text = (
        table(("since (UTC)", "state", "to", "kind", "what the server said"), rows) if rows else "There are no letters."
    )
    facts = [
        {
            "id": one.id,
            "kind": one.kind,
            "to": one.recipient,
            "state": one.state,
            "tries": one.tries,
            "said": one.verdict,
            "created_at": one.created_at,
            "ended_at": one.ended_at,
        }
        for one in found
    ]
    say(f"{head}\n\n{text}", facts, as_json=json)
