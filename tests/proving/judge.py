"""The judge: compares what clients were told, what the carrier saw, and what the database says.

It has no part in the sending and uses none of its code: it reads the carrier's journal and tables, and the audit's SQL.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from cablegram.audit.store import SENTENCES
from proving.clients import Told
from proving.ground import FIRST_OF_POOR, FIRST_OF_SALE, POOR_PEOPLE, SALE, SPECIAL_OF_SALE, Ground, Site

_ENDED = frozenset({"delivered", "undelivered", "expired", "rejected", "failed", "cancelled", "unknown", "skipped"})
_WITH_CARRIER = frozenset({"delivered", "undelivered", "expired"})
_WITHOUT = frozenset({"rejected", "cancelled", "skipped", "failed"})
_AFFORDED = 7  # of the poor account's people


@dataclass(slots=True)
class Verdict:
    """What was found.

    `lost`: a message that was confirmed and has neither left nor a word on why; `doubled`: a part that the carrier took
    twice, or a request done twice; `drift`: ledgers that contradict each other in any other way; `unknown`: messages
    nobody can say about; `again`: texts that came in twice, since the carrier was not thanked.
    """

    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    drift: list[str] = field(default_factory=list[str])
    unknown: int = 0
    again: int = 0

    @property
    def faults(self) -> list[str]:
        """Return everything that must not be."""
        return [
            *(f"lost: {one}" for one in self.lost),
            *(f"doubled: {one}" for one in self.doubled),
            *(f"drift: {one}" for one in self.drift),
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the database has it."""

    id: str
    number: str
    state: str
    reason: str | None
    campaign: str | None
    parts: int
    price: int


def judge(ground: Ground, site: Site, told: Told) -> Verdict:
    """Compare the three ledgers."""
    verdict = Verdict(drift=list(told.faults))
    with psycopg.connect(site.url, autocommit=True) as conn:
        found = [Row(*row) for row in conn.execute(_MESSAGES)]
        taken = _taken(ground, site)
        _judge_clients(verdict, told, found)
        _judge_carrier(verdict, found, taken)
        _judge_campaigns(verdict, told, found)
        _judge_texts(verdict, told, conn)
        _judge_list(verdict, told, conn)
        verdict.drift += _audit(conn)
    verdict.unknown = sum(row.state == "unknown" or row.reason == "outcome_unknown" for row in found)
    return verdict


_MESSAGES = """
    SELECT message.id::text, dst, message.state::text, message.reason, campaign.name, segments, price
    FROM message LEFT JOIN campaign ON campaign.id = message.campaign_id
"""


def _taken(ground: Ground, site: Site) -> Counter[tuple[str, int]]:
    """Count what the carrier and the provider took of this run's: by number and part."""
    with ground.journal.open("rb") as journal:
        journal.seek(site.journal_begin)
        lines = [json.loads(line) for line in journal]
    mine = [line for line in lines if line["system_id"] == site.system_id and line["taken"]]
    taken = Counter((line["to"].removeprefix("+"), line["part"][2] if line["part"] else 1) for line in mine)
    with ground.web_journal.open("rb") as journal:
        journal.seek(site.web_journal_begin)
        lines = [json.loads(line) for line in journal]
    own = site.number(0)[:-4]
    return taken + Counter((line["to"], 1) for line in lines if line["to"].startswith(own) and line["taken"])


def _judge_clients(verdict: Verdict, told: Told, found: list[Row]) -> None:
    """Every confirmed message is there as it was confirmed, once; none is there that nobody asked for."""
    by_id = {row.id: row for row in found}
    for one in told.accepted.values():
        row = by_id.get(one.id)
        if row is None:
            verdict.lost.append(f"{one.number}, confirmed as {one.id}, is not in the database")
        elif (row.number, row.price) != (one.number, one.price):
            verdict.drift.append(f"{one.id} was confirmed as {one}, and is {row}")
    alone = Counter(row.number for row in found if row.campaign is None)
    for number, times in alone.items():
        if times > 1:
            verdict.doubled.append(f"{number} is {times} messages for one request")
        if number not in told.asked:
            verdict.drift.append(f"{number} is a message that nobody asked for")


def _judge_carrier(verdict: Verdict, found: list[Row], taken: Counter[tuple[str, int]]) -> None:
    """What left, left once, and whole; what is said not to have left did not."""
    verdict.doubled += [
        f"part {part} to {number}, {times} times" for (number, part), times in taken.items() if times > 1
    ]
    rows = {row.number: row for row in found}
    verdict.drift += [f"the carrier has {number}, we don't" for number in {number for number, _ in taken} - rows.keys()]
    for row in found:
        parts = sum((row.number, part) in taken for part in range(1, row.parts + 1))
        gave_up = row.reason == "outcome_unknown"
        if row.state not in _ENDED:
            verdict.lost.append(f"{row.number} is {row.state} for ever")
        elif row.state in _WITH_CARRIER and parts < row.parts and not gave_up:
            verdict.lost.append(f"{row.number} is {row.state}, and the carrier took {parts} of {row.parts} parts")
        elif row.state in _WITHOUT and parts and not gave_up:
            verdict.drift.append(f"{row.number} is {row.state} ({row.reason}), and the carrier took {parts} parts")


def _judge_campaigns(verdict: Verdict, told: Told, found: list[Row]) -> None:
    """Each person got it once: all of those whom the sale was for, none but those whom the others were for."""
    people = {
        "Sale": {str(FIRST_OF_SALE + n) for n in range(SALE)} | {str(n) for n in SPECIAL_OF_SALE},
        "Spring": told.imported,
        "Poor": {str(FIRST_OF_POOR + n) for n in range(POOR_PEOPLE)},
    }
    for name, wanted in people.items():
        got = Counter(row.number for row in found if row.campaign == name)
        verdict.doubled += [f"{number} is {times} times in {name}" for number, times in got.items() if times > 1]
        verdict.drift += [f"{number} was never to get {name}" for number in got.keys() - wanted]
        if name == "Sale":
            verdict.lost += [f"{number} was left out of {name}" for number in wanted - got.keys()]
        if name == "Poor" and len(got) != _AFFORDED:
            verdict.drift.append(f"{len(got)} messages of {name} were made, and the credit is for {_AFFORDED}")


def _judge_texts(verdict: Verdict, told: Told, conn: psycopg.Connection) -> None:
    """Every text that a phone sent is there; twice only where the carrier could not know that we have it."""
    came = Counter(body for (body,) in conn.execute("SELECT body FROM inbound_text WHERE account_id IS NOT NULL"))
    verdict.lost += [f"{text!r} from a phone" for text in told.texts - came.keys()]
    verdict.again = sum(times - 1 for times in came.values())


def _judge_list(verdict: Verdict, told: Told, conn: psycopg.Connection) -> None:
    """The list has the people of the file that was confirmed last, and counts them rightly."""
    statement = """
        SELECT contact_list.size, contact.number FROM contact_list
        JOIN contact_list_member ON list_id = contact_list.id JOIN contact ON contact.id = contact_id
        WHERE contact_list.name = 'Spring'
    """
    members = list(conn.execute(statement))
    if {number for _, number in members} != told.imported:
        verdict.drift.append(f"the list has {len(members)} people who are not the {len(told.imported)} of its file")
    if members and members[0][0] != len(members):
        verdict.drift.append(f"the list says that it has {members[0][0]} people, and has {len(members)}")


def _audit(conn: psycopg.Connection) -> Iterator[str]:
    for sentence in SENTENCES:
        for row in conn.execute(sentence.statement).fetchall():
            yield f"{sentence.name}: {row[3]}"
