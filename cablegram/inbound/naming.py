"""The names of people who write, for numbers that ask for them (CNAM; R61, R66).

A text only leaves behind, in its own transaction, that a name is wanted. Whoever knows names is a connector's provider,
asked over a network, at times for a fee: that is done here, by `work`, so a slow source delays no text.

What one account was told is its own: another one that gets texts from the same number asks, and pays, for itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.connectors import name_talk
from cablegram.connectors.name_talk import Asker, Source
from cablegram.connectors.providers.name_book import Named
from cablegram.inbound import naming_store
from cablegram.inbound.facts import number_of
from cablegram.inbound.model import Heard
from cablegram.inbound.naming_store import Wish
from cablegram.kit.ids import AccountId, ConnectorId, PostingId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KEPT = timedelta(days=30)
"""A name that was told is not asked for again before."""
PATIENCE = timedelta(hours=1)
"""How long a name is asked for from a source that says nothing."""
_TURN = timedelta(minutes=2)  # that whoever took a wish has for it, and before it is tried again
_AT_ONCE = 100
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an account gets names: `price` in micro-credits each; None: nobody is there to be asked."""

    price: int | None
    is_own: bool = False  # its own connector's provider bills it


async def terms(rt: Runtime, who: Principal) -> Terms:
    """Say what a name costs an account, before it asks for any."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        source = (await name_talk.sources(conn, rt, [who.account_id])).get(who.account_id)
    return Terms(_price(rt, source), source.is_own) if source else Terms(None)


def want(conn: Conn, heard: Sequence[Heard], now: datetime) -> None:
    """Note for which writers a name is wanted, where the number asks for names; with the next question."""
    wanted = {
        (one.account_id, number)
        for one in heard
        if one.account_id and one.holder and one.holder.settings.cnam_enabled
        if (number := number_of(one.text.source))
    }
    if wanted:
        naming_store.want(conn, sorted(wanted), now, old=now - KEPT)


class Names:
    """Asks for the names that are wanted; one of these a process that works, and any number of those."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._asker = Asker(rt)

    async def step(self) -> float | None:
        """Ask for some names; return 0.0 while more of them may be waiting."""
        rt, now = self._rt, self._rt.clock.now()
        async with rt.db.transaction() as conn:
            await naming_store.give_up(conn, now - PATIENCE)
            wishes = await naming_store.take(conn, now, before=now - _TURN, limit=_AT_ONCE)
            if not wishes:
                return None
            accounts = sorted({one.account_id for one in wishes})
            sources = await name_talk.sources(conn, rt, accounts)
            covered = [
                one for one in wishes if one.account_id in sources and sources[one.account_id].book.covers(one.number)
            ]
            asked = await self._paid_for(conn, covered, sources)
            await naming_store.drop(conn, [one for one in wishes if one not in asked])
        by_connector: dict[ConnectorId, tuple[Source, list[Wish]]] = {}
        for one in asked:
            source = sources[one.account_id]
            by_connector.setdefault(source.connector.id, (source, []))[1].append(one)
        await asyncio.gather(*(self._ask(source, its) for source, its in by_connector.values()))
        return 0.0 if len(wishes) == _AT_ONCE else None

    async def _paid_for(self, conn: Conn, wishes: Sequence[Wish], sources: Mapping[AccountId, Source]) -> list[Wish]:
        """Return the wishes that their accounts can pay for, all of them together: the provider bills each question."""
        left: dict[AccountId, int] = {}
        found: list[Wish] = []
        for one in wishes:
            price = _price(self._rt, sources[one.account_id])
            if price and one.account_id not in left:
                left[one.account_id] = await ledger.balance_of(conn, one.account_id)
            if not price or left[one.account_id] >= price:
                left[one.account_id] = left.get(one.account_id, 0) - price
                found.append(one)
        return found

    async def _ask(self, source: Source, wishes: Sequence[Wish]) -> None:
        """Ask one source, and write what it says. Who dies between the two asks again, and nobody pays twice."""
        told = await self._asker.ask(source, sorted({one.number for one in wishes}))
        known = [(one, found) for one in wishes if (found := told.get(one.number)) and found.is_told]
        if known:
            price, now = _price(self._rt, source), self._rt.clock.now()
            async with self._rt.db.transaction() as conn:
                paid = (
                    await _charge(conn, [one for one, _ in known], price, now) if price else {one for one, _ in known}
                )
                await naming_store.tell(conn, [(one, _line(named)) for one, named in known if one in paid], now)
                await naming_store.drop(conn, [one for one, _ in known if one not in paid])


async def _charge(conn: Conn, wishes: Sequence[Wish], price: int, now: datetime) -> set[Wish]:
    """Charge what was told, each wish once however often it comes; return what is paid for."""
    wanted = [
        NewPosting(
            PostingId(uuid7()),
            one.account_id,
            PostingKind.LOOKUP,
            0,
            -price,
            note=f"Name of +{one.number}",
            reference=f"name:{one.number}:{one.wanted_at:%Y-%m-%dT%H:%M:%S.%f}",
        )
        for one in wishes
    ]
    verdicts = await ledger.post(conn, wanted, now=now)
    return {one for one, verdict in zip(wishes, verdicts, strict=True) if verdict.id is not None}


def _price(rt: Runtime, source: Source) -> int:
    """Return what a name costs an account: nothing where the provider bills it itself (R171)."""
    return 0 if source.is_own else rt.settings.name_price


def _line(named: Named) -> str:
    """Write a name as one short line, whatever a source made of it."""
    return " ".join("".join(one if one.isprintable() else " " for one in named.name).split())[:_LONGEST]
