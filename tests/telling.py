"""A customer's story with the product: told in calls of the API, by a clock that is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import traffic
from cablegram.campaigns.work import Worker
from cablegram.connectors.contract import Fragment, Incoming, Outcome, Verdict
from cablegram.dispatch.recorder import Text
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import AccountId, ConnectorId, uuid7
from cablegram.kit.money import MICRO
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from calling import Client, Reply, Served

ANA, BEA, CAM = "+34600000118", "+34600000119", "+34600000120"
_CARRIER = ConnectorId(uuid7())


@dataclass(slots=True)
class Story:
    """What a customer and the operator do, and what comes of it."""

    rt: Runtime
    clock: SetClock
    api: Served
    account_id: AccountId
    customer: Client
    operator: Client
    """Acts for the customer's account, and may do what operators may."""
    _lists: int = field(default=0)

    async def send(self, to: str = ANA, text: str = "Hello there", **rest: object) -> Reply:
        """Send one message."""
        return await self.customer.post("/v1/messages", {"to": to, "text": text, **rest})

    async def look(self, message: Reply) -> Any:  # noqa: ANN401 - JSON
        """Look at a message again."""
        return (await self.customer.get(f"/v1/messages/{message.json['id']}")).json

    async def why(self, message: Reply) -> Any:  # noqa: ANN401 - JSON
        """Ask why a message went, or did not."""
        return (await self.customer.get(f"/v1/messages/{message.json['id']}/why")).json

    async def simulate(self, text: str, **rest: object) -> Any:  # noqa: ANN401 - JSON
        """Ask what a text would take."""
        return (await self.customer.post("/v1/simulate", {"text": text, "country": "ES", **rest})).json

    async def credits(self) -> float:
        """Return what the account has."""
        return (await self.customer.get("/v1/account")).json["balance"] / MICRO

    async def rule(self, **changes: object) -> None:
        """Change the account's sending rules."""
        changed = await self.operator.call("PATCH", "/v1/account/sending_rules", changes)
        assert changed.status == 200, changed.body

    async def number(self, address: str, **settings: object) -> str:
        """Get a number of one's own, set as is said; return its id."""
        made = await self.operator.post("/v1/senders", {"address": address})
        assert made.status == 201, made.body
        changed = await self.customer.call("PATCH", f"/v1/senders/{made.json['id']}", settings)
        assert changed.status == 200, changed.body
        return made.json["id"]

    async def hear(self, words: str, to: str, *, source: str = ANA, fragment: Fragment | None = None) -> None:
        """Let a text, or a part of one, come in."""
        incoming = Incoming(source.removeprefix("+"), to.removeprefix("+"), words, fragment)
        async with self.rt.db.transaction() as conn:
            await receive(conn, [Text(uuid7(), _CARRIER, incoming, self.rt.clock.now())])

    async def talk(self, number: str = ANA) -> list[tuple[bool, str]]:
        """Return a conversation, oldest first: (whether it is ours, the words)."""
        items = (await self.customer.get(f"/v1/conversations/{number.replace('+', '%2B')}")).json["items"]
        return [(one["is_ours"], one["text"]) for one in reversed(items)]

    async def people(self, rows: str, *, source: str | None = None) -> str:
        """Make a contact list of CSV rows; return its id."""
        self._lists += 1
        made = await self.customer.post("/v1/contact_lists", {"name": f"List {self._lists}"})
        query = "" if source is None else f"?source={source}"
        done = await self.customer.put_file(f"/v1/contact_lists/{made.json['id']}/contacts{query}", rows)
        assert done.status == 200, done.body
        return made.json["id"]

    async def campaign(self, *list_ids: str, text: str = "Hello there", **rest: object) -> dict[str, tuple[str, str]]:
        """Make a campaign, start it, have its messages made; return for each number its status and the reason."""
        self._lists += 1
        body = {"name": f"Campaign {self._lists}", "contact_list_ids": list_ids, "text": text, **rest}
        made = await self.customer.post("/v1/campaigns", body)
        assert made.status == 201, made.body
        path = f"/v1/campaigns/{made.json['id']}/lifecycle"
        assert (await self.customer.post(path, {"action": "start"})).status == 200
        worker = Worker(self.rt)
        while await worker.step() == 0.0:
            pass
        page = (await self.customer.get(f"/v1/messages?campaign_id={made.json['id']}&limit=100")).json["items"]
        return {one["to"]: (one["status"], one["reason"] or "") for one in page}

    async def carry(self, *verdicts: Verdict, receipt: Outcome | None = None) -> None:
        """Let the carrier take all that waits, and send its receipts."""
        claims = await traffic.claimed(self.rt, 100)
        await traffic.answer(self.rt, claims, *(verdicts or (Verdict.TAKEN,)))
        if receipt:
            await traffic.receive(self.rt, claims, receipt)

    async def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.clock.move(timedelta(**span))
        await upkeep.prepare_days(self.rt)
        return self.clock.now()

    async def at(self, moment: str) -> None:
        """Let it be another time."""
        ahead = datetime.fromisoformat(moment) - self.clock.now()
        await self.later(seconds=ahead.total_seconds())


def shape(answer: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """Return some fields of an answer."""
    return tuple(answer[name] for name in names)
