"""`cablegram mail`: letters that go to people, and whether the mail server takes them."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.alerts import outbox as letters
from cablegram.alerts.outbox import Outbox
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import fail, say
from cablegram.cli.showing import moment, table
from cablegram.kit.errors import InvalidInput, TooLarge, Unavailable
from cablegram.kit.ids import LetterId
from cablegram.mail.model import LetterState, OutboxLine
from cablegram.mail.reading import MOST_BYTES
from cablegram.mail.send import Postman
from cablegram.runtime import Runtime
from cablegram.support import by_mail

_LOOKS = 20
# What a mail server understands as the end of a program that it handed a message to (sysexits.h).
_BAD_DATA, _TOO_MUCH, _LATER = 65, 69, 75
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


def receive(*, place: Place = HERE, json: AsJson = False) -> int:
    """Take in one message from standard input, as a mail server hands it to a program; the exit status is for it.

    Answers to tickets go into them, other messages of people who proved their address open one, and letters that came
    back are noted. 75 asks the mail server to try again, 65 and 69 to send the message back.
    """
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        mail = act(place, lambda rt: by_mail.receive(rt, raw))
    except (InvalidInput, TooLarge, Unavailable) as error:
        fail(error, as_json=json)
        return _LATER if isinstance(error, Unavailable) else _TOO_MUCH if isinstance(error, TooLarge) else _BAD_DATA
    said = f"{mail.verdict}: {mail.why}" if mail.why else mail.verdict
    say(said, {"verdict": mail.verdict, "why": mail.why, "ticket_id": mail.ticket_id}, as_json=json)
    return 0


def received(*, limit: int = 50, place: Place = HERE, json: AsJson = False) -> None:
    """List messages that came in, newest first, and what became of them."""
    found = act(place, lambda rt: by_mail.page(rt, operator(choosing.ME), limit=limit))
    rows = [(moment(one.at), one.verdict, one.sender, one.subject, one.why) for one in found]
    heads = ("when (UTC)", "became", "from", "about", "why")
    facts = [
        {
            "id": one.id,
            "at": one.at,
            "from": one.sender,
            "subject": one.subject,
            "bytes": one.size,
            "verdict": one.verdict,
            "why": one.why,
            "ticket_id": one.ticket_id,
        }
        for one in found
    ]
    say(table(heads, rows) if rows else "No mail has come in.", facts, as_json=json)
