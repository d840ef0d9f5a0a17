"""Fold events into what each reader is to be told: one row for each reader and kind, however many events. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cablegram.alerts.kinds import BY_EVENT
from cablegram.alerts.model import Choices, Folded, Lore, NoticeKind, Pace, Person, To
from cablegram.alerts.pacing import due
from cablegram.events.model import Told
from cablegram.kit.ids import AccountId

MOST_ITEMS = 30  # that are told one by one in a letter; of the rest it says how many
LONG_JOB = timedelta(minutes=2)

_NONE = UUID(int=0)
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")


def fold(events: Sequence[Told], lore: Lore, now: datetime) -> list[Folded]:
    """Return what is to be told of some events, in the order of readers; what nobody wants is not among them."""
    rows: dict[tuple[UUID, UUID, str], Folded] = {}
    for event in events:
        kind = BY_EVENT.get(event.kind)
        if kind is None or not kind.counts(event):
            continue
        account_id, item = _account(kind, event), _item(kind, event, lore)
        for reader_id, due_at in _readers(kind, event, lore, now):
            key = (account_id, reader_id, kind.name)
            row = rows.get(key)
            if row is None:
                rows[key] = row = Folded(*key, 0, [], due_at, kind.quiet)
            row.count += 1
            if len(row.items) < MOST_ITEMS:
                row.items.append(item)
    return [rows[key] for key in sorted(rows)]


def wants_texts(lore: Lore) -> set[AccountId]:
    """Return the accounts of which somebody wants texts that come in by mail."""
    chosen = {
        AccountId(account_id)
        for (account_id, _, kind), pace in lore.choices.items()
        if kind == "text_received" and pace != "off"
    }
    return chosen | set(lore.inboxes)


def pace_of(kind: NoticeKind, choices: Choices, account_id: UUID, user_id: UUID) -> Pace:
    """Return how soon a person is told of a kind."""
    if kind.is_fixed:
        return "at_once"
    return choices.get((account_id, user_id, kind.name), kind.pace)


def _account(kind: NoticeKind, event: Told) -> UUID:
    return _NONE if kind.to in {To.OPERATORS, To.SUBJECT} else event.account_id or _NONE


def _readers(kind: NoticeKind, event: Told, lore: Lore, now: datetime) -> Iterator[tuple[UUID, datetime]]:
    """Name who is told, and when."""
    account_id = _account(kind, event)
    for person in _people(kind, event, lore):
        pace = pace_of(kind, lore.choices, account_id, person.user_id)
        if pace != "off":
            yield person.user_id, due(pace, now, person.time_zone)
    if kind.name == "text_received" and event.account_id in lore.inboxes and event.subject in lore.texts:
        yield account_id, due("at_once", now, "UTC")


def _people(kind: NoticeKind, event: Told, lore: Lore) -> list[Person]:
    if kind.to is To.OPERATORS:
        return list(lore.operators)
    if kind.to is To.SUBJECT and event.subject != event.account_id:
        return _one(lore, event.subject)
    if kind.to is To.STARTER:
        job = lore.jobs.get(event.subject or _NONE)
        is_told = job is not None and (job.is_told or job.took >= LONG_JOB)
        return _one(lore, job.user_id) if job is not None and is_told else []
    if kind.lore == "text" and event.subject not in lore.texts:
        return []
    people = lore.people.get(event.account_id or AccountId(_NONE), ())
    return [person for person in people if person.role in kind.roles]


def _one(lore: Lore, user_id: UUID | None) -> list[Person]:
    person = lore.users.get(user_id) if user_id else None
    return [person] if person else []


def _item(kind: NoticeKind, event: Told, lore: Lore) -> dict[str, Any]:
    """Return the facts of an event for its letter; `url` is a path."""
    facts = {name: _plain(value) for name, value in event.data.items()}
    if "url" in facts:
        facts["endpoint"] = facts.pop("url")
    account = lore.accounts.get(event.account_id, "") if event.account_id else ""
    facts |= {"account": account, "at": event.at.isoformat(), "url": kind.path.format(subject=event.subject)}
    if kind.lore == "program":
        facts["program"] = lore.programs.get(event.subject or _NONE, "")
    if kind.lore == "text" and (text := lore.texts.get(event.subject or _NONE)):
        facts |= {"number": text.number, "to": text.to, "text": text.text}
    return facts


def _plain(value: Any) -> str | int:  # noqa: ANN401 - JSON
    """Return a value of an event as a fact: codes become words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return ", ".join(str(_plain(one)) for one in value)  # pyright: ignore[reportUnknownVariableType] - JSON
    text = str(value)
    return text.replace("_", " ") if _CODE.fullmatch(text) else text
