"""Statements of the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cablegram.audit.model import Off, Sum, Sums
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What must be true, and the statement that finds the rows that contradict it."""

    name: str
    text: str
    statement: LiteralString


SENTENCES = (
    Sentence("accepted", "What the ledger accepted is what there is in rows and in counts.", queries.accepted),
    Sentence("states", "In every state there are as many messages as were counted into it.", queries.states),
    Sentence(
        "charged", "Every accepted message names one charge of its own; a skipped one names none.", queries.charged
    ),
    Sentence("charges", "Every charge covers exactly the messages that name it.", queries.charges),
    Sentence("refunded", "What never reached a carrier was given back, and nothing else was.", queries.refunded),
    Sentence("refunds", "Every refund covers exactly the messages that name it.", queries.refunds),
    Sentence("balances", "Every balance is the sum of its postings.", queries.balances),
    Sentence("ledger", "Postings are numbered without gap, and each carries the balance on.", queries.ledger),
    Sentence("sides", "Every posting has its other side, and the books balance in every unit.", queries.sides),
    Sentence(
        "covered", "Nothing but texts that came in and chargebacks takes a balance below nothing.", queries.covered
    ),
    Sentence(
        "payments",
        "Every payment that came in or went back stands in the ledger once, and nothing else does.",
        queries.payments,
    ),
    Sentence("money", "The books hold the money of every payment, less what went back, and no other.", queries.money),
    Sentence("inbound", "Every text that came in for an account was charged once.", queries.inbound),
    Sentence("waiting", "Every queued or held message waits in one place, and nothing else waits.", queries.waiting),
    Sentence("flying", "Every message that may be on the wire has its mark, and nothing else has.", queries.flying),
    Sentence(
        "resent", "What was sent again by policy was so once, and its story and the news say as much.", queries.resent
    ),
    Sentence(
        "recipients",
        "Every recipient of a campaign has one message, sent or skipped, once all are made.",
        queries.recipients,
    ),
    Sentence("paused", "Nothing of a paused campaign is in the queue.", queries.paused),
    Sentence("permitted", "Every contact who is subscribed names the event that says so.", queries.permitted),
    Sentence("stopped", "Nothing waits for a number on the blacklist but what confirms its STOP.", queries.stopped),
)


async def freeze(conn: Conn) -> None:
    """Let all statements of this transaction see the same moment; call it first."""
    await conn.execute(queries.freeze)
    await conn.execute(queries.give_room)


async def sums(conn: Conn) -> list[Sums]:
    """Read the sums, by account and campaign."""
    found: dict[tuple[AccountId, CampaignId | None], Sums] = {}
    for row in await (await conn.execute(queries.sums)).fetchall():
        account_id, account, campaign_id, campaign, source, word, n, amount = row
        key = (account_id, campaign_id)
        line = found.setdefault(key, Sums(account_id, account or "", campaign_id, campaign))
        some = Sum(int(n), int(amount))
        if source == "message":
            line.by_state[word] = some
        elif word == "charge":
            line.accepted = some
        else:
            line.refunded = some
    return list(found.values())


async def contradictions(conn: Conn, sentence: Sentence) -> tuple[int, list[Off]]:
    """Count the rows that contradict a sentence, and read the first of them."""
    rows = await (await conn.execute(sentence.statement)).fetchall()
    return (rows[0][0] if rows else 0), [Off(*row[1:]) for row in rows]
